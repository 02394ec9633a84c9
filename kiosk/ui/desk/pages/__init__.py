"""Further pages of the staff's window, each opened by its key over list and person."""
