"""The staff's window: today's list, the person at the desk, what can be done, all by keys."""
