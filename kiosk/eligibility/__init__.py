"""Identity and Answer -> Decision; pure, one rule a function, each with its legal source."""
