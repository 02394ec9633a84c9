"""What stands on the slip, before any dot is drawn."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.resources import files

import pytest

from kiosk.checkin.clinic import Bilingual, Clinic
from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.slip.blocks import Band, Block, Code, Number, Pair, Picture, Rule, Space, Text
from kiosk.slip.visit_code import read_visit_code, visit_code
from kiosk.text import Language

BlocksOf = Callable[..., tuple[Block, ...]]


def texts(blocks: Iterable[Block]) -> list[str]:
    """All that a person reads, in order."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Text() | Number():
                found.append(block.text)
            case Band():
                found += [block.text, *block.notes]
            case Pair():
                found += [block.label, block.value, block.also_label, block.also_value]
            case Code():
                found += block.beside
            case Rule() | Space() | Picture():
                pass
    return [text for text in found if text]


def test_slip_says_everything_in_the_order_it_is_needed(blocks_of: BlocksOf) -> None:
    assert texts(blocks_of()) == [
        "Sở Y tế tỉnh Mẫu",
        "Bệnh viện Đa khoa Mẫu",
        "Số của ông/bà",
        "A042",
        "Phòng 203",
        "Nội tổng quát",
        "Tầng 2, ra thang máy rẽ trái",
        "Họ tên",
        "Nguyễn Văn Mẫu",
        "Năm sinh",
        "1990",
        "BHYT",
        "Được hưởng BHYT, mức 80%",
        "Lấy số",
        "14:32, 20/11/2026",
        "Xin giữ phiếu này và chờ gọi số",
        "Lượt khám 01234567",
    ]


def test_english_slip_has_no_vietnamese_sentence(blocks_of: BlocksOf) -> None:
    said = texts(blocks_of(Language.EN, is_training=True))
    assert {"Mẫu General Hospital", "Room 203", "General medicine", "Your number", "SAMPLE"} <= set(said)
    vietnamese = set(texts(blocks_of(is_training=True)))
    assert vietnamese & set(said) == {"A042", "Nguyễn Văn Mẫu", "1990", "14:32, 20/11/2026"}


def test_training_slip_begins_with_a_large_mark(blocks_of: BlocksOf) -> None:
    first = blocks_of(is_training=True)[0]
    assert isinstance(first, Band)
    assert (first.text, first.solid) == ("MẪU", True)
    assert first.size_pt >= 30
    assert "MẪU" not in texts(blocks_of())


@pytest.mark.parametrize(("reprints", "mark"), [(1, "Bản in lại 1"), (12, "Bản in lại 12")])
def test_reprint_is_marked_with_its_count(blocks_of: BlocksOf, reprints: int, mark: str) -> None:
    assert texts(blocks_of(reprints=reprints))[0] == mark


def test_first_slip_has_no_reprint_mark(blocks_of: BlocksOf) -> None:
    assert not any("in lại" in text for text in texts(blocks_of()))


@pytest.mark.parametrize(
    ("priority", "mark"),
    [
        (Priority.UNDER_SIX, "★ Ưu tiên · trẻ dưới 6 tuổi"),
        (Priority.SEVENTY_FIVE, "★ Ưu tiên · từ 75 tuổi"),
        (Priority.NONE, None),
    ],
)
def test_priority_says_why(blocks_of: BlocksOf, priority: Priority, mark: str | None) -> None:
    bands = [b.text for b in blocks_of(priority=priority) if isinstance(b, Band)]
    assert bands == ([mark] if mark else [])


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_neutral_words_in_both_languages(
    blocks_of: BlocksOf, verdict: Verdict, language: Language
) -> None:
    said = " ".join(texts(blocks_of(language, decision=Decision(verdict)))).casefold()
    assert not re.search(r"hết hạn|không hợp lệ|từ chối|sai|expired|invalid|refused|rejected|not insured", said)
    other = blocks_of(language, decision=Decision(next(v for v in Verdict if v is not verdict)))
    assert said != " ".join(texts(other)).casefold()


def test_what_is_unknown_has_no_row(blocks_of: BlocksOf) -> None:
    blocks = blocks_of(full_name="", birth_year=None)
    assert [block.label for block in blocks if isinstance(block, Pair)] == ["BHYT", "Lấy số"]


def test_no_number_of_the_person_is_on_the_slip(blocks_of: BlocksOf) -> None:
    blocks = blocks_of()
    said = " ".join([*texts(blocks), *(block.text for block in blocks if isinstance(block, Code))])
    assert "9990000" not in said
    assert not re.search(r"\d{9}", said.replace("0123456789", ""))


def test_decomposed_and_hostile_texts_become_one_composed_line(clinic: Clinic, blocks_of: BlocksOf) -> None:
    hostile = unicodedata.normalize("NFD", "Trần\n\tThị\x1b@ \u202eHuệ\u200b\x00 Mẫu\ue000")
    said = texts(blocks_of(full_name=hostile))
    assert "Trần Thị@ Huệ Mẫu" in said
    odd = replace(clinic, name=Bilingual(unicodedata.normalize("NFD", clinic.name.vi), "x"))
    assert clinic.name.vi in texts(blocks_of(clinic=odd))


def test_time_is_the_clinics_also_around_midnight(blocks_of: BlocksOf) -> None:
    from datetime import UTC, datetime

    moment = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)
    assert "00:05, 01/01/2027" in texts(blocks_of(created_at=moment))


def test_visit_code_comes_back_and_holds_only_the_visit() -> None:
    visit_id = "00ff" * 8
    assert re.fullmatch(r"LK1:[0-9A-F]{32}:[0-9A-F]{4}", visit_code(visit_id))
    assert read_visit_code(visit_code(visit_id)) == visit_id


@pytest.mark.parametrize("position", range(4, 41))
def test_visit_code_with_one_wrong_character_is_refused(position: int) -> None:
    code = visit_code("0123456789abcdef" * 2)
    wrong = "1" if code[position] != "1" else "2"
    assert read_visit_code(code[:position] + wrong + code[position + 1 :]) is None


@pytest.mark.parametrize("text", ["", "LK1:", "https://example.invalid/", "lk1:" + "0" * 32 + ":0000"])
def test_other_texts_are_no_visit_code(text: str) -> None:
    assert read_visit_code(text) is None


def test_both_languages_have_the_same_sentences_and_placeholders() -> None:
    def sentences(language: Language) -> dict[str, set[str]]:
        table = tomllib.loads(files("kiosk.text").joinpath(language.value, "slip.toml").read_text("utf-8"))
        flat = {
            f"{name}.{key}": text
            for name, entry in table.items()
            if isinstance(entry, dict)
            for key, text in entry.items()
        }
        flat |= {name: text for name, text in table.items() if isinstance(text, str)}
        return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in flat.items()}

    assert sentences(Language.VI) == sentences(Language.EN)
