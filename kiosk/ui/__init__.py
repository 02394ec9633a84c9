"""Shows the line: pages, windows, the desk thread and its facade."""
