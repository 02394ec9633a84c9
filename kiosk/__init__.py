"""A check-in desk and kiosk: a card, a code or keys -> Document -> Identity -> Answer -> Decision -> CheckIn -> Slip."""
