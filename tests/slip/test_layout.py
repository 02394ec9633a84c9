"""What stands on the slip, before any dot is drawn."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from kiosk.checkin.clinic import Bilingual, Clinic
from kiosk.checkin.record import Placement, Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.settings import config_folder
from kiosk.slip.blocks import Band, Block, Code, Number, Pair, Picture, Rule, Space, Text
from kiosk.slip.layout import one_line
from kiosk.slip.template import Template, load_template
from kiosk.slip.visit_code import read_visit_code, visit_code
from kiosk.text import Language, catalog

BlocksOf = Callable[..., tuple[Block, ...]]


@pytest.fixture(scope="module")
def bilingual() -> Template:
    return load_template(config_folder() / "slips" / "bilingual.toml")


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
    assert first.size_pt > max(block.size_pt for block in blocks_of() if isinstance(block, Text))
    assert "MẪU" not in texts(blocks_of())


@pytest.mark.parametrize(("reprints", "mark"), [(1, "Bản in lại 1"), (12, "Bản in lại 12")])
def test_reprint_is_marked_with_its_count(blocks_of: BlocksOf, reprints: int, mark: str) -> None:
    assert texts(blocks_of(reprints=reprints))[0] == mark


def test_first_slip_has_no_reprint_mark(blocks_of: BlocksOf) -> None:
    assert not any("in lại" in text for text in texts(blocks_of()))


@pytest.mark.parametrize(
    ("priority", "mark"),
    [
        (Priority.UNDER_SIX, "★ Ưu tiên · dưới 6 tuổi"),
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


def pairs_of(blocks: Iterable[Block]) -> dict[str, str]:
    return {block.label: block.value for block in blocks if isinstance(block, Pair)}


@pytest.mark.parametrize("priority", [priority for priority in Priority if priority is not Priority.NONE])
@pytest.mark.parametrize("language", Language)
def test_every_priority_has_its_words(blocks_of: BlocksOf, priority: Priority, language: Language) -> None:
    [band] = [block for block in blocks_of(language, priority=priority) if isinstance(block, Band)]
    assert band.text.startswith("★ ")
    assert band.text.partition(" · ")[2]


def test_queue_says_who_is_called_how_many_wait_and_how_long(blocks_of: BlocksOf) -> None:
    pairs = pairs_of(blocks_of(now_serving="A036", ahead=5, wait=(20, 30)))
    assert (pairs["Đang gọi số"], pairs["Chờ trước"], pairs["Dự kiến chờ"]) == ("A036", "5 người", "khoảng 20–30 phút")


def test_nobody_ahead_is_said_and_a_wait_that_nobody_can_say_is_not(blocks_of: BlocksOf) -> None:
    pairs = pairs_of(blocks_of(ahead=0))
    assert pairs["Chờ trước"] == "không còn ai"
    assert not {"Dự kiến chờ", "Đang gọi số"} & pairs.keys()


def test_closed_room_says_when_it_opens_instead_of_a_wait(blocks_of: BlocksOf) -> None:
    pairs = pairs_of(blocks_of(ahead=2, wait=(20, 30), opens_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC)))
    assert pairs["Dự kiến chờ"] == "phòng mở lại lúc 15:30"


def test_patient_is_sent_to_the_room_where_the_visit_waits(clinic: Clinic, blocks_of: BlocksOf) -> None:
    other = next(service.room for service in clinic.services if service.room != clinic.services[0].room)
    said = texts(blocks_of(placement=Placement(other, 1)))
    assert other.name.vi in said
    assert other.place.vi in said
    assert clinic.services[0].room.place.vi not in said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "01/01/2026 – 31/12/2026"),
        (date(2026, 1, 1), None, "từ 01/01/2026"),
        (None, date(2026, 12, 31), "đến 31/12/2026"),
        (None, None, None),
    ],
)
def test_cards_dates_are_said_as_far_as_they_are_known(
    blocks_of: BlocksOf, bilingual: Template, first: date | None, last: date | None, said: str | None
) -> None:
    decision = Decision(Verdict.COVERED, valid_from=first, valid_to=last, facility="99001")
    pairs = pairs_of(blocks_of(by=bilingual, decision=decision))
    assert pairs.get("Hạn thẻ") == said
    assert pairs["Nơi ĐK KCB"] == "99001"


def test_two_languages_stand_below_each_other_and_say_nothing_twice(blocks_of: BlocksOf, bilingual: Template) -> None:
    blocks = blocks_of(by=bilingual, is_training=True, reprints=1, priority=Priority.MERIT, ahead=1)
    said = texts(blocks)
    for words in (
        "Phòng 203",
        "Room 203",
        "Số của ông/bà",
        "Your number",
        "Họ tên",
        "Name",
        "Bản in lại 1",
        "Reprint 1",
    ):
        assert said.count(words) == 1, words
    assert said.count("Nguyễn Văn Mẫu") == 1
    assert sum(text.startswith("★") for text in said) == 1
    rooms = [block.size_pt for block in blocks if isinstance(block, Text) and block.text in {"Phòng 203", "Room 203"}]
    assert rooms[0] > rooms[1]


def test_zone_of_the_room_is_shown_where_the_house_has_zones(clinic: Clinic, blocks_of: BlocksOf) -> None:
    service = clinic.services[0]
    zoned = replace(service, room=replace(service.room, zone=Bilingual("A", "A")))
    assert "Khu: A" in texts(blocks_of(service=zoned))
    assert not any(text.startswith("Khu") for text in texts(blocks_of()))


def test_joiners_stay_in_words_that_need_them_and_nowhere_else(blocks_of: BlocksOf) -> None:
    pairs = pairs_of(blocks_of(full_name="می\u200cخواهم क्\u200dष M\u200dẫu \u200cMẫu"))
    assert pairs["Họ tên"] == "می\u200cخواهم क्\u200dष Mẫu Mẫu"


def test_sentences_of_the_slip_are_composed() -> None:
    for language in Language:
        for text in catalog(language).values():
            assert unicodedata.is_normalized("NFC", text)


def test_piled_marks_are_thinned_out_and_written_ones_stay() -> None:
    assert one_line("M\u0301" + "\u0301" * 1000 + "n") == "Ḿ\u0301n"
    assert len(one_line("ก" + "\u0e34\u0e48\u0e35\u0e36\u0e37\u0e49\u0e4a" * 90)) == 7
    for written in ("Nguyễn Thị Quỳnh", "มิ้งค์", "မြွှို့", "שָׁלוֹם", "مُحَمَّد", "ព្រះ", "क्षत्रिय"):
        assert one_line(written) == unicodedata.normalize("NFC", written)


@pytest.mark.parametrize("name", ["Nguyễn " * 1500, "A" * 10_000, "王" * 10_000])
def test_endless_name_ends_with_an_ellipsis(name: str) -> None:
    assert len(one_line(name)) <= 300
    assert one_line(name).endswith("…")


def test_also_today_names_the_other_tickets_and_is_no_row_otherwise(blocks_of: BlocksOf) -> None:
    told = [block for block in blocks_of(also_today=("B007", "C012")) if isinstance(block, Pair)]
    assert ("Số khác", "B007, C012") in [(pair.label, pair.value) for pair in told]
    assert "Số khác" not in [block.label for block in blocks_of() if isinstance(block, Pair)]
