"""Everything that gets a document out of a device."""
