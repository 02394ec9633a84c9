"""The database behind check-ins: opened durably, brought up to date, its errors named; one file or a server."""
