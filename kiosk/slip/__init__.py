"""CheckIn -> layout -> raster -> ESC/POS or page -> printer."""
