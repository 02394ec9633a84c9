"""The staff's dialog that prints a sheet: which printer, how many copies. Qt's own has no Vietnamese."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QHBoxLayout, QLayout, QListWidget, QWidget

from kiosk.slip.page import SlipPage
from kiosk.text import Language, say
from kiosk.ui.page_painter import print_pages
from kiosk.ui.theme.letters import Letters
from kiosk.ui.theme.palette import LIGHT, Palette
from kiosk.ui.widgets.staff_dialog import StaffDialog
from kiosk.ui.widgets.staff_form import NORMAL, STRONG, button_row, form_button, form_label

MOST_COPIES = 9

_ROW_PX, _ROWS_SHOWN, _WIDE_PX, _STEP_PX = 44, 5, 420, 48


def installed_printers() -> tuple[str, ...]:
    """Names of the printers that this system knows, its default first."""
    default = QPrinterInfo.defaultPrinterName()
    return tuple(sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != default, name.casefold())))


def printer_named(name: str) -> QPrinter:
    """The printer of that name."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(name)
    return printer


class PrintDialog(StaffDialog):
    """`told` carries what became of it, in words."""

    told = Signal(str)

    def __init__(
        self,
        letters: Letters,
        pages: Sequence[SlipPage],
        printers: Sequence[str],
        *,
        open_printer: Callable[[str], QPrinter] = printer_named,
        language: Language = Language.VI,
        palette: Palette = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(letters, "print", "gun.print", language=language, palette=palette, parent=parent)
        self._pages = pages
        self._open_printer = open_printer
        self.copies = 1
        self.printers = self._list(printers)
        self.count = form_label(letters, "1", 20, STRONG)
        self.fewer = form_button(letters, "\N{MINUS SIGN}")
        self.more = form_button(letters, "+")
        self.fewer.setAccessibleName(self._say("fewer"))
        self.more.setAccessibleName(self._say("more"))
        self.print = form_button(letters, self._say("print"), primary=True)
        self.fewer.clicked.connect(lambda: self._count(-1))
        self.more.clicked.connect(lambda: self._count(1))
        self.print.clicked.connect(self._print)
        self._arrange()
        self._count(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose a printer, + and - copies, Ctrl+P prints; Enter, which guns send, prints nothing."""
        if event.matches(QKeySequence.StandardKey.Print):
            self._print()
            return
        match event.key():
            case Qt.Key.Key_Down:
                self._choose(1)
            case Qt.Key.Key_Up:
                self._choose(-1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._count(1)
            case Qt.Key.Key_Minus:
                self._count(-1)
            case _:
                super().keyPressEvent(event)

    def _choose(self, step: int) -> None:
        self.printers.setCurrentRow(max(0, min(self.printers.currentRow() + step, self.printers.count() - 1)))

    def _count(self, step: int) -> None:
        self.copies = max(1, min(self.copies + step, MOST_COPIES))
        self.count.setText(str(self.copies))
        self.fewer.setEnabled(self.copies > 1)
        self.more.setEnabled(self.copies < MOST_COPIES)

    def _print(self) -> None:
        name = self.printers.currentItem().text()
        printer = self._open_printer(name)
        printer.setCopyCount(self.copies)
        taken = print_pages(self._pages, printer)
        self.told.emit(say("gun.page.printed" if taken else "gun.page.unprinted", self._language, printer=name))
        self.close()

    def _list(self, printers: Sequence[str]) -> QListWidget:
        view = QListWidget()
        view.addItems(list(printers))
        view.setCurrentRow(0)
        view.setFont(self._letters.sized(NORMAL, 16))
        view.setAccessibleName(self._say("printer"))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setFixedHeight(_ROW_PX * min(_ROWS_SHOWN, max(1, len(printers))) + 2)
        return view

    def _arrange(self) -> None:
        whole = self._headed()
        whole.addSpacing(20)
        self._add_labelled(whole, "printer", self.printers)
        whole.addSpacing(20)
        copies = QHBoxLayout()
        copies.setSpacing(0)
        copies.addWidget(form_label(self._letters, self._say("copies"), 15, STRONG), 1)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count.setWordWrap(False)
        for step in (self.fewer, self.more):
            step.setFont(self._letters.sized(STRONG, 24))
        for piece in (self.fewer, self.count, self.more):
            piece.setFixedWidth(_STEP_PX)
            copies.addWidget(piece)
        whole.addLayout(copies)
        whole.addSpacing(24)
        whole.addLayout(button_row(self.print, self.close_button, wide=True))
        self.printers.setFixedWidth(_WIDE_PX)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
