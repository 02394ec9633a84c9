"""Runs the line: states, events and effects; no Qt."""
