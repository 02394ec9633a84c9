"""Today's list as it is looked at: the filter, what was typed into the search, the line that the keys stand on."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.ui.desk.dress import Dress
from kiosk.ui.desk.rows import Filter, Row, Rows, asks_the_store, listed_rows, row_found
from kiosk.ui.desk.view import DeskView
from kiosk.ui.desk.visits import Visits


class Listing(QObject):
    """`shown`: the list says something else. `opened` carries the id of the visit whose record is wanted.

    `left`: the keys are the window's again. `is_hidden`: nobody is there who may see a list of patients.
    """

    shown = Signal()
    opened = Signal(str)
    left = Signal()
    touched = Signal()

    def __init__(self, dress: Dress, visits: Visits, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._dress, self._visits, self._now = dress, visits, now
        self.is_hidden = False
        self._filter = Filter.ALL
        self._typed = ""
        self._rows = Rows()
        self._given = ""
        visits.changed.connect(self.show)
        visits.acted.connect(self._acted)

    def serve(self, view: DeskView) -> None:
        """These are the pieces now."""
        search = view.header.search
        search.setText(self._typed)
        search.textEdited.connect(self._search)
        search.entered.connect(self._open_first)
        search.left.connect(self._leave_search)
        search.downwards.connect(self._to_list)
        view.chips.chosen.connect(self.choose_filter)
        view.list.chosen.connect(view.queue.show_row)
        view.list.opened.connect(self.open_row)

    @property
    def row(self) -> Row | None:
        """The line that the keys stand on."""
        return self._dress.view.list.row

    def show(self) -> None:
        """What there is now."""
        view, language = self._dress.view, self._dress.language
        today = self._now().date()
        rows = [] if self.is_hidden else self._rows.of(self._visits.visits, language)
        found = [] if self.is_hidden else [row_found(one, today, language) for one in self._visits.found]
        is_known = not (self.is_hidden or self._visits.is_away or (self._visits.fails and not rows))
        counts = {one: sum(row.falls_under(one) for row in rows) for one in Filter} if is_known else {}
        view.chips.show_counts(counts, self._filter)
        lines = listed_rows(rows, self._filter, self._typed, found)
        view.list.show_rows(lines)
        if any(row.visit_id == self._given for row in view.list.lines.rows):
            view.list.choose(self._given)
            self._given = ""
        view.queue.show_row(view.list.row)
        view.open_to(somebody=not self.is_hidden, store=not self._visits.is_away)
        view.show_empty("" if lines or self.is_hidden else self._dress.say(f"empty.{self._why_empty()}"))
        self.shown.emit()

    def _why_empty(self) -> str:
        if self._visits.is_away:
            return "away"
        if self._visits.fails:
            return "fails"
        return "nothing_found" if self._typed.strip() else "nobody"

    def choose_when_listed(self, visit_id: str) -> None:
        """The keys go to this visit's line as soon as there is one."""
        self._given = visit_id
        self._visits.refresh()

    def forget(self) -> None:
        """Nobody is listed or looked for."""
        self._typed = self._given = ""
        self._rows.forget()

    # -- filter and search ------------------------------------------------------------------------------------------
    def next_filter(self) -> None:
        """The filter after this one."""
        order = list(Filter)
        self.choose_filter(order[(order.index(self._filter) + 1) % len(order)])

    def choose_filter(self, chosen: object) -> None:
        """Only what falls under it."""
        if isinstance(chosen, Filter):
            self._filter = chosen
            self.show()

    def begin_search(self) -> None:
        """The keys go to the search."""
        view = self._dress.view
        view.show_acts(wanted=False)
        view.header.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        view.header.search.selectAll()

    def look_for(self, typed: str) -> None:
        """As if it had been typed."""
        self._dress.view.header.search.setText(typed)
        self._search(typed)

    def _search(self, typed: str) -> None:
        self._typed = typed
        self.touched.emit()
        self._visits.search(typed if asks_the_store(typed) else "")
        self.show()

    def clear_search(self) -> None:
        """Today's list again."""
        self._typed = ""
        self._dress.view.header.search.forget()
        self._visits.search("")
        self.show()

    def _leave_search(self) -> None:
        if self._typed:
            self.clear_search()
        else:
            self.left.emit()

    # -- lines ------------------------------------------------------------------------------------------------------
    @property
    def has_keys(self) -> bool:
        """Whether the keys stand on a line."""
        return self._dress.view.list.hasFocus() and self.row is not None

    def _to_list(self) -> None:
        listed = self._dress.view.list
        if listed.lines.rows:
            if listed.row is None:
                listed.setCurrentIndex(listed.lines.index(0))
            listed.setFocus(Qt.FocusReason.TabFocusReason)

    def _open_first(self) -> None:
        """Enter in the search: the only one, or on to the list."""
        rows = self._dress.view.list.lines.rows
        if len(rows) == 1 and self._typed.strip():
            self._dress.view.list.choose(rows[0].visit_id)
            self.open_row(rows[0])
        else:
            self._to_list()

    def open_row(self, row: object) -> None:
        """Its record is wanted."""
        if isinstance(row, Row):
            self.opened.emit(row.visit_id)

    def _acted(self, visit_id: str) -> None:
        self._dress.view.list.choose(visit_id)
