"""The queues of the day: which room, whose turn, how long; from the ticket until the visit is over."""
