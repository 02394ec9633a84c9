"""The slip without paper: as it is spoken, and as it is pasted."""

from collections.abc import Callable
from datetime import date

import pytest

from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.settings import config_folder
from kiosk.slip.blocks import Block
from kiosk.slip.plain import clipboard_text, spoken_text
from kiosk.slip.template import load_template
from kiosk.text import Language

BlocksOf = Callable[..., tuple[Block, ...]]


def test_slip_is_spoken_in_sentences_and_its_numbers_are_spelled(blocks_of: BlocksOf) -> None:
    blocks = blocks_of(priority=Priority.SEVENTY_FIVE, now_serving="A036", ahead=5, wait=(20, 30), reprints=1)
    assert spoken_text(blocks) == (
        "Bản in lại 1. Sở Y tế tỉnh Mẫu. Bệnh viện Đa khoa Mẫu. Số của ông/bà là a, không bốn hai. "
        "Mời ông/bà đến Phòng 203. Ông/bà khám Nội tổng quát. Đường đi: Tầng 2, ra thang máy rẽ trái. "
        "Ông/bà được ưu tiên: từ 75 tuổi. Phòng đang gọi số a, không ba sáu. Số người chờ trước ông/bà: 5 người. "
        "Thời gian chờ dự kiến: khoảng 20–30 phút. Tên người khám là Nguyễn Văn Mẫu. Sinh năm 1990. "
        "Về bảo hiểm y tế: Được hưởng BHYT, mức 80%. Lấy số lúc 14 giờ 32 phút, ngày 20 tháng 11 năm 2026. "
        "Xin giữ phiếu này và chờ gọi số."
    )


def test_english_slip_is_spoken_in_english(blocks_of: BlocksOf) -> None:
    said = spoken_text(blocks_of(Language.EN, ahead=0))
    assert "Your number is A, zero four two. Please go to Room 203." in said
    assert "People waiting before you: nobody." in said
    assert "The number was taken at 14:32, 20 November 2026." in said


def test_clipboard_has_a_line_for_each_field(blocks_of: BlocksOf) -> None:
    assert clipboard_text(blocks_of(is_training=True)).splitlines() == [
        "MẪU: Phiếu tập, không dùng để khám",
        "Sở Y tế: Sở Y tế tỉnh Mẫu",
        "Cơ sở: Bệnh viện Đa khoa Mẫu",
        "Số: A042",
        "Nơi khám: Phòng 203",
        "Khám: Nội tổng quát",
        "Đường đi: Tầng 2, ra thang máy rẽ trái",
        "Họ tên: Nguyễn Văn Mẫu",
        "Năm sinh: 1990",
        "BHYT: Được hưởng BHYT, mức 80%",
        "Lấy số: 14:32, 20/11/2026",
        "Lượt khám: 01234567",
    ]


@pytest.mark.parametrize("name", ["mau", "brief", "bilingual"])
@pytest.mark.parametrize("language", Language)
def test_every_template_is_spoken_whole(blocks_of: BlocksOf, name: str, language: Language) -> None:
    template = load_template(config_folder() / "slips" / f"{name}.toml")
    decision = Decision(
        Verdict.COVERED, valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31), facility="99001", benefit_percent=80
    )
    blocks = blocks_of(language, by=template, decision=decision, now_serving="A001", ahead=3, wait=(0, 5))
    said = spoken_text(blocks)
    assert said.endswith(".")
    assert "{" not in said
    assert "\n" not in said
    assert ".." not in said
    values = [line.partition(": ")[2] or line for line in clipboard_text(blocks).splitlines()]
    spelled = ("A042", "A001", "14:32, 20/11/2026", "01234567", "Số của ông/bà", "Your number")
    assert [value for value in values if value not in said and value not in spelled] == []
