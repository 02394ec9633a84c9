"""The keys of the staff's window, all in one place: shortcuts, captions and the overlay are made of this table."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from kiosk.text import Language, say


class Act(StrEnum):
    """What staff can do in the window; its words are `desk.act.<value>`."""

    HELP = "help"
    TYPE_IN = "type-in"
    SEARCH = "search"
    SERVICE = "service"
    ASK_AGAIN = "ask-again"
    VISIT = "visit"
    OVERRIDE = "override"
    DUTY = "duty"
    GUN = "gun"
    CALL_NEXT = "call-next"
    GIVE = "give"
    REPRINT = "reprint"
    PRIORITY = "priority"
    SCAN = "scan"
    SHOW_NUMBER = "show-number"
    LEAVE = "leave"
    COPY = "copy"
    COPY_TABLE = "copy-table"
    RECALL = "recall"
    ENTER = "enter"
    FINISH = "finish"
    NO_SHOW = "no-show"
    MOVE = "move"
    UNDO_CALL = "undo-call"
    RETURN = "return"
    CANCEL = "cancel"
    ROOM = "room"
    FILTER = "filter"
    LARGER = "larger"
    CONTRAST = "contrast"
    LANGUAGE = "language"


KEYS: Mapping[Act, str] = MappingProxyType(
    {
        Act.HELP: "F1",
        Act.TYPE_IN: "F2",
        Act.SEARCH: "F3",
        Act.SERVICE: "F4",
        Act.ASK_AGAIN: "F5",
        Act.VISIT: "F6",
        Act.OVERRIDE: "F7",
        Act.DUTY: "F8",
        Act.GUN: "F9",
        Act.CALL_NEXT: "F10",
        Act.GIVE: "Return",
        Act.LEAVE: "Esc",
        Act.REPRINT: "Ctrl+P",
        Act.PRIORITY: "Ctrl+T",
        Act.SCAN: "Ctrl+S",
        Act.SHOW_NUMBER: "Ctrl+E",
        Act.COPY: "Ctrl+Shift+C",
        Act.COPY_TABLE: "Ctrl+Shift+B",
        Act.RECALL: "Ctrl+R",
        Act.ENTER: "Ctrl+I",
        Act.FINISH: "Ctrl+D",
        Act.NO_SHOW: "Ctrl+K",
        Act.MOVE: "Ctrl+M",
        Act.UNDO_CALL: "Ctrl+U",
        Act.RETURN: "Ctrl+Shift+R",
        Act.CANCEL: "Del",
        Act.ROOM: "Ctrl+G",
        Act.FILTER: "Ctrl+F",
        Act.LARGER: "Ctrl++",
        Act.CONTRAST: "Ctrl+H",
        Act.LANGUAGE: "Ctrl+L",
    }
)
"""As Qt writes keys. Enter, Escape and Delete are heard by the window itself: what has the keyboard may want them."""

HEARD_BY_THE_WINDOW = frozenset({Act.GIVE, Act.LEAVE, Act.CANCEL})

PAGE_KEYS = ("F11", "F12")
"""Of the pages that the window's lower edge names; all are in the overlay."""

TAKEN = frozenset(KEYS.values())


def caption(act: Act) -> str:
    """The key as a keycap says it: `F5`, `Ctrl+P`, `Enter`."""
    return caption_of(KEYS[act])


def caption_of(key: str) -> str:
    """The same of any key."""
    written = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
    return {"Return": "Enter", "Escape": "Esc"}.get(written, written)


def words(act: Act, language: Language) -> str:
    """What it does, for its button."""
    return say(f"desk.act.{act.value}", language)


def matches(act: Act, key: int, modifiers: Qt.KeyboardModifier) -> bool:
    """Whether this key is the act's; Enter on the keypad counts as Enter."""
    plain = modifiers & ~Qt.KeyboardModifier.KeypadModifier
    main = Qt.Key.Key_Return if key == Qt.Key.Key_Enter else Qt.Key(key)
    return QKeySequence(KEYS[act]) == QKeySequence(plain.value | main.value)
