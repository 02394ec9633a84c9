"""Who is at the desk now: the line's state, what staff chose for them, and the words for the panel. No Qt."""

from datetime import date
from typing import TYPE_CHECKING

from kiosk.checkin.record import CheckIn, PriorityClaim
from kiosk.eligibility.decision import Decision
from kiosk.eligibility.override import Override, overridden
from kiosk.privacy import Personal
from kiosk.reader.document import TypedDocument
from kiosk.text import Language, say
from kiosk.ui.desk.draft import NOTHING_CHOSEN, Draft
from kiosk.ui.desk.facts import Line, PersonFacts
from kiosk.ui.desk.his import his_lines
from kiosk.ui.desk.told import told_session
from kiosk.workflow.state import Choosing, Done, Found, Issuing, ServiceOffer, State, Waiting

if TYPE_CHECKING:
    from kiosk.identity.person import Identity
    from kiosk.lookup.answer import Answer


class Session(Personal):
    """One person from the first state that names them to the state that does not; then nothing of them is left."""

    __slots__ = (
        "_answer",
        "_decision",
        "_done",
        "_identity",
        "_reading",
        "also_today",
        "draft",
        "shows_number",
        "state",
    )

    def __init__(self) -> None:
        self.state: State = Waiting()
        self._begin()

    def _begin(self) -> None:
        self._identity: Identity | None = None
        self._answer: Answer | None = None
        self._decision: Decision | None = None
        self._done: CheckIn | None = None
        self._reading = False
        self.also_today: tuple[str, ...] = ()
        self.draft: Draft = NOTHING_CHOSEN
        self.shows_number = False

    def show(self, state: State) -> bool:
        """The line's new state; True: another person, or nobody, from here on."""
        before, self.state = self.state, state
        match state:
            case Found(identity, reading, answer, decision):
                is_new = not isinstance(before, Found | Choosing)
                if is_new:
                    self._begin()
                self._identity, self._reading = identity, reading
                self._answer, self._decision = answer, decision
                return is_new
            case Choosing(identity, answer, decision):
                self._identity, self._answer, self._decision = identity, answer, decision
                return False
            case Issuing():
                return False
            case Done(check_in):
                is_new = self._done is None
                self._done = check_in
                return is_new and self._identity is None
            case _:
                had = self.is_under_way
                self._begin()
                return had

    def forget(self) -> None:
        """Nothing of anybody is left."""
        self._begin()
        self.state = Waiting()

    # -- what can be done -------------------------------------------------------------------------------------------
    @property
    def is_under_way(self) -> bool:
        """Whether there is somebody."""
        return self._identity is not None or self._done is not None

    @property
    def is_open(self) -> bool:
        """Whether something can be said and ordered for them."""
        return isinstance(self.state, Found | Choosing)

    @property
    def is_decided(self) -> bool:
        """Whether a number can be given."""
        return self.is_open and self._answer is not None and self._decision is not None

    @property
    def answer(self) -> "Answer | None":
        """Of the insurance service; None: it was not asked, or has not answered."""
        return self._answer

    @property
    def decision(self) -> Decision | None:
        """As the rules made it."""
        return self._decision

    @property
    def shown_decision(self) -> Decision | None:
        """As it will be kept: with what staff decided otherwise."""
        if self._decision is None or self.draft.override is None:
            return self._decision
        return overridden(self._decision, self.draft.override)

    @property
    def ticket(self) -> str:
        """The number that was given."""
        return self._done.ticket if self._done is not None else ""

    @property
    def visit_id(self) -> str:
        """Of the check-in that was made."""
        return self._done.visit_id if self._done is not None else ""

    @property
    def identity(self) -> "Identity | None":
        """Who it is."""
        return self._identity

    @property
    def known(self) -> TypedDocument | None:
        """What is known of them, for typing it anew."""
        if (identity := self._identity) is None:
            return None
        return TypedDocument(
            identity.personal_number,
            "" if identity.name_is_transliterated else identity.full_name,
            identity.date_of_birth,
            "" if identity.personal_number else identity.insurance_number,
        )

    def chosen_offer(self, offers: tuple[ServiceOffer, ...]) -> ServiceOffer | None:
        """The service that is chosen."""
        return next((offer for offer in offers if offer.service.code == self.draft.service_code), None)

    # -- words ------------------------------------------------------------------------------------------------------
    def facts(self, today: date, own_facility: str, officer: str, language: Language) -> PersonFacts | None:
        """For the panel; None: there is nobody."""
        if self._identity is None:
            return None
        return told_session(
            self._identity,
            reading=self._reading and self.is_open,
            answer=self._answer,
            decision=self.shown_decision,
            also_today=self.also_today,
            today=today,
            own_facility=own_facility,
            officer=officer,
            language=language,
        )

    def draft_lines(self, language: Language) -> list[str]:
        """What staff chose beside the service."""
        return [
            *(_claim_line(self.draft.claim, language) if self.draft.claim else ()),
            *(_override_line(self.draft.override, language) if self.draft.override else ()),
        ]

    def his(self, facts: PersonFacts, language: Language) -> tuple[Line, ...]:
        """For the hospital's program."""
        done = self._done
        room = done.room.code if done is not None else ""
        return his_lines(facts, self._identity, self.shown_decision, self.ticket, room, language)


def _claim_line(claim: PriorityClaim, language: Language) -> list[str]:
    why = say(f"queue.priority.{claim.priority.value}", language)
    return [say("desk.draft.priority", language, why=why)]


def _override_line(override: Override, language: Language) -> list[str]:
    title = say(f"decision.verdict.{override.verdict.value}.title", language)
    return [say("desk.draft.override", language, verdict=title)]
