"""A person's rights: all that is kept of them is given out, and erased so that it is nowhere."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import select

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.audit.verify import verify
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckIn
from kiosk.checkin.records.person import PersonRecords, as_text
from kiosk.checkin.records.retention import RetentionDays
from kiosk.checkin.records.search import VisitSearch, Wanted
from kiosk.checkin.store.metadata import metadata
from kiosk.checkin.store.store import Store
from kiosk.eligibility.decision import Verdict
from kiosk.failure import KioskError
from kiosk.sealed import Seal
from kiosk.text import Language

CARD, NAME, PERSON = "GD4999876543210", "Nguyễn Văn Mẫu", "999090000123"
OTHER, OTHER_CARD = "999090000456", "GD4999876543777"
DAYS = RetentionDays(
    visits=1826, proofs=1826, questions=400, print_log=400, queue_events=400, duty_log=1826, audit=3652
)


class SetClock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


@pytest.fixture
def records(store: Store, trail: Audit, clock: SetClock) -> PersonRecords:
    return PersonRecords(store, trail, DAYS, clock)


@pytest.fixture
def visits(visit_of: Callable[..., CheckIn], clock: SetClock) -> list[CheckIn]:
    """Two visits of one person, one of another in between, all of past days."""
    made = [visit_of()]
    clock.now += timedelta(days=1)
    made += [visit_of("Trần Thị Khác", OTHER, card=OTHER_CARD), visit_of(verdict=Verdict.UNVERIFIED)]
    clock.now += timedelta(days=1)
    return made


@pytest.mark.parametrize("number", [PERSON, CARD, "9876543210"])
def test_all_visits_are_given_out_by_any_number(
    records: PersonRecords, visits: list[CheckIn], clinic: Clinic, number: str
) -> None:
    record = records.export(number, clinic)
    assert [one["visit"]["visit_id"] for one in record["visits"]] == [visits[0].visit_id, visits[2].visit_id]
    assert all(one["visit"]["full_name"] == NAME for one in record["visits"])
    assert json.loads(json.dumps(record)) == record
    assert OTHER_CARD not in json.dumps(record)


def test_what_is_kept_encrypted_is_given_out_with_the_key(
    records: PersonRecords, visits: list[CheckIn], clinic: Clinic, seal: Seal
) -> None:
    record = records.export(PERSON, clinic, seal=seal)
    assert PERSON in record["visits"][0]["asked"][0]["numbers"]
    assert record["visits"][1]["to_ask"]["personal_number"] == PERSON
    assert "asked" not in records.export(PERSON, clinic)["visits"][0]


def test_purposes_with_their_basis_and_days_are_told(
    records: PersonRecords, visits: list[CheckIn], clinic: Clinic
) -> None:
    purposes = {one["purpose"]: one for one in records.export(PERSON, clinic)["purposes"]}
    assert purposes["visits"]["days"] == 1826
    assert "15/2023/QH15" in purposes["visits"]["basis"]


def test_who_saw_it_is_told_and_this_reading_is_noted(
    records: PersonRecords, visits: list[CheckIn], clinic: Clinic, trail: Audit
) -> None:
    assert records.export(PERSON, clinic, "theo đơn")["seen_by"] == []
    seen = records.export(PERSON, clinic)["seen_by"]
    assert [(one["happened"], one["reason"]) for one in seen] == [("person-exported", "theo đơn")] * 2
    assert {row.subject for row in trail.rows()} == {visits[0].visit_id, visits[2].visit_id}


@pytest.mark.parametrize("language", Language)
def test_the_person_can_read_it(
    records: PersonRecords, visits: list[CheckIn], clinic: Clinic, seal: Seal, language: Language
) -> None:
    records.export(PERSON, clinic)
    text = as_text(records.export(PERSON, clinic, seal=seal), language)
    assert NAME in text
    assert CARD in text
    assert visits[0].ticket in text


def test_a_relative_with_the_same_card_stays_out(
    records: PersonRecords, visit_of: Callable[..., CheckIn], clinic: Clinic
) -> None:
    visit_of()
    mother = visit_of("Lê Thị Mẹ", OTHER, card=CARD, service="nhi")
    record = records.export(PERSON, clinic)
    assert mother.visit_id not in {one["visit"]["visit_id"] for one in record["visits"]}


@pytest.mark.parametrize("number", ["999090000999", "12", "", "mẫu"])
def test_a_number_of_nobody_is_told(records: PersonRecords, visits: list[CheckIn], clinic: Clinic, number: str) -> None:
    with pytest.raises(KioskError, match="input-invalid") as refused:
        records.export(number, clinic)
    assert "999" not in str(refused.value)


def test_an_erased_person_is_in_no_table(
    store: Store, kept: SqlJournal, records: PersonRecords, visits: list[CheckIn], clinic: Clinic
) -> None:
    erased = records.erase(PERSON, "theo đơn của người bệnh")
    assert (erased.visits, erased.swept) == (2, True)
    with store.transaction(reading=True) as connection:
        written = repr([[tuple(row) for row in connection.execute(select(table))] for table in metadata.sorted_tables])
    for secret in (PERSON, CARD, "9876543210", NAME, "nguyen", " mau", "'mau'"):
        assert secret not in written
    assert "Trần Thị Khác" in written
    search = VisitSearch(store)
    assert search.find(Wanted("nguyen")).visits == ()
    assert search.find(Wanted(PERSON)).visits == ()
    assert len(search.find(Wanted("khac")).visits) == 1
    with pytest.raises(KioskError, match="nothing is kept"):
        records.export(PERSON, clinic)


def test_numbers_results_and_proofs_stay_without_the_person(
    store: Store, kept: SqlJournal, records: PersonRecords, visits: list[CheckIn]
) -> None:
    records.erase(PERSON, "theo đơn")
    kept.verify()
    shown = kept.proofs.of_visit(visits[0].visit_id)
    assert shown is not None
    assert (shown.ticket, shown.full_name, shown.decision.verdict) == (visits[0].ticket, "", Verdict.COVERED)
    assert [one.sealed_question for one in shown.proofs] == [None]


def test_an_erasure_is_in_the_audit_with_its_reason(
    store: Store, records: PersonRecords, visits: list[CheckIn], trail: Audit
) -> None:
    records.erase(PERSON, "theo đơn số 999090000123")
    rows = [row for row in trail.rows() if row.happened == Act.PERSON_ERASED]
    assert [row.subject for row in rows] == [visits[0].visit_id, visits[2].visit_id]
    assert rows[0].reason == "theo đơn số <12 digits>"
    assert verify(store).findings == ()


def test_an_erasure_needs_a_reason(records: PersonRecords, visits: list[CheckIn]) -> None:
    with pytest.raises(KioskError, match="reason"):
        records.erase(PERSON, "  ")


def test_a_visit_of_today_is_not_erased_under_everybodys_hands(
    records: PersonRecords, visit_of: Callable[..., CheckIn], clinic: Clinic
) -> None:
    visit_of()
    with pytest.raises(KioskError, match="today"):
        records.erase(PERSON, "theo đơn")
    assert len(records.export(PERSON, clinic)["visits"]) == 1


def test_what_is_kept_outside_the_database_is_asked_for_by_all_numbers(
    records: PersonRecords, visits: list[CheckIn]
) -> None:
    asked: list[str] = []

    def forget(numbers: list[str]) -> int:
        asked.extend(numbers)
        return 3

    assert records.erase(PERSON, "theo đơn", forget).replies == 3  # type: ignore[arg-type]
    assert set(asked) == {PERSON, CARD}


def test_an_erased_person_is_in_no_byte_of_the_file(
    file: Path, store: Store, database: str, records: PersonRecords, visits: list[CheckIn]
) -> None:
    if database != "sqlite":
        assert records.erase(PERSON, "theo đơn").swept
        return
    before = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*") if one.is_file())
    secrets = [text.encode() for text in (PERSON, CARD, "9876543210", NAME, " nguyen van mau")]
    assert any(secret in before for secret in secrets)
    records.erase(PERSON, "theo đơn")
    after = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*") if one.is_file())
    assert [secret for secret in secrets if secret in after] == []
