"""`kiosk demo`: one whole check-in by itself leaves what it promises, and what cannot start says so."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kiosk.reader.codes import decode_file

if TYPE_CHECKING:
    from tests.commands.conftest import Run

Environment = Callable[..., dict[str, str]]


def check_result(out: Path) -> None:
    with Image.open(out / "slip.png") as slip:
        assert slip.width == 576
    assert len(decode_file(out / "slip.png")) == 1
    assert (out / "printed-001.bin").read_bytes().startswith(b"\x1b@")
    screens = sorted(out.glob("screens/*.png"))
    assert [picture.stem.partition("-")[2].partition("-")[0] for picture in (screens[0], screens[-1])] == [
        "waiting", "done",
    ]  # fmt: skip
    for picture in screens:
        with Image.open(picture) as screen:
            assert screen.size == (1920, 1080)
            assert len(screen.convert("RGB").getcolors(1 << 24) or []) > 20  # something is drawn
    store = sqlite3.connect(out / "training.db")
    assert store.execute("select count(*) from visit").fetchall() == [(1,)]
    store.close()


def test_headless_leaves_slip_job_and_screens(run_process: "Run", tmp_path: Path) -> None:
    ran = run_process("demo", "--headless", "--out", tmp_path / "kết quả")
    assert (ran.status, ran.err) == (0, "")
    assert "A001" in ran.out
    assert "CHIP_VERIFIED" in ran.out
    check_result(tmp_path / "kết quả")


@pytest.mark.pcsc
def test_headless_goes_through_the_real_card_service(run_process: "Run", pcscd: object, tmp_path: Path) -> None:
    ran = run_process("demo", "--headless", "--pcsc", "--out", tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "CHIP_VERIFIED" in ran.out
    check_result(tmp_path)


def test_altered_card_ends_in_its_failure(run_forked: "Run", tmp_path: Path) -> None:
    assert run_forked("demo", "--headless", "--out", tmp_path, "--person", "975080000224").told == "card-altered"


def test_nobody_of_this_number_is_refused(run_forked: "Run", tmp_path: Path) -> None:
    assert run_forked("demo", "--headless", "--out", tmp_path, "--person", "x").told == "input-invalid"


@pytest.mark.parametrize("taken", ["", "screens", "csca", "slip.png", "training.db"])
def test_results_that_cannot_be_written_are_told(run_forked: "Run", tmp_path: Path, taken: str) -> None:
    out = tmp_path / "out"
    if taken in {"slip.png", "training.db"}:
        (out / taken / "in the way").mkdir(parents=True)
    else:
        out.mkdir() if taken else None
        (out / taken).write_text("in the way")
    expected = {"training.db": "store-unavailable"}.get(taken, "output-unwritable")
    assert run_forked("demo", "--headless", "--out", out).told == expected


@pytest.mark.parametrize("command", [["demo"], ["run"]], ids=["demo", "run"])
def test_window_without_a_display_is_told(
    run_process: "Run", env: Environment, account_env: dict[str, str], desk: list[str], tmp_path: Path,
    command: list[str],
) -> None:  # fmt: skip
    nowhere = env(**account_env)
    nowhere.pop("QT_QPA_PLATFORM", None)
    assert run_process(*desk, *command, env=nowhere, cwd=tmp_path).told == "display-missing"


@pytest.mark.parametrize("change", ["lookup.base_url=", "printer.target="])
def test_kiosk_that_is_not_configured_does_not_start(
    run_forked: "Run", env: Environment, account_env: dict[str, str], desk: list[str], change: str
) -> None:
    words = [*desk, "--set", change, "run"]
    told = run_forked(*words, env=env(QT_QPA_PLATFORM="offscreen", **account_env)).told
    assert told in {"lookup-not-configured", "printer-not-configured"}
