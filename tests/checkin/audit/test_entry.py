"""No row of the audit can name a person: subjects and details are of closed kinds, reasons lose their numbers."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.audit.entry import (
    _KINDS,
    Act,
    Value,
    noted_again,
    read_detail,
    written_actor,
    written_detail,
    written_reason,
    written_subject,
)
from kiosk.checkin.record import Priority
from kiosk.eligibility.decision import Verdict
from kiosk.text import Language, catalog

NAMES = st.from_regex(r"[A-ZĐ][a-zàáâãăạảấầẩẫậêôơư]{1,6}( [A-ZĐ][a-zàáâãăạảấầẩẫậêôơư]{1,6}){1,3}", fullmatch=True)
NUMBERS = st.from_regex(r"9[0-9]{11}|[0-9]{10}|[A-Z]{2}[1-5][0-9]{12}", fullmatch=True)
BIRTHS = st.dates(date(1920, 1, 1), date(2026, 1, 1)).map(lambda day: f"{day:%d/%m/%Y}")
"""Birth dates as documents and people write them."""


@pytest.mark.parametrize("key", sorted(_KINDS))
@given(value=NAMES | NUMBERS | BIRTHS)
def test_no_detail_takes_a_name_a_number_or_a_birth_date(key: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"no such detail: {key}") as refused:
        written_detail({key: value})
    assert value not in str(refused.value)


@pytest.mark.parametrize("key", ["name", "number", "card_number", "full_name", "text", "address", ""])
def test_a_detail_of_another_name_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no such detail"):
        written_detail({key: 1})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("count", -1),
        ("count", 999090000123),
        ("count", 9876543210),
        ("count", True),
        ("count", "3"),
        ("with_question", 1),
        ("day", datetime(2026, 11, 20, tzinfo=UTC)),
        ("day", "2026-11-20"),
        ("before", 3),
        ("digest", "ab"),
        ("service", "Nội"),
        ("setting", "a" * 33),
        ("room", "P 203"),
        ("room", "15011990"),
    ],
)
def test_a_detail_of_another_kind_is_refused(key: str, value: Value) -> None:
    with pytest.raises(ValueError, match="no such detail"):
        written_detail({key: value})


def test_what_acts_need_is_taken() -> None:
    written = written_detail({
        "before": Verdict.UNVERIFIED, "after": Priority.UNDER_SIX, "room": "P203", "service": "noi-tong-quat",
        "setting": "retention.visits", "purpose": "print-log", "digest": "ab" * 32, "day": date(2026, 11, 20),
        "count": 3, "kib": 800, "with_question": True,
    })  # fmt: skip
    assert read_detail(written)["after"] == "under-six"
    assert '"room":"P203"' in written


@pytest.mark.parametrize("room", ["p203", "Khám-1", "P_1", "Ô+Đ", "12345", "Ưu.tiên1"])
def test_every_room_that_a_clinics_file_may_have_is_taken(room: str) -> None:
    assert read_detail(written_detail({"room": room})) == {"room": room}


@pytest.mark.parametrize("subject", ["a" * 32, "0" * 64, "retention.visits", "kiosk-backup", ""])
def test_a_subject_is_a_random_id_a_digest_or_a_things_name(subject: str) -> None:
    assert written_subject(subject) == subject


@given(NAMES | NUMBERS | BIRTHS)
def test_no_subject_takes_a_name_a_number_or_a_birth_date(value: str) -> None:
    with pytest.raises(ValueError, match="no subject"):
        written_subject(value)


@given(st.text(max_size=400))
def test_a_reason_is_one_line_without_long_numbers(text: str) -> None:
    reason = written_reason(text)
    assert len(reason) <= 200
    assert reason.isprintable()
    assert written_reason(reason) == reason


def test_a_number_in_a_reason_is_taken_out() -> None:
    assert written_reason("đơn của 999090000123\nngày 20/11") == "đơn của <12 digits> ngày 20/11"


@pytest.mark.parametrize(
    ("actor", "kept"), [("PC TIEPDON-1", "pc-tiepdon-1"), ("a" * 32, "a" * 32), ("Quầy 1", "qu-y-1")]
)
def test_an_actor_is_an_id_or_a_desks_name_in_small_letters(actor: str, kept: str) -> None:
    assert written_actor(actor) == kept


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("act", Act)
def test_every_act_has_its_words(act: Act, language: Language) -> None:
    assert catalog(language)[f"audit.act.{act.value}"]


@pytest.mark.parametrize(
    "detail",
    [
        {"before": Verdict.ASK_STAFF, "after": Verdict.SELF_PAY},
        {"after": Priority.PREGNANT},
        {"before": "A001", "after": "A042"},
        {"room": "P203", "service": "noi-tong-quat"},
        {"day": date(2026, 11, 20), "count": 3, "with_question": True, "digest": "a" * 64},
    ],
)
def test_what_one_chain_says_another_can_say_again(detail: dict[str, Value]) -> None:
    written = written_detail(detail)
    assert written_detail(noted_again(written)) == written


@given(key=st.sampled_from(sorted(_KINDS)) | st.text(max_size=8), value=NAMES | NUMBERS | BIRTHS | st.integers())
def test_nothing_that_a_detail_cannot_be_comes_in_from_another_chain(key: str, value: str | int) -> None:
    again = written_detail(noted_again(json.dumps({key: value})))
    assert again == "{}" or isinstance(value, int)


@pytest.mark.parametrize("written", ["", "[]", "no json", '{"day":"20/11/2026"}', '{"day":7}', '{"before":[1]}'])
def test_detail_that_no_chain_of_ours_wrote_is_left_out(written: str) -> None:
    assert noted_again(written) == {}
