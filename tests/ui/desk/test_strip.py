"""The lower edge: what is not well is always told, and the way to further pages gives way first."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.checkin.clinic_clock import ClockState
from kiosk.text import Language, say
from kiosk.ui.desk.clock import told_clock
from kiosk.ui.desk.gateway_news import GatewayNews
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.desk.records import StoreNews
from kiosk.ui.desk.strip import DeviceStrip, lights_of
from kiosk.workflow.state import Devices, DeviceState

VI = Language.VI
PAGES = (("Tra lại", "F11"), ("Thiết bị", "F12"))
READY = Devices(DeviceState.READY, DeviceState.READY, DeviceState.READY)


def test_gateway_is_told_with_its_seconds() -> None:
    words = [light.words for light in lights_of(READY, GatewayNews(0.4), None, VI, store_fails=False)]
    assert words == ["Đầu đọc", "Máy quét", "Máy in", "Cổng BHXH 0,4 s", "Dữ liệu"]


@pytest.mark.parametrize(
    ("devices", "gateway", "store", "fails", "told"),
    [
        (Devices(DeviceState.ABSENT), GatewayNews(), None, False, "Chưa có đầu đọc"),
        (READY, GatewayNews(8.0, is_trouble=True), None, False, say("desk.strip.gateway_trouble", VI)),
        (READY, GatewayNews(), StoreNews(True, 48), False, say("desk.strip.store_away", VI, left=48)),
        (READY, GatewayNews(), StoreNews(False, 48, 2, 1), False, say("store.refused.strip", VI, count=1)),
        (READY, GatewayNews(), None, True, say("desk.strip.store_fails", VI)),
    ],
)
def test_what_is_not_well_is_told_also_where_there_is_no_room(
    devices: Devices, gateway: GatewayNews, store: StoreNews | None, fails: bool, told: str, desk_look: DeskLook,
    qtbot: Any,
) -> None:  # fmt: skip
    strip = DeviceStrip(desk_look, VI)
    qtbot.addWidget(strip)
    strip.resize(260, 40)
    strip.show_lights(lights_of(devices, gateway, store, VI, store_fails=fails), PAGES)
    strip.show()
    assert told in [light.words for light in strip.lights.shown]
    assert not any(link.isVisible() for link in strip.links.values())
    assert told in strip.lights.accessibleName()


@pytest.mark.parametrize(
    ("store", "told"),
    [
        (StoreNews(), "desk.strip.store_put_aside"),
        (StoreNews(False, 48, 2), "desk.strip.store_put_aside"),
        (StoreNews(True, 48), "desk.strip.store_away"),
    ],
    ids=["store is there", "check-ins come in", "store is away"],
)
def test_damaged_file_lights_the_stores_light_where_nothing_graver_does(store: StoreNews, told: str) -> None:
    light = lights_of(READY, GatewayNews(), store, VI, store_fails=False, put_aside=True)[-1]
    assert light.words == say(told, VI, left=48)
    assert not light.is_well


def test_camera_and_gun_have_a_light_each_where_they_are_known() -> None:
    devices = replace(READY, camera=DeviceState.READY, gun=DeviceState.TROUBLE)
    words = [light.words for light in lights_of(devices, GatewayNews(), None, VI, store_fails=False)]
    assert words[:4] == ["Đầu đọc", "Camera", "Súng quét gặp sự cố", "Máy in"]


def test_click_on_lights_or_names_asks_for_the_page(desk_look: DeskLook, qtbot: Any) -> None:
    strip = DeviceStrip(desk_look, VI)
    asked: list[str] = []
    qtbot.addWidget(strip)
    strip.resize(1280, 46)
    strip.page_asked.connect(asked.append)
    strip.show_lights(lights_of(READY, GatewayNews(), None, VI, store_fails=False), PAGES)
    strip.show()
    for button in (strip.lights, *strip.links.values()):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == ["F12", "F11", "F12"]


def test_lights_without_a_page_behind_them_are_no_button(desk_look: DeskLook, qtbot: Any) -> None:
    strip = DeviceStrip(desk_look, VI)
    asked: list[str] = []
    qtbot.addWidget(strip)
    strip.page_asked.connect(asked.append)
    strip.show_lights(lights_of(READY, GatewayNews(), None, VI, store_fails=False))
    strip.show()
    QTest.mouseClick(strip.lights, Qt.MouseButton.LeftButton)
    assert asked == []


def test_way_to_further_pages_stands_where_all_lights_leave_it_room(desk_look: DeskLook, qtbot: Any) -> None:
    strip = DeviceStrip(desk_look, VI)
    qtbot.addWidget(strip)
    strip.resize(1280, 40)
    strip.show_lights(lights_of(READY, GatewayNews(), None, VI, store_fails=False), PAGES)
    strip.show()
    assert len(strip.lights.shown) == 5
    assert [link.isVisible() for link in strip.links.values()] == [True, True]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (ClockState(True, timedelta(minutes=26)), ("ahead", "26 phút")),
        (ClockState(True, timedelta(minutes=-150)), ("behind", "2 giờ")),
        (ClockState(True, timedelta(days=-3)), ("behind", "3 ngày")),
        (ClockState(False, latest=date(2026, 11, 22)), ("before", "22/11/2026")),
    ],
)
def test_clock_that_is_doubted_is_told_in_a_sentence_and_a_light(state: ClockState, told: tuple[str, str]) -> None:
    key, by = told
    assert told_clock(state, VI) == say(f"desk.clock.{key}", VI, by=by, day=by)
    lights = lights_of(READY, GatewayNews(), None, VI, store_fails=False, clock=state)
    assert [light.words for light in lights if not light.is_well] == [say("desk.clock.strip", VI)]


@pytest.mark.parametrize("state", [None, ClockState(heard=False), ClockState(heard=True)])
def test_clock_that_is_believed_is_not_spoken_of(state: ClockState | None) -> None:
    assert told_clock(state, VI) == ""
    assert len(lights_of(READY, GatewayNews(), None, VI, store_fails=False, clock=state)) == 5
