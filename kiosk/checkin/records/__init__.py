"""What is kept of people and visits: finding it, giving it out, removing it when its time is over."""
