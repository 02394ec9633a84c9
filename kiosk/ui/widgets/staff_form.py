"""The pieces of the staff's small dialogs: labels, fields, buttons, a coloured note, and their one style.

Staff sit near and use mouse and keys, so these are Qt's own widgets in pixels, without the patients' sizes and taps.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton

from kiosk.ui.theme.icons import icon_pixmap
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import Palette, Tone

NORMAL, STRONG, BOLD = QFont.Weight.Normal, QFont.Weight.DemiBold, QFont.Weight.Bold

BUTTON_PX, FIELD_PX = 48, 48
_GAP_PX = 12
_ICON_PX = 22
_NOTE_LETTERS_PX = 15
_ICONS = {Tone.GOOD: "check", Tone.STOP: "stop", Tone.ATTENTION: "warning", Tone.INFO: "info"}


def form_label(
    letters: Letters, text: str, pixels: int, weight: QFont.Weight = NORMAL, *, soft: bool = False
) -> QLabel:
    """Words that wrap; `soft` steps back."""
    label = QLabel(text)
    label.setFont(letters.sized(weight, pixels, tabular=True))
    label.setWordWrap(True)
    label.setProperty("soft", soft)
    return label


def form_button(letters: Letters, text: str, *, primary: bool = False, height_px: int = BUTTON_PX) -> QPushButton:
    """A button that no key presses: a gun that is no longer told from a hand ends with Enter."""
    button = QPushButton(text)
    button.setProperty("primary", primary)
    button.setMinimumHeight(height_px)
    button.setFont(letters.sized(STRONG, 16))
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAutoDefault(False)
    return button


class Line(QLineEdit):
    """A line to type in. Once it is emptied nothing of what stood there can be brought back."""

    def clear(self) -> None:
        """Unlike Qt's own, which can be undone."""
        self.setText("")


def form_field(letters: Letters, name: str, hint: str, *, pixels: int = 18, height_px: int = FIELD_PX) -> QLineEdit:
    """A line to type in; `name` is what it is called where it is not seen."""
    field = Line()
    field.setFont(letters.sized(NORMAL, pixels, tabular=True))
    field.setMinimumHeight(height_px)
    field.setPlaceholderText(hint)
    field.setAccessibleName(name)
    return field


def button_row(*buttons: QPushButton, wide: bool) -> QHBoxLayout:
    """Buttons side by side; `wide`: the first takes the room that is left, else it stays free."""
    row = QHBoxLayout()
    row.setSpacing(_GAP_PX)
    for at, button in enumerate(buttons):
        row.addWidget(button, int(wide and at == 0))
    if not wide:
        row.addStretch(1)
    return row


class FormNote(QFrame):
    """A sentence under a form: plain, or on its tone's ground with the tone's sign, in letters of `letters_px`."""

    def __init__(
        self, letters: Letters, palette: Palette, *, wide_px: int, least_px: int, letters_px: int = _NOTE_LETTERS_PX
    ) -> None:
        super().__init__()
        self._palette, self._wide_px, self._least_px = palette, wide_px, least_px
        self._icon_px = round(_ICON_PX * letters_px / _NOTE_LETTERS_PX)
        self._icon, self.words = QLabel(), form_label(letters, "", letters_px)
        self.setObjectName("note")
        self._inside = QHBoxLayout(self)
        self._inside.setSpacing(10)
        self._inside.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._inside.addWidget(self.words, 1)

    def tell(self, text: str, tone: Tone | None) -> None:
        """Shows `text`; everything not longer than usual leaves what lies below where it is."""
        self.words.setText(text)
        self._icon.setVisible(tone is not None)
        ground, ink = "transparent", self._palette.ink_soft
        if tone is not None:
            pair = self._palette.tone(tone)
            ground, ink = pair.ground, pair.ink
            self._icon.setPixmap(icon_pixmap(_ICONS[tone], ink, self._icon_px, self.devicePixelRatio()))
        self.setStyleSheet(f"#note {{ background: {ground}; border-radius: 6px; }} #note QLabel {{ color: {ink}; }}")
        side = 14 if tone is not None else 0
        self._inside.setContentsMargins(side, 10, side, 10)
        room = self._wide_px - 2 * side - (self._icon_px + self._inside.spacing() if tone is not None else 0)
        self.setFixedHeight(max(self._least_px, self.words.heightForWidth(room) + 20))


def form_style(palette: Palette, name: str, *, ground: str = "", edge: bool = True) -> str:
    """The style sheet of the dialog whose object name is `name`."""
    border = f"border: 1px solid {palette.line};" if edge else ""
    return f"""
        #{name} {{ background: {ground or palette.surface}; {border} }}
        QLabel {{ color: {palette.ink}; }}
        QLabel[soft="true"] {{ color: {palette.ink_soft}; }}
        {field_style(palette)}
        {bar_style(palette)}
        QListWidget {{ background: {palette.surface}; color: {palette.ink}; border: 1px solid {palette.hairline};
            border-radius: 6px; }}
        QListWidget::item {{ padding: 0 10px; min-height: 44px; border-left: 4px solid transparent; }}
        QListWidget::item:selected {{ background: {palette.brand_tint}; color: {palette.ink};
            border-left: 4px solid {palette.brand}; }}
        QPushButton {{ background: {palette.surface}; color: {palette.ink}; border: 1px solid {palette.line};
            border-radius: 6px; padding: 0 18px; }}
        QPushButton:pressed {{ background: {palette.brand_tint}; }}
        QPushButton[primary="true"] {{ background: {palette.brand}; color: {palette.on_brand};
            border: 1px solid {palette.brand}; }}
        QPushButton[primary="true"]:pressed {{ background: {palette.brand_pressed}; }}
        QPushButton:disabled {{ background: {palette.disabled}; color: {palette.ink_soft};
            border: 1px solid {palette.disabled}; }}
    """


def field_style(palette: Palette) -> str:
    """Of lines to type in."""
    return f"""
        QLineEdit, QSpinBox {{ background: {palette.surface}; color: {palette.ink}; border: 1px solid {palette.line};
            border-radius: 6px; padding: 0 13px; placeholder-text-color: {palette.ink_soft};
            selection-background-color: {palette.brand}; selection-color: {palette.on_brand}; }}
        QLineEdit:focus, QSpinBox:focus {{ border: 2px solid {palette.brand}; padding: 0 12px; }}
        QLineEdit:disabled {{ background: {palette.disabled}; color: {palette.ink_soft}; }}
    """


def bar_style(palette: Palette) -> str:
    """Of bars that scroll."""
    return f"""
        QScrollBar:vertical {{ background: transparent; width: 10px; margin: 3px 2px; }}
        QScrollBar::handle:vertical {{ background: {palette.line}; border-radius: 3px; min-height: 32px; }}
        QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
    """
