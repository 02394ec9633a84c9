"""Is everything here that a check-in needs: the doctor's examinations one by one, and how store and clock are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtGui import QGuiApplication

from kiosk.failure import KioskError
from kiosk.privacy import redact_numbers
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.frame import WorkPage
from kiosk.ui.desk.pages.table import Cell, Column, Rows
from kiosk.ui.theme.palette import Tone

_WAITING = "…"
_LONG = 24


@dataclass(frozen=True, slots=True)
class Examined:
    """What one examination found, in words; `cure` is empty where nothing is to be done."""

    tone: Tone
    detail: str
    cure: str = ""


class DevicesSource(Protocol):
    """Where the page's data come from; everything here may take its time."""

    def names(self) -> tuple[tuple[str, str], ...]:
        """Code and name of every examination, in the order in which a desk is set up."""
        ...

    def examine(self, code: str) -> Examined:
        """One of them; what breaks it is its finding."""
        ...


class DevicesPage(WorkPage):
    """One row for each thing, filled as the findings come. Enter examines the marked one again."""

    def __init__(self, setting: PageSetting, source: DevicesSource, copy: Callable[[str], None] | None = None) -> None:
        super().__init__(setting, "devices")
        self._source = source
        self._copy_text = copy or (lambda text: QGuiApplication.clipboard().setText(text))
        self._names: tuple[tuple[str, str], ...] = ()
        self.found: dict[str, Examined] = {}
        self._waiting: list[int] = []
        self.table = Rows(
            self.look,
            self.say("title"),
            [
                Column(self.say("column.what"), wide=True),
                Column(self.say("column.health")),
                Column(self.say("column.detail"), wide=True),
                Column(self.say("column.cure"), wide=True),
            ],
        )
        self.table.opened.connect(self._again_at)
        self.body.addWidget(self.table, 1)
        self.act("all", "Alt+R", self.examine_all, primary=True)
        self.act("one", "Alt+A", lambda: self._again_at(self.table.currentRow()))
        self.copy_button = self.act("copy", "Alt+C", self._copy)

    def shown(self) -> None:
        """Examines everything."""
        self.table.setFocus()
        self.ask(self._source.names, self._begin)

    def wipe(self) -> None:
        """What was found is old the next time."""
        self.found.clear()
        self._waiting.clear()
        self.table.fill([self._cells(code, name) for code, name in self._names])
        self.aside.tell("")

    def _begin(self, names: tuple[tuple[str, str], ...]) -> None:
        self._names = names
        self.table.fill([self._cells(code, name) for code, name in names])
        self.examine_all()

    def examine_all(self) -> None:
        """From the first to the last; those that wait already are not asked twice."""
        for at, _ in enumerate(self._names):
            self._again_at(at)

    def _again_at(self, row: int) -> None:
        if not 0 <= row < len(self._names) or row in self._waiting:
            return
        self.found.pop(self._names[row][0], None)
        self._waiting.append(row)
        self._show_row(row)
        if len(self._waiting) == 1:
            self._examine_next()

    def _examine_next(self) -> None:
        """One at a time: what the window asks the store for meanwhile waits for one of them at most."""
        row = self._waiting[0]
        work = partial(self._source.examine, self._names[row][0])
        self.ask(work, partial(self._came, row), partial(self._broke, row))

    def _came(self, row: int, examined: Examined) -> None:
        self._waiting.remove(row)
        self.found[self._names[row][0]] = examined
        self._show_row(row)
        if self._waiting:
            self._examine_next()

    def _broke(self, row: int, error: KioskError) -> None:
        self._came(row, Examined(Tone.STOP, error.code.value, error.told(self.language)))

    def _show_row(self, row: int) -> None:
        self.table.put(row, self._cells(*self._names[row]))
        bad = sum(one.tone is Tone.STOP for one in self.found.values())
        attention = sum(one.tone is Tone.ATTENTION for one in self.found.values())
        self.aside.tell(self.say("count", done=len(self.found), all=len(self._names), bad=bad, attention=attention))
        self.copy_button.setEnabled(bool(self.found) and not self._waiting)

    def _cells(self, code: str, name: str) -> list[Cell]:
        found = self.found.get(code)
        if found is None:
            return [Cell(name, strong=True), Cell(_WAITING, soft=True), Cell(""), Cell("")]
        # Colour where somebody is needed, and nowhere else.
        tone = found.tone if found.tone in (Tone.ATTENTION, Tone.STOP) else None
        health = Cell(self.say(f"health.{found.tone.value}"), tone)
        return [Cell(name, strong=True), health, Cell(_breakable(found.detail)), Cell(found.cure, soft=True)]

    def _copy(self) -> None:
        self._copy_text(self.as_text())
        self.tell("copied")

    def as_text(self) -> str:
        """All findings for somebody who helps from afar: no long number, one a line."""
        lines = []
        for code, name in self._names:
            if (found := self.found.get(code)) is not None:
                told = f"{name}: {self.say(f'health.{found.tone.value}')}; {found.detail}"
                lines.append(" — ".join(filter(None, (told, found.cure))))
        return redact_numbers("\n".join(lines)) + "\n"


def _breakable(detail: str) -> str:
    """A path may go on below after a slash: it is one word, and longer than a column."""
    return detail.replace("/", "/ ") if any(len(word) > _LONG for word in detail.split()) else detail
