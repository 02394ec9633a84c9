"""The staff's page about the barcode gun: scan the test code, read how the gun is set and what to do.

It is shown results only (`Trial`, faults, the port's state): nothing that was scanned is kept or shown.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QFont, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kiosk.failure import KioskError
from kiosk.reader.gun import Way
from kiosk.reader.gun.trial import LETTERS, Trial
from kiosk.slip.gun_sheet import test_code_image
from kiosk.text import Language, say
from kiosk.ui.theme.icons import icon_pixmap
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import LIGHT, Palette, Tone
from kiosk.workflow.state import DeviceState

CLOSES_AFTER_S = 180
"""Scans check nobody in while the page is open: it does not stay open by mistake."""

_NORMAL, _STRONG, _BOLD = QFont.Weight.Normal, QFont.Weight.DemiBold, QFont.Weight.Bold
_MODULE_PX = 4
_ICON_PX = 32
_ICONS = {Tone.GOOD: "check", Tone.ATTENTION: "warning", Tone.INFO: "qr"}
_FACTS = ("number", "letters", "method")


class GunPage(QDialog):
    """`closed` once, whatever closes it. `save_sheet` saves the set-up sheet and returns its file, or raises."""

    closed = Signal()

    def __init__(
        self,
        letters: Letters,
        save_sheet: Callable[[Language], Path],
        *,
        language: Language = Language.VI,
        palette: Palette = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._letters, self._save_sheet, self._language, self._palette = letters, save_sheet, language, palette
        self.setObjectName("gun")
        self.setModal(True)
        self.setWindowTitle(self._say("page.title"))
        self.setStyleSheet(_style(palette))
        self.verdict = self._label("", 26, _BOLD)
        self.advice = self._label("", 16, _NORMAL, soft=True)
        self.port = self._label("", 14, _NORMAL, soft=True)
        self.note = self._label("", 14, _NORMAL, soft=True)
        self._icon = QLabel()
        self.facts = {name: self._label("–", 16, _STRONG) for name in _FACTS}
        self.save = self._button("page.save", primary=True)
        self.close_button = self._button("page.close")
        self.save.clicked.connect(self._save)
        self.close_button.clicked.connect(self.close)
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
    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing of what was scanned stays."""
        self._forgotten.stop()
        self.show_waiting()
        self.closed.emit()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; Enter, which guns send, presses nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def _say(self, key: str, **values: object) -> str:
        return say(f"gun.{key}", self._language, **values)

    def _tell(self, title: str, advice: str, tone: Tone) -> None:
        pair = self._palette.tone(tone)
        self._icon.setPixmap(icon_pixmap(_ICONS[tone], pair.ink, _ICON_PX, self.devicePixelRatio()))
        self.verdict.setText(title)
        self.advice.setText(advice)
        self._card.setStyleSheet(
            f"#card {{ background: {pair.ground}; border-radius: 6px; }}"
            f"#card QLabel {{ color: {pair.ink}; background: transparent; }}"
        )

    def _save(self) -> None:
        try:
            self.note.setText(self._say("page.saved", file=self._save_sheet(self._language)))
        except KioskError as error:
            self.note.setText(self._say("page.unsaved", reason=error.told(self._language)))

    def _label(self, text: str, pixels: int, weight: QFont.Weight, *, soft: bool = False) -> QLabel:
        label = QLabel(text)
        label.setFont(self._letters.sized(weight, pixels, tabular=True))
        label.setWordWrap(True)
        label.setProperty("soft", soft)
        return label

    def _button(self, key: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(self._say(key))
        button.setProperty("primary", primary)
        button.setMinimumHeight(44)
        button.setFont(self._letters.sized(_STRONG, 15))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAutoDefault(False)
        return button

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
            facts.addWidget(self._label(self._say(f"page.{name}"), 16, _NORMAL, soft=True), at, 0)
            facts.addWidget(self.facts[name], at, 1)
        facts.setColumnStretch(1, 1)
        left = QVBoxLayout()
        left.setSpacing(20)
        left.addWidget(self._card)
        left.addLayout(facts)
        left.addWidget(self.port)
        left.addStretch(1)
        left.addWidget(self._label(self._say("page.closed_for_patients"), 14, _NORMAL, soft=True))
        left.addWidget(self.note)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.save)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        left.addLayout(buttons)
        halves = QHBoxLayout()
        halves.setSpacing(32)
        halves.addLayout(left, 1)
        halves.addWidget(self._code(), 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(32, 24, 32, 32)
        whole.setSpacing(16)
        whole.addWidget(self._label(self._say("page.title"), 20, _BOLD))
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


def _style(palette: Palette) -> str:
    return f"""
        #gun {{ background: {palette.ground}; }}
        QLabel {{ color: {palette.ink}; }}
        QLabel[soft="true"] {{ color: {palette.ink_soft}; }}
        #code {{ background: {palette.surface}; border: 1px solid {palette.hairline}; border-radius: 6px;
            padding: 12px; }}
        QPushButton {{ background: {palette.surface}; color: {palette.ink}; border: 1px solid {palette.line};
            border-radius: 6px; padding: 0 18px; }}
        QPushButton:pressed {{ background: {palette.brand_tint}; }}
        QPushButton[primary="true"] {{ background: {palette.brand}; color: {palette.on_brand};
            border: 1px solid {palette.brand}; }}
        QPushButton[primary="true"]:pressed {{ background: {palette.brand_pressed}; }}
    """
