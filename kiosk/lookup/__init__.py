"""Identity -> Answer: what Vietnam Social Security knows of the card."""
