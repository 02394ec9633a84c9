"""Who did what, and who read whose record: a chain that only grows, and how a break in it is found."""
