"""Set pages -> a printer of this system: letters stay letters, so that a printer to PDF can be searched."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPen,
)
from PySide6.QtPrintSupport import QPrinter

from kiosk.slip.page import MM_PER_INCH, BoxMark, CodeMark, Mark, PictureMark, RuleMark, SlipPage, TextRun, Weight
from kiosk.slip.sheet_files import code_runs

_UNITS = 100
"""Of the painter to a millimetre: letters have whole units only."""

_FINE_GREY = 180
_POINTS_PER_INCH = 72
_WEIGHTS = {
    Weight.REGULAR: QFont.Weight.Normal,
    Weight.SEMIBOLD: QFont.Weight.DemiBold,
    Weight.BOLD: QFont.Weight.Bold,
}


def print_pages(pages: Sequence[SlipPage], printer: QPrinter) -> bool:
    """Paints the pages, of one size, onto `printer`; whether it took them.

    It takes some hundredths of a second; the system's queue sends them while the kiosk goes on.
    """
    first = pages[0]
    size = QPageSize(QSizeF(first.width_mm, first.height_mm), QPageSize.Unit.Millimeter)
    printer.setFullPage(True)
    printer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    printer.setFullPage(True)
    printer.setDocName(first.title)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    try:
        scale = printer.resolution() / MM_PER_INCH / _UNITS
        painter.scale(scale, scale)
        for number, page in enumerate(pages):
            if number and not printer.newPage():
                return False
            for mark in page.marks:
                paint_mark(painter, mark)
    finally:
        painter.end()
    return printer.printerState() is not QPrinter.PrinterState.Error


def paint_mark(painter: QPainter, mark: Mark) -> None:
    """One mark, on a painter of hundredths of a millimetre."""
    match mark:
        case TextRun():
            _paint_text(painter, mark)
        case RuleMark():
            grey = _FINE_GREY if mark.is_fine else 0
            painter.fillRect(_rect(mark.x_mm, mark.y_mm, mark.width_mm, mark.thickness_mm), QColor(grey, grey, grey))
        case BoxMark():
            _paint_box(painter, mark)
        case PictureMark():
            image = mark.logo.image.convert("L")
            shown = QImage(image.tobytes(), image.width, image.height, image.width, QImage.Format.Format_Grayscale8)
            painter.drawImage(_rect(mark.x_mm, mark.y_mm, mark.width_mm, mark.height_mm), shown)
        case CodeMark():
            for x, y, wide in code_runs(mark):
                painter.fillRect(_rect(x, y, wide, mark.module_mm), Qt.GlobalColor.black)
        case _:
            assert_never(mark)


def _paint_text(painter: QPainter, run: TextRun) -> None:
    font = QFont([_family(run.file)])
    font.setWeight(_WEIGHTS[run.weight])
    font.setPixelSize(round(run.size_pt * MM_PER_INCH / _POINTS_PER_INCH * _UNITS))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if not run.is_shaped:
        # A sign that changes with its neighbours has no letter in a printed PDF: "UTF-8:" would be found as "UTF 8".
        font.setFeature(QFont.Tag("calt"), 0)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white if run.is_white else Qt.GlobalColor.black)
    painter.save()
    painter.translate(run.x_mm * _UNITS, run.baseline_mm * _UNITS)
    wide = QFontMetricsF(font).horizontalAdvance(run.text)
    if wide > run.width_mm * _UNITS:
        painter.scale(run.width_mm * _UNITS / wide, 1)
    painter.drawText(QPointF(0, 0), run.text)
    painter.restore()


def _paint_box(painter: QPainter, box: BoxMark) -> None:
    area = _rect(box.x_mm, box.y_mm, box.width_mm, box.height_mm)
    if box.is_filled and not box.radius_mm:
        painter.fillRect(area, Qt.GlobalColor.black)
        return
    line, radius = box.line_mm * _UNITS, box.radius_mm * _UNITS
    if box.is_filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.black)
    else:
        painter.setPen(QPen(Qt.GlobalColor.black, line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        area = area.adjusted(line / 2, line / 2, -line / 2, -line / 2)
    painter.drawRoundedRect(area, radius, radius)


def _rect(x: float, y: float, width: float, height: float) -> QRectF:
    return QRectF(x * _UNITS, y * _UNITS, width * _UNITS, height * _UNITS)


@cache
def _family(file: Path) -> str:
    """The family of a font file, loaded once; needs a QGuiApplication."""
    families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))
    return families[0] if families else ""
