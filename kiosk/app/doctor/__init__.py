"""Is everything here that a check-in needs, and what to do where it is not: one examination for each thing."""
