"""The window's questions, each with its options and what its answer means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from kiosk.checkin.clinic import Room
from kiosk.checkin.queue.place import Act as QueueAct
from kiosk.checkin.record import Priority, PriorityBasis, PriorityClaim
from kiosk.eligibility.override import OVERRIDES, Override
from kiosk.reader.document import TypedDocument
from kiosk.text import Language, say
from kiosk.ui.desk.dialogs import NO_REASON_NEEDED, Option, Question
from kiosk.ui.desk.draft import Draft
from kiosk.ui.desk.entry import Entry
from kiosk.ui.desk.keys import Act
from kiosk.ui.desk.look import GROWTHS, DeskLook
from kiosk.ui.desk.rows import Row
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.sheet import Sheet
from kiosk.ui.desk.visits import Visits

if TYPE_CHECKING:
    from kiosk.ui.desk.over_desk import OverDesk

Asked = TypeVar("Asked", bound=Sheet)

QUEUE_ACTS: Mapping[Act, QueueAct] = MappingProxyType(
    {
        Act.RECALL: QueueAct.RECALL,
        Act.ENTER: QueueAct.ENTER,
        Act.FINISH: QueueAct.FINISH,
        Act.NO_SHOW: QueueAct.NO_SHOW,
        Act.RETURN: QueueAct.RETURN,
    }
)
"""What needs no question."""

_SEEN = "seen"

_SET_BY_STAFF = (Priority.EMERGENCY, Priority.PREGNANT, Priority.DISABILITY, Priority.MERIT, Priority.SEVENTY_FIVE,
                 Priority.UNDER_SIX)  # fmt: skip


def type_in(
    over: "OverDesk", look: DeskLook, language: Language, known: TypedDocument | None,
    then: Callable[[TypedDocument], None],
) -> None:  # fmt: skip
    """Who it is."""
    dialog = _fitting(over, look, lambda fitting: Entry(fitting, language, known))
    dialog.typed.connect(then)
    dialog.touched.connect(over.touched)
    _open(over, dialog)


def override(
    over: "OverDesk", look: DeskLook, language: Language, session: Session, by: str, then: Callable[[Draft], None]
) -> None:
    """Another decision than the rules', and why."""
    if session.decision is None:
        return
    decided = session.decision.verdict
    options = [
        Option(verdict.value, say(f"decision.verdict.{verdict.value}.title", language))
        for verdict in OVERRIDES
        if verdict is not decided
    ]
    if session.draft.override is not None:
        options.append(Option(NO_REASON_NEEDED, say("desk.ask.override.undo", language)))
    chosen = session.draft.override.verdict.value if session.draft.override else ""
    verdicts = {verdict.value: verdict for verdict in OVERRIDES}

    def answered(value: str, reason: str) -> None:
        verdict = verdicts.get(value)
        then(replace(session.draft, override=None if verdict is None else Override(verdict, reason, by)))

    dialog = _fitting(
        over, look, lambda fitting: Question(fitting, language, "override", options, reason=True, chosen=chosen)
    )
    dialog.answered.connect(answered)
    _open(over, dialog)


def priority(
    over: "OverDesk", look: DeskLook, language: Language, by: str, then: Callable[[PriorityClaim | None], None]
) -> None:
    """Why somebody goes first."""
    reasons = ((one.value, say(f"queue.priority.{one.value}", language)) for one in _SET_BY_STAFF)
    options = [Option(value, f"{words[:1].upper()}{words[1:]}") for value, words in reasons]
    options.append(Option(NO_REASON_NEEDED, say("desk.ask.priority.undo", language)))

    def answered(value: str, reason: str) -> None:
        is_none = value == NO_REASON_NEEDED
        then(None if is_none else PriorityClaim(Priority(value), PriorityBasis.STAFF, by, reason))

    dialog = _fitting(over, look, lambda fitting: Question(fitting, language, "priority", options, reason=True))
    dialog.answered.connect(answered)
    _open(over, dialog)


def put_aside(over: "OverDesk", look: DeskLook, language: Language, seen: Callable[[], None]) -> None:
    """Whether it was seen that a damaged database was put aside; nothing is chosen beforehand."""
    options = [Option(value, say(f"desk.ask.put_aside.{value}", language)) for value in (_SEEN, "later")]

    def answered(value: str, _: str) -> None:
        if value == _SEEN:
            seen()

    dialog = _fitting(over, look, lambda fitting: Question(fitting, language, "put_aside", options, reason=False))
    dialog.answered.connect(answered)
    _open(over, dialog)


def with_claim(draft: Draft, claim: object) -> Draft:
    """The draft with a priority, or without."""
    return replace(draft, claim=claim if isinstance(claim, PriorityClaim) else None)


def cancel(over: "OverDesk", look: DeskLook, language: Language, row: Row, visits: Visits) -> None:
    """Why a visit is cancelled."""
    dialog = _fitting(over, look, lambda fitting: Question(fitting, language, "cancel", reason=True))
    dialog.answered.connect(lambda _, reason: visits.act(QueueAct.CANCEL, row.visit_id, reason))
    _open(over, dialog)


def move(over: "OverDesk", look: DeskLook, language: Language, row: Row, rooms: Sequence[Room], visits: Visits) -> None:
    """To which room."""

    def moved(code: str) -> None:
        visits.act(QueueAct.MOVE, row.visit_id, room_code=code)

    room(over, look, language, "move", rooms, row.room_code, moved)


def room(
    over: "OverDesk", look: DeskLook, language: Language, key: str, rooms: Sequence[Room], but: str,
    then: Callable[[str], None],
) -> None:  # fmt: skip
    """One of the rooms."""
    options = [Option(one.code, f"{one.code} · {one.name[language]}") for one in rooms if one.code != but]
    dialog = _fitting(over, look, lambda fitting: Question(fitting, language, key, options, reason=False))
    dialog.answered.connect(lambda code, _: then(code))
    _open(over, dialog)


def _fitting(over: "OverDesk", look: DeskLook, make: Callable[[DeskLook], Asked]) -> Asked:
    """In the wished letters, or in the largest with which nothing of it is outside the window."""
    for growth in sorted((one for one in GROWTHS if 1 < one <= look.growth), reverse=True):
        dialog = make(look.grown(growth))
        if dialog.sizeHint().height() <= over.room_px:
            return dialog
        dialog.deleteLater()
    return make(look.grown(1.0))


def _open(over: "OverDesk", dialog: Sheet) -> None:
    dialog.closed.connect(over.dialog_closed)
    over.open_dialog(dialog)
