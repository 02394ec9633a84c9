"""`kiosk simulate`: an address as the first line, a clean end, and everything that is wrong told in one line."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.reader import pcsc
from kiosk.simulator.gateway_faults import FAULTS as GATEWAY_FAULTS
from kiosk.simulator.pcscd import READER_PORTS
from kiosk.simulator.people import Person
from kiosk.simulator.printer import FAULTS as PRINTER_FAULTS
from kiosk.simulator.travellers import Traveller
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.slip.printers.target import open_printer
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings

Simulate = Callable[..., AbstractContextManager[tuple[subprocess.Popen[str], str]]]


def connects(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def is_free(port: int) -> bool:
    """Whether somebody else may listen there now."""
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("device", ["gateway", "printer"])
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "interrupted"])
def test_first_line_is_the_address_and_a_signal_frees_the_port(
    simulate: Simulate, tmp_path: Path, device: str, ending: signal.Signals
) -> None:
    out = ["--out", tmp_path] if device == "printer" else []
    with simulate(device, *out) as (process, address):
        scheme = "tcp" if device == "printer" else "http"
        assert address.startswith(f"{scheme}://127.0.0.1:")
        port = int(address.rpartition(":")[2])
        assert connects(port)
        process.send_signal(ending)
        rest, told = process.communicate(timeout=WITHIN_S)
        assert (process.returncode, rest, told) == (0, "", "")
        eventually(lambda: is_free(port))  # who ended held it; now a call of another test may pass by


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize("line", ["serial", "usb"])
def test_printer_at_another_line_tells_its_target_and_prints(simulate: Simulate, tmp_path: Path, line: str) -> None:
    with simulate("printer", "--line", line, "--out", tmp_path) as (process, target):
        assert target.startswith(f"{line}:/")
        device = Path(target.partition(":")[2].partition("?")[0])
        printer = open_printer(target)
        assert printer.write(b"\x1b@\x1dv0\x00\x01\x00\x01\x00\xff\x1dVB\x00") == PrintOutcome(PrintState.PRINTED)
        assert (tmp_path / "printed-001.png").is_file()
        process.send_signal(signal.SIGTERM)
        assert process.wait(WITHIN_S) == 0
        assert not device.exists()


def test_background_job_of_a_shell_hears_the_interrupt_too(env: Callable[..., dict[str, str]]) -> None:
    # A shell without job control starts background jobs with SIGINT ignored.
    command = f"{sys.executable} -m kiosk simulate gateway & echo $!; wait"
    with subprocess.Popen(["sh", "-c", command], env=env(), stdout=subprocess.PIPE, encoding="utf-8") as shell:
        assert shell.stdout is not None
        lines = [shell.stdout.readline(), shell.stdout.readline()]
        [job] = [int(line) for line in lines if line.strip().isdecimal()]
        os.kill(job, signal.SIGINT)
        assert shell.wait(WITHIN_S) == 0


def test_port_that_is_asked_for_is_taken(simulate: Simulate) -> None:
    with socket.socket() as held:  # it listens to nobody, and keeps the port from everybody who asks for any
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        with simulate("gateway", "--port", str(port)) as (_, address):
            assert address == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("device", ["gateway", "printer"])
def test_port_in_use_is_told(run: "Run", tmp_path: Path, device: str) -> None:
    out = ["--out", tmp_path] if device == "printer" else []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = ["simulate", device, "--port", str(taken.getsockname()[1]), *out]
        assert run(*words).told == "simulator-unavailable"


@pytest.mark.parametrize("device", ["gateway", "printer"])
@pytest.mark.parametrize("port", ["65536", "-1", "x", "²"])
def test_port_that_is_none_is_refused(run: "Run", device: str, port: str) -> None:
    assert run("simulate", device, f"--port={port}").told == "input-invalid"


@pytest.mark.parametrize(("device", "faults"), [("gateway", GATEWAY_FAULTS), ("printer", PRINTER_FAULTS)])
def test_unknown_fault_is_refused_and_the_known_ones_are_named(run: "Run", device: str, faults: dict[str, str]) -> None:
    ran = run("simulate", device, "--fault", "on-fire")
    assert ran.told == "input-invalid"
    assert all(name in ran.err for name in faults)


def test_fault_is_in_force_from_the_beginning(
    simulate: Simulate, run: "Run", settings: "Settings", account: None, reference_person: Person
) -> None:
    with simulate("gateway", "--fault", "http-500") as (_, address):
        words = ["--id", reference_person.number, "--name", reference_person.full_name, "--dob", "1990", "--json"]
        report = run(*settings(f"lookup.base_url={address}"), "look-up", *words).json
    assert report["code"] == "server-error"


class TestGateway:
    """What `simulate gateway` takes beside its port and a fault."""

    def test_list_names_those_of_the_file_and_then_the_crowd(self, run: "Run", people: tuple[Person, ...]) -> None:
        insured = [person.number for person in people if person.insurance]
        ran = run("simulate", "gateway", "--people", "100000", "--list", len(insured) + 3)
        assert (ran.status, ran.err) == (0, "")
        lines = [line.split("  ") for line in ran.out.splitlines()]
        assert [line[0] for line in lines[:-3]] == insured
        for number, name, birth, card, code, *ward in lines[-3:]:
            assert (len(number), len(birth), len(code)) == (12, 10, 3)
            assert name
            assert len(card) in {1, 15}
            assert ward in ([], ["in-ward"])

    def test_list_ends_with_the_last_one(self, run: "Run", people: tuple[Person, ...]) -> None:
        insured = [person for person in people if person.insurance]
        lines = run("simulate", "gateway", "--people", "5", "--list", "1000").out.splitlines()
        assert len(lines) == len(insured) + 5

    def test_another_seed_lists_others(self, run: "Run") -> None:
        one, other = (
            run("simulate", "gateway", "--people", "9", "--seed", seed, "--list", "99").out for seed in ("1", "2")
        )
        assert one.splitlines()[0] == other.splitlines()[0]
        assert one.splitlines()[-1] != other.splitlines()[-1]

    def test_listed_people_are_looked_up(
        self, simulate: Simulate, run: "Run", settings: "Settings", account: None
    ) -> None:
        listed = run("simulate", "gateway", "--people", "40", "--list", "99").out.splitlines()[-3:]
        with simulate("gateway", "--people", "40") as (_, address):
            for line in listed:
                number, name, birth, _, code, *_ = line.split("  ")
                words = ["--id", number, "--name", name, "--dob", birth, "--json"]
                assert run(*settings(f"lookup.base_url={address}"), "look-up", *words).json["code"] == code

    def test_dialect_is_spoken_and_others_are_not(
        self, simulate: Simulate, run: "Run", settings: "Settings", account: None, reference_person: Person
    ) -> None:
        words = ["--id", reference_person.number, "--name", reference_person.full_name, "--dob", "1990", "--json"]
        with simulate("gateway", "--dialect", "json-form-lower") as (_, address):
            usual = f"lookup.base_url={address}"
            told = ("lookup.token_body=json", "lookup.lookup_body=form", "lookup.password_md5_case=lower")
            assert run(*settings(usual, *told), "look-up", *words).json["code"] == "000"
            assert run(*settings(usual), "look-up", *words).json["code"] != "000"

    def test_schedule_is_in_force(
        self, simulate: Simulate, run: "Run", settings: "Settings", account: None, reference_person: Person,
        tmp_path: Path,
    ) -> None:  # fmt: skip
        words = ["--id", reference_person.number, "--name", reference_person.full_name, "--dob", "1990", "--json"]
        (tmp_path / "outages.toml").write_text("[[outage]]\nfault = 'http-500'\nat_s = 0\nfor_s = 3600\n")
        with simulate("gateway", "--schedule", tmp_path / "outages.toml") as (_, address):
            assert run(*settings(f"lookup.base_url={address}"), "look-up", *words).json["code"] == "server-error"

    @pytest.mark.parametrize(
        "words",
        [
            ["--people", "1000001"],
            ["--people", "-1"],
            ["--people", "many"],
            ["--seed", "²"],
            ["--list", "x"],
            ["--lock-after", "1.5"],
            ["--dialect", "klingon"],
            ["--fault", "html:3"],
            ["--schedule", "/nowhere/outages.toml"],
        ],
        ids=" ".join,
    )
    def test_option_that_is_none_is_refused(self, run: "Run", words: list[str]) -> None:
        assert run("simulate", "gateway", *words).told == "input-invalid"

    def test_file_that_is_no_schedule_is_refused_with_what_is_wrong(self, run: "Run", tmp_path: Path) -> None:
        (tmp_path / "outages.toml").write_text("[[outage]]\nfault = 'down'\nat_s = 5\n")
        ran = run("simulate", "gateway", "--schedule", tmp_path / "outages.toml")
        assert ran.told == "input-invalid"
        assert "outage 1" in ran.err


def test_printer_keeps_its_paper_as_pictures(
    simulate: Simulate, run: "Run", desk: list[str], settings: "Settings", tmp_path: Path, reference_person: Person
) -> None:
    with simulate("printer", "--out", tmp_path / "paper") as (_, target):
        words = ["--id", reference_person.number, "--name", reference_person.full_name, "--dob", "1990", "--json"]
        assert run(*desk, *settings(f"printer.target={target}"), "check-in", *words).json["slip"]["state"] == "printed"
    names = sorted(file.name for file in (tmp_path / "paper").iterdir())
    assert names == ["printed-001.bin", "printed-001.png"]


def test_printer_whose_folder_cannot_be_made_is_told(run: "Run", tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert run("simulate", "printer", "--out", tmp_path / "file" / "out").told == "output-unwritable"


class TestCard:
    def test_list_names_everybody_on_a_line(
        self, run: "Run", people: tuple[Person, ...], travellers: tuple[Traveller, ...]
    ) -> None:
        ran = run("simulate", "card", "--list")
        assert (ran.status, ran.err) == (0, "")
        lines = ran.out.splitlines()
        expected = [[person.number, person.full_name, person.special] for person in people]
        expected += [[traveller.number, traveller.full_name, traveller.special] for traveller in travellers]
        assert [line.split("  ", 2) for line in lines] == expected

    @pytest.mark.pcsc
    def test_persons_card_lies_in_the_reader_until_the_end(
        self, simulate: Simulate, run: "Run", pcscd: object, people: tuple[Person, ...]
    ) -> None:
        person = people[1]
        vpcd = f"127.0.0.1:{READER_PORTS[0]}"
        with simulate("card", "--vpcd", vpcd, "--person", person.number) as (process, told):
            assert person.number in told
            assert vpcd in told
            eventually(lambda: bool(pcsc.readers_with_card()))
            report = run("read-card", "--id", person.number, "--no-photo", "--json").json
            assert report["identity"]["full_name"] == person.full_name
            process.send_signal(signal.SIGTERM)
            assert process.wait(WITHIN_S) == 0
        eventually(lambda: not pcsc.readers_with_card())

    @pytest.mark.parametrize("number", ["900000000000", "x", "972226000227"], ids=["nobody", "none", "no-card"])
    def test_person_without_a_card_is_refused(self, run: "Run", number: str) -> None:
        assert run("simulate", "card", "--person", number).told == "input-invalid"

    @pytest.mark.parametrize("vpcd", ["", "localhost", ":1", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:65536"])
    def test_reader_address_that_is_none_is_refused(self, run: "Run", vpcd: str) -> None:
        assert run("simulate", "card", f"--vpcd={vpcd}").told == "input-invalid"

    def test_reader_that_is_not_there_is_told(self, run: "Run") -> None:
        assert run("simulate", "card", "--vpcd", "127.0.0.1:1").told == "simulator-unavailable"


@pytest.mark.parametrize("words", [[], ["scanner"]], ids=["none", "unknown"])
def test_device_that_nobody_simulates_is_refused(run: "Run", words: list[str]) -> None:
    assert run("simulate", *words).told == "input-invalid"


def eventually(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WITHIN_S / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("did not happen in time")
