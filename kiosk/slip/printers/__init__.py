"""The ways to a printer: what lies between a printer job and paper, one module each."""
