"""The staff's window in many states as pictures, from invented people: to look at, and to compare."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QThread
from PySide6.QtWidgets import QApplication

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.proofs import ProvenVisit
from kiosk.checkin.queue.calling import Lane
from kiosk.checkin.queue.entry import QueueEntry, QueueEvent
from kiosk.checkin.queue.place import Act, PlaceState, Refused
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import CheckIn, Placement, Priority, PriorityBasis, PriorityClaim
from kiosk.checkin.records.search import FoundVisit
from kiosk.checkin.records.today import ListedVisit
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Action, Decision, Difference, Field, Grade, Reason, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import (
    AskedBecause,
    CardAnswer,
    InsuranceCard,
    NextCard,
    NotAsked,
    Receipt,
    ServiceTrouble,
    TroubleKind,
)
from kiosk.reader.document import Check, Evidence, FaceImage, Outcome, ReadPhase, Sex
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.text import Language
from kiosk.ui.desk.keys import Act as Key
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.desk.records import OpenedVisit, StoreNews, Today
from kiosk.ui.desk.window import DeskWindow
from kiosk.ui.errands import Errands
from kiosk.ui.gallery import MOMENT
from kiosk.ui.leftovers import Leftovers
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.palette import LIGHT, Palette
from kiosk.ui.widgets.staff_strip import OnDuty
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    Devices,
    DeviceState,
    Done,
    Failed,
    Found,
    Reading,
    ScanningCode,
    ServiceOffer,
    State,
    Waiting,
)

SIZES = ((1920, 1080), (1440, 900), (1280, 720))
OFFICER = OnDuty("Trần Thị Mẫu")
_READY = Devices(DeviceState.READY, DeviceState.READY, DeviceState.READY)
_PASSED = Check(Outcome.PASSED, "")
_COMES_WITHIN_MS = 30_000
"""What is invented comes at once; on a machine with too much to do, a little later."""


@dataclass(frozen=True, slots=True)
class DeskExample:
    """One picture: the line's state, what staff do then, and how the world around it is."""

    state: State
    then: Callable[[DeskWindow], None] = lambda _: None
    devices: Devices = _READY
    today: Callable[[Clinic], Today] | None = None
    on_duty: OnDuty | None = OFFICER
    tickets: tuple[str, ...] = ()


class InventedRecords:
    """A store of invented people that nothing changes; for pictures."""

    def __init__(self, today: Today, opened: OpenedVisit, tickets: tuple[str, ...] = ()) -> None:
        self._today, self._opened, self._tickets = today, opened, tickets

    def today(self) -> Today:
        """The invented day."""
        return self._today

    def find(self, typed: str) -> tuple[FoundVisit, ...]:  # noqa: ARG002
        """Nobody else."""
        return ()

    def open(self, visit_id: str) -> OpenedVisit | None:  # noqa: ARG002
        """Always the same one."""
        return self._opened

    def slip_of(self, visit_id: str) -> CheckIn | None:  # noqa: ARG002
        """None is kept."""
        return None

    def tickets_today(self, identity: Identity) -> tuple[str, ...]:  # noqa: ARG002
        """Those of the example."""
        return self._tickets

    def call_next(self, room_code: str) -> QueueEntry | None:
        """Whoever waits there first."""
        waiting = (one.entry for one in self._today.visits or () if one.entry.room_code == room_code)
        return next((entry for entry in waiting if entry.state is PlaceState.WAITING), None)

    def undo_call(self, room_code: str) -> QueueEntry | None:  # noqa: ARG002
        """Nobody was called."""
        return None

    def act(self, act: Act, visit_id: str, reason: str = "", room_code: str = "") -> QueueEntry | Refused:  # noqa: ARG002
        """Refused: nothing changes here."""
        return Refused(act, PlaceState.WAITING)

    def set_priority(self, visit_id: str, claim: PriorityClaim | None) -> QueueEntry | Refused:  # noqa: ARG002
        """The same."""
        return Refused(Act.PRIORITY, PlaceState.WAITING)


# -- invented people ------------------------------------------------------------------------------------------------
_LINES: tuple[tuple[str, str, int, Priority, int, PlaceState, Verdict, int | None], ...] = (
    ("A042", "Nguyễn Văn Mẫu", 1948, Priority.SEVENTY_FIVE, 32, PlaceState.WAITING, Verdict.COVERED, 80),
    ("A041", "Lê Thị Hoàng Yến", 1990, Priority.NONE, 30, PlaceState.WAITING, Verdict.ATTENTION, 80),
    ("B017", "Phạm Đức Anh", 2023, Priority.UNDER_SIX, 27, PlaceState.CALLED, Verdict.COVERED, 100),
    ("A040", "Vũ Thị Ngọc Ánh", 1985, Priority.NONE, 25, PlaceState.WAITING, Verdict.ASK_STAFF, None),
    ("C008", "Đặng Quốc Hưng", 1972, Priority.NONE, 24, PlaceState.WAITING, Verdict.UNVERIFIED, None),
    ("A039", "Bùi Thị Thu Nghiêm", 1966, Priority.NONE, 21, PlaceState.IN_ROOM, Verdict.COVERED, 95),
    ("C007", "Ngô Gia Bảo", 2001, Priority.NONE, 18, PlaceState.WAITING, Verdict.SELF_PAY, None),
    ("A038", "Hồ Thị Kim Oanh", 1955, Priority.NONE, 16, PlaceState.DONE, Verdict.COVERED, 80),
    ("A037", "Nguyễn Phước Thượng Tường Nghiễm", 1990, Priority.PREGNANT, 14, PlaceState.WAITING, Verdict.COVERED, 80),
    ("B016", "Trương Mẫn Nghị", 1979, Priority.NONE, 11, PlaceState.NO_SHOW, Verdict.SELF_PAY, None),
    ("A036", "Đỗ Ẩm Thực", 1961, Priority.NONE, 9, PlaceState.CANCELLED, Verdict.COVERED, 80),
    ("A035", "Lý Mỹ Lệ", 1937, Priority.SEVENTY_FIVE, 6, PlaceState.DONE, Verdict.COVERED, 100),
)  # fmt: skip


def invented_day(clinic: Clinic) -> Today:
    """A morning's list, the services and who waits."""
    rooms = {"A": "P203", "B": "P105", "C": "P301"}
    visits = tuple(
        ListedVisit(
            QueueEntry(
                visit_id=f"{at:032x}",
                ticket=ticket,
                full_name=name,
                birth_year=born,
                service_code=clinic.services[0].code,
                room_code=rooms[ticket[0]],
                state=state,
                lane=Lane.NORMAL if priority is Priority.NONE else Lane.PRIORITY,
                claim=None if priority is Priority.NONE else PriorityClaim(priority, PriorityBasis.BIRTH_DATE),
                waiting_since=MOMENT.replace(minute=minute),
                called_at=MOMENT if state is not PlaceState.WAITING else None,
                entered_at=None,
                ended_at=None,
                calls=0,
                skips=0,
            ),
            verdict,
            percent,
            MOMENT.replace(minute=minute),
        )
        for at, (ticket, name, born, priority, minute, state, verdict, percent) in enumerate(_LINES)
    )
    counts = (11, 4, 0, 7, 2, 23, 1, 3, 5)
    waits = (WaitRange(25, 40), WaitRange(10, 20), WaitRange(0, 5), None, WaitRange(60, 90))
    offers = tuple(
        ServiceOffer(service, counts[at % len(counts)], service.room, waits[at % len(waits)])
        for at, service in enumerate(clinic.services)
    )
    return Today(visits, offers)


def _receipt(seconds: float) -> Receipt:
    asked = MOMENT - timedelta(seconds=seconds)
    return Receipt(AskedBecause.VISIT, asked, MOMENT, "999•••", "", "", 200, None, "", "000")


def _person(face: FaceImage | None) -> Identity:
    return Identity(
        Trust.CHIP_VERIFIED,
        "Nguyễn Văn Mẫu",
        personal_number="999048000123",
        date_of_birth=PartialDate(1948, 1, 15),
        sex=Sex.MALE,
        residence="Số 1 đường Mẫu, phường Mẫu, thành phố Mẫu",
        face=face,
        evidence=Evidence(_PASSED, _PASSED, _PASSED, _PASSED, Check(Outcome.NOT_RUN, "not-offered")),
    )


def _card(clinic: Clinic) -> InsuranceCard:
    return InsuranceCard(
        "DN4990000000123",
        "Nguyễn Văn Mẫu",
        PartialDate(1948, 1, 15),
        facility=clinic.facility_code,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        five_year_date=date(2020, 6, 1),
    )


def _decision(clinic: Clinic) -> Decision:
    return Decision(
        Verdict.COVERED,
        (
            Reason("card-valid"),
            Reason("co-pay-below-limit", (("date", "01/06/2020"), ("limit", "14.040.000"))),
        ),
        benefit_percent=80,
        route="1.1",
        card_number="DN4990000000123",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        facility=clinic.facility_code,
        action=Action.USE_CARD,
        fund_permille=800,
        no_co_pay_below_vnd=351_000,
        co_pay_this_year_vnd=1_240_000,
        co_pay_limit_vnd=14_040_000,
    )


def desk_examples(clinic: Clinic, face: FaceImage | None = None) -> dict[str, DeskExample]:
    """Everything that looks different, by picture name."""
    person, card, covered = _person(face), _card(clinic), _decision(clinic)
    answer = CardAnswer("000", "", card, MOMENT, receipts=(_receipt(0.4),))
    long_name = "Nguyễn Phước Thượng Tường Nghiễm"
    typed = replace(
        person,
        trust=Trust.CHIP_UNVERIFIED,
        full_name="Nguyễn Phước Thượng Tường Nghiễm",
        date_of_birth=PartialDate(1990),
        sex=Sex.FEMALE,
        evidence=Evidence(
            _PASSED, _PASSED, Check(Outcome.NOT_RUN, "issuer-unknown"), Check(Outcome.NOT_RUN, "length-refused"),
            Check(Outcome.NOT_RUN, "not-offered"),
        ),
        face=None,
    )  # fmt: skip
    differing = replace(
        covered,
        verdict=Verdict.ASK_STAFF,
        benefit_percent=None,
        fund_permille=None,
        no_co_pay_below_vnd=None,
        co_pay_this_year_vnd=None,
        facility="99043",
        reasons=(
            Reason("birth-differs", (("document", "1990"), ("card", "12/03/1991"))),
            Reason("name-marks-differ", (("document", long_name), ("card", long_name.replace("ễ", "ê", 2)))),
            Reason("other-facility", (("facility", "99043"),)),
            Reason("route-pays-nothing", (("route", "1.13"),)),
        ),
        route="1.13",
        action=Action.CHECK_PERSON,
        differences=(
            Difference(Field.NAME, long_name, long_name.replace("ễ", "ê", 2), Grade.SLIGHT),
            Difference(Field.BIRTH, "1990", "12/03/1991", Grade.GRAVE),
        ),
        next_card=NextCard("DN4990000000999", date(2027, 1, 1), date(2027, 12, 31)),
    )  # fmt: skip
    ended = replace(
        covered,
        verdict=Verdict.SELF_PAY,
        benefit_percent=None,
        fund_permille=None,
        no_co_pay_below_vnd=None,
        co_pay_this_year_vnd=None,
        route="",
        valid_from=date(2025, 1, 1),
        valid_to=date(2025, 12, 31),
        reasons=(Reason("card-ended", (("date", "31/12/2025"),)),),
        action=Action.PAY_OR_PROVE,
    )
    trouble = ServiceTrouble(TroubleKind.TIMEOUT, "", MOMENT, (_receipt(8.0),))
    unverified = Decision(
        Verdict.UNVERIFIED,
        (Reason("trouble.timeout"), Reason("card-not-verified")),
        action=Action.ADMIT_AND_ASK_AGAIN,
    )
    child = Identity(Trust.TYPED, "Trần Mẫu An", date_of_birth=PartialDate(2024, 9, 2))
    help_child = Decision(Verdict.ASK_STAFF, (Reason("child-without-number"),), action=Action.HELP_CHILD)
    done = _check_in(clinic, covered)
    return {
        "waiting": DeskExample(Waiting()),
        "empty-day": DeskExample(Waiting(), today=lambda c: replace(invented_day(c), visits=())),
        "store-away": DeskExample(
            Waiting(), today=lambda c: Today(None, invented_day(c).offers, StoreNews(True, 48, 2))
        ),
        "signed-out": DeskExample(Failed(FailureCode.OFFICER_NEEDED), on_duty=OnDuty()),
        "key": DeskExample(AskingKey(wrong=True, tries_left=2)),
        "card-wanted": DeskExample(AskingCard()),
        "card-wanted-unreadable": DeskExample(AskingCard(unreadable=True)),
        "camera": DeskExample(ScanningCode(unreadable=True)),
        "reading": DeskExample(Reading(ReadPhase.CHECKING)),
        "found-asking": DeskExample(Found(person, True, None, None)),
        "found-covered": DeskExample(Found(person, False, answer, covered), lambda w: _choose(w, clinic)),
        "found-differs": DeskExample(Found(typed, False, replace(answer, code="070"), differing), tickets=("B007",)),
        "found-ended": DeskExample(
            Found(person, False, replace(answer, code="010", card=replace(card, valid_to=date(2025, 12, 31))), ended)
        ),
        "found-unverified": DeskExample(Found(person, False, trouble, unverified)),
        "found-child": DeskExample(Found(child, False, NotAsked("number", MOMENT), help_child)),
        "overridden": DeskExample(Found(person, False, answer, covered), _override),
        "override": DeskExample(Found(person, False, answer, covered), lambda w: w.hands.do(Key.OVERRIDE)),
        "priority": DeskExample(Found(person, False, answer, covered), lambda w: w.hands.do(Key.PRIORITY)),
        "type-in": DeskExample(Waiting(), lambda w: w.hands.do(Key.TYPE_IN)),
        "nobody": DeskExample(Waiting(), on_duty=OnDuty()),
        "done": DeskExample(Done(done, PrintOutcome(PrintState.PRINTED))),
        "done-also": DeskExample(
            Done(replace(done, also_today=("B007", "C012")), PrintOutcome(PrintState.UNCONFIRMED, "paper-low"))
        ),
        "done-not-printed": DeskExample(
            Done(replace(done, repeated=True), PrintOutcome(PrintState.FAILED, "paper-out")),
            devices=replace(_READY, printer=DeviceState.TROUBLE, printer_reason="paper-out"),
        ),
        "failed": DeskExample(Failed(FailureCode.CARD_REMOVED), devices=replace(_READY, reader=DeviceState.ABSENT)),
        "kept": DeskExample(Waiting(), _open_second),
        "search": DeskExample(Waiting(), _look_for),
        "keys": DeskExample(Waiting(), lambda w: w.over.show_keys()),
    }


def _check_in(clinic: Clinic, decision: Decision) -> CheckIn:
    service = clinic.services[0]
    return CheckIn(
        visit_id=f"{0:032x}",
        business_day=MOMENT.date(),
        ticket=f"{service.prefix}042",
        number=42,
        service=service,
        priority=Priority.SEVENTY_FIVE,
        full_name="Nguyễn Văn Mẫu",
        birth_year=1948,
        trust=Trust.CHIP_VERIFIED,
        decision=decision,
        created_at=MOMENT,
        placement=Placement(service.room, 3, WaitRange(25, 40)),
    )


def invented_record(clinic: Clinic) -> OpenedVisit:
    """A kept visit, opened."""
    visit = ProvenVisit(
        f"{1:032x}",
        MOMENT.date(),
        "A041",
        clinic.services[0].name,
        "Lê Thị Hoàng Yến",
        1990,
        MOMENT,
        replace(_decision(clinic), verdict=Verdict.ATTENTION),
        (),
    )
    history = (
        QueueEvent(MOMENT, Act.ARRIVE, "P203", "kiosk", ""),
        QueueEvent(MOMENT + timedelta(minutes=9), Act.CALL, "P203", "tranthimau", ""),
        QueueEvent(MOMENT + timedelta(minutes=11), Act.PUT_BACK, "P203", "tranthimau", "chưa thấy vào"),
    )
    return OpenedVisit(visit, history)


# -- what staff do in a picture ---------------------------------------------------------------------------------------
def _choose(window: DeskWindow, clinic: Clinic) -> None:
    window.choices.choose_service(clinic.services[0].code)


def _override(window: DeskWindow) -> None:
    from kiosk.eligibility.override import Override

    window.session.draft = replace(window.session.draft, override=Override(Verdict.SELF_PAY, "theo yêu cầu", "o1"))
    window.show_state(window.session.state)


def _open_second(window: DeskWindow) -> None:
    window.open_visit(f"{1:032x}")


def _look_for(window: DeskWindow) -> None:
    window.listing.look_for("nguyen")


# -- pictures -------------------------------------------------------------------------------------------------------
def render_desk(
    out: Path,
    clinic: Clinic,
    *,
    sizes: Sequence[tuple[int, int]] = SIZES,
    languages: Sequence[Language] = tuple(Language),
    growths: Sequence[float] = (1.0,),
    palettes: Sequence[tuple[str, Palette]] = (("", LIGHT),),
    names: Iterable[str] = (),
    training: bool = False,
    face: FaceImage | None = None,
) -> list[Path]:
    """Writes `desk-{name}-{language}-{width}x{height}[-large][-contrast].png` for each.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    app = QApplication.instance() or QApplication([])
    out.mkdir(parents=True, exist_ok=True)
    wanted, written = set(names), []
    with closing(Leftovers()):
        for name, example in desk_examples(clinic, face).items():
            if wanted and name not in wanted:
                continue
            for (width, height), language, growth, (contrast, palette) in product(sizes, languages, growths, palettes):
                errands = Errands()
                window = posed(
                    example, clinic, errands, (width, height), language, growth, palette=palette, training=training
                )
                picture = window.grab()
                if window.dialog is not None:
                    window.dialog.render(picture, window.rect().center() - window.dialog.rect().center())
                large = "-large" if growth > 1 else ""
                path = out / f"desk-{name}-{language.value}-{width}x{height}{large}{contrast}.png"
                window.close()
                errands.close()
                window.deleteLater()
                app.processEvents()
                if not picture.save(str(path)):
                    raise KioskError(FailureCode.OUTPUT_UNWRITABLE, path.name)
                written.append(path)
    return written


def posed(
    example: DeskExample, clinic: Clinic, errands: Errands, size: tuple[int, int], language: Language, growth: float, *,
    palette: Palette = LIGHT, training: bool = False, now: Callable[[], datetime] = lambda: MOMENT,
) -> DeskWindow:  # fmt: skip
    """The window as one picture wants it, shown; the store has answered."""
    today = example.today(clinic) if example.today is not None else invented_day(clinic)
    window = DeskWindow(
        clinic,
        errands,
        DeskLook(load_letters(), palette, growth),
        by=lambda: "o1",
        now=now,
        training=training,
        rooms=clinic.services[0].rooms,
    )
    window.resize(*size)
    window.set_language(language)
    window.show_duty(example.on_duty)
    window.show_devices(example.devices)
    window.show()
    window.serve(InventedRecords(today, invented_record(clinic), example.tickets))
    _settle(lambda: window.is_settled)
    window.show_state(example.state)
    example.then(window)
    _settle(lambda: window.is_settled)
    return window


def _settle(is_done: Callable[[], bool]) -> None:
    """Until what the window asked for has come."""
    app = QCoreApplication.instance()
    deadline = QDeadlineTimer(_COMES_WITHIN_MS)
    while True:
        if app is not None:
            app.processEvents()
        if is_done() or deadline.hasExpired():
            break
        QThread.msleep(1)
    if app is not None:
        app.processEvents()
