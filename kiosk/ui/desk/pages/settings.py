"""The settings: every key with its help, one changed at a time, checked before it can be written."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QWidget

from kiosk.ui.desk.look import DeskVoice
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.frame import Choice, WorkPage, labelled, text_field
from kiosk.ui.desk.pages.picture import Picture
from kiosk.ui.desk.pages.table import Cell, Column, Rows
from kiosk.ui.desk.pieces import Card, Words
from kiosk.ui.theme.palette import Tone

_ALL = ""
_LISTED = 32


@dataclass(frozen=True, slots=True)
class SettingsKey:
    """One key. Values are as they are typed; `shown` is the value without what must not be seen of it.

    `is_pending`: the file says something else than the program runs with. `is_hidden`: the value cannot be edited here.
    """

    section: str
    name: str
    kind: str
    value: str
    shown: str
    default: str
    help_text: str
    allowed: tuple[str, ...] = ()
    is_pending: bool = False
    is_hidden: bool = False

    @property
    def place(self) -> str:
        """`printer.target`."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True)
class CheckedChange:
    """A change that the program would start with; `picture` is a slip with it as PNG, empty where it changes none."""

    place: str
    written: str
    before: str
    after: str
    picture: bytes = b""


class SettingsSource(Protocol):
    """Where the page's data come from; everything here may take its time and raise KioskError."""

    def keys(self) -> tuple[SettingsKey, ...]:
        """All keys, in the file's order."""
        ...

    def check(self, place: str, written: str) -> CheckedChange:
        """What a change would do; nothing is written."""
        ...

    def save(self, place: str, written: str) -> str:
        """Writes it in the name of who is signed in, and says where the old file lies."""
        ...

    def print_test(self) -> str:
        """Prints a slip of nobody and says how that went, as the journal would."""
        ...


class SettingsPage(WorkPage):
    """Keys on the left, the marked one on the right. `signed_in`: whether somebody is, who answers for a change."""

    def __init__(self, setting: PageSetting, source: SettingsSource, signed_in: Callable[[], bool]) -> None:
        super().__init__(setting, "settings")
        self._source, self._signed_in = source, signed_in
        self._keys_known: tuple[SettingsKey, ...] = ()
        self._listed: tuple[SettingsKey, ...] = ()
        self._checked: CheckedChange | None = None
        self.section = self.choice("section", [(self.say("every_section"), _ALL)], self._list)
        self.search = self.field("search", self._list, self.say("search_hint"))
        self.search.textChanged.connect(lambda _: self._list())
        self.rows = Rows(
            self.look,
            self.say("title"),
            [Column(self.say("column.key"), wide=True), Column(self.say("column.value"), wide=True)],
        )
        self.rows.marked.connect(lambda _: self._show_marked())
        self.rows.opened.connect(lambda _: self._edit())
        self.name = Words(self.look, "", DeskVoice.HEADING)
        self.help_words = Words(self.look, "", DeskVoice.SMALL)
        self.default = Words(self.look, "", DeskVoice.SMALL, "ink_soft")
        self.line = text_field(self.look, self.say("value"))
        self.line.textChanged.connect(lambda _: self._touched())
        self.line.returnPressed.connect(self._check)
        self.pick = Choice(self.look, self.say("value"))
        self.pick.currentIndexChanged.connect(lambda _: self._touched())
        self.editor = QStackedWidget()
        self.editor.addWidget(self.line)
        self.editor.addWidget(self.pick)
        self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.effect = Words(self.look, "", DeskVoice.STRONG)
        self.when = Words(self.look, self.say("next_start"), DeskVoice.SMALL, "ink_soft")
        self.picture = Picture(self.look, self.say("picture"))
        self._arrange()
        self.check_button = self.act("check", "Alt+K", self._check)
        self.save_button = self.act("save", "Alt+S", self._save, primary=True)
        self.act("default", "Alt+M", self._take_default)
        self.print_button = self.act("print", "Alt+P", self._print)
        self.act("reload", "Alt+R", self.reload)
        self._show_marked()

    def shown(self) -> None:
        """Asks for the keys."""
        self.rows.setFocus()
        self.reload()

    def wipe(self) -> None:
        """A value that was typed and not written is gone."""
        self._keys_known, self._listed, self._checked = (), (), None
        self.search.clear()
        self.rows.forget()
        self._show_marked()

    def reload(self) -> None:
        """The keys as the file says them now."""
        self.ask(self._source.keys, self._show)

    def _arrange(self) -> None:
        card = Card(self.look)
        for piece in (self.name, self.help_words, self.default):
            card.inside.addWidget(piece)
        card.inside.addWidget(labelled(self.look, self.say("value"), self.editor))
        for piece in (self.effect, self.when):
            card.inside.addWidget(piece)
        card.inside.addWidget(self.picture, 1_000)
        card.inside.addStretch(1)
        inside = QWidget()
        inside.setObjectName("inside")
        column = QHBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        scroll = QScrollArea()
        scroll.setObjectName("scrolled")
        scroll.setAccessibleName(self.say("value"))
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        row = QHBoxLayout()
        row.setSpacing(self.look.px(12))
        row.addWidget(self.rows, 1)
        row.addWidget(scroll, 1)
        self.body.addLayout(row, 1)

    # -- what is shown --------------------------------------------------------------------------------------------
    def _show(self, keys: tuple[SettingsKey, ...]) -> None:
        self._keys_known = keys
        sections = dict.fromkeys(key.section for key in keys)
        self.section.offer([(self.say("every_section"), _ALL), *((f"[{name}]", name) for name in sections)])
        pending = sum(key.is_pending for key in keys)
        self.aside.tell(self.say("count", keys=len(keys), pending=pending))
        self._list()

    def _list(self) -> None:
        marked = self._marked
        wanted, section = self.search.text().strip().lower(), self.section.currentData()
        self._listed = tuple(
            key
            for key in self._keys_known
            if (not section or key.section == section)
            and (wanted in key.place.lower() or wanted in key.help_text.lower())
        )
        places = [key.place for key in self._listed]
        mark = places.index(marked.place) if marked is not None and marked.place in places else 0
        self.rows.fill([self._row(key) for key in self._listed], mark=mark)

    def _row(self, key: SettingsKey) -> list[Cell]:
        value = _short(key.shown) or self.say("empty")
        if key.is_pending:
            return [Cell(key.place, strong=True), Cell(self.say("pending", value=value), Tone.INFO)]
        return [Cell(key.place), Cell(value, soft=key.value == key.default, strong=key.value != key.default)]

    @property
    def _marked(self) -> SettingsKey | None:
        at = self.rows.currentRow()
        return self._listed[at] if 0 <= at < len(self._listed) else None

    def _show_marked(self) -> None:
        key = self._marked
        self._checked = None
        self.name.tell(key.place if key is not None else self.say("nothing"))
        self.help_words.tell(key.help_text if key is not None else "")
        self.default.tell(self.say("default", value=key.default or self.say("empty")) if key is not None else "")
        for editor in (self.line, self.pick):
            editor.blockSignals(True)
        if key is not None and key.allowed:
            self.pick.offer([(value or self.say("empty"), value) for value in key.allowed])
            self.pick.setCurrentIndex(max(0, self.pick.findData(key.value)))
            self.editor.setCurrentWidget(self.pick)
        else:
            self.line.setText(key.value if key is not None else "")
            self.line.setPlaceholderText(self.say(f"kind.{key.kind}") if key is not None else "")
            self.editor.setCurrentWidget(self.line)
        for editor in (self.line, self.pick):
            editor.blockSignals(False)
        self.editor.setEnabled(key is not None and not key.is_hidden)
        hidden = key is not None and key.is_hidden
        self.effect.tell(self.say("hidden", value=key.shown) if key is not None and hidden else "")
        self.picture.forget()
        self.picture.hide()
        self._allow()

    @property
    def _written(self) -> str:
        is_pick = self.editor.currentWidget() is self.pick
        return str(self.pick.currentData()) if is_pick else self.line.text()

    def _touched(self) -> None:
        """What was checked is not what stands there any more."""
        self._checked = None
        self.effect.tell("")
        self.picture.hide()
        self._allow()

    def _allow(self) -> None:
        """Only what was checked can be written, and only by somebody who answers for it."""
        key = self._marked
        editable = key is not None and not key.is_hidden
        changed = editable and key is not None and self._written != key.value
        self.check_button.setEnabled(changed)
        self.save_button.setEnabled(changed and self._checked is not None and self._signed_in())

    # -- what is done ---------------------------------------------------------------------------------------------
    def _edit(self) -> None:
        if self.editor.isEnabled():
            (self.pick if self.editor.currentWidget() is self.pick else self.line).setFocus()

    def _take_default(self) -> None:
        if (key := self._marked) is None or key.is_hidden:
            return
        self.line.setText(key.default)
        self.pick.setCurrentIndex(max(0, self.pick.findData(key.default)))
        self._check()

    def _check(self) -> None:
        key = self._marked
        if key is not None and not key.is_hidden and self._written != key.value:
            self.ask(partial(self._source.check, key.place, self._written), self._show_checked)

    def _show_checked(self, change: CheckedChange) -> None:
        key = self._marked
        if key is None or (key.place, self._written) != (change.place, change.written):
            return  # something else is marked or typed by now
        self._checked = change
        empty = self.say("empty")
        self.effect.tell(self.say("effect", before=change.before or empty, after=change.after or empty))
        self.picture.show_png(change.picture)
        self.picture.setVisible(bool(change.picture))
        self.tell("valid" if self._signed_in() else "sign_in", Tone.GOOD if self._signed_in() else Tone.ATTENTION)
        self._allow()

    def _save(self) -> None:
        change, key = self._checked, self._marked
        if change is not None and key is not None:
            self.ask(partial(self._source.save, change.place, change.written), self._saved)

    def _saved(self, backup: str) -> None:
        self.tell("saved", backup=backup)
        self.reload()

    def _print(self) -> None:
        self.ask(self._source.print_test, self._printed)

    def _printed(self, outcome: str) -> None:
        good = outcome.startswith("printed")
        self.tell("printed" if good else "not_printed", Tone.GOOD if good else Tone.ATTENTION, outcome=outcome)


def _short(value: str) -> str:
    """For the list: beginning and end; the whole value stands beside it."""
    return value if len(value) <= _LISTED else f"{value[: _LISTED - 14]}…{value[-12:]}"
