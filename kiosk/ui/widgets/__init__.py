"""The pieces pages are made of; each paints itself from a `Look`."""
