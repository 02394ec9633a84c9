"""ICAO 9303 without IO: one module per word of the standard."""
