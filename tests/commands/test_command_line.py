"""What holds for every command: one line for every failure, results and logs apart, UTF-8 in every locale."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.__main__ import main
from kiosk.commands import scan
from kiosk.simulator.codes import citizen_payload, qr_image
from kiosk.simulator.people import Person
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings

Environment = Callable[..., dict[str, str]]
COMMANDS = ("demo", "run", "read-card", "scan", "look-up", "check-in", "simulate", "doctor")
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN_1 = {"PYTHONIOENCODING": "latin-1", "LC_ALL": "C.UTF-8"}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_a_result(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    captured = capsys.readouterr()
    assert (ended.value.code, captured.err) == (0, "")
    assert captured.out.startswith(f"usage: kiosk {command}")


def test_help_names_every_command(run_process: "Run") -> None:
    ran = run_process("--help")
    assert (ran.status, ran.err) == (0, "")
    assert all(f"    {command} " in ran.out for command in COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["--set"],
        ["doctor", "--jso"],
        ["doctor", "extra"],
        ["look-up", "--id", "1"],
        ["read-card", "--unknown", "x"],
        ["run", "--mode", "both"],
        ["--config"],
        ["scan"],
        ["check-in", "--service"],
    ],
    ids=" ".join,
)
def test_call_of_the_wrong_form_is_one_line(run: "Run", words: list[str]) -> None:
    assert run(*words).told == "input-invalid"
    if words[-1:] not in (["--set"], ["--config"], ["--service"]):
        assert run(*words, "--json").error == "input-invalid"


@pytest.mark.parametrize(
    "change", ["printer.colour=red", "colour.printer=red", "reader.photo=perhaps", "printer.width_dots=1", "nonsense"]
)
@pytest.mark.parametrize(
    "words", [["doctor"], ["scan", "x.png"], ["read-card", "--can", "000123"], ["simulate", "card", "--list"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_wrong_setting_stops_every_command(run: "Run", settings: "Settings", words: list[str], change: str) -> None:
    assert run(*settings(change), *words).told == "settings-invalid"


@pytest.mark.parametrize(
    "content", [b"[printer", b"\xff\xfe", b"[printer]\ncolour = 1\n"], ids=["toml", "utf-8", "key"]
)
def test_wrong_settings_file_is_one_line(run: "Run", tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.toml").write_bytes(content)
    ran = run("--config", tmp_path / "own.toml", "doctor")
    assert ran.told == "settings-invalid"
    assert "own.toml" in ran.err or "printer.colour" in ran.err


def test_nothing_that_was_typed_about_a_person_is_repeated(run: "Run", reference_person: Person) -> None:
    number, name = reference_person.number, reference_person.full_name
    for words in (
        ["look-up", number, name],
        [number],
        ["look-up", "--id", number, "--name", name, "--dob", "1990", "--name2", name],
        ["read-card", "--id", number, "--dob", "19900115"],
        ["read-card", f"--cann={number}"],
    ):
        ran = run(*words)
        assert ran.told == "input-invalid"
        assert number not in ran.err
        assert name not in ran.err
        assert "19900115" not in ran.err


@pytest.mark.parametrize("kind", [RuntimeError, type("PanicException", (BaseException,), {})])
def test_defect_is_one_line_and_quotes_nobody(
    run: "Run", monkeypatch: pytest.MonkeyPatch, reference_person: Person, kind: type[BaseException]
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise kind(f"about {reference_person.full_name}\n{reference_person.number}")

    monkeypatch.setattr(scan, "run", broken)
    plain, for_scripts = run("scan", "x.png"), run("scan", "x.png", "--json")
    assert (plain.told, for_scripts.error) == ("internal", "internal")
    for ran in (plain, for_scripts):
        assert f"{kind.__name__} test_command_line.py:" in ran.out + ran.err
        assert reference_person.full_name not in ran.out + ran.err


def test_interrupt_ends_quietly(run: "Run", monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(scan, "run", interrupted)
    ran = run("scan", "x.png")
    assert (ran.status, ran.out, ran.err) == (130, "", "")


def test_defect_in_a_thread_of_a_command_is_told_and_quotes_nobody(
    run: "Run", monkeypatch: pytest.MonkeyPatch, reference_person: Person
) -> None:
    def broken() -> None:
        raise RuntimeError(f"about {reference_person.full_name}")

    def starts_a_thread(*_: object) -> int:
        thread = threading.Thread(target=broken, name="helper")
        thread.start()
        thread.join()
        return 0

    before = threading.excepthook
    monkeypatch.setattr(scan, "run", starts_a_thread)
    ran = run("scan", "x.png")
    assert (ran.status, ran.out) == (0, "")
    [line] = ran.err.splitlines()
    assert "ERROR kiosk.failure: helper ended: RuntimeError at [" in line
    assert reference_person.full_name not in line
    assert threading.excepthook is before


class TestLogs:
    @pytest.fixture
    def words(self, desk: list[str], reference_person: Person) -> list[str]:
        person = ["--id", reference_person.number, "--name", reference_person.full_name, "--dob", "1990"]
        return [*desk, "check-in", *person, "--json"]

    def test_results_are_alone_on_stdout_and_logs_on_stderr(
        self, run: "Run", settings: "Settings", words: list[str]
    ) -> None:
        ran = run(*settings("log.level=debug"), *words)
        assert json.loads(ran.out)["ticket"] == "A001"
        assert "INFO kiosk.lookup" in ran.err
        assert "Traceback" not in ran.err

    def test_commands_that_end_are_silent_by_default(self, run: "Run", words: list[str]) -> None:
        assert run(*words).err == ""

    def test_no_level_names_anybody(
        self, run: "Run", settings: "Settings", words: list[str], reference_person: Person
    ) -> None:
        told = run(*settings("log.level=debug"), *words).err
        assert told
        assert reference_person.number not in told
        assert reference_person.full_name not in told

    def test_logging_is_left_as_it_was(self, run: "Run", words: list[str]) -> None:
        before = (list(logging.getLogger().handlers), logging.getLogger("kiosk").level)
        run(*words)
        assert (list(logging.getLogger().handlers), logging.getLogger("kiosk").level) == before


@pytest.mark.parametrize("locale", [C_LOCALE, LATIN_1], ids=["c-locale", "latin-1"])
class TestLocales:
    def test_names_go_in_and_come_out_as_utf_8(
        self, run_process: "Run", env: Environment, account_env: dict[str, str], gateway: str, settings: "Settings",
        reference_person: Person, locale: dict[str, str],
    ) -> None:  # fmt: skip
        words = [*settings(f"lookup.base_url={gateway}"), "look-up", "--id", reference_person.number]
        words += ["--name", reference_person.full_name, "--dob", reference_person.date_of_birth.isoformat(), "--json"]
        report = run_process(*words, env=env(**account_env, **locale)).json
        # The gateway found the person under this name, asked in the name of an officer whose name has accents.
        assert (report["verdict"], report["code"]) == ("covered", "000")
        assert all("ế" in reason["vi"] or "ẻ" in reason["vi"] for reason in report["reasons"])

    def test_payload_is_taken_as_utf_8(
        self, run_process: "Run", env: Environment, account_env: dict[str, str], gateway: str, settings: "Settings",
        reference_person: Person, locale: dict[str, str], tmp_path: Path,
    ) -> None:  # fmt: skip
        changes = [f"lookup.base_url={gateway}", f"store.url=sqlite:///{tmp_path}/kiosk.db", "printer.target=none"]
        words = [*settings(*changes), "check-in", "--payload", citizen_payload(reference_person), "--json"]
        assert run_process(*words, env=env(**account_env, **locale)).json["verdict"] == "covered"

    def test_pictures_with_accents_in_their_names_are_scanned(
        self, run_process: "Run", env: Environment, tmp_path: Path, reference_person: Person, locale: dict[str, str]
    ) -> None:
        image = tmp_path / "thẻ.png"
        qr_image(citizen_payload(reference_person)).save(image)
        report = run_process("scan", image, "--json", env=env(**locale)).json
        assert report["image"] == str(image)
        assert report["found"][0]["fields"]["full_name"] == reference_person.full_name

    def test_failures_are_told_in_letters(self, run_process: "Run", env: Environment, locale: dict[str, str]) -> None:
        ran = run_process("simulate", "card", "--vpcd", "x", env=env(**locale))
        assert ran.told == "input-invalid"
        assert "Dữ liệu nhập sai dạng" in ran.err

    def test_list_of_people_is_utf_8(
        self, run_process: "Run", env: Environment, people: tuple[Person, ...], locale: dict[str, str]
    ) -> None:
        ran = run_process("simulate", "card", "--list", env=env(**locale))
        assert people[0].full_name in ran.out


class TestOutputThatGoesNowhere:
    def start(self, *words: str, **options: object) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            [sys.executable, "-m", "kiosk", *words], stderr=subprocess.PIPE, **options
        )

    @pytest.mark.parametrize(
        "words",
        [["simulate", "card", "--list"], ["doctor"], ["doctor", "--json"], ["fly", "--json"]],
        ids=["list", "doctor", "doctor-json", "failure-json"],
    )
    def test_broken_pipe_is_quiet(self, words: list[str]) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        try:
            with self.start(*words, stdout=writing) as process:
                _, told = process.communicate(timeout=WITHIN_S)
        finally:
            os.close(writing)
        assert told == b""
        assert process.returncode == 1

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    @pytest.mark.parametrize("words", [["simulate", "card", "--list"], ["doctor", "--json"]], ids=["list", "json"])
    def test_full_disk_behind_stdout_is_one_line(self, words: list[str]) -> None:
        with Path("/dev/full").open("wb") as full, self.start(*words, stdout=full) as process:
            _, told = process.communicate(timeout=WITHIN_S)
        [line] = told.decode().splitlines()
        assert line.startswith("kiosk: output-unwritable: ")
        assert process.returncode == 1


# What --help prints, and options whose values would start something that stays, are not what is searched for here.
WORDS = st.one_of(
    st.sampled_from(
        ["--json", "--set", "--config", "--id", "--name", "--dob", "--payload", "--card", "--can", "--service", "--mrz",
         "look-up", "check-in", "read-card", "printer.target=none", "999090000123", "1990", "", "--", "-", "--no-photo"]
    ),
    st.text(max_size=20).filter(lambda word: not word.startswith("-")),
)  # fmt: skip


@given(st.lists(WORDS, max_size=6))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_ends_in_one_line(
    capsys: pytest.CaptureFixture[str], no_account: None, words: list[str]
) -> None:
    capsys.readouterr()
    status = main(
        ["--set", "reader.name=No Such Reader", *words]
    )  # a card of another test may lie in one that there is
    captured = capsys.readouterr()
    assert status == 1
    [line] = (captured.out if "--json" in words else captured.err).splitlines()
    assert captured.out == "" or captured.err == ""
    assert line.isprintable()
    assert "internal" not in line.split(":")[1]
