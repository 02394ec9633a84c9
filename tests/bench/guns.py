"""Barcode guns: a thousand invented codes each way, what of them arrives right and what a scan costs.

Keys come as the window's key events at 5 to 60 ms by a clock of their own, bytes through a pseudo-terminal at random
splits.
"""

import os
import time
import tty
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from random import Random

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from kiosk.reader.document import CitizenCode, InsuranceCode
from kiosk.reader.payload import parse
from kiosk.simulator.invented_codes import InventedCode, invent_codes
from kiosk.simulator.typing import AltCode, Composed, Key, Letters, Struck, Style, gun_keys, through_method
from kiosk.ui.scanner_input import ScannerInput
from kiosk.ui.serial_gun import SerialGun

SCANS = 1000
SEED = 20261122
NO_MODIFIER = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier
_KEYS = {"\r": Qt.Key.Key_Return, "\b": Qt.Key.Key_Backspace}

Row = tuple[str, int, int, int, int, int, int, float]


def guns() -> list[Row]:
    """Way, scans, number right, birth right, name right, name left out, name wrong, milliseconds of work a scan."""
    app = QApplication.instance() or QApplication(["bench"])
    rows = [_serial(invent_codes(SCANS, SEED))]
    rows += [_keys(app, method, invent_codes(SCANS, SEED)) for method in ("", "telex", "vni")]
    return rows


def _row(way: str, codes: list[InventedCode], scanned: list[str], worked_s: float) -> Row:
    right: Counter[str] = Counter()
    for code, text in zip(codes, scanned, strict=True):
        read = parse(text)
        if not isinstance(read, CitizenCode | InsuranceCode):
            continue
        number = read.personal_number if isinstance(read, CitizenCode) else read.card_number
        born = read.date_of_birth
        right["number"] += number == code.number
        right["birth"] += born is not None and born.iso() == code.date_of_birth.isoformat()
        right["name" if read.full_name == code.full_name else "wrong" if read.full_name else "left out"] += 1
    counts = (right[what] for what in ("number", "birth", "name", "left out", "wrong"))
    return (way, len(codes), *counts, 1000 * worked_s / len(codes))  # type: ignore[return-value]  # five counts


def _serial(codes: list[InventedCode]) -> Row:
    """Through a pseudo-terminal."""
    random, now, scanned = Random(SEED), [0.0], [""] * 0
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    gun = SerialGun(os.ttyname(theirs), 115200, clock=lambda: now[0])
    gun.scanned.connect(lambda event: scanned.append(event.text))
    gun.start()
    started_s = time.process_time()
    for at, code in enumerate(codes):
        now[0] += 1.0
        data = code.text.encode() + b"\r"
        while data:
            cut = random.randint(1, 120)
            os.write(ours, data[:cut])
            data = data[cut:]
        while len(scanned) <= at:
            QCoreApplication.processEvents()
    worked_s = time.process_time() - started_s
    gun.stop()
    os.close(ours)
    os.close(theirs)
    return _row("serial port", codes, scanned, worked_s)


def _keys(app: QCoreApplication, method: str, codes: list[InventedCode]) -> Row:
    """As key events of a field that has the focus, through `method` if one is named."""
    random, now, scanned, worked_s = Random(SEED), [0.0], [""] * 0, 0.0
    field = QLineEdit()
    with _filter(app, lambda: now[0], scanned.append) as keys:
        for code in codes:
            now[0] += 5.0
            keys.listen_to_silence()
            typed: Iterable[Struck] = gun_keys(code.text + "\r", random.choice(list(Letters)))
            if method:
                choices = {"digits_end_marks": random.random() < 0.5, "restores": random.random() < 0.5}
                typed = through_method(iter(typed), method, random.choice(list(Style)), **choices)  # type: ignore[arg-type]
            struck = list(typed)
            started_s = time.process_time()
            for one in struck:
                for event in _events(one):
                    now[0] += random.uniform(0.005, 0.06)
                    QApplication.sendEvent(field, event)
            worked_s += time.process_time() - started_s
    if field.text():
        raise AssertionError("keys of a gun leaked into the field")
    names = {"": "keys", "telex": "keys through Telex", "vni": "keys through VNI"}
    return _row(names[method], codes, scanned, worked_s)


@contextmanager
def _filter(app: QObject, clock: Callable[[], float], scanned: Callable[[str], None]) -> Iterator[ScannerInput]:
    keys = ScannerInput(clock=clock)
    keys.scanned.connect(lambda event: scanned(event.text))
    app.installEventFilter(keys)
    try:
        yield keys
    finally:
        app.removeEventFilter(keys)


def _events(struck: Struck) -> Iterator[QEvent]:
    match struck:
        case Key(character):
            yield QKeyEvent(QEvent.Type.KeyPress, _KEYS.get(character, Qt.Key.Key_unknown), NO_MODIFIER, character)
        case Composed(commit, preedit, replaced):
            event = QInputMethodEvent(preedit, [])
            event.setCommitString(commit, -replaced, replaced)
            yield event
        case AltCode(digits):
            for digit in digits:
                yield QKeyEvent(QEvent.Type.KeyPress, ord(digit), ALT, "")
            yield QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, NO_MODIFIER)
