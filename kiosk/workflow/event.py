"""What can happen: by a person, by a device, by a step of the line that ended. A closed union."""

from dataclasses import dataclass

from kiosk.checkin.notice import NoticeSeen
from kiosk.checkin.record import CheckIn, Priority
from kiosk.failure import FailureCode
from kiosk.identity.person import Identity
from kiosk.lookup.answer import Answer, CardAnswer, Copay
from kiosk.privacy import Personal
from kiosk.reader.document import ReadPhase, TypedDocument
from kiosk.slip.outcome import PrintOutcome
from kiosk.slip.status import PrinterStatus
from kiosk.workflow.order import Order
from kiosk.workflow.state import DeviceState, ServiceOffer
from kiosk.workflow.visit_answers import VisitAnswers


# -- a person -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StartedTyping:
    """Tapped "Nhập số", or "Sửa số Căn cước"."""


@dataclass(frozen=True, slots=True)
class StartedScanning:
    """Tapped "Quét mã"."""


@dataclass(frozen=True, slots=True, repr=False)
class NumberTyped(Personal):
    """Confirmed digits on the keypad: 12 of the personal number, or the 6 that open the chip."""

    digits: str


@dataclass(frozen=True, slots=True)
class BirthYearOnly:
    """Tapped "Chỉ nhớ năm sinh", or "Nhập đủ ngày sinh" after it."""

    only: bool


@dataclass(frozen=True, slots=True, repr=False)
class BirthDateTyped(Personal):
    """Confirmed digits on the keypad: `ddmmyyyy`, or `yyyy` where only the year is asked for."""

    digits: str


@dataclass(frozen=True, slots=True)
class BirthDateUnknown:
    """Tapped "Tôi không nhớ"."""


@dataclass(frozen=True, slots=True, repr=False)
class CodeScanned(Personal):
    """A camera, a gun or a paste brought a code's text."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class PersonTyped(Personal):
    """Staff typed who it is: number, name and birth date."""

    document: TypedDocument


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Tapped "Đúng, tiếp tục", or "Tôi không mang thẻ"."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Tapped "Không phải tôi"."""


@dataclass(frozen=True, slots=True)
class ServiceChosen:
    """Tapped a service's tile."""

    code: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Tapped "Lấy số", with the notice on the page and what was answered beside it."""

    seen: NoticeSeen


@dataclass(frozen=True, slots=True)
class PriorityWanted:
    """Tapped "Tôi thuộc diện ưu tiên", with the notice on the page and what was answered beside it."""

    seen: NoticeSeen


@dataclass(frozen=True, slots=True, repr=False)
class PriorityClaimed(Personal):
    """Tapped why they go first, and so for the number."""

    priority: Priority


@dataclass(frozen=True, slots=True, repr=False)
class VisitAnswered(Personal):
    """Staff said what they know of the visit: all of it, whatever was said before."""

    answers: VisitAnswers


@dataclass(frozen=True, slots=True, repr=False)
class Ordered(Personal):
    """Staff gave the order for a number."""

    order: Order


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Staff want the service asked once more about the person in front of them."""


@dataclass(frozen=True, slots=True, repr=False)
class SlipOrdered(Personal):
    """Staff want the slip of a check-in once more, whoever is in front of them now."""

    check_in: CheckIn


@dataclass(frozen=True, slots=True)
class WentBack:
    """Tapped "Quay lại", "Xong", "Thử lại" or "Bỏ qua": back one step, or to the start."""


@dataclass(frozen=True, slots=True)
class StaffCalled:
    """Tapped "Gọi nhân viên"."""


@dataclass(frozen=True, slots=True)
class ReprintAsked:
    """Tapped "In lại phiếu"."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Any sign of a person (a tap, a key): they need the time."""


# -- time and devices -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class TimedOut:
    """The state's patience is over."""


@dataclass(frozen=True, slots=True)
class CardLaid:
    """A card lies on the reader."""


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The card was taken away."""


@dataclass(frozen=True, slots=True)
class ReaderChanged:
    """The reader came, went or is in trouble."""

    state: DeviceState


@dataclass(frozen=True, slots=True)
class ScannerChanged:
    """A camera or a gun came, went or is in trouble; `state` is that of the better one, None: there is none."""

    state: DeviceState
    camera: DeviceState | None = None
    gun: DeviceState | None = None


@dataclass(frozen=True, slots=True)
class PrinterSeen:
    """The idle printer was asked how it is; None: it was not reached."""

    status: PrinterStatus | None


# -- steps of the line ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PhaseReached:
    """The chip reader goes on with this phase."""

    phase: ReadPhase


@dataclass(frozen=True, slots=True, repr=False)
class IdentityRead(Personal):
    """The chip said who it is; photo and proof are still to come."""

    identity: Identity


@dataclass(frozen=True, slots=True, repr=False)
class ChipRead(Personal):
    """The chip is read and judged; the identity has its final trust."""

    identity: Identity


@dataclass(frozen=True, slots=True, repr=False)
class Answered(Personal):
    """The gateway answered for the session `session`; one of an earlier session is dropped.

    `earlier`: what the journal has about the same person, where the service is in trouble.
    """

    session: int
    answer: Answer
    earlier: CardAnswer | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CopayAnswered(Personal):
    """The gateway said what the person of the session `session` has paid this year."""

    session: int
    copay: Copay


@dataclass(frozen=True, slots=True)
class ServicesCounted:
    """What can be chosen now."""

    offers: tuple[ServiceOffer, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Committed(Personal):
    """The journal has it."""

    check_in: CheckIn


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer is done with a visit's slip, or not."""

    visit_id: str
    outcome: PrintOutcome


@dataclass(frozen=True, slots=True)
class Broke:
    """A step broke."""

    code: FailureCode


Event = (
    StartedTyping
    | StartedScanning
    | NumberTyped
    | BirthYearOnly
    | BirthDateTyped
    | BirthDateUnknown
    | CodeScanned
    | PersonTyped
    | Confirmed
    | Denied
    | ServiceChosen
    | Agreed
    | PriorityWanted
    | PriorityClaimed
    | VisitAnswered
    | Ordered
    | AskedAgain
    | SlipOrdered
    | WentBack
    | StaffCalled
    | ReprintAsked
    | Touched
    | TimedOut
    | CardLaid
    | CardTaken
    | ReaderChanged
    | ScannerChanged
    | PrinterSeen
    | PhaseReached
    | IdentityRead
    | ChipRead
    | Answered
    | CopayAnswered
    | ServicesCounted
    | Committed
    | Printed
    | Broke
)
