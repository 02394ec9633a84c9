"""Stands in for the outside world: card, gateway, printer, camera."""
