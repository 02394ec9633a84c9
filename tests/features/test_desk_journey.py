"""A whole day's work at the staff's window on a real display with a window manager: by keys alone, and by mouse."""

import json
import os
import select
import shutil
import subprocess
import sys
import time
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.app.training import INVENTED_PIN

HERE = Path(__file__).parent
NEEDED = ("Xvfb", "openbox", "xdotool")
WAIT_S = 25.0
A_HAND_MS = "160"
"""Between two keys: longer than any gap between a gun's."""

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)} (Debian packages xvfb openbox xdotool)"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """The display and the staff's window on it."""

    program: "subprocess.Popen[str]"
    folder: Path
    environment: dict[str, str]
    gun: int
    """The gun's end of its serial line: no key's timing is needed for what it sends."""

    def shown(self) -> dict[str, Any]:
        try:
            shown: dict[str, Any] = json.loads((self.folder / "shown.json").read_text("utf-8"))
        except FileNotFoundError:
            return {"state": "", "active": False, "dialog": "", "targets": []}
        return shown

    def until(self, holds: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """Waits for what the screen shows, with the keyboard where it belongs: in the dialog, else in the window."""
        give_up = time.monotonic() + WAIT_S
        while not (holds(shown := self.shown()) and shown["active"]):
            told = (self.folder / "stderr").read_text("utf-8", errors="replace")[-2000:]
            assert self.program.poll() is None, (what, told)
            shown["targets"] = [(one["name"], one["on"]) for one in shown["targets"]]
            assert time.monotonic() < give_up, f"{what}: {shown}"
            select.select([], [], [], 0.03)
        return shown

    def do(self, *words: str) -> None:
        """What hands do; then the window handles it."""
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=WAIT_S, capture_output=True)
        before = self.shown().get("beats", 0)
        self.until(lambda shown: shown["beats"] > before + 1, "another beat")

    def key(self, *keys: str) -> None:
        self.do("key", "--delay", A_HAND_MS, *keys)

    def type(self, text: str) -> None:
        self.do("type", "--delay", A_HAND_MS, text)

    def click(self, name: str) -> None:
        """The button of this name, as soon as it can be pressed."""

        def named(shown: dict[str, Any]) -> list[list[int]]:
            return [one["at"] for one in shown["targets"] if str(one["name"]).startswith(name) and one["on"]]

        self.click_at(named(self.until(named, f"{name} can be pressed"))[0])

    def click_at(self, place: list[int], times: int = 1) -> None:
        self.do("mousemove", *map(str, place), "click", "--repeat", str(times), "--delay", "80", "1")

    def scan(self, code: str) -> None:
        os.write(self.gun, code.encode() + b"\r")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One display for all journeys."""
    folder = tmp_path_factory.mktemp("desk")
    reading, writing = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x900x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    environment = {**os.environ, **home, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    gun, port = os.openpty()
    tty.setraw(port)
    (folder / "gun").symlink_to(os.ttyname(port))
    with (folder / "stderr").open("w") as said:
        program = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", str(HERE / "desk_screen.py"), str(folder)],
            env=environment, cwd=HERE.parents[1], stdin=subprocess.PIPE, stderr=said, text=True,
        )  # fmt: skip
    made = Desk(program, folder, environment, gun)
    try:
        made.until(lambda shown: shown["state"] == "Waiting" and shown["settled"], "the window")
        yield made
    finally:
        for process in (program, manager, display):
            process.terminate()
            process.wait(WAIT_S)
        for end in (gun, port):
            os.close(end)
        if program.stdin is not None:
            program.stdin.close()


@pytest.fixture
def signed_out(desk: Desk) -> Desk:
    """Nobody is on duty: in training somebody is from the start."""
    if is_on_duty(desk.shown()):
        desk.key("F8")
    desk.until(lambda shown: not is_on_duty(shown), "nobody is on duty")
    return desk


def is_on_duty(shown: dict[str, Any]) -> bool:
    return str(shown["officer"]).startswith("Người trực")


def state_of(shown: dict[str, Any], ticket: str) -> str:
    return next((state for listed, state in shown["rows"] if listed == ticket), "")


def sign_in(desk: Desk, ask: Callable[[], None], confirm: Callable[[], None]) -> None:
    ask()
    desk.until(lambda shown: shown["dialog"] == "SignIn" and "PIN" in shown["focus"], "the PIN is asked for")
    desk.type(INVENTED_PIN)
    confirm()
    desk.until(lambda shown: not shown["dialog"] and is_on_duty(shown), "somebody is on duty")


def type_person(desk: Desk, ask: Callable[[], None]) -> None:
    ask()
    desk.until(lambda shown: shown["dialog"] == "Entry", "the person is asked for")
    for line in desk.shown()["person"]:
        desk.type(line)
        desk.key("Return")
    desk.until(lambda shown: shown["decided"] and not shown["dialog"], "the decision")
    look_at_it(desk)


def look_at_it(desk: Desk) -> None:
    """Nobody gives a number in a person's first moment on the screen, and the window knows that."""
    before = desk.shown()["beats"]
    desk.until(lambda shown: shown["beats"] > before + 20, "a look at it")


def settle(desk: Desk, ticket: str, state: str) -> None:
    desk.until(lambda shown: state_of(shown, ticket) == state, f"{ticket} is {state}")


def test_whole_journey_by_keys_alone(signed_out: Desk) -> None:
    desk = signed_out
    sign_in(desk, lambda: desk.key("F8"), lambda: desk.key("Return"))
    type_person(desk, lambda: desk.key("F2"))
    desk.key("1")
    desk.key("Return")
    done = desk.until(lambda shown: shown["state"] == "Done" and shown["printing"], "the slip")
    assert done["printing"].startswith("printed")
    desk.key("Return")
    listed = desk.until(lambda shown: shown["state"] == "Waiting" and shown["rows"], "the list")
    [(ticket, _)] = listed["rows"]
    desk.key("F10")
    settle(desk, ticket, "called")
    desk.key("ctrl+r")
    desk.until(lambda shown: ticket in shown["news"], "called again")
    desk.key("ctrl+m")
    desk.until(lambda shown: shown["dialog"] == "Question", "to which room")
    desk.key("1", "Return")
    desk.until(lambda shown: not shown["dialog"], "moved")
    desk.key("F3")
    desk.type(ticket.lower())
    desk.until(lambda shown: shown["settled"] and len(shown["rows"]) == 1, "found")
    desk.key("Return")
    desk.until(lambda shown: shown["subject"], "the record")
    desk.key("ctrl+p")
    desk.until(lambda shown: ticket in shown["news"] and "in lại" in shown["news"], "printed again")
    desk.until(lambda shown: shown["printing"] or shown["state"] == "Waiting", "the slip")
    for _ in range(3):
        desk.key("Escape")
    desk.until(lambda shown: shown["state"] == "Waiting" and not shown["subject"], "back at the desk")
    for page in ("ctrl+1", "ctrl+3"):
        desk.key(page)
        desk.until(lambda shown: shown["page"], f"the page of {page}")
        desk.key("Escape")
        desk.until(lambda shown: not shown["page"], "back from the page")
    desk.key("F3")
    desk.key("Down")
    desk.key("Delete")
    desk.until(lambda shown: shown["dialog"] == "Question", "why")
    desk.type("ve nha")
    desk.key("Return")
    settle(desk, ticket, "cancelled")
    desk.key("F8")
    desk.until(lambda shown: not is_on_duty(shown), "signed out")


CODE = "999190000862|123456789|Đào Thị Tiếp|15011990|Nữ|Số 2, Phường Mẫu, Hà Nội|01012021"
"""On the card of an invented person."""
FOREIGN = "https://example.invalid/8938505974125"


def test_whole_journey_by_mouse_and_gun(signed_out: Desk) -> None:
    """The keyboard is for what is written: the PIN, a ticket to look for, a reason."""
    desk, before = signed_out, signed_out.shown()["rows"]
    sign_in(desk, lambda: desk.click("Đăng nhập"), lambda: desk.click("Đăng nhập"))
    desk.scan(CODE)
    desk.until(lambda shown: shown["decided"], "the decision")
    look_at_it(desk)
    desk.click("Nội tổng quát")
    desk.scan(FOREIGN)
    desk.click("Cấp số")
    done = desk.until(lambda shown: shown["state"] == "Done" and shown["printing"], "the slip")
    assert done["printing"].startswith("printed")
    desk.click("Xong, xóa màn hình")
    listed = desk.until(lambda shown: shown["state"] == "Waiting" and len(shown["rows"]) > len(before), "the list")
    [ticket] = {one for one, _ in listed["rows"]} - {given for given, _ in before}
    desk.click("Mời số tiếp theo")
    settle(desk, ticket, "called")
    desk.click_at(desk.shown()["fields"][0])
    desk.type(ticket.lower())
    found = desk.until(lambda shown: shown["settled"] and [row[0] for row in shown["rows"]] == [ticket], "found")
    desk.click_at(found["lines"][0], times=2)
    desk.until(lambda shown: shown["subject"], "the record")
    desk.click("In lại phiếu")
    desk.until(lambda shown: ticket in shown["news"] and "in lại" in shown["news"], "printed again")
    desk.click("Xong, xóa màn hình")
    desk.until(lambda shown: shown["state"] == "Waiting" and not shown["subject"], "back at the desk")
    desk.click("Rút lượt gọi")
    settle(desk, ticket, "waiting")
    desk.click("Hủy lượt")
    asked = desk.until(lambda shown: shown["dialog"] == "Question", "why")
    desk.click_at(asked["fields"][0])
    desk.type("ve nha")
    desk.click("Hủy lượt")
    settle(desk, ticket, "cancelled")
    desk.click("Đăng xuất")
    desk.until(lambda shown: not is_on_duty(shown), "signed out")
