"""Check-in desk and kiosk: card, code or keys -> Document -> Identity -> Answer -> Decision -> CheckIn -> Slip."""
