"""The machine-readable zone in a camera's picture; needs the extra `mrz` (`pip install .[mrz]`)."""
