"""The staff's page about the barcode gun: scan the test code, read how the gun is set and what to do.

It is shown results only (`Trial`, faults, the port's state): nothing that was scanned is kept or shown.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kiosk.failure import KioskError
from kiosk.reader.gun import Way
from kiosk.reader.gun.trial import LETTERS, Trial
from kiosk.slip.gun_sheet import test_code_image
from kiosk.slip.page import SlipPage
from kiosk.text import Language
from kiosk.ui.print_dialog import PrintDialog
from kiosk.ui.theme.icons import icon_pixmap
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import LIGHT, Palette, Tone
from kiosk.ui.widgets.staff_dialog import StaffDialog
from kiosk.ui.widgets.staff_form import BOLD, STRONG, button_row, form_button, form_label
from kiosk.workflow.state import DeviceState

CLOSES_AFTER_S = 180
"""Scans check nobody in while the page is open: it does not stay open by mistake."""

_MODULE_PX = 4
_ICON_PX = 32
_ICONS = {Tone.GOOD: "check", Tone.ATTENTION: "warning", Tone.INFO: "qr"}
_FACTS = ("number", "letters", "method")


class Sheet(Protocol):
    """The set-up sheet, as the page asks for it."""

    def save(self, language: Language) -> Path:
        """Saves it and returns its file.

        Raises:
            KioskError: OUTPUT_UNWRITABLE; SETTINGS_INVALID, the clinic's own codes.
        """

    def pages(self, language: Language) -> Sequence[SlipPage]:
        """It, set on its pages.

        Raises:
            KioskError: SETTINGS_INVALID, the clinic's own codes.
        """

    def printers(self) -> Sequence[str]:
        """The printers of this system, the likeliest first."""


class GunPage(StaffDialog):
    """What a scan of the test code tells. Ctrl+P prints the sheet, Ctrl+S saves it."""

    def __init__(
        self,
        letters: Letters,
        sheet: Sheet,
        *,
        language: Language = Language.VI,
        palette: Palette = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        # The code's own ground is white in every palette: a gun needs its dark on light.
        code = f"#code {{ background: {LIGHT.surface}; border: 1px solid {palette.hairline}; padding: 12px; }}"
        super().__init__(
            letters, "gun", "gun", language=language, palette=palette, parent=parent, part="page.",
            ground=palette.ground, edge=False, style=code,
        )  # fmt: skip
        self._sheet = sheet
        self.verdict = form_label(letters, "", 26, BOLD)
        self.advice = form_label(letters, "", 16, soft=True)
        self.port = form_label(letters, "", 14, soft=True)
        self.note = form_label(letters, "", 14)
        self._icon = QLabel()
        self.facts = {name: form_label(letters, "–", 16, STRONG) for name in _FACTS}
        self.print = form_button(letters, self._say("page.print"), primary=True)
        self.save = form_button(letters, self._say("page.save"))
        self.print_dialog: PrintDialog | None = None
        self.print.clicked.connect(self._print)
        self.save.clicked.connect(self._save)
        self._arrange()
        self.show_waiting()
        self.show_port("", DeviceState.ABSENT)
        self._forgotten = QTimer(self)
        self._forgotten.setSingleShot(True)
        self._forgotten.setInterval(CLOSES_AFTER_S * 1000)
        self._forgotten.timeout.connect(self.close)
        self._forgotten.start()

    # -- what the outside calls -----------------------------------------------------------------------------------
    def show_waiting(self) -> None:
        """Nothing was scanned yet."""
        self._tell(self._say("page.ask"), self._say("page.ask_sentence"), Tone.INFO)
        for label in self.facts.values():
            label.setText("–")

    @Slot(object)
    def show_trial(self, trial: Trial) -> None:
        """What a test scan told."""
        self._forgotten.start()
        name = verdict_of(trial)
        method = self._say(f"method.{trial.method.name.lower() if trial.method else 'unknown'}")
        tone = Tone.GOOD if trial.is_whole else Tone.ATTENTION
        self._tell(self._say(f"verdict.{name}.title", method=method), self._say(f"verdict.{name}.advice"), tone)
        if trial.is_test_code:
            self.facts["number"].setText(self._say("page.right" if trial.number else "page.wrong"))
            self.facts["letters"].setText(self._say("page.count", right=trial.letters, all=len(LETTERS)))
            self.facts["method"].setText(method if trial.way is Way.INPUT_METHOD else self._say("page.none"))
        else:
            for label in self.facts.values():
                label.setText("–")

    @Slot(object)
    def show_discarded(self, encoding: bool) -> None:
        """A scan was thrown away; `encoding`: because a serial gun sent no UTF-8."""
        self._forgotten.start()
        name = "serial-other" if encoding else "discarded"
        self._tell(self._say(f"verdict.{name}.title"), self._say(f"verdict.{name}.advice"), Tone.ATTENTION)
        for label in self.facts.values():
            label.setText("–")

    def show_port(self, port: str, state: DeviceState) -> None:
        """The serial port of the settings, empty where there is none."""
        key = {DeviceState.READY: "ready", DeviceState.TROUBLE: "trouble"}.get(state, "absent") if port else "none"
        self.port.setText(self._say("page.port", port=self._say(f"page.port_{key}", port=port)))

    # -- the pieces -----------------------------------------------------------------------------------------------
    def forget(self) -> None:
        """Nothing of what was scanned stays."""
        self._forgotten.stop()
        if self.print_dialog is not None:
            self.print_dialog.close()
        self.show_waiting()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no gun sends."""
        if event.matches(QKeySequence.StandardKey.Print):
            self._print()
        elif event.matches(QKeySequence.StandardKey.Save):
            self._save()
        else:
            super().keyPressEvent(event)

    def _tell(self, title: str, advice: str, tone: Tone) -> None:
        pair = self._palette.tone(tone)
        self._icon.setPixmap(icon_pixmap(_ICONS[tone], pair.ink, _ICON_PX, self.devicePixelRatio()))
        self.verdict.setText(title)
        self.advice.setText(advice)
        self._card.setStyleSheet(
            f"#card {{ background: {pair.ground}; border-radius: 6px; }}"
            f"#card QLabel {{ color: {pair.ink}; background: transparent; }}"
        )

    def _print(self) -> None:
        """Asks for the printer, where there is one."""
        printers = self._sheet.printers()
        if not printers:
            self.note.setText(self._say("page.no_printer"))
            return
        try:
            pages = self._sheet.pages(self._language)
        except KioskError as error:
            self.note.setText(self._say("page.no_sheet", reason=error.told(self._language)))
            return
        self.note.clear()
        self._forgotten.start()
        self.print_dialog = dialog = PrintDialog(
            self._letters, pages, printers, language=self._language, palette=self._palette, parent=self
        )
        dialog.told.connect(self.note.setText)
        dialog.closed.connect(self._print_dialog_closed)
        dialog.show()

    @Slot()
    def _print_dialog_closed(self) -> None:
        if self.print_dialog is not None:
            self.print_dialog.deleteLater()
            self.print_dialog = None

    def _save(self) -> None:
        try:
            self.note.setText(self._say("page.saved", file=self._sheet.save(self._language)))
        except KioskError as error:
            self.note.setText(self._say("page.unsaved", reason=error.told(self._language)))

    def _arrange(self) -> None:
        self._card = QFrame()
        self._card.setObjectName("card")
        inside = QGridLayout(self._card)
        inside.setContentsMargins(20, 20, 24, 20)
        inside.setHorizontalSpacing(16)
        inside.setVerticalSpacing(8)
        inside.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self.verdict, 0, 1)
        inside.addWidget(self.advice, 1, 1)
        inside.setRowStretch(1, 1)
        self.advice.setAlignment(Qt.AlignmentFlag.AlignTop)
        inside.setColumnStretch(1, 1)
        self._card.setMinimumHeight(156)
        facts = QGridLayout()
        facts.setHorizontalSpacing(24)
        facts.setVerticalSpacing(10)
        for at, name in enumerate(_FACTS):
            facts.addWidget(form_label(self._letters, self._say(f"page.{name}"), 16, soft=True), at, 0)
            facts.addWidget(self.facts[name], at, 1)
        facts.setColumnStretch(1, 1)
        left = QVBoxLayout()
        left.setSpacing(20)
        left.addWidget(self._card)
        left.addLayout(facts)
        left.addWidget(self.port)
        left.addStretch(1)
        left.addWidget(form_label(self._letters, self._say("page.closed_for_patients"), 14, soft=True))
        left.addWidget(self.note)
        left.addLayout(button_row(self.print, self.save, self.close_button, wide=False))
        halves = QHBoxLayout()
        halves.setSpacing(32)
        halves.addLayout(left, 1)
        halves.addWidget(self._code(), 0, Qt.AlignmentFlag.AlignTop)
        whole = self._headed(pixels=20)
        whole.addSpacing(16)
        whole.addLayout(halves, 1)
        self.resize(QSize(1040, 540))

    def _code(self) -> QLabel:
        drawn = test_code_image(_MODULE_PX)
        image = QImage(drawn.tobytes(), drawn.width, drawn.height, drawn.width, QImage.Format.Format_Grayscale8)
        code = QLabel()
        code.setObjectName("code")
        code.setPixmap(QPixmap.fromImage(image.copy()))
        code.setAccessibleName(self._say("sheet.test"))
        return code


def verdict_of(trial: Trial) -> str:
    """The name of what is to be said about `trial`: what has to be put right first."""
    if not trial.is_test_code:
        return "serial-other" if trial.way is Way.SERIAL_OTHER else "other-code"
    if trial.way in (Way.SERIAL, Way.SERIAL_OTHER, Way.INPUT_METHOD):
        return trial.way.value if trial.is_whole or trial.way is not Way.SERIAL else "serial-other"
    if trial.method is not None:
        return "input-method"
    if trial.caps_lock:
        return "keys-caps-lock"
    if trial.layout:
        return "keys-layout"
    return "keys" if trial.is_whole else "keys-lost"
