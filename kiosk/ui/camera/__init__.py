"""The camera: QtMultimedia's frames, when it is open, what is looked for in them, and what the page tells of it."""
