"""The staff's pages against a real store, real files and a printer that behaves: who reads a record is noted."""

import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

import kiosk.app.board  # noqa: F401 - Qt says what voices lack when they are loaded, not when they speak
from kiosk.app.desk import clinic_of
from kiosk.app.doctor.finding import Finding, Health
from kiosk.app.doctor.voices import examine_voices
from kiosk.app.staff_devices import Doctor, judge_clinic_clock, judge_store
from kiosk.app.staff_pages import Board, StaffPages
from kiosk.app.staff_settings import SettingsDesk, Slips
from kiosk.app.staff_sources import (
    AuditTrail,
    Counts,
    Exports,
    OpenedStore,
    Rechecks,
)
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.away.merge import Refusal, WhyRefused
from kiosk.checkin.away.steady import StoreState
from kiosk.checkin.clinic_clock import ClockState
from kiosk.checkin.recheck import RecheckState
from kiosk.checkin.record import CheckIn, CheckInRequest
from kiosk.checkin.records.statistics import Period, Span
from kiosk.checkin.store.store import Store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import ServiceTrouble, TroubleKind
from kiosk.settings import Settings, config_folder, load_settings
from kiosk.simulator.printer import PrinterTape
from kiosk.text import Language
from kiosk.ui.desk.page import PageOffers
from kiosk.ui.desk.pages.audit import AuditFilter
from kiosk.ui.desk.pages.gallery import setting_of
from kiosk.ui.errands import Errands

OFFICER = "a" * 32
REFUSED = Refusal("0" * 32, "X002", date(2026, 11, 20), WhyRefused.NUMBER_TAKEN, "one_ticket_per_number")
NAME, NUMBER = "Nguyễn Văn Mẫu", "999090000123"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A file of its own, with everything else beside it."""
    file = tmp_path / "kiosk.toml"
    file.write_text((config_folder() / "kiosk.toml").read_text("utf-8"), "utf-8")
    return load_settings(
        file,
        [
            f"store.url=sqlite:///{tmp_path}/kiosk.db", "secrets.keystore=file",
            f"secrets.file={tmp_path}/secrets.json", f"audit.anchors={tmp_path}/anchors.txt", "printer.target=none",
            "camera.name=none", "board.voice=off",
        ],
    )  # fmt: skip


@pytest.fixture
def opened(settings: Settings) -> Iterator[OpenedStore]:
    from kiosk.app.keeping import seal_of

    seal_of(settings)  # a desk that has run once has its data key
    store = OpenedStore(settings, clinic_of(settings), lambda: OFFICER)
    yield store
    store.close()


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    return Exports(tmp_path / "exports" / "kiosk")


@pytest.fixture
def unverified(opened: OpenedStore) -> CheckIn:
    """Somebody who was admitted while the service did not answer."""
    identity = Identity(Trust.CHIP_VERIFIED, NAME, personal_number=NUMBER, date_of_birth=PartialDate(1990, 1, 15))
    trouble = ServiceTrouble(TroubleKind.TIMEOUT, "", opened.clock())
    request = CheckInRequest(
        identity, Decision(Verdict.UNVERIFIED), opened.clinic.services[0].code, answered_at=opened.clock(),
        answer=trouble,
    )  # fmt: skip
    return opened.journal().check_in(request)


def acts(opened: OpenedStore) -> list[tuple[str, str, str, str]]:
    return [(row.happened, row.actor, row.subject, row.reason) for row in opened.journal().audit.rows()]


# -- re-checks --------------------------------------------------------------------------------------------------------
def test_worklist_is_listed_without_a_row_in_the_audit(
    opened: OpenedStore, exports: Exports, unverified: CheckIn
) -> None:
    before = acts(opened)
    listed = Rechecks(opened, exports).listed()
    assert [entry.visit_id for entry in listed.entries] == [unverified.visit_id]
    assert acts(opened) == before


def test_opening_a_record_is_noted_with_who_did(opened: OpenedStore, exports: Exports, unverified: CheckIn) -> None:
    record = Rechecks(opened, exports).open_proof(unverified.visit_id)
    assert record is not None
    assert record.full_name == NAME
    assert [proof["trouble"] for proof in record.document["proofs"]] == ["timeout"]
    assert acts(opened)[-1] == (Act.PROOF_SHOWN, OFFICER, unverified.visit_id, "")


def test_visit_that_is_gone_is_no_reading(opened: OpenedStore, exports: Exports) -> None:
    before = acts(opened)
    assert Rechecks(opened, exports).open_proof("0" * 32) is None
    assert Rechecks(opened, exports).save_proof("0" * 32) is None
    assert acts(opened) == before


def test_saved_proof_is_a_pdf_with_its_document_and_names_nobody(
    opened: OpenedStore, exports: Exports, unverified: CheckIn
) -> None:
    file = Rechecks(opened, exports).save_proof(unverified.visit_id)
    assert file is not None
    assert file.read_bytes().startswith(b"%PDF-")
    document = file.with_suffix(".json").read_text("utf-8")
    assert json.loads(document)["visit"]["ticket"] == unverified.ticket
    assert NAME not in document
    assert NUMBER not in document + file.name
    assert acts(opened)[-1][0] == Act.PROOF_EXPORTED


def test_entry_is_set_aside_with_the_officers_words(opened: OpenedStore, exports: Exports, unverified: CheckIn) -> None:
    rechecks = Rechecks(opened, exports)
    assert rechecks.set_aside(unverified.visit_id, "đã xem thẻ giấy")
    assert rechecks.listed().entries == ()
    assert acts(opened)[-1] == (Act.SET_ASIDE, OFFICER, unverified.visit_id, "đã xem thẻ giấy")
    assert not rechecks.set_aside(unverified.visit_id, "noch einmal")


def test_who_waits_is_due_at_once(opened: OpenedStore, exports: Exports, unverified: CheckIn) -> None:
    rechecks = Rechecks(opened, exports)
    [entry] = rechecks.listed().entries
    assert entry.state is RecheckState.WAITING
    assert entry.due_at is not None
    assert entry.due_at > opened.clock()
    assert rechecks.ask_again(unverified.visit_id)
    [entry] = rechecks.listed().entries
    assert entry.due_at is not None
    assert entry.due_at <= opened.clock()


def test_nobody_can_be_asked_about_who_is_not_on_the_list(opened: OpenedStore, exports: Exports) -> None:
    assert not Rechecks(opened, exports).ask_again("0" * 32)


# -- statistics, audit ------------------------------------------------------------------------------------------------
def test_counts_are_of_this_store_with_the_clinics_names(
    opened: OpenedStore, exports: Exports, unverified: CheckIn
) -> None:
    counts = Counts(opened, exports, Language.VI)
    counted = counts.count(Period.around(Span.DAY, unverified.business_day))
    assert (counted.now.visits, counted.before.visits) == (1, 0)
    assert counted.now.verdicts == (("unverified", 1),)
    assert dict(counted.services)[unverified.service.code] == unverified.service.name[Language.VI]
    assert counts.save_csv("a.csv", "Mục\r\n").read_bytes() == b"\xef\xbb\xbfM\xe1\xbb\xa5c\r\n"


def test_audit_is_filtered_newest_first_and_verified(
    opened: OpenedStore, exports: Exports, unverified: CheckIn
) -> None:
    trail, rechecks = AuditTrail(opened, exports, Language.VI), Rechecks(opened, exports)
    for _ in range(3):
        rechecks.open_proof(unverified.visit_id)
    rechecks.set_aside(unverified.visit_id, "=1+1")
    everything = trail.rows(AuditFilter()).rows
    assert [row.seq for row in everything] == sorted((row.seq for row in everything), reverse=True)
    assert len(trail.rows(AuditFilter(happened=Act.PROOF_SHOWN.value)).rows) == 3
    assert trail.rows(AuditFilter(actor="b" * 32)).rows == ()
    assert len(trail.rows(AuditFilter(subject=unverified.visit_id)).rows) == 4
    assert len(trail.rows(AuditFilter(day=unverified.business_day)).rows) == len(everything)
    assert trail.rows(AuditFilter(day=unverified.business_day - timedelta(days=1))).rows == ()
    assert trail.rows(AuditFilter(before=everything[1].seq)).rows[0] == everything[2]
    verified = trail.verify(lambda *_: None)
    assert verified.findings == ()
    assert verified.rows == len(everything)
    assert trail.anchor().split()[1] == str(verified.last)


def test_audit_as_csv_has_every_row_and_no_formula(
    opened: OpenedStore, exports: Exports, unverified: CheckIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.app.staff_sources._AT_ONCE", 2)
    trail, rechecks = AuditTrail(opened, exports, Language.VI), Rechecks(opened, exports)
    for _ in range(4):
        rechecks.open_proof(unverified.visit_id)
    rechecks.set_aside(unverified.visit_id, "=1+1")
    there = len(trail.rows(AuditFilter()).rows)
    rows = list(csv.reader(io.StringIO(trail.save_csv(AuditFilter()).read_text("utf-8-sig"))))
    assert len(rows) == 1 + there
    assert rows[1][-1] == "'=1+1"


def test_audit_as_csv_leaves_a_row_that_says_which_rows_went_out(
    opened: OpenedStore, exports: Exports, unverified: CheckIn
) -> None:
    trail = AuditTrail(opened, exports, Language.VI)
    Rechecks(opened, exports).open_proof(unverified.visit_id)
    about = AuditFilter(subject=unverified.visit_id)
    last = trail.rows(AuditFilter()).rows[0].seq
    trail.save_csv(about)
    noted = trail.rows(AuditFilter()).rows[0]
    assert (noted.happened, noted.subject) == (Act.AUDIT_EXPORTED, unverified.visit_id)
    assert json.loads(noted.detail) == {"rows": 1, "first": last, "last": last}
    trail.save_csv(AuditFilter(subject="nobody's, 999090000123"))
    noted = trail.rows(AuditFilter()).rows[0]
    assert (noted.subject, json.loads(noted.detail)["rows"]) == ("", 0)


# -- settings ---------------------------------------------------------------------------------------------------------
def test_setting_is_written_and_noted_by_its_key_alone(opened: OpenedStore, settings: Settings) -> None:
    desk = SettingsDesk(opened, lambda: OFFICER)
    change = desk.check("desk.name", "quay-9")
    assert (change.before, change.after) == ("", "quay-9")
    backup = desk.save("desk.name", "quay-9")
    assert load_settings(settings.file).desk.name == "quay-9"
    assert (settings.folder / backup).is_file()
    assert acts(opened)[-1] == (Act.SETTINGS_CHANGED, OFFICER, "desk.name", "")
    assert all("quay-9" not in row.detail for row in opened.journal().audit.rows())
    [key] = [key for key in desk.keys() if key.place == "desk.name"]  # noqa: SIM118
    assert key.is_pending


def test_nobody_signed_in_writes_nothing(opened: OpenedStore, settings: Settings) -> None:
    before = settings.file.read_bytes()
    with pytest.raises(KioskError) as error:
        SettingsDesk(opened, lambda: "").save("desk.name", "quay-9")
    assert error.value.code is FailureCode.OFFICER_NEEDED
    assert settings.file.read_bytes() == before


def test_store_that_does_not_keep_who_changed_a_setting_leaves_the_file_as_it_was(
    opened: OpenedStore, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction = Store.transaction

    @contextmanager
    def full_at_its_end(store: Store, *, reading: bool = False) -> Iterator[Connection]:
        with transaction(store, reading=reading) as connection:
            yield connection
            if not reading:
                raise KioskError(FailureCode.STORE_FULL)

    desk = SettingsDesk(opened, lambda: OFFICER)
    before, rows = settings.file.read_bytes(), acts(opened)
    with monkeypatch.context() as full:
        full.setattr(Store, "transaction", full_at_its_end)
        with pytest.raises(KioskError) as error:
            desk.save("desk.name", "quay-9")
    assert error.value.code is FailureCode.STORE_FULL
    assert (settings.file.read_bytes(), acts(opened)) == (before, rows)
    assert not list(settings.folder.glob("*.bak"))


def test_file_that_cannot_be_written_leaves_no_row(
    opened: OpenedStore, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    desk = SettingsDesk(opened, lambda: OFFICER)
    before = acts(opened)
    monkeypatch.setattr("kiosk.app.settings_file.write_whole", full)
    with pytest.raises(KioskError):
        desk.save("desk.name", "quay-9")
    assert acts(opened) == before


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("queue.priority_per_normal", "0:1"),
        ("retention.audit", "10"),
        ("clinic.file", "clinics/absent.toml"),
        ("printer.template", "slips/absent.toml"),
        ("printer.target", "carrier-pigeon"),
        ("printer.width_dots", "100"),
    ],
)
def test_settings_that_would_keep_the_program_from_starting_are_refused(
    opened: OpenedStore, place: str, written: str
) -> None:
    with pytest.raises(KioskError) as error:
        SettingsDesk(opened, lambda: OFFICER).check(place, written)
    assert error.value.code is FailureCode.SETTINGS_INVALID


def test_change_of_the_slip_shows_it(opened: OpenedStore) -> None:
    desk = SettingsDesk(opened, lambda: OFFICER)
    pictures = {desk.check("printer.template", f"slips/{name}.toml").picture for name in ("brief", "bilingual")}
    assert len(pictures) == 2
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert desk.check("desk.name", "quay-9").picture == b""


def test_password_of_the_file_is_in_no_key(settings: Settings, opened: OpenedStore) -> None:
    text = settings.file.read_text("utf-8")
    address = "postgresql://kiosk:geheim@db.example/kiosk"
    settings.file.write_text(text.replace("sqlite:///{data}/kiosk.db", address), "utf-8")
    [key] = [key for key in SettingsDesk(opened, lambda: OFFICER).keys() if key.place == "store.url"]  # noqa: SIM118
    assert key.is_hidden
    assert "geheim" not in f"{key.value}{key.shown}"


# -- slips, devices, board --------------------------------------------------------------------------------------------
def test_every_template_paper_and_language_has_a_picture(opened: OpenedStore) -> None:
    slips = Slips(opened)
    choices = slips.choices()
    assert {"slips/mau.toml", "slips/brief.toml", "slips/bilingual.toml"} <= set(choices.templates)
    pictures = [slips.picture(template, "58", "en") for template in choices.templates]
    pictures += [slips.picture(choices.template, paper, "both") for paper in choices.papers]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


@pytest.mark.usefixtures("patient_with_printers")
def test_test_slip_comes_out_once_whatever_the_copies(tmp_path: Path, settings: Settings) -> None:
    with PrinterTape(out=tmp_path / "paper") as tape:
        changed = replace(settings, printer=replace(settings.printer, target=tape.target, copies=3))
        store = OpenedStore(changed, clinic_of(changed), lambda: OFFICER)
        assert Slips(store).print_test() == "printed"
        assert len(list((tmp_path / "paper").glob("*.png"))) == 1


def test_without_a_printer_a_test_print_says_so(opened: OpenedStore, settings: Settings) -> None:
    nothing = replace(settings, printer=replace(settings.printer, target=""))
    with pytest.raises(KioskError) as error:
        Slips(OpenedStore(nothing, opened.clinic, lambda: OFFICER)).print_test()
    assert error.value.code is FailureCode.PRINTER_NOT_CONFIGURED


def test_every_examination_has_its_words_and_this_windows_own_come_last(settings: Settings) -> None:
    doctor = Doctor(
        settings, Language.VI, store_state=lambda: StoreState(False, 50, 0), clock_state=lambda: ClockState(heard=True)
    )
    codes = [code for code, _ in doctor.names()]
    assert codes[0] == "settings"
    assert codes[-3:] == ["away", "service-clock", "voices"]
    assert all(name for _, name in doctor.names())
    assert doctor.examine("printer").detail == "none"
    assert str(Path.home()) not in doctor.examine("settings").detail


@pytest.mark.parametrize(
    ("state", "health"),
    [
        (StoreState(False, 50, 0), Health.GOOD),
        (StoreState(True, 12, 3), Health.ATTENTION),
        (StoreState(False, 50, 1, (REFUSED,)), Health.BAD),
    ],
)
def test_shared_store_that_is_away_or_refuses_calls_for_somebody(state: StoreState, health: Health) -> None:
    assert judge_store(state).health is health
    assert ("X002 (number-taken)" in judge_store(state).detail) is (health is Health.BAD)


def test_clock_that_is_off_by_minutes_is_told() -> None:
    assert judge_clinic_clock(ClockState(heard=True)) == Finding(Health.GOOD, "✔")
    off = judge_clinic_clock(ClockState(heard=True, off_by=timedelta(minutes=-7)))
    assert (off.health, off.detail) == (Health.BAD, "-420 s")


def test_voices_are_listed_in_a_process_of_their_own(settings: Settings) -> None:
    finding = examine_voices(settings)
    assert finding.health in (Health.GOOD, Health.ATTENTION)
    assert finding.detail.startswith("vi: ")


@pytest.fixture
def errands(qtbot: QtBot) -> Iterator[Errands]:
    made = Errands()
    yield made
    made.close()


def test_board_opens_on_a_screen_and_ends_with_the_window(
    qtbot: QtBot, settings: Settings, errands: Errands, opened: OpenedStore
) -> None:
    opened.journal()
    board = Board(settings, clinic_of(settings), errands)
    done: list[str] = []
    board.open(1, lambda: done.append("open"), lambda error: done.append(error.code.value))
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["open"]
    assert board.screen == 1
    board.close(lambda: done.append("closed"))
    qtbot.waitUntil(lambda: len(done) == 2)
    assert board.screen == 0
    board.end()


def test_address_of_the_page_is_one_that_others_can_open(settings: Settings, errands: Errands) -> None:
    def of(web: str) -> str:
        changed = replace(settings, board=replace(settings.board, web=web))
        return Board(changed, clinic_of(settings), errands).address

    assert of("") == ""
    assert of("192.0.2.9:8080") == "http://192.0.2.9:8080/"
    assert of("0.0.0.0:8080").startswith("http://")


def test_every_page_is_offered_once_made_and_closed(
    qtbot: QtBot, settings: Settings, errands: Errands, opened: OpenedStore, tmp_path: Path
) -> None:
    opened.journal()
    pages = StaffPages(
        settings, clinic_of(settings), errands, actor=lambda: OFFICER, signed_in=lambda: OFFICER, exports=tmp_path
    )
    offers = PageOffers(frozenset())
    pages.offer(offers)
    assert [offer.shortcut for offer in offers] == ["F11", "Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "F12"]
    assert [offer.title_key for offer in offers if offer.needs_officer] == ["staff.audit.title", "staff.settings.title"]
    for offer in offers:
        page: QWidget = offer.make(setting_of(errands=errands))
        qtbot.addWidget(page)
        assert page.accessibleName()
    pages.close()
