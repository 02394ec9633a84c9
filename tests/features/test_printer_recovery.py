"""The whole line and its printer: trouble before, during and after a slip, and back again without a restart."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.slip.outcome import PrintState
from kiosk.workflow.line import Line
from kiosk.workflow.state import Devices, DeviceState, Done, State, Waiting
from kiosk.workflow.visitor import Visitor
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.features.conftest import MakeKiosk, WholeKiosk


class Watched:
    """A line whose idle printer is looked after, and what it told of the printer."""

    def __init__(self, kiosk: "WholeKiosk", on_state: Callable[[State], None] = lambda _: None) -> None:
        self._changed = threading.Condition()
        self.seen: list[tuple[DeviceState, str]] = []
        self.line = Line(kiosk.training.edges, on_state=on_state, on_devices=self._heard, watch_printer_s=0.05)
        self._thread = threading.Thread(target=self.line.run)

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.line.stop()
        self._thread.join()

    def wait_for(self, state: DeviceState, reason: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.seen[-1:] == [(state, reason)], WITHIN_S), self.seen

    def _heard(self, devices: Devices) -> None:
        with self._changed:
            self.seen.append((devices.printer, devices.printer_reason))
            self._changed.notify_all()


def test_light_follows_the_printer_while_nobody_is_there(make_kiosk: "MakeKiosk") -> None:
    kiosk = make_kiosk()
    with Watched(kiosk) as watched:
        for fault, state, reason in (
            ("paper-out", DeviceState.TROUBLE, "paper-out"),
            ("", DeviceState.READY, ""),
            ("near-end", DeviceState.READY, "near-end"),
            ("refuses", DeviceState.TROUBLE, "printer-unreachable"),
            ("cover-open", DeviceState.TROUBLE, "cover-open"),
            ("overheated", DeviceState.TROUBLE, "overheated"),
            ("", DeviceState.READY, ""),
        ):
            kiosk.training.tape.fault = fault
            watched.wait_for(state, reason)
    assert kiosk.training.tape.jobs == [], "asking prints nothing"


@pytest.mark.parametrize("fault", ["paper-out-during", "cutter-during", "closes-midway"])
def test_light_turns_good_by_itself_after_a_slip_that_broke(make_kiosk: "MakeKiosk", fault: str) -> None:
    kiosk = make_kiosk(printer_fault=fault)
    ended: list[Done] = []
    over = threading.Event()

    def ends(state: State) -> None:
        assert isinstance(state, Done)
        ended.append(state)
        over.set()

    def see(state: State) -> None:
        if not isinstance(state, Waiting) or not ended:
            visitor.see(state)

    watched = Watched(kiosk, see)
    visitor = Visitor(watched.line.post, ends, begins=kiosk.code_of(kiosk.training.people[0]))
    with watched:
        assert over.wait(WITHIN_S)
        assert ended[0].printing is not None
        assert ended[0].printing.state in (PrintState.FAILED, PrintState.UNCONFIRMED)
        assert any(state is DeviceState.TROUBLE for state, _ in watched.seen)
        kiosk.training.tape.fault = ""
        watched.wait_for(DeviceState.READY, "")
