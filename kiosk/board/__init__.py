"""What the hall sees and hears: who is called to which room, on a second screen, on a television, and aloud."""
