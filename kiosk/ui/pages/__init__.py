"""One page for each state of the line. A page shows its state and emits what was tapped; it decides nothing."""
