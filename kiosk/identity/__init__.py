"""Document -> Identity, with the trust that it deserves."""
