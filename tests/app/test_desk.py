"""The assembly from settings, and what the line hears of readers."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.app.desk import ReaderInUse, anchors_of, clinic_of, gateway_of, open_desk, watch_cards
from kiosk.app.printing import printer_of
from kiosk.failure import FailureCode, KioskError
from kiosk.reader import pcsc
from kiosk.settings import Secrets, load_settings
from kiosk.simulator.abroad import invent_state
from kiosk.simulator.pki import Pki
from kiosk.workflow import event as happened
from kiosk.workflow.event import Event
from kiosk.workflow.state import DeviceState

READER, OTHER = "Virtual PCD 00 00", "Virtual PCD 00 01"


class Listener:
    """What a line would be told."""

    def __init__(self) -> None:
        self.heard: list[Event] = []

    def post(self, event: Event) -> None:
        self.heard.append(event)


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Listener, ReaderInUse]]:
    """Plays the monitor's events to a line."""

    def play(*events: pcsc.MonitorEvent) -> tuple[Listener, ReaderInUse]:
        class Monitor:
            def __init__(self, seen: Callable[[pcsc.MonitorEvent], None], wanted: str) -> None:
                self.seen = seen

            def start(self) -> None:
                for event in events:
                    self.seen(event)

            def stop(self) -> None:
                pass

        monkeypatch.setattr(pcsc, "CardMonitor", Monitor)
        listener, reader = Listener(), ReaderInUse("")
        with watch_cards(listener, reader):  # type: ignore[arg-type]  # only post is used
            return listener, reader

    return play


Tell = Callable[..., tuple[Listener, ReaderInUse]]


def test_card_is_read_in_the_reader_in_which_it_lies(tell: Tell) -> None:
    listener, reader = tell(pcsc.ReaderArrived(READER), pcsc.ReaderArrived(OTHER), pcsc.CardPresent(OTHER, b""))
    assert reader.name == OTHER
    assert listener.heard[-1] == happened.CardLaid()


def test_reader_that_goes_takes_its_card_along(tell: Tell) -> None:
    listener, reader = tell(pcsc.ReaderArrived(READER), pcsc.CardPresent(READER, b""), pcsc.ReaderGone(READER))
    assert reader.name == ""
    assert listener.heard[-2:] == [happened.CardTaken(), happened.ReaderChanged(DeviceState.ABSENT)]


def test_service_that_dies_takes_the_card_along_and_is_trouble(tell: Tell) -> None:
    listener, _ = tell(pcsc.ReaderArrived(READER), pcsc.CardPresent(READER, b""), pcsc.ServiceGone())
    assert listener.heard[-2:] == [happened.CardTaken(), happened.ReaderChanged(DeviceState.TROUBLE)]


def test_gateway_without_account_names_what_is_missing_and_shows_no_secret() -> None:
    secrets = Secrets(username="99001_BV", password="hidden-word")
    with pytest.raises(KioskError) as caught:
        gateway_of(load_settings(), secrets)
    assert caught.value.code is FailureCode.LOOKUP_NOT_CONFIGURED
    assert caught.value.detail == "lookup.base_url, KIOSK_OFFICER_NAME, KIOSK_OFFICER_ID"


def test_printer_that_is_not_configured_is_never_replaced() -> None:
    with pytest.raises(KioskError) as caught:
        printer_of(load_settings())
    assert caught.value.code is FailureCode.PRINTER_NOT_CONFIGURED


@pytest.mark.parametrize("abroad", [False, True], ids=["citizen card's", "passports'"])
def test_a_real_desk_refuses_the_training_modes_country_signers(tmp_path: Path, pki: Pki, abroad: bool) -> None:
    """Everybody can compute their keys: who leaves them in the folder would believe everybody's cards."""
    if abroad:
        invent_state().write_anchors(tmp_path)
    else:
        pki.write_csca(tmp_path)
    settings = load_settings()
    settings = replace(settings, reader=replace(settings.reader, csca_folder=str(tmp_path)))
    assert anchors_of(settings).training
    with (
        pytest.raises(KioskError) as caught,
        open_desk(settings, Secrets(), clinic_of(settings), lambda: nullcontext()),  # type: ignore[arg-type,return-value]
    ):
        pass
    assert caught.value.code is FailureCode.SETTINGS_INVALID
    assert "csca_folder" in caught.value.detail
