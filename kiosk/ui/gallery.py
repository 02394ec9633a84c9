"""Every page in every language and size as a picture, from invented people: to look at, and to compare."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.notice import NoticeSeen, notice_version
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import CheckIn, Priority
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import CardAnswer, InsuranceCard, ServiceTrouble, TroubleKind
from kiosk.reader.document import Evidence, FaceImage, ReadPhase
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.text import Language
from kiosk.ui.camera.advice import Hint
from kiosk.ui.idle import QUESTION_S
from kiosk.ui.room import draw_room
from kiosk.ui.shelf import Shelf
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow
from kiosk.ui.wishes import Wishes
from kiosk.workflow.check_in import reasons_to_go_first
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Assistance,
    Choosing,
    Confirming,
    Devices,
    DeviceState,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    ScanningCode,
    ServiceOffer,
    State,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)

HANOI = timezone(timedelta(hours=7))
MOMENT = datetime(2026, 11, 21, 14, 32, 7, tzinfo=HANOI)


@dataclass(frozen=True, slots=True)
class Glass:
    """A screen: pixels, and pixels per millimetre."""

    width: int
    height: int
    px_per_mm: float

    @property
    def name(self) -> str:
        """As in the pictures' names."""
        return f"{self.width}x{self.height}"


GLASSES = (
    Glass(1920, 1080, 4.03),  # 21.5 inches
    Glass(1080, 1920, 4.03),  # the same, upright
    Glass(1366, 768, 3.33),  # 18.5 inches
    Glass(1280, 1024, 3.40),  # 19 inches
)


class Dress(Enum):
    """How the pages are wished; the value ends the picture's name."""

    NORMAL = ""
    LARGE = "-large"
    CONTRAST = "-contrast"
    LOWERED = "-lowered"

    @property
    def wishes(self) -> Wishes:
        """What the window is told."""
        return Wishes(large=self is Dress.LARGE, contrast=self is Dress.CONTRAST, lowered=self is Dress.LOWERED)


class Mute:
    """A voice of every language that nobody hears: its buttons are seen in the pictures."""

    def speaks(self, language: Language) -> bool:  # noqa: ARG002
        """Every one."""
        return True

    def say(self, sentence: str, language: Language) -> bool:  # noqa: ARG002
        """Silently."""
        return True

    say_now = say

    def hush(self) -> None:
        """As before."""


def examples(clinic: Clinic, face: FaceImage | None = None) -> dict[str, State]:
    """A state for every page, and the variants that look different, by picture name."""
    identity = Identity(
        Trust.CHIP_VERIFIED,
        "Nguyễn Văn Mẫu",
        personal_number="999048000123",
        date_of_birth=PartialDate(1948, 1, 15),
        face=face,
        evidence=Evidence(),
    )
    long_name = replace(
        identity,
        trust=Trust.CODE_ONLY,
        full_name="Nguyễn Phước Thượng Tường Nghiễm",
        date_of_birth=PartialDate(1990),
        face=None,
        evidence=None,
    )
    misread = PartialDate(1984, 1, 15)
    card = InsuranceCard("DN4990000000123", facility=clinic.facility_code)
    answer = CardAnswer("000", "", card, MOMENT)
    covered = Decision(Verdict.COVERED, benefit_percent=80, valid_to=date(2026, 12, 31), facility=clinic.facility_code)
    attention = replace(covered, verdict=Verdict.ATTENTION)
    self_pay = Decision(Verdict.SELF_PAY, facility="99043", valid_to=date(2025, 12, 31))
    trouble = ServiceTrouble(TroubleKind.TIMEOUT, "", MOMENT)
    counts = (11, 4, 0, 7, 2, 23, 1, 3, 5)
    waits = (WaitRange(25, 40), WaitRange(10, 20), WaitRange(0, 5), None, WaitRange(60, 90))
    offers = tuple(
        ServiceOffer(s, counts[at % len(counts)], s.room, waits[at % len(waits)])
        for at, s in enumerate(clinic.services)
    )
    few = tuple(replace(offer, opens_at=None if offer.wait else MOMENT.replace(hour=15)) for offer in offers[:5])
    child = replace(identity, full_name="Trần Mẫu An", date_of_birth=PartialDate(2022, 3, 2))
    reasons = reasons_to_go_first(long_name, MOMENT.date())
    seen = NoticeSeen(notice_version(Language.VI), Language.VI)
    service = clinic.services[0]
    check_in = CheckIn(
        visit_id="0" * 32,
        business_day=MOMENT.date(),
        ticket=f"{service.prefix}042",
        number=42,
        service=service,
        priority=Priority.SEVENTY_FIVE,
        full_name=identity.full_name,
        birth_year=1948,
        trust=identity.trust,
        decision=covered,
        created_at=MOMENT,
    )
    to_desk = replace(
        check_in,
        ticket=f"{clinic.desk.prefix}007",
        service=clinic.desk,
        priority=Priority.NONE,
        decision=Decision(Verdict.ASK_STAFF),
        repeated=True,
    )
    return {
        "waiting": Waiting(),
        "typing-number": TypingNumber(),
        "typing-number-unreadable": TypingNumber(unreadable=True),
        "typing-number-wrong": TypingNumber(number=identity.personal_number, born=misread),
        "typing-birth-date": TypingBirthDate(identity.personal_number),
        "typing-birth-date-year": TypingBirthDate(identity.personal_number, year_only=True),
        "typing-birth-date-wrong": TypingBirthDate(identity.personal_number, unlike=misread),
        "scanning-code": ScanningCode(),
        "scanning-code-unreadable": ScanningCode(unreadable=True),
        "asking-card": AskingCard(),
        "asking-card-unreadable": AskingCard(unreadable=True),
        "asking-key": AskingKey(),
        "asking-key-wrong": AskingKey(wrong=True, tries_left=2),
        "reading": Reading(ReadPhase.READING),
        "found-reading": Found(identity, True, None, None),
        "found-covered": Found(identity, False, answer, covered),
        "found-attention": Found(long_name, False, answer, attention),
        "found-self-pay": Found(replace(identity, trust=Trust.CHIP_UNVERIFIED), False, answer, self_pay),
        "found-ask-staff": Found(
            replace(long_name, trust=Trust.TYPED, full_name="", date_of_birth=None),
            False,
            answer,
            Decision(Verdict.ASK_STAFF),
        ),
        "found-unverified": Found(identity, False, trouble, Decision(Verdict.UNVERIFIED)),
        "choosing": Choosing(identity, answer, covered, offers),
        "choosing-self-pay": Choosing(identity, answer, self_pay, few),
        "choosing-child": Choosing(child, answer, covered, few),
        "confirming": Confirming(identity, answer, covered, offers, offers[0]),
        "confirming-self-pay": Confirming(long_name, answer, self_pay, offers, offers[3], reasons),
        "asking-priority": AskingPriority(long_name, answer, attention, offers, offers[0], reasons, seen),
        "issuing": Issuing(identity, covered),
        "done-printing": Done(check_in, None),
        "done-slow": Done(check_in, PrintOutcome(PrintState.WAITING)),
        "done-printed": Done(check_in, PrintOutcome(PrintState.PRINTED)),
        "done-not-printed": Done(to_desk, PrintOutcome(PrintState.FAILED, "paper-out")),
        "done-maybe-printed": Done(to_desk, PrintOutcome(PrintState.UNCONFIRMED, "status-unknown")),
        "failed": Failed(FailureCode.CARD_REMOVED),
        "failed-staff": Failed(FailureCode.STORE_UNAVAILABLE),
        "assistance": Assistance(),
    }


def further_examples(clinic: Clinic) -> dict[str, State]:
    """Pictures of what the screen adds to a state: a department's services, what lies over a page, broken devices."""
    states = examples(clinic)
    return {
        "choosing-department": states["choosing"],
        "notice": states["confirming"],
        "time-question": states["found-covered"],
        "waiting-no-slips": states["waiting"],
        "waiting-no-reader": states["waiting"],
        "waiting-no-scanner": states["waiting"],
        "waiting-card-left": states["waiting"],
    }


def _add(window: PatientWindow, name: str) -> None:
    """What is not in the state."""
    match name:
        case "choosing-department":
            departments = [department.code for department in window.clinic.departments]
            window.leaf(Shelf(departments[0] if departments else ""))
        case "notice":
            window.open_notice()
        case "time-question":
            window.ask_for_time()
            window.idle.left.emit(round(QUESTION_S))
        case "waiting-card-left":
            window.set_card_laid(True)
            window.tick()
        case _ if name in (camera := camera_examples()):
            _show_camera(window, camera[name][1])


def camera_examples() -> dict[str, tuple[State, Hint]]:
    """The pages with a camera and everything that they say about what is held before it, by picture name."""
    return {
        **{f"camera-{hint.value.replace('_', '-')}": (ScanningCode(), hint) for hint in Hint},
        "camera-key-closer": (AskingKey(), Hint.CLOSER),
        "camera-key-no-picture": (AskingKey(), Hint.NO_PICTURE),
        "camera-key-use-gun": (AskingKey(), Hint.USE_GUN),
        "camera-unreadable-seen": (ScanningCode(unreadable=True), Hint.SEEN),
    }


def _show_camera(window: PatientWindow, hint: Hint) -> None:
    if hint not in (Hint.STARTING, Hint.NO_PICTURE, Hint.USE_GUN):
        window.show_frame(draw_room(hint).flipped(Qt.Orientation.Horizontal))
    window.show_hint(hint)


def render_gallery(
    out: Path,
    clinic: Clinic,
    *,
    glasses: Sequence[Glass] = GLASSES,
    languages: Sequence[Language] = tuple(Language),
    pages: Iterable[str] = (),
    dresses: Sequence[Dress] = (Dress.NORMAL,),
    training: bool = True,
    face: FaceImage | None = None,
) -> list[Path]:
    """Writes `{page}-{language}-{width}x{height}{dress}.png` for each; nothing moves, so each is the same every time.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    app = QApplication.instance() or QApplication([])
    out.mkdir(parents=True, exist_ok=True)
    wanted = set(pages)
    written = []
    letters = load_letters()
    states = pictured(clinic, face)
    shown = {name: state for name, state in states.items() if not wanted or name in wanted}
    for glass in glasses:
        window = PatientWindow(
            clinic,
            scale=Scale(glass.px_per_mm),
            letters=letters,
            training=training,
            animated=False,
            now=lambda: MOMENT,
            speech=Mute(),
        )
        window.resize(glass.width, glass.height)
        window.show()
        for language in languages:
            for dress in dresses:
                for name, state in shown.items():
                    pose_page(window, name, state, language, dress.wishes)
                    for _ in ("made", "painted"):  # in one turn of the event loop each
                        app.processEvents()
                    path = out / f"{name}-{language.value}-{glass.name}{dress.value}.png"
                    if not window.grab().save(str(path)):
                        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, path.name)
                    written.append(path)
        window.close()
        window.deleteLater()
        app.processEvents()
    return written


def pictured(clinic: Clinic, face: FaceImage | None = None) -> dict[str, State]:
    """Everything that has a picture, by its name."""
    camera = {name: state for name, (state, _) in camera_examples().items()}
    return examples(clinic, face) | camera | further_examples(clinic)


def pose_page(window: PatientWindow, name: str, state: State, language: Language, wishes: Wishes) -> None:
    """As if nobody had been on this page before."""
    # No event loop runs here that would: hundreds of pages would be kept until the end.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    begins = isinstance(state, Waiting)
    # Not the first page between any two: the bars would be made anew in its language and letters, and in these again.
    window.set_card_laid(False)
    window.show_state(Waiting() if begins else Assistance())
    window.show_devices(_devices(name))
    window.set_card_laid(not begins)
    window.set_language(language)
    window.set_wishes(wishes)
    if not begins:
        window.show_state(state)
    _add(window, name)


def _devices(name: str) -> Devices:
    ready = DeviceState.READY
    match name:
        case "waiting-no-slips":
            return Devices(ready, ready, DeviceState.TROUBLE, printer_reason="paper-out")
        case "waiting-no-reader":
            return Devices(DeviceState.ABSENT, ready, ready)
        case "waiting-no-scanner":
            return Devices(ready, DeviceState.TROUBLE, ready)
    return Devices(ready, ready, ready)
