"""Shows the line: pages, windows, the desk thread and its facade."""

from kiosk.ui.none import keep_none_alive

keep_none_alive()
