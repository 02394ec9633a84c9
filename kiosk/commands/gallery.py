"""`kiosk gallery`: the screens as pictures, from invented people, the same bytes every time."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.app.desk import clinic_of
from kiosk.checkin.clinic import Clinic
from kiosk.commands.report import printable
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings
from kiosk.text import Language

if TYPE_CHECKING:
    from kiosk.ui.theme.palette import Palette


def run(settings: Settings, given: Namespace) -> int:
    """Writes the pictures and tells their files.

    Raises:
        KioskError: INPUT_INVALID, a page that there is not; OUTPUT_UNWRITABLE, SETTINGS_INVALID, FONT_MISSING.
    """
    # Before Qt is loaded: no picture depends on this computer's desktop.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    clinic = clinic_of(settings)
    try:
        given.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
    for path in _WINDOWS[given.window](clinic, given):
        sys.stdout.write(printable(str(path)) + "\n")
    return 0


def _patient(clinic: Clinic, given: Namespace) -> list[Path]:
    from kiosk.ui.gallery import GLASSES, Dress, pictured, render_gallery

    _check(given.page, pictured(clinic), "--page")
    _check([given.size] if given.size else (), [glass.name for glass in GLASSES], "--size")
    return render_gallery(
        given.out,
        clinic,
        glasses=[glass for glass in GLASSES if given.size in ("", glass.name)],
        languages=_languages(given),
        pages=given.page or (),
        dresses=[dress for dress in Dress if given.state in ("", dress.name.lower())],
        training=False,
    )


def _desk(clinic: Clinic, given: Namespace) -> list[Path]:
    from kiosk.ui.desk.gallery import desk_examples, render_desk

    _check(given.page, desk_examples(clinic), "--page")
    return render_desk(
        given.out,
        clinic,
        languages=_languages(given),
        growths=_growths(given),
        palettes=_palettes(given),
        names=given.page or (),
    )


def _staff_pages(_clinic: Clinic, given: Namespace) -> list[Path]:
    from kiosk.ui.desk.pages.gallery import poses, render_staff_pages

    _check(given.page, poses(), "--page")
    return render_staff_pages(
        given.out,
        languages=_languages(given),
        growths=_growths(given),
        palettes=_palettes(given),
        pages=given.page or (),
    )


_WINDOWS: dict[str, Callable[[Clinic, Namespace], list[Path]]] = {
    "patient": _patient,
    "desk": _desk,
    "staff-pages": _staff_pages,
}


def _languages(given: Namespace) -> list[Language]:
    return [language for language in Language if given.language in ("", language.value)]


def _growths(given: Namespace) -> tuple[float, ...]:
    return {"normal": (1.0,), "large": (1.5,)}.get(given.state, (1.0, 1.5))


def _palettes(given: Namespace) -> "list[tuple[str, Palette]]":
    """Staff's windows in the usual colours and in high contrast, or in those that are asked for alone."""
    from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT

    usual, high = ("", LIGHT), ("-contrast", HIGH_CONTRAST)
    return {"": [usual, high], "contrast": [high]}.get(given.state, [usual])


def _check(asked: Iterable[str] | None, known: Iterable[str], option: str) -> None:
    there = list(known)
    if unknown := [name for name in asked or () if name not in there]:
        raise KioskError(FailureCode.INPUT_INVALID, f"{option} {unknown[0]}; there are {', '.join(there)}")
