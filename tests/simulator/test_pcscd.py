"""Starting the real PC/SC service."""

import shutil
import sys

import pytest

from kiosk.failure import FailureCode, KioskError
from kiosk.reader import pcsc
from kiosk.simulator import pcscd as module
from kiosk.simulator.pcscd import READER_NAMES, PcscDaemon


@pytest.mark.pcsc
def test_started_service_has_both_virtual_readers(pcscd: PcscDaemon) -> None:
    assert pcsc.list_readers() == READER_NAMES
    assert pcsc.list_readers("Virtual PCD 00 01") == READER_NAMES[1:]
    assert pcsc.list_readers("ACS") == ()


@pytest.mark.pcsc
def test_running_service_is_used_and_left_running(pcscd: PcscDaemon) -> None:
    with PcscDaemon() as second:
        assert not second.started_here
        second.kill()
    assert pcsc.list_readers() == READER_NAMES


@pytest.mark.pcsc
def test_service_that_its_owner_stops_meanwhile_is_started(pcscd: PcscDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    if not pcscd.started_here:
        pytest.skip("the running service belongs to somebody else")

    def listen_until_stopped() -> bool:
        monkeypatch.setattr(module, "_readers_listen", listen)
        pcscd.stop()
        return False

    listen = module._readers_listen
    monkeypatch.setattr(module, "_readers_listen", listen_until_stopped)
    with PcscDaemon() as second:
        assert second.started_here
        assert pcsc.list_readers() == READER_NAMES
    pcscd.start()


def test_missing_program_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_answers", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(KioskError) as failure:
        PcscDaemon().start()
    assert failure.value.code is FailureCode.SIMULATOR_UNAVAILABLE


def test_other_systems_have_no_virtual_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(KioskError) as failure:
        PcscDaemon().start()
    assert failure.value.code is FailureCode.SIMULATOR_UNAVAILABLE
