"""Decision -> CheckIn: ticket number, room and the durable journal."""
