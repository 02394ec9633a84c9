"""A whole day's work at the staff's window on a real display with a window manager: by keys alone, and by mouse."""

import os
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from kiosk.app.training import INVENTED_PIN
from tests.features.real_screen import NEEDS_A_REAL_SCREEN, START_S, RealScreen, Shown, real_screen

pytestmark = NEEDS_A_REAL_SCREEN
A_HANDS_GAP = 6
"""Beats between two keys: longer than any gap between a gun's, however busy the display is."""


@dataclass(frozen=True, slots=True)
class Desk(RealScreen):
    """The staff's window."""

    gun: int
    """The gun's end of its serial line: no key's timing is needed for what it sends."""

    def key(self, *keys: str) -> None:
        for key in keys:
            self.do("key", key, beats=A_HANDS_GAP)

    def type(self, text: str) -> None:
        for letter in text:
            self.do("type", letter, beats=A_HANDS_GAP)

    def click(self, name: str) -> None:
        """The button of this name, as soon as it can be pressed."""
        self.click_at(self.where(name))

    def scan(self, code: str) -> None:
        os.write(self.gun, code.encode() + b"\r")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One display for all journeys."""
    folder = tmp_path_factory.mktemp("desk")
    gun, port = os.openpty()
    tty.setraw(port)
    (folder / "gun").symlink_to(os.ttyname(port))
    with (
        os.fdopen(gun, "wb", buffering=0),
        os.fdopen(port, "rb", buffering=0),
        real_screen(partial(Desk, gun=gun), "tests.features.desk_screen", folder, "1600x900") as desk,
    ):
        desk.until(lambda shown: shown["state"] == "Waiting" and shown["settled"], "the window", START_S)
        yield desk


@pytest.fixture
def signed_out(desk: Desk) -> Desk:
    """Nobody is on duty: in training somebody is from the start."""
    if is_on_duty(desk.shown()):
        desk.key("F8")
    desk.until(lambda shown: not is_on_duty(shown), "nobody is on duty")
    return desk


def is_on_duty(shown: Shown) -> bool:
    return str(shown["officer"]).startswith("Người trực")


def state_of(shown: Shown, ticket: str) -> str:
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
