"""`kiosk check-in`: one whole check-in by codes and keys; with a card see test_card.py."""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.simulator.codes import citizen_payload, insurance_payload
from kiosk.simulator.people import Person
from kiosk.simulator.printer import PrinterTape

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings

Answered = Callable[[str], Person]
Typed = Callable[[Person], list[str]]


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], int]:
    """How many check-ins the store holds."""

    def count() -> int:
        file = tmp_path / "kiosk.db"
        if not file.exists():
            return 0
        store = sqlite3.connect(file)
        try:
            [(visits,)] = store.execute("select count(*) from visit")
        finally:
            store.close()
        return int(visits)

    return count


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[PrinterTape]:
    with PrinterTape(out=tmp_path / "paper") as tape:
        yield tape


def test_code_becomes_a_ticket_and_a_slip_in_the_promised_shape(
    run_process: "Run", env: Callable[..., dict[str, str]], account_env: dict[str, str], gateway: str,
    settings: "Settings", reference_person: Person, tmp_path: Path, tape: PrinterTape, kept: Callable[[], int],
) -> None:  # fmt: skip
    store = f"store.url=sqlite:///{tmp_path}/kiosk.db"
    words = settings(f"lookup.base_url={gateway}", store, "store.encryption=off", f"printer.target={tape.target}")
    report = run_process(
        *words, "check-in", "--payload", citizen_payload(reference_person), "--json", env=env(**account_env)
    ).json
    assert list(report)[:5] == ["ticket", "verdict", "reasons", "trust", "slip"]
    assert (report["ticket"], report["verdict"], report["trust"]) == ("A001", "covered", "CODE_ONLY")
    assert report["slip"] == {"state": "printed"}
    assert [reason["code"] for reason in report["reasons"]] == ["card-valid", "document-expiry-not-told"]
    assert all(set(reason) == {"code", "vi", "en"} for reason in report["reasons"])
    assert tape.wait_for_job().raw
    assert kept() == 1


def test_typed_person_is_checked_in(
    run: "Run", desk: list[str], typed: Typed, reference_person: Person, kept: Callable[[], int]
) -> None:
    report = run(*desk, "check-in", *typed(reference_person), "--json").json
    assert (report["ticket"], report["verdict"], report["trust"]) == ("A001", "covered", "TYPED")
    assert report["slip"] == {"state": "off"}
    assert kept() == 1


def test_insurance_code_is_enough(run: "Run", desk: list[str], reference_person: Person) -> None:
    report = run(*desk, "check-in", "--payload", insurance_payload(reference_person), "--json").json
    assert (report["verdict"], report["trust"]) == ("covered", "CODE_ONLY")


def test_service_is_chosen_by_its_code(run: "Run", desk: list[str], typed: Typed, reference_person: Person) -> None:
    report = run(*desk, "check-in", *typed(reference_person), "--service", "tim-mach", "--json").json
    assert (report["ticket"], report["service"]) == ("T001", "tim-mach")


def test_whom_the_staff_must_see_goes_to_the_desk_whatever_the_service(
    run: "Run", desk: list[str], typed: Typed, answered: Answered
) -> None:
    report = run(*desk, "check-in", *typed(answered("061")), "--service", "tim-mach", "--json").json
    assert (report["ticket"], report["verdict"], report["service"]) == ("Q001", "ask-staff", "tiep-don")


@pytest.mark.parametrize(("code", "verdict"), [("004", "attention"), ("010", "self-pay"), ("100", "unverified")])
def test_verdict_decides_nothing_about_being_received(
    run: "Run", desk: list[str], typed: Typed, answered: Answered, code: str, verdict: str
) -> None:
    report = run(*desk, "check-in", *typed(answered(code)), "--json").json
    assert (report["ticket"], report["verdict"]) == ("A001", verdict)


def test_same_person_twice_keeps_the_number(
    run: "Run", desk: list[str], typed: Typed, reference_person: Person, kept: Callable[[], int]
) -> None:
    first = run(*desk, "check-in", *typed(reference_person), "--json").json
    second = run(*desk, "check-in", "--payload", citizen_payload(reference_person), "--json").json
    assert (first["ticket"], first["repeated"]) == ("A001", False)
    assert (second["ticket"], second["repeated"]) == ("A001", True)
    assert kept() == 1


def test_two_at_once_get_a_number_each(
    run_forked: "Run", env: Callable[..., dict[str, str]], account_env: dict[str, str], desk: list[str],
    typed: Typed, people: tuple[Person, ...], kept: Callable[[], int],
) -> None:  # fmt: skip
    def check_in(person: Person) -> str:
        return str(run_forked(*desk, "check-in", *typed(person), "--json", env=env(**account_env)).json["ticket"])

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(check_in, people[:2])) == ["A001", "A002"]
    assert kept() == 2


def test_gateway_that_is_away_does_not_send_the_patient_away(
    run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person
) -> None:
    words = [*desk, *settings("lookup.base_url=http://127.0.0.1:1"), "check-in", *typed(reference_person), "--json"]
    report = run(*words).json
    assert (report["ticket"], report["verdict"]) == ("A001", "unverified")


def test_staff_are_told_in_an_outage_when_the_same_persons_card_was_last_verified(
    run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person, people: Sequence[Person]
) -> None:
    def reasons(person: Person) -> set[str]:
        words = [*desk, *away, "check-in", *typed(person), "--service", "tim-mach", "--json"]
        report = run(*words).json
        assert report["verdict"] == "unverified"
        return {reason["code"] for reason in report["reasons"]}

    away = settings("lookup.base_url=http://127.0.0.1:1")
    assert run(*desk, "check-in", *typed(reference_person), "--json").json["verdict"] == "covered"
    assert "last-verified" in reasons(reference_person)
    namesake = next(person for person in people if person.number != reference_person.number)
    named, born = reference_person.full_name, reference_person.date_of_birth
    assert "last-verified" not in reasons(replace(namesake, full_name=named, date_of_birth=born))


class TestSlips:
    def test_file_holds_the_printers_job(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person, tmp_path: Path
    ) -> None:
        file = tmp_path / "phiếu.bin"
        report = run(*desk, *settings(f"printer.target=file:{file}"), "check-in", *typed(reference_person), "--json")
        assert report.json["slip"] == {"state": "printed"}
        assert file.read_bytes().startswith(b"\x1b@")

    @pytest.mark.parametrize("fault", ["paper-out", "cover-open", "cutter"])
    def test_printer_in_trouble_is_told_beside_the_number(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person, fault: str,
        kept: Callable[[], int],
    ) -> None:  # fmt: skip
        with PrinterTape(fault=fault) as tape:
            words = [*desk, *settings(f"printer.target={tape.target}"), "check-in", *typed(reference_person)]
            report = run(*words, "--json").json
        assert (report["ticket"], report["slip"]) == ("A001", {"state": "failed", "reason": fault})
        assert kept() == 1

    def test_printer_that_is_away_is_told_beside_the_number(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person
    ) -> None:
        words = [*desk, *settings("printer.target=tcp://127.0.0.1:1"), "check-in", *typed(reference_person)]
        assert run(*words, "--json").json["slip"] == {"state": "failed", "reason": "printer-unreachable"}
        told = run(*words)
        assert (told.status, told.err) == (0, "")
        assert "Số thứ tự: A001" in told.out
        assert "Lý do: printer-unreachable" in told.out

    def test_folder_that_is_not_there_is_told_beside_the_number(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person, tmp_path: Path
    ) -> None:
        target = f"printer.target=file:{tmp_path}/absent/slip.bin"
        report = run(*desk, *settings(target), "check-in", *typed(reference_person), "--json").json
        assert report["slip"] == {"state": "failed", "reason": "output-unwritable"}


class TestNothingIsSavedWhen:
    @pytest.fixture(autouse=True)
    def nothing_saved(self, kept: Callable[[], int]) -> Iterator[None]:
        yield
        assert kept() == 0

    def refused(self, run: "Run", *words: str) -> str:
        told = run(*words).told
        assert run(*words, "--json").error == told
        return told

    def test_gateway_is_not_configured(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person
    ) -> None:
        words = [*desk, *settings("lookup.base_url="), "check-in", *typed(reference_person)]
        assert self.refused(run, *words) == "lookup-not-configured"

    def test_account_is_not_in_the_environment(
        self, run: "Run", desk: list[str], typed: Typed, reference_person: Person, no_account: None
    ) -> None:
        assert self.refused(run, *desk, "check-in", *typed(reference_person)) == "lookup-not-configured"

    def test_printer_is_not_configured(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person
    ) -> None:
        words = [*desk, *settings("printer.target="), "check-in", *typed(reference_person)]
        assert self.refused(run, *words) == "printer-not-configured"

    @pytest.mark.parametrize("target", ["lpt1", "tcp://127.0.0.1", "tcp://127.0.0.1:0", "file:", "http://x:1"])
    def test_printer_target_is_none(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person, target: str
    ) -> None:
        words = [*desk, *settings(f"printer.target={target}"), "check-in", *typed(reference_person)]
        assert self.refused(run, *words) == "settings-invalid"

    def test_settings_key_is_unknown(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person
    ) -> None:
        words = [*desk, *settings("printer.colour=red"), "check-in", *typed(reference_person)]
        assert self.refused(run, *words) == "settings-invalid"

    def test_clinic_file_is_not_there(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person
    ) -> None:
        words = [*desk, *settings("clinic.file=absent.toml"), "check-in", *typed(reference_person)]
        assert self.refused(run, *words) == "settings-invalid"

    def test_service_is_unknown(self, run: "Run", desk: list[str], typed: Typed, reference_person: Person) -> None:
        words = [*desk, "check-in", *typed(reference_person), "--service", "no-such"]
        assert self.refused(run, *words) == "service-unknown"

    @pytest.mark.parametrize("payload", ["https://example.invalid/x", "|||||||", "\x00\x1b[2J", "x" * 5000, "1234"])
    def test_payload_is_none_of_ours(self, run: "Run", desk: list[str], payload: str) -> None:
        assert self.refused(run, *desk, "check-in", "--payload", payload) == "code-unreadable"

    def test_number_alone_wants_its_card(self, run: "Run", desk: list[str], reference_person: Person) -> None:
        assert self.refused(run, *desk, "check-in", "--payload", reference_person.number) == "card-missing"

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ([], "input-invalid"),
            (["--id", "999090000123"], "input-invalid"),
            (["--id", "999090000123", "--name", "Mẫu"], "input-invalid"),
            (["--id", "99909000012", "--name", "Mẫu", "--dob", "1990"], "input-invalid"),
            (["--id", "999090000123", "--name", "Mẫu", "--dob", "1990-13"], "input-invalid"),
            (["--card"], "card-key-needed"),
            (["--card", "--can", "12345"], "input-invalid"),
            (["--card", "--can", "12345x"], "input-invalid"),
            (["--card", "--id", "1234567890"], "input-invalid"),
            (["--card", "--payload", "nonsense"], "code-unreadable"),
            (["--card", "--payload", "DN4010000000123"], "card-key-needed"),
        ],
    )
    def test_call_says_too_little_or_nonsense(self, run: "Run", desk: list[str], words: list[str], code: str) -> None:
        assert self.refused(run, *desk, "check-in", *words) == code


class TestStoreTrouble:
    def test_folder_that_cannot_be_made_is_told(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        words = [*desk, *settings(f"store.url=sqlite:///{tmp_path}/file/kiosk.db"), "check-in"]
        assert run(*words, *typed(reference_person)).told == "store-unavailable"
        assert run(*words, *typed(reference_person), "--json").error == "store-unavailable"

    def test_file_that_is_no_database_is_told_and_left_as_it_is(
        self, run: "Run", desk: list[str], typed: Typed, reference_person: Person, tmp_path: Path
    ) -> None:
        damaged = b"no database at all" * 100
        (tmp_path / "kiosk.db").write_bytes(damaged)
        assert run(*desk, "check-in", *typed(reference_person), "--json").error == "store-corrupt"
        assert (tmp_path / "kiosk.db").read_bytes() == damaged

    @pytest.mark.parametrize("url", ["nonsense", "sqlite://", "mysql+nothing://x/y"])
    def test_url_that_is_none_is_a_wrong_setting(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person, url: str
    ) -> None:
        words = [*desk, *settings(f"store.url={url}"), "check-in", *typed(reference_person)]
        assert run(*words).told == "settings-invalid"

    @pytest.mark.skipif(sys.platform != "linux", reason="the shell's ulimit")
    def test_disk_that_is_full_is_told_and_the_next_number_has_no_gap(
        self, run_process: "Run", run: "Run", env: Callable[..., dict[str, str]], account_env: dict[str, str],
        desk: list[str], typed: Typed, people: tuple[Person, ...], tmp_path: Path, kept: Callable[[], int],
    ) -> None:  # fmt: skip
        first, second = people[:2]
        assert run(*desk, "check-in", *typed(first), "--json").json["ticket"] == "A001"
        # No file may grow beyond eight blocks of 512 bytes: what is written from here on finds no room.
        limited = ("sh", "-c", 'ulimit -f 8; exec "$@"', "sh")
        full = run_process(*desk, "check-in", *typed(second), "--json", env=env(**account_env), through=limited)
        assert full.error == "store-full"
        assert kept() == 1
        assert run(*desk, "check-in", *typed(second), "--json").json["ticket"] == "A002"
