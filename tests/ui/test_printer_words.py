"""Whatever becomes of a slip: the number stands, what to do is said, and the printer's light says why."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from kiosk.failure import FailureCode
from kiosk.slip.outcome import SPOOLED, SPOOLER_STUCK, PrintOutcome, PrintState
from kiosk.slip.status import NEAR_END, Readiness
from kiosk.text import Language, catalog, say
from kiosk.ui.gallery import GLASSES, Glass
from kiosk.ui.pages.end import notices_of
from kiosk.ui.widgets.panel import Banner
from kiosk.workflow.state import Devices, DeviceState, Done

FAULTS = [
    *(r.value for r in Readiness if r not in (Readiness.READY, Readiness.UNKNOWN)),
    FailureCode.PRINTER_UNREACHABLE.value,
    SPOOLER_STUCK,
    FailureCode.INTERNAL.value,
    FailureCode.FONT_MISSING.value,
]
ENDS = [
    *(PrintOutcome(PrintState.FAILED, reason) for reason in FAULTS),
    *(PrintOutcome(PrintState.UNCONFIRMED, reason) for reason in ("status-unknown", "printer-unreachable", SPOOLED)),
    PrintOutcome(PrintState.WAITING),
    PrintOutcome(PrintState.PRINTED, "paper-out"),
    PrintOutcome(PrintState.OFF),
]


def shown(window: Any, kind: type[QWidget]) -> list[Any]:
    return [widget for widget in window.findChildren(kind) if widget.isVisible()]


@pytest.fixture
def done(states: Any) -> Done:
    state = states["done-printed"]
    assert isinstance(state, Done)
    return state


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", [pytest.param(one, id=f"{one.width}x{one.height}") for one in GLASSES])
def test_every_end_of_a_slip_shows_the_number_and_says_what_to_do(
    open_window: Any, done: Done, glass: Glass, language: Language
) -> None:
    window = open_window(glass, language=language)
    for outcome in ENDS:
        window.show_state(replace(done, printing=None))
        window.show_state(replace(done, printing=outcome))
        [banner] = shown(window, Banner)
        assert banner.height() >= banner.least_height(banner.width()), outcome.told
        spoken = {widget.accessibleName() for widget in shown(window, QWidget)}
        assert any(done.check_in.ticket in words for words in spoken), outcome.told
        if outcome.state is not PrintState.PRINTED:
            expected = "slow" if outcome.state is PrintState.WAITING else notices_of(outcome)[0]
            assert banner.accessibleName() == say(f"screen.done.{expected}", language)


def test_each_fault_is_told_in_words_of_its_own() -> None:
    known = FAULTS[:-2]
    said = {reason: notices_of(PrintOutcome(PrintState.FAILED, reason)) for reason in known}
    assert len(set(said.values())) == len(known)
    assert notices_of(PrintOutcome(PrintState.FAILED, "internal")) == ("not_printed.other",)


@pytest.mark.parametrize(
    ("outcome", "offered"),
    [
        (PrintOutcome(PrintState.FAILED, "paper-out"), True),
        (PrintOutcome(PrintState.UNCONFIRMED, "status-unknown"), True),
        (PrintOutcome(PrintState.UNCONFIRMED, SPOOLED), True),
        (PrintOutcome(PrintState.WAITING), False),
        (PrintOutcome(PrintState.PRINTED), False),
        (PrintOutcome(PrintState.OFF), False),
    ],
)
def test_printing_again_is_offered_where_there_may_be_no_slip(
    open_window: Any, done: Done, outcome: PrintOutcome, offered: bool
) -> None:
    window = open_window()
    window.show_state(replace(done, printing=outcome))
    assert window.page.again.isVisible() == offered


def test_advice_for_a_late_slip_is_corrected_when_it_came_and_nothing_moves(open_window: Any, done: Done) -> None:
    window = open_window()
    window.show_state(replace(done, printing=None))
    page = window.page
    window.show_state(replace(done, printing=PrintOutcome(PrintState.WAITING)))
    assert not page.left_text.isVisible(), "nobody is hurried"
    window.show_state(replace(done, printing=PrintOutcome(PrintState.PRINTED)))
    assert window.page is page
    [banner] = shown(window, Banner)
    assert banner.accessibleName() == say("screen.done.take_slip", Language.VI)
    assert page.left_text.isVisible()


LIGHT = "screen.device.printer"


def test_every_fault_has_words_for_the_light() -> None:
    told = {key.removeprefix(f"{LIGHT}.reason.") for key in catalog(Language.VI) if key.startswith(f"{LIGHT}.reason.")}
    not_counted = {FailureCode.STORE_UNAVAILABLE.value, FailureCode.STORE_LOCKED.value}
    assert told == {*FAULTS[:-2], Readiness.UNKNOWN.value, NEAR_END, *not_counted}


@pytest.mark.parametrize("language", list(Language))
def test_printers_light_says_why(open_window: Any, language: Language) -> None:
    window = open_window(language=language)

    def says(state: DeviceState, reason: str = "") -> set[str]:
        window.show_devices(Devices(DeviceState.READY, DeviceState.READY, state, printer_reason=reason))
        return {widget.accessibleName() for widget in shown(window, QWidget)}

    for reason in FAULTS[:-2]:
        assert say(f"{LIGHT}.reason.{reason}", language) in says(DeviceState.TROUBLE, reason)
    assert say(f"{LIGHT}.reason.{NEAR_END}", language) in says(DeviceState.READY, NEAR_END)
    assert say(f"{LIGHT}.trouble", language) in says(DeviceState.TROUBLE, "font-missing")
    assert says(DeviceState.READY) & {say(f"{LIGHT}.{word}", language) for word in ("ready", "short")}
