"""A patient's screen on a real display with a window manager: nobody gets out of it, everybody gets through it."""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NEEDED = ("Xvfb", "openbox", "xdotool")
WAIT_S = 20.0

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)} (Debian packages xvfb openbox xdotool)"
)


@dataclass(frozen=True, slots=True)
class Screen:
    """The display and the kiosk on it."""

    program: "subprocess.Popen[str]"
    shown_in: Path
    environment: dict[str, str]

    def shown(self) -> dict[str, Any]:
        """What stands there now."""
        try:
            shown: dict[str, Any] = json.loads(self.shown_in.read_text("utf-8"))
        except FileNotFoundError:
            return {"state": "", "targets": [], "full": False}
        return shown

    def last_words(self) -> str:
        """What it wrote when it ended: where it broke."""
        return (self.shown_in.parent / "stderr").read_text("utf-8", errors="replace")[-3000:]

    def until(self, holds: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Waits for what the screen shows."""
        give_up = time.monotonic() + WAIT_S
        while not holds(shown := self.shown()):
            assert self.program.poll() is None, (f"the kiosk has gone before: {what}", self.last_words())
            assert time.monotonic() < give_up, (what, shown["state"], [t["name"] for t in shown["targets"]])
            select.select([], [], [], 0.03)
        return shown

    def until_state(self, *names: str) -> dict[str, Any]:
        """Waits for one of these states, with something to touch."""
        return self.until(lambda shown: shown["state"] in names and bool(shown["targets"]), " or ".join(names))

    def do(self, *words: str) -> None:
        """What hands at keyboard, mouse or glass do."""
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=WAIT_S, capture_output=True)

    def beat(self, count: int = 4) -> None:
        """Lets the kiosk handle what was done."""
        before = self.shown()["beats"]
        self.until(lambda shown: shown["beats"] >= before + count, "another beat")

    def order(self, word: str) -> None:
        """Tells the card's stand-in."""
        assert self.program.stdin is not None
        self.program.stdin.write(f"{word}\n")
        self.program.stdin.flush()

    def where(self, name: str) -> list[str]:
        """The middle of a control, once it can be touched: a page does not listen in its first moment."""
        shown = self.until(
            lambda shown: shown["listens"] and any(_is(target, name) and target["on"] for target in shown["targets"]),
            name,
        )
        return next([str(at) for at in target["at"]] for target in shown["targets"] if _is(target, name))

    def tap(self, name: str, then: str) -> dict[str, Any]:
        """Touches until the page that follows is there: the first touch may come too early to count."""
        give_up = time.monotonic() + WAIT_S
        while then not in (self.shown()["state"], ""):
            assert time.monotonic() < give_up, (name, then, self.shown()["state"])
            self.do("mousemove", *self.where(name), "click", "1")
            self._settle(then)
        return self.until_state(then)

    def key_to(self, name: str, then: str) -> dict[str, Any]:
        """Leads the keyboard to a control and presses Enter there."""
        for _ in range(60):
            if any(_is(target, name) and target["focus"] for target in self.shown()["targets"]):
                break
            before = _focus(self.shown())
            self.do("key", "Tab")
            self.until(lambda shown, before=before: _focus(shown) != before, f"focus leaves {before}")  # type: ignore[misc]
        give_up = time.monotonic() + WAIT_S
        self.where(name)
        while self.shown()["state"] != then:
            assert time.monotonic() < give_up, (name, then, self.shown()["state"])
            self.do("key", "Return")
            self._settle(then)
        return self.until_state(then)

    def _settle(self, then: str) -> None:
        """A moment for the page to follow, cut short when it does."""
        until = time.monotonic() + 3.0
        while time.monotonic() < until and self.shown()["state"] != then:
            select.select([], [], [], 0.03)


def _is(target: dict[str, Any], name: str) -> bool:
    return str(target["name"]).startswith(name)


def _focus(shown: dict[str, Any]) -> list[int]:
    return [at for at, target in enumerate(shown["targets"]) if target["focus"]]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """One display for all checks."""
    folder = tmp_path_factory.mktemp("breakout")
    reading, writing = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    environment = {**os.environ, **home, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    with (folder / "stderr").open("w") as told:
        program = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", str(HERE / "breakout_screen.py"), str(folder)],
        env=environment, cwd=HERE.parents[1], stdin=subprocess.PIPE, stderr=told, text=True,
    )  # fmt: skip
    screen = Screen(program, folder / "shown.json", environment)
    try:
        screen.until(lambda shown: shown["state"] == "Waiting" and shown["full"], "the first page over all")
        yield screen
    finally:
        for process in (program, manager, display):
            process.terminate()
            process.wait(WAIT_S)
        if program.stdin is not None:
            program.stdin.close()


@pytest.fixture
def first_page(screen: Screen) -> Iterator[Screen]:
    """At the first page, and left there."""
    screen.until_state("Waiting")
    yield screen
    screen.order("take")
    if screen.shown()["state"] != "Waiting":
        screen.tap("Gọi nhân viên", "Assistance")
        screen.tap("Về trang đầu", "Waiting")
    screen.until_state("Waiting")


KEYS_OF_THE_WINDOW_MANAGER = [
    "alt+F4", "alt+Tab", "alt+shift+Tab", "alt+Escape", "alt+space", "ctrl+alt+Right", "super+d", "super+e",
]  # fmt: skip
"""Each by itself: what one of them brings to the front would take the next."""
KEYS_OF_PROGRAMS = [
    "Escape", "ctrl+Escape", "ctrl+shift+Escape", "ctrl+alt+Delete", "ctrl+alt+BackSpace", "super", "super+r",
    "super+l", "super+Tab", "ctrl+q", "ctrl+w", "ctrl+p", "ctrl+o", "ctrl+s", "ctrl+n", "ctrl+r", "ctrl+plus",
    "ctrl+Tab", "Print", "alt+Print", "Menu", "shift+F10", *(f"F{number}" for number in range(1, 13)), "alt+F2",
    "ctrl+F4", "Pause", "Insert", "XF86Calculator", "XF86Back", "XF86Close",
]  # fmt: skip
KEYS_AT_ONCE = 8
KEYS_OUT = [
    *([key] for key in KEYS_OF_THE_WINDOW_MANAGER),
    *(KEYS_OF_PROGRAMS[at : at + KEYS_AT_ONCE] for at in range(0, len(KEYS_OF_PROGRAMS), KEYS_AT_ONCE)),
]
BLANK, CONTROL = "blank", "control"
HANDS_OUT = [
    ("right click", BLANK, ["click", "3"]), ("right click", CONTROL, ["click", "3"]),
    ("middle click", BLANK, ["click", "2"]), ("middle click", CONTROL, ["click", "2"]),
    ("double click", BLANK, ["click", "--repeat", "2", "--delay", "60", "1"]),
    ("wheel up", BLANK, ["click", "--repeat", "5", "4"]), ("wheel down", CONTROL, ["click", "--repeat", "5", "5"]),
    ("wheel to the left", CONTROL, ["click", "--repeat", "3", "6"]),
    ("side buttons", BLANK, ["click", "8", "click", "9"]),
    ("pinch as Ctrl and wheel", BLANK, ["keydown", "ctrl", "click", "--repeat", "4", "4", "keyup", "ctrl"]),
    ("move with Alt", BLANK,
     ["keydown", "alt", "mousedown", "1", "mousemove_relative", "90", "60", "mouseup", "1", "keyup", "alt"]),
    ("drag", BLANK, ["mousedown", "1", "mousemove_relative", "40", "30", "mouseup", "1"]),
    ("drag off", CONTROL, ["mousedown", "1", "mousemove", "2", "2", "mouseup", "1"]),
]  # fmt: skip
EDGES = [
    ("mousemove", "683", "1", "mousedown", "1", "mousemove", "683", "500", "mouseup", "1"),
    ("mousemove", "1", "384", "mousedown", "1", "mousemove", "700", "384", "mouseup", "1"),
    ("mousemove", "1365", "767", "click", "3"),
]


def no_way_out(screen: Screen, page: str) -> None:
    """No key and no hand leaves this page, opens anything over it or takes the keyboard from it."""

    def stays(way: str) -> None:
        screen.beat(2)
        shown = screen.until(lambda shown: shown["full"], f"still over all after {way} on {page}")
        assert (shown["state"], shown["windows"]) == (page, 1), way

    for keys in KEYS_OUT:
        screen.do("key", *keys)
        stays(" ".join(keys))
    screen.do("key", *["shift"] * 5)
    stays("five Shifts")
    for name, where, hand in HANDS_OUT:
        shown = screen.shown()
        place = shown["blank"] if where == BLANK else next(t["at"] for t in shown["targets"] if t["on"])
        screen.do("mousemove", *map(str, place), *hand)
        stays(f"{name} on a {where}")
    for edge in EDGES:
        screen.do(*edge)
        stays(f"a hand from the edge: {edge}")
    active = subprocess.run(
        ["xdotool", "getactivewindow", "getwindowgeometry"],
        env=screen.environment, check=True, capture_output=True, text=True, timeout=WAIT_S,
    )  # fmt: skip
    assert "1366x768" in active.stdout


def test_no_key_and_no_hand_gets_out_of_the_waiting_page(first_page: Screen) -> None:
    no_way_out(first_page, "Waiting")


def enter_number(screen: Screen, press: Callable[[str], None]) -> None:
    screen.until(lambda shown: bool(shown["listens"]), "the page listens")
    for count, digit in enumerate(screen.shown()["person"], start=1):
        press(digit)
        screen.until(lambda shown, count=count: shown["digits"] == count, f"digit {count}")  # type: ignore[misc]


def test_whole_journey_by_keyboard_alone(first_page: Screen) -> None:
    screen = first_page
    screen.key_to("Nhập số", "TypingNumber")
    enter_number(screen, lambda digit: screen.do("key", digit))
    screen.key_to("Tiếp tục", "AskingCard")
    screen.order("lay")
    screen.until_state("Found")
    screen.key_to("Đúng, tiếp tục", "Choosing")
    screen.key_to("Nhi", "Confirming")
    screen.key_to("Lấy số", "Done")
    screen.until(lambda shown: bool(shown["ended"]), "the slip is settled")
    screen.order("take")
    screen.key_to("Xong", "Waiting")


FOREIGN = "8938505974125"
LONGER_THAN_A_SCANS_TAIL = 20
"""Beats: so soon after a code a key is the gun's own."""
VALID = "999190000862|123456789|Dao Thi Tiep|15011990|Nu|Mau|01012021"
"""The code on the card of an invented person who is not the one at the kiosk."""


def scan(screen: Screen, code: str) -> None:
    """As a gun in keyboard mode; Tab shows that the keys before it were handled."""
    before = screen.shown()
    screen.do("type", "--delay", "4", f"{code}\n")
    screen.beat(LONGER_THAN_A_SCANS_TAIL)
    screen.do("key", "Tab")
    screen.until(
        lambda shown: _focus(shown) != _focus(before) or shown["state"] != before["state"], "the key after the scan"
    )
    screen.beat()


def stays_after(screen: Screen, *codes: str) -> None:
    for code in codes:
        before = screen.shown()
        scan(screen, code)
        after = screen.shown()
        assert (after["state"], after["digits"]) == (before["state"], before["digits"]), code


def test_whole_journey_by_touch_alone_that_no_gun_and_no_other_hand_moves(first_page: Screen) -> None:
    screen = first_page
    screen.tap("Nhập số", "TypingNumber")
    stays_after(screen, FOREIGN)
    enter_number(screen, lambda digit: screen.do("mousemove", *screen.where(digit), "click", "1"))
    screen.tap("Tiếp tục", "AskingCard")
    stays_after(screen, FOREIGN)
    screen.order("lay")
    screen.until_state("Found")
    screen.where("Đúng, tiếp tục")
    stays_after(screen, FOREIGN, VALID)
    screen.tap("Đúng, tiếp tục", "Choosing")
    stays_after(screen, FOREIGN, VALID)
    screen.tap("Nhi", "Confirming")
    stays_after(screen, FOREIGN, VALID)
    no_way_out(screen, "Confirming")
    screen.tap("Tôi thuộc diện ưu tiên", "AskingPriority")
    stays_after(screen, FOREIGN, VALID)
    screen.tap("Quay lại", "Confirming")
    screen.tap("Lấy số", "Done")
    screen.until(lambda shown: bool(shown["ended"]), "the slip is settled")
    stays_after(screen, FOREIGN)
    screen.order("take")
    screen.tap("Xong", "Waiting")


def test_gun_at_the_first_page_says_what_it_is_and_begins_for_whoever_it_is(first_page: Screen) -> None:
    screen = first_page
    screen.do("type", "--delay", "4", f"{FOREIGN}\n")
    screen.until_state("Failed")
    screen.beat(LONGER_THAN_A_SCANS_TAIL)
    screen.do("type", "--delay", "4", f"{VALID}\n")
    screen.until_state("Found")
