"""A patient's screen on a real display with a window manager: nobody gets out of it, everybody gets through it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.features.real_screen import NEEDS_A_REAL_SCREEN, START_S, RealScreen, Shown, is_named, place_of, real_screen

pytestmark = NEEDS_A_REAL_SCREEN
A_TOUCH_TAKES = 120
"""Beats: a page that has not followed by then was drawn anew in that moment, and took no touch."""
TOUCHES = 20


@dataclass(frozen=True, slots=True)
class Screen(RealScreen):
    """The patients' screen."""

    def until_state(self, *names: str) -> Shown:
        """Waits for one of these states, with something to touch."""
        return self.until(lambda shown: shown["state"] in names and bool(shown["targets"]), " or ".join(names))

    def tap(self, name: str, then: str) -> Shown:
        """Touches until the page that follows is there."""
        return self._lead_to(then, name, self.click_at)

    def key_to(self, name: str, then: str) -> Shown:
        """Leads the keyboard to a control and presses Enter there."""
        for _ in range(60):
            if any(is_named(target, name) and target["focus"] for target in self.shown()["targets"]):
                break
            before = _focus(self.shown())
            self.do("key", "Tab")
            self.until(lambda shown, before=before: _focus(shown) != before, f"focus leaves {before}")  # type: ignore[misc]
        return self._lead_to(then, name, lambda _: self.do("key", "Return"))

    def _lead_to(self, then: str, name: str, act: Callable[[list[int]], None]) -> Shown:
        for _ in range(TOUCHES):
            shown = self.until(lambda shown: shown["state"] == then or place_of(shown, name), f"{name} or {then}")
            if shown["state"] == then:
                break
            place = place_of(shown, name)
            assert place is not None
            act(place)
            last = self.shown()["beats"] + A_TOUCH_TAKES
            self.until(lambda shown, last=last: shown["state"] == then or shown["beats"] > last, then)  # type: ignore[misc]
        return self.until_state(then)


def _focus(shown: Shown) -> list[int]:
    return [at for at, target in enumerate(shown["targets"]) if target["focus"]]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """One display for all checks."""
    folder = tmp_path_factory.mktemp("breakout")
    with real_screen(Screen, "tests.features.breakout_screen", folder, "1366x768") as screen:
        screen.until(lambda shown: shown["state"] == "Waiting" and shown["full"], "the first page over all", START_S)
        yield screen


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
    assert "1366x768" in screen.ask("getactivewindow", "getwindowgeometry")


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
LONGER_THAN_A_SCANS_TAIL = 24
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
    enter_number(screen, lambda digit: screen.click_at(screen.where(digit)))
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
