"""What each page must say, whatever else it says or leaves out for larger letters: a promise for each line."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.checkin.clinic import Clinic
from kiosk.failure import FailureCode
from kiosk.reader.document import FaceImage, ReadPhase
from kiosk.text import Language, say
from kiosk.ui.gallery import GLASSES, MOMENT, Glass, Mute
from kiosk.ui.guidance import told_of
from kiosk.ui.shelf import FIRST_SHELF
from kiosk.ui.widgets.mark import TicketNumber
from kiosk.ui.widgets.phases import PhaseList
from kiosk.ui.widgets.portrait import Portrait
from kiosk.ui.widgets.steps import StepBar
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import Wishes
from kiosk.workflow.state import Devices, DeviceState, Failed, Reading

CALL = "Gọi nhân viên"
KEEP_IT_THERE, TAKE_IT = "Xin giữ thẻ trên đầu đọc", "Có thể rút thẻ ra"
NOTE_IT = "Ông/bà hãy nhớ hoặc chụp lại số này."
ALWAYS: dict[str, list[str]] = {
    "waiting": ["Đặt thẻ Căn cước lên đầu đọc", "Mặt có chip úp xuống", "Quét mã", "Nhập số", "Máy đọc gì"],
    "scanning-code": ["Đưa mã QR ra trước máy quét", "Quay lại"],
    "asking-card": ["Mời đặt thẻ Căn cước lên đầu đọc", "Tôi không mang thẻ"],
    "asking-key": ["Đưa mã QR của thẻ", "nhập 6 số cuối", KEEP_IT_THERE],
    "asking-key-wrong": ["Chưa mở được", "còn 2 lần"],
    "typing-number": ["Nhập số Căn cước", "Đã nhập 0 trên 12 số"],
    "reading": ["Đang đọc thẻ, xin giữ yên", KEEP_IT_THERE],
    "found-reading": ["Đang kiểm tra thẻ", "Máy đang đọc nốt thẻ, xin giữ yên", "Đang tra cứu bảo hiểm", KEEP_IT_THERE],
    "found-covered": [
        "Nguyễn Văn M.", "1948 · 78 tuổi", "999 ••• ••• 123", "Thẻ thật, đọc từ chip", "Thẻ bảo hiểm còn giá trị",
        "Giá trị đến: 31/12/2026", "Bảo hiểm trả: 80%", "Không phải tôi", "Đúng, tiếp tục", TAKE_IT,
    ],
    "found-attention": ["Thông tin từ mã QR", "Thẻ bảo hiểm dùng được", "ông/bà vẫn khám bình thường"],
    "found-self-pay": [
        "Đã đọc từ chip", "Mời ghé quầy tiếp đón", "Nhân viên sẽ nói rõ về bảo hiểm và chi phí", "Đúng, tiếp tục",
    ],
    "found-ask-staff": [
        "Số do ông/bà nhập", "Mời đến quầy tiếp đón", "Nhân viên sẽ xem giúp thông tin bảo hiểm", "Lấy số đến quầy",
    ],
    "found-unverified": ["Sẽ tra cứu bảo hiểm sau", "Hệ thống bảo hiểm chưa trả lời"],
    "choosing": ["Hôm nay ông/bà khám gì?", "Bảo hiểm trả 80%", "Khoa Nội"],
    "choosing-self-pay": ["Phòng 203", "50.000 đ", "25–40 phút", "11 người chờ"],
    "confirming": [
        "Họ và tên: Nguyễn Văn M.", "Khám: Nội tổng quát", "Phòng: Phòng 203", "Chờ khoảng: 25–40 phút",
        "Chi trả: Bảo hiểm trả 80%", "Ưu tiên: từ 75 tuổi", "Thông tin của ông/bà", "Máy đọc họ tên, ngày sinh",
        "Không chọn cũng được khám như mọi người", "Xem chi tiết", "Lấy số",
    ],
    "confirming-self-pay": ["Chi trả: Hỏi quầy về phí", "Tôi thuộc diện ưu tiên"],
    "asking-priority": ["Phụ nữ có thai", "Người khuyết tật nặng hoặc đặc biệt nặng", "Người có công với cách mạng"],
    "issuing": ["Đang cấp số"],
    "done-printing": ["Số của ông/bà", "A042", "Đang in phiếu"],
    "done-slow": ["A042", "Ông/bà có thể chụp lại số này"],
    "done-printed": [
        "A042", "Phòng 203", "Nội tổng quát", "Tầng 2, ra thang máy rẽ trái", "Lấy phiếu và nhớ rút thẻ Căn cước",
        "Màn hình tự xóa sau 20 giây", "Thêm thời gian", "Đọc số của tôi",
    ],
    "done-not-printed": [
        "Hôm nay ông/bà đã có số này", "Q007", f"Máy in hết giấy. {NOTE_IT}", "In lại phiếu", "Xin ông/bà rút thẻ",
    ],
    "done-maybe-printed": ["Q007", "Nếu không thấy phiếu", "In lại phiếu"],
    "assistance": ["Xin chờ nhân viên đến giúp", "Thông tin của ông/bà đã được xóa khỏi màn hình"],
}  # fmt: skip
"""In normal letters and large ones alike."""
IN_NORMAL_LETTERS: dict[str, list[str]] = {
    "found-covered": [
        "Được ưu tiên: từ 75 tuổi", "Nơi đăng ký khám: Bệnh viện Đa khoa Mẫu",
        "Bảo hiểm trả: 80% · ông/bà trả khoảng 20%",
    ],
    "found-unverified": ["Ông/bà vẫn được khám, quyền lợi không đổi"],
    "asking-priority": ["Nhân viên có thể xem giấy tờ khi gọi số"],
    "done-printed": ["Ưu tiên: từ 75 tuổi", "Chi trả: BHYT 80%", "Đăng ký lúc: 14:32"],
}  # fmt: skip
"""What larger ones leave to a sheet of its own, to the slip or to the staff."""
UNKIND = ("không hợp lệ", "hết hạn", "không có bảo hiểm", "từ chối", "sai", "lỗi", "vi phạm")
"""A card that does not count is nobody's fault, and the hall reads along."""


def said(window: PatientWindow) -> str:
    """All that is seen or heard of the window now."""
    seen = [one for one in window.findChildren(QWidget) if one.isVisible()]
    words = [one.accessibleName() for one in seen]
    words += [one.text() for one in seen if isinstance(one, QLabel)]
    words += [one.accessibleDescription() for one in seen]
    return " | ".join(words).replace("\xa0", " ")


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_every_page_says_what_it_promises(open_window: Any, states: Any, glass: Glass, large: bool) -> None:
    window = open_window(glass, speech=Mute())
    missing = []
    for name, promised in ALWAYS.items():
        window.show_state(states["assistance"])
        window.set_card_laid(name != "waiting")
        window.set_wishes(Wishes(large=large))
        window.show_state(states[name])
        window.set_wishes(Wishes(large=large))
        whole = glass == GLASSES[0] and not large
        told = said(window)
        for sheet in range(1, len(window.page._sheets)):
            window.page.show_sheet(sheet)
            told += said(window)
        further = IN_NORMAL_LETTERS.get(name, []) if whole else []
        missing += [f"{name}: {words}" for words in [*promised, *further, CALL] if words not in told]
    assert missing == []


def test_step_is_told_and_only_goes_on(open_window: Any, states: Any) -> None:
    window = open_window()
    journey = ["typing-number", "scanning-code", "asking-card", "asking-key", "reading", "found-reading"]
    journey += ["found-covered", "choosing", "confirming", "asking-priority", "issuing", "done-printed"]
    told = []
    for name in journey:
        window.show_state(states[name])
        told += [bar.accessibleName() for bar in window.page.findChildren(StepBar) if bar.isVisible()]
    first, second, third, last = "1/4: Giấy tờ", "2/4: Bảo hiểm", "3/4: Khám gì", "4/4: Lấy số"
    assert told == [first] * 5 + [second] * 2 + [third] + [last] * 4


@pytest.mark.parametrize("broken", [DeviceState.ABSENT, DeviceState.TROUBLE], ids=lambda broken: broken.value)
def test_way_that_is_closed_says_so_and_cannot_be_taken_until_it_is_open_again(
    open_window: Any, broken: DeviceState
) -> None:
    window, ready = open_window(), DeviceState.READY
    for scanner, reader in ((broken, ready), (ready, broken), (ready, ready)):
        window.show_devices(Devices(reader, scanner, ready))
        [scan] = [tile for tile in window.page.findChildren(Tile) if tile.accessibleName().startswith("Quét mã")]
        closed = ("Tạm thời chưa dùng được" in said(window), "Tạm thời không nhận thẻ" in said(window))
        assert closed == (scanner is broken, reader is broken)
        assert scan.isEnabled() is (scanner is ready)


def test_time_of_day_goes_on(qtbot: QtBot, clinic: Clinic) -> None:
    now = MOMENT
    window = PatientWindow(clinic, animated=False, now=lambda: now)
    qtbot.addWidget(window)
    window.show()
    assert "14:32" in said(window)
    now = MOMENT.replace(minute=33)
    window.tick()
    assert "14:33" in said(window)


def test_nobody_is_hurried_while_the_slip_is_in_the_machine(open_window: Any, states: Any) -> None:
    window = open_window()
    hurries = []
    for name in ("done-printing", "done-slow", "done-printed"):
        window.show_state(states[name])
        hurries.append("Màn hình tự xóa" in said(window))
    assert hurries == [False, states["done-slow"].is_over, True]


@pytest.mark.parametrize("name", ["found-attention", "found-self-pay", "found-ask-staff", "found-unverified"])
def test_card_that_does_not_count_is_told_kindly(open_window: Any, states: Any, name: str) -> None:
    window = open_window()
    window.show_state(states[name])
    told = said(window).casefold()
    assert [words for words in UNKIND if words in told] == []


@pytest.mark.parametrize("phase", list(ReadPhase), ids=lambda phase: phase.value)
def test_phase_that_goes_on_is_told_in_words_on_the_page_that_stands(open_window: Any, phase: ReadPhase) -> None:
    window = open_window()
    window.show_state(Reading(ReadPhase.CONNECTING))
    page = window.page
    window.show_state(Reading(phase))
    [phases] = window.page.findChildren(PhaseList)
    assert window.page is page
    assert (phases.current, phases.accessibleName()) == (
        list(ReadPhase).index(phase),
        say(f"screen.phase.{phase.value}", Language.VI),
    )


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("language", list(Language))
def test_every_failure_says_what_happened_what_to_do_what_was_done_and_whom_to_call(
    open_window: Any, language: Language, large: bool
) -> None:
    window = open_window(GLASSES[1], language=language)
    missing = []
    for code in FailureCode:
        window.show_state(Failed(code))
        window.set_wishes(Wishes(large=large))
        told = said(window)
        happened, todo, done = (say(f"failure.{code}.patient{part}", language) for part in ("", "_do", "_done"))
        promised = [happened.removesuffix("."), todo, done, code.value, say("screen.footer.call", language)]
        missing += [f"{code}: {words}" for words in promised if words not in told]
        spoken = told_of(Failed(code), FIRST_SHELF, language)
        missing += [f"{code} aloud: {words}" for words in (happened, todo) if words not in spoken]
    assert missing == []


def test_photo_that_was_read_stands_beside_the_name(open_window: Any, states: Any) -> None:
    window = open_window()
    found = states["found-covered"]
    photo = QImage(60, 80, QImage.Format.Format_RGB888)
    photo.fill(0x808080)
    file = QBuffer()
    file.open(QIODevice.OpenModeFlag.WriteOnly)
    assert photo.save(file, "PNG")  # type: ignore[call-overload]  # its stub wants bytes, it wants text
    face = FaceImage("image/png", bytes(file.data().data()))
    window.show_state(found)
    for identity, is_there in ((found.identity, False), (replace(found.identity, face=face), True)):
        window.show_state(replace(found, identity=identity))
        [portrait] = [one for one in window.page.findChildren(Portrait) if one.isVisible()]
        assert portrait.shows_photo is is_there


@pytest.mark.parametrize("glass", GLASSES, ids=lambda glass: glass.name)
def test_number_is_read_from_afar(open_window: Any, states: Any, glass: Glass) -> None:
    window = open_window(glass, training=True, speech=Mute())
    for large in (False, True):
        window.set_wishes(Wishes(large=large))
        window.show_state(states["done-not-printed"])
        [number] = window.page.findChildren(TicketNumber)
        points = number._fitting(number.width(), number.height()) / glass.px_per_mm * 72 / 25.4
        assert points >= 96
