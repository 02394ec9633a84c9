"""Assembles it all: the only place that names concrete devices and knows the stand-ins."""
