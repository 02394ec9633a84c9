"""Every page in every language and size as a picture, from invented people: to look at, and to compare."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn, Priority
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import FailureCode
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import CardAnswer, InsuranceCard, ServiceTrouble, TroubleKind
from kiosk.reader.document import Evidence, FaceImage, ReadPhase
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.text import Language
from kiosk.ui.camera.advice import Hint
from kiosk.ui.room import draw_room
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.palette import LIGHT, Palette
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow
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


GLASSES = (
    Glass(1920, 1080, 4.03),  # 21.5 inches
    Glass(1080, 1920, 4.03),  # the same, upright
    Glass(1366, 768, 3.33),  # 18.5 inches
    Glass(1280, 1024, 3.40),  # 19 inches
)


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
    card = InsuranceCard("DN4990000000123", facility=clinic.facility_code)
    answer = CardAnswer("000", "", card, MOMENT)
    covered = Decision(Verdict.COVERED, benefit_percent=80, valid_to=date(2026, 12, 31), facility=clinic.facility_code)
    attention = replace(covered, verdict=Verdict.ATTENTION)
    self_pay = Decision(Verdict.SELF_PAY, facility="99043", valid_to=date(2025, 12, 31))
    trouble = ServiceTrouble(TroubleKind.TIMEOUT, "", MOMENT)
    counts = (11, 4, 0, 7, 2, 23, 1, 3, 5)
    offers = tuple(ServiceOffer(s, counts[at % len(counts)]) for at, s in enumerate(clinic.services))
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
        "scanning-code": ScanningCode(),
        "scanning-code-unreadable": ScanningCode(unreadable=True),
        "asking-card": AskingCard(),
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
        "choosing-self-pay": Choosing(identity, answer, self_pay, offers[:5]),
        "asking-priority": AskingPriority(long_name, answer, attention, offers, offers[0]),
        "confirming": Confirming(identity, answer, covered, offers, offers[0], None, asked=False),
        "issuing": Issuing(identity, covered),
        "done-printing": Done(check_in, None),
        "done-slow": Done(check_in, PrintOutcome(PrintState.WAITING)),
        "done-printed": Done(check_in, PrintOutcome(PrintState.PRINTED)),
        "done-not-printed": Done(to_desk, PrintOutcome(PrintState.FAILED, "paper-out")),
        "done-maybe-printed": Done(to_desk, PrintOutcome(PrintState.UNCONFIRMED, "status-unknown")),
        "failed": Failed(FailureCode.CARD_REMOVED),
        "assistance": Assistance(),
    }


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
    large: bool = False,
    training: bool = True,
    palette: Palette = LIGHT,
    face: FaceImage | None = None,
) -> list[Path]:
    """Writes `{page}-{language}-{width}x{height}.png` for each; nothing moves, so the pictures are repeatable."""
    app = QApplication.instance() or QApplication([])
    out.mkdir(parents=True, exist_ok=True)
    wanted = set(pages)
    written = []
    letters = load_letters()
    camera = camera_examples()
    states = examples(clinic, face) | {name: state for name, (state, _) in camera.items()}
    devices = Devices(DeviceState.READY, DeviceState.READY, DeviceState.READY, card_laid=True)
    for glass in glasses:
        window = PatientWindow(
            clinic,
            scale=Scale(glass.px_per_mm),
            letters=letters,
            palette=palette,
            training=training,
            animated=False,
            now=lambda: MOMENT,
        )
        window.resize(glass.width, glass.height)
        window.show_devices(devices)
        window.show()
        for language in languages:
            for name, state in states.items():
                if wanted and name not in wanted:
                    continue
                window.set_card_laid(not isinstance(state, Waiting))
                window.show_state(Waiting())
                window.set_language(language)
                window.set_large_letters(large)
                window.show_state(state)
                if isinstance(state, Waiting):
                    window.set_language(language)
                    window.set_large_letters(large)
                if name in camera:
                    _show_camera(window, camera[name][1])
                app.processEvents()
                path = out / f"{name}-{language.value}-{glass.width}x{glass.height}.png"
                window.grab().save(str(path))
                written.append(path)
        window.close()
        window.deleteLater()
        app.processEvents()
    return written
