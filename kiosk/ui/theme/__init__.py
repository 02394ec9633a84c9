"""The hand that draws: colours, sizes, letters and icons. Everything on the screen takes them from here."""
