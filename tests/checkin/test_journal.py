"""The journal: one number per person, none lost, none twice, none without its visit."""

import re
import sqlite3
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.checkin.business_day import business_day
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.journal import SqlJournal, ticket_text
from kiosk.checkin.record import CheckInRequest, Priority
from kiosk.checkin.store.store import open_store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Reason, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust

Requests = Callable[..., CheckInRequest]


class Clock(Protocol):
    """The clock of conftest."""

    now: datetime

    def __call__(self) -> datetime: ...


@pytest.mark.both_databases
def test_first_ticket_of_a_queue_is_one(journal: SqlJournal, request_for: Requests) -> None:
    check_in = journal.check_in(request_for(1))
    assert (check_in.ticket, check_in.number, check_in.repeated, check_in.reprints) == ("A001", 1, False, 0)
    assert re.fullmatch(r"[0-9a-f]{32}", check_in.visit_id)


@pytest.mark.both_databases
def test_each_queue_counts_for_itself(journal: SqlJournal, request_for: Requests) -> None:
    tickets = [
        journal.check_in(request_for(n, service)).ticket
        for n, service in enumerate(["nhi", "mat", "nhi", "tiep-don", "mat", "nhi"])
    ]
    assert tickets == ["B001", "M001", "B002", "Q001", "M002", "B003"]
    assert journal.waiting() == {"nhi": 3, "mat": 2, "tiep-don": 1}


def test_services_with_one_prefix_share_one_queue(
    file: Path, clinic: Clinic, clock: Clock, request_for: Requests
) -> None:
    shared = replace(clinic, services=tuple(replace(service, prefix="K") for service in clinic.services))
    journal = SqlJournal(open_store(f"sqlite:///{file}"), shared, clock)
    tickets = [journal.check_in(request_for(n, code)).ticket for n, code in enumerate(["nhi", "mat", "nhi"])]
    journal.store.close()
    assert tickets == ["K001", "K002", "K003"]


def test_ticket_grows_to_four_digits_after_999() -> None:
    assert [ticket_text("A", number) for number in (1, 42, 999, 1000)] == ["A001", "A042", "A999", "A1000"]


@pytest.mark.both_databases
def test_everything_that_was_kept_comes_back_with_the_repeated_ticket(
    journal: SqlJournal, request_for: Requests
) -> None:
    decision = Decision(
        Verdict.ATTENTION,
        (Reason("five-year", (("date", "01/01/2027"),)), Reason("offline")),
        benefit_percent=80,
        route="1.1",
        card_number="GD4999900000001",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        facility="99001",
        area="K1",
    )
    first = journal.check_in(request_for(1, decision=decision, born=PartialDate(2022, 5)))
    again = journal.check_in(request_for(1, born=PartialDate(2022, 5)))
    assert again == replace(first, repeated=True)
    assert again.decision == decision
    assert again.priority is Priority.UNDER_SIX


@pytest.mark.both_databases
def test_same_person_may_have_two_services_and_two_days(
    journal: SqlJournal, request_for: Requests, clock: Clock
) -> None:
    assert not journal.check_in(request_for(1, "nhi")).repeated
    assert not journal.check_in(request_for(1, "mat")).repeated
    clock.now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert not journal.check_in(request_for(1, "nhi")).repeated


@pytest.mark.both_databases
def test_repeat_leaves_no_gap_in_the_queue(journal: SqlJournal, request_for: Requests) -> None:
    numbers = [journal.check_in(request_for(person)).number for person in (1, 1, 2, 1, 2, 3)]
    assert numbers == [1, 1, 2, 1, 2, 3]
    journal.verify()


@pytest.mark.parametrize(
    "identity",
    [
        Identity(Trust.CODE_ONLY, "Nguyễn Văn Mẫu", personal_number="999090000001"),
        Identity(Trust.CODE_ONLY, "Nguyễn Văn Mẫu", insurance_number="9990900001"),
        Identity(Trust.CODE_ONLY, "MAU ANNA", document_number="X0000001"),
    ],
    ids=["personal-number", "insurance-number", "document-number"],
)
def test_any_number_of_a_person_finds_the_ticket_again(journal: SqlJournal, identity: Identity) -> None:
    request = CheckInRequest(identity, Decision(Verdict.UNVERIFIED), "nhi")
    assert journal.check_in(request).visit_id == journal.check_in(request).visit_id


@pytest.mark.both_databases
def test_citizen_card_then_insurance_card_of_the_same_person_is_one_ticket(journal: SqlJournal) -> None:
    told = Decision(Verdict.COVERED, card_number="GD4999900000001")
    citizen = Identity(Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number="999090000001")
    first = journal.check_in(CheckInRequest(citizen, told, "nhi"))
    for number in ("GD4999900000001", "9900000001"):
        insured = Identity(Trust.CODE_ONLY, "Nguyễn Văn Mẫu", insurance_number=number)
        again = journal.check_in(CheckInRequest(insured, Decision(Verdict.UNVERIFIED), "nhi"))
        assert (again.visit_id, again.repeated) == (first.visit_id, True)
    journal.verify()


@pytest.mark.both_databases
def test_person_known_by_two_tickets_of_different_numbers_gets_the_first_again(journal: SqlJournal) -> None:
    citizen = Identity(Trust.CHIP_VERIFIED, "Nguyễn Văn Mẫu", personal_number="999090000001")
    insured = Identity(Trust.CODE_ONLY, "Nguyễn Văn Mẫu", insurance_number="9900000001")
    unknown = Decision(Verdict.UNVERIFIED)
    assert [journal.check_in(CheckInRequest(who, unknown, "nhi")).ticket for who in (citizen, insured)] == [
        "B001",
        "B002",
    ]
    told = Decision(Verdict.COVERED, card_number="GD4999900000001")
    assert journal.check_in(CheckInRequest(citizen, told, "nhi")).ticket == "B001"


def test_passports_of_two_countries_are_two_persons(journal: SqlJournal) -> None:
    tickets = [
        journal.check_in(
            CheckInRequest(
                Identity(Trust.CODE_ONLY, "MAU ANNA", document_number="X0000001", nationality=nationality),
                Decision(Verdict.SELF_PAY),
                "nhi",
            )
        ).ticket
        for nationality in ("UTO", "XXA")
    ]
    assert tickets == ["B001", "B002"]


@pytest.mark.both_databases
def test_namesakes_without_any_number_get_a_ticket_each(journal: SqlJournal) -> None:
    request = CheckInRequest(Identity(Trust.TYPED, "Nguyễn Văn Mẫu"), Decision(Verdict.ASK_STAFF), "tiep-don")
    assert [journal.check_in(request).ticket for _ in range(2)] == ["Q001", "Q002"]


def test_number_typed_by_a_stranger_does_not_tell_the_name(journal: SqlJournal, request_for: Requests) -> None:
    first = journal.check_in(request_for(1))
    typed = CheckInRequest(
        Identity(Trust.TYPED, "", personal_number=f"999{1:09}"), Decision(Verdict.ASK_STAFF), "noi-tong-quat"
    )
    again = journal.check_in(typed)
    assert again.ticket == first.ticket
    assert (again.full_name, again.birth_year) == ("", None)


@pytest.mark.both_databases
def test_decomposed_name_is_kept_composed(journal: SqlJournal, request_for: Requests) -> None:
    decomposed = unicodedata.normalize("NFD", "Trần Thị Huệ Mẫu")
    assert journal.check_in(request_for(1, name=decomposed)).full_name == "Trần Thị Huệ Mẫu"


@pytest.mark.both_databases
def test_zero_character_in_a_scanned_name_keeps_nobody_out(journal: SqlJournal, request_for: Requests) -> None:
    assert journal.check_in(request_for(1, name="Nguyễn Văn\0 Mẫu")).full_name == "Nguyễn Văn Mẫu"


@pytest.mark.both_databases
def test_unknown_service_is_refused_and_nothing_saved(journal: SqlJournal, request_for: Requests) -> None:
    with pytest.raises(KioskError) as caught:
        journal.check_in(request_for(1, "khong-co"))
    assert caught.value.code is FailureCode.SERVICE_UNKNOWN
    assert journal.waiting() == {}


@pytest.mark.both_databases
def test_midnight_in_ho_chi_minh_city_starts_new_numbers(
    journal: SqlJournal, request_for: Requests, clock: Clock
) -> None:
    tickets = []
    for person, moment in enumerate(("2026-11-20T16:59:59+00:00", "2026-11-20T17:00:00+00:00")):
        clock.now = datetime.fromisoformat(moment)
        check_in = journal.check_in(request_for(person))
        tickets.append((check_in.business_day, check_in.ticket))
    assert tickets == [(date(2026, 11, 20), "A001"), (date(2026, 11, 21), "A001")]
    assert journal.waiting() == {"noi-tong-quat": 1}


@pytest.mark.both_databases
def test_clock_set_back_goes_on_with_that_days_numbers(
    journal: SqlJournal,
    open_journal: Callable[[], SqlJournal],
    request_for: Requests,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    journal.check_in(request_for(1))
    clock.now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    journal.check_in(request_for(1))
    clock.now = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert journal.check_in(request_for(2)).ticket == "A002"
    open_journal()
    assert "clock is behind" in caplog.text


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-12-31T23:30:00+07:00", date(2026, 12, 31)),
        ("2026-12-31T18:30:00+00:00", date(2027, 1, 1)),
        ("2026-12-31T07:30:00-10:00", date(2027, 1, 1)),
    ],
)
def test_business_day_is_the_clinics_whatever_the_zone(moment: str, day: date) -> None:
    assert business_day(datetime.fromisoformat(moment)) == day


def test_moment_without_a_zone_has_no_business_day() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        business_day(datetime(2026, 11, 20, 12, 0))  # noqa: DTZ001


@pytest.mark.both_databases
def test_reprints_are_counted_and_survive(
    journal: SqlJournal, open_journal: Callable[[], SqlJournal], request_for: Requests
) -> None:
    check_in = journal.check_in(request_for(1))
    journal.log_print(check_in, "printed")
    assert journal.printed_again(check_in).reprints == 1
    assert journal.printed_again(check_in).reprints == 2
    assert open_journal().check_in(request_for(1)).reprints == 2


def test_print_log_refuses_to_forget(journal: SqlJournal, request_for: Requests, file: Path) -> None:
    journal.printed_again(journal.check_in(request_for(1)))
    connection = sqlite3.connect(file)
    for change in ("DELETE FROM print_log", "UPDATE print_log SET outcome = 'none'"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
            connection.execute(change)
    connection.close()


@pytest.mark.both_databases
def test_slip_of_an_unknown_visit_is_not_counted(journal: SqlJournal, request_for: Requests) -> None:
    check_in = journal.check_in(request_for(1))
    with pytest.raises(KioskError) as caught:
        journal.printed_again(replace(check_in, visit_id="0" * 32))
    assert caught.value.code is FailureCode.STORE_UNAVAILABLE


@pytest.mark.both_databases
def test_journal_goes_on_after_it_was_closed_and_opened(
    open_journal: Callable[[], SqlJournal], request_for: Requests
) -> None:
    first = open_journal()
    first.check_in(request_for(1))
    first.store.close()
    assert open_journal().check_in(request_for(2)).ticket == "A002"


def test_folder_and_file_are_for_the_owner_only(journal: SqlJournal, file: Path, request_for: Requests) -> None:
    journal.check_in(request_for(1))
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    kept = list(file.parent.rglob("*"))
    assert {stat.S_IMODE(part.stat().st_mode) for part in kept if part.is_file()} == {0o600}
    assert {stat.S_IMODE(part.stat().st_mode) for part in kept if part.is_dir()} == {0o700}


def test_file_holds_no_personal_number(journal: SqlJournal, file: Path, request_for: Requests) -> None:
    request = request_for(123456789)
    journal.check_in(request)
    journal.store.close()
    content = b"".join(part.read_bytes() for part in file.parent.rglob("*") if part.is_file())
    assert "Nguyễn Văn Mẫu".encode() in content
    assert request.identity.personal_number.encode() not in content


def test_two_clinics_have_different_digests_of_the_same_person(
    tmp_path: Path, clinic: Clinic, clock: Clock, request_for: Requests
) -> None:
    digests = []
    for name in ("one.db", "two.db"):
        journal = SqlJournal(open_store(f"sqlite:///{tmp_path / name}"), clinic, clock)
        journal.check_in(request_for(1))
        journal.store.close()
        connection = sqlite3.connect(tmp_path / name)
        digests += [row[0] for row in connection.execute("SELECT person_key FROM visit_person")]
        connection.close()
    assert len(set(digests)) == 2


def test_journal_is_written_so_that_a_power_cut_loses_nothing(journal: SqlJournal, file: Path) -> None:
    from sqlalchemy import Engine, event

    seen: list[str] = []

    @event.listens_for(Engine, "checkout")
    def look(connection: sqlite3.Connection, *_: object) -> None:
        pragmas = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        seen.extend(str(connection.execute(f"PRAGMA {pragma}").fetchone()[0]) for pragma in pragmas)

    try:
        journal.waiting()
    finally:
        event.remove(Engine, "checkout", look)
    assert seen == ["wal", "2", "5000", "1"]


@pytest.mark.parametrize(
    "url", ["", "journal.db", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "nosuch://host/db"]
)
def test_url_without_a_durable_file_is_settings_invalid(url: str) -> None:
    with pytest.raises(KioskError) as caught:
        open_store(url)
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_error_of_the_store_names_no_person(journal: SqlJournal, request_for: Requests, file: Path) -> None:
    import traceback

    connection = sqlite3.connect(file)
    connection.execute("CREATE TRIGGER odd BEFORE INSERT ON visit BEGIN SELECT RAISE(ABORT, 'odd'); END")
    connection.close()
    request = request_for(1)
    with pytest.raises(KioskError) as caught:
        journal.check_in(request)
    told = "".join(traceback.format_exception(caught.value))
    assert "INSERT INTO visit" in told
    assert request.identity.full_name not in told
    assert not re.search(r"\d{12}", told)
