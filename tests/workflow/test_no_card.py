"""Whoever has no card with them: the number, then the birth date, and nobody is held up for either."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.priority import priority_of
from kiosk.checkin.record import Priority
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Verdict
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import Visit
from kiosk.failure import FailureCode
from kiosk.identity.identify import identify
from kiosk.identity.person import Trust
from kiosk.lookup.answer import CardAnswer, NotAsked
from kiosk.reader.document import NumberKind, TypedDocument
from kiosk.reader.number import number_kind
from kiosk.workflow import event as happened
from kiosk.workflow.desk import Desk, World
from kiosk.workflow.effect import Effect, LookUp, ReadChip
from kiosk.workflow.event import Event
from kiosk.workflow.state import (
    AskingCard,
    Failed,
    Found,
    State,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)
from kiosk.workflow.transition import advance

NUMBER = "999048000123"
"""Of a man born in 1948."""
OTHER = "999084000123"
"""Of a man born in 1984."""
UNLIKE = PartialDate(1984, 1, 15)


def go(desk: Desk, world: World, *events: Event) -> tuple[Desk, list[Effect]]:
    asked: list[Effect] = []
    for event in events:
        desk, effects = advance(desk, event, world)
        asked += effects
    return desk, asked


def typed(*digits: str) -> list[Event]:
    return [happened.BirthDateTyped(each) for each in digits]


@pytest.fixture
def self_service(world: World) -> World:
    return replace(world, self_service=True)


@pytest.fixture
def asked(self_service: World) -> Desk:
    desk, effects = go(
        Desk(Waiting()), self_service, happened.StartedTyping(), happened.NumberTyped(NUMBER), happened.Confirmed()
    )
    assert effects == []
    assert desk.state == TypingBirthDate(NUMBER)
    return desk


def person_of(desk: Desk, effects: list[Effect]) -> tuple[str, PartialDate | None]:
    """Number and birth date of whom the page shows, and the gateway is asked about."""
    assert isinstance(desk.state, Found)
    [look_up] = effects
    assert isinstance(look_up, LookUp)
    identity = look_up.identity
    assert identity == desk.state.identity
    assert (identity.trust, identity.full_name) == (Trust.TYPED, "")
    return identity.personal_number, identity.date_of_birth


def test_staffed_desk_goes_on_with_the_number_alone(world: World) -> None:
    desk, effects = go(
        Desk(Waiting()), world, happened.StartedTyping(), happened.NumberTyped(NUMBER), happened.Confirmed()
    )
    assert person_of(desk, effects) == (NUMBER, None)


@pytest.mark.parametrize(
    ("events", "born"),
    [
        (typed("15011948"), PartialDate(1948, 1, 15)),
        ([happened.BirthYearOnly(only=True), *typed("1948")], PartialDate(1948)),
        ([happened.BirthYearOnly(only=True), happened.BirthYearOnly(only=False), *typed("15011948")],
         PartialDate(1948, 1, 15)),
        (typed("00001948"), PartialDate(1948)),
        ([happened.BirthDateUnknown()], None),
    ],
)  # fmt: skip
def test_birth_date_goes_on_with_the_number(
    asked: Desk, self_service: World, events: list[Event], born: PartialDate | None
) -> None:
    desk, effects = go(asked, self_service, *events)
    assert person_of(desk, effects) == (NUMBER, born)
    assert desk.opened_with is None


@pytest.mark.parametrize(
    "digits", ["31021948", "01131948", "23112026", "05011899", "05012027", "1948", "150119481", ""]
)
def test_what_can_be_no_birth_date_is_not_taken(asked: Desk, self_service: World, digits: str) -> None:
    assert go(asked, self_service, *typed(digits)) == (asked, [])


def test_year_alone_is_taken_only_where_it_was_asked_for(asked: Desk, self_service: World) -> None:
    desk, _ = go(asked, self_service, happened.BirthYearOnly(only=True))
    assert desk.state == TypingBirthDate(NUMBER, year_only=True)
    assert go(desk, self_service, *typed("15011948", "1899", "2027")) == (desk, [])


def test_date_that_is_not_the_numbers_is_told_and_nothing_is_lost(asked: Desk, self_service: World) -> None:
    desk, effects = go(asked, self_service, *typed("15011984"))
    assert (desk.state, effects) == (TypingBirthDate(NUMBER, unlike=UNLIKE), [])
    desk, effects = go(desk, self_service, *typed("15011948"))
    assert person_of(desk, effects) == (NUMBER, PartialDate(1948, 1, 15))


@pytest.mark.parametrize("again", ["15011984", "15011958"])
def test_second_date_that_is_not_the_numbers_goes_on_with_the_number_alone(
    asked: Desk, self_service: World, again: str
) -> None:
    desk, effects = go(asked, self_service, *typed("15011984", again))
    assert person_of(desk, effects) == (NUMBER, None)


def test_number_can_be_corrected_while_the_date_stands(asked: Desk, self_service: World) -> None:
    desk, effects = go(asked, self_service, *typed("15011984"), happened.StartedTyping())
    assert (desk.state, effects) == (TypingNumber(number=NUMBER, born=UNLIKE), [])
    desk, effects = go(desk, self_service, happened.NumberTyped(OTHER))
    assert person_of(desk, effects) == (OTHER, UNLIKE)


def test_corrected_number_that_does_not_match_either_goes_on_alone(asked: Desk, self_service: World) -> None:
    desk, effects = go(
        asked, self_service, *typed("15011984"), happened.StartedTyping(), happened.NumberTyped("999094000123")
    )
    assert person_of(desk, effects) == ("999094000123", None)


def test_back_leads_one_page_back_and_keeps_what_was_typed(asked: Desk, self_service: World) -> None:
    unlike, _ = go(asked, self_service, *typed("15011984"))
    assert go(unlike, self_service, happened.StartedTyping(), happened.WentBack())[0] == unlike
    card, _ = go(asked, self_service, happened.WentBack())
    assert card.state == AskingCard()
    assert go(card, self_service, happened.Confirmed())[0] == asked
    year, _ = go(asked, self_service, happened.BirthYearOnly(only=True), *typed("1984"))
    assert go(year, self_service, happened.StartedTyping(), happened.WentBack())[0] == year


def test_card_that_was_found_after_all_is_read_with_the_number(asked: Desk, self_service: World) -> None:
    _, [read] = go(asked, self_service, happened.CardLaid())
    assert isinstance(read, ReadChip)
    assert read.keys.personal_number == NUMBER


def test_code_that_nobody_knows_is_told_and_nothing_is_lost(asked: Desk, self_service: World) -> None:
    unlike, _ = go(asked, self_service, *typed("15011984"))
    told, effects = go(unlike, self_service, happened.CodeScanned("nonsense"))
    assert (told.state, effects) == (TypingBirthDate(NUMBER, unlike=UNLIKE, unreadable=True), [])
    number, _ = go(unlike, self_service, happened.StartedTyping(), happened.CodeScanned("nonsense"))
    assert number.state == TypingNumber(unreadable=True, number=NUMBER, born=UNLIKE)


def test_code_of_a_person_is_that_person(asked: Desk, self_service: World) -> None:
    desk, [look_up] = go(asked, self_service, happened.CodeScanned("999090000123||Nguyễn Văn Mẫu|15011990|Nam|Hà Nội|"))
    assert isinstance(look_up, LookUp)
    assert look_up.identity.personal_number == "999090000123"
    assert desk.opened_with is None


@pytest.mark.parametrize("ends", [happened.TimedOut(), happened.StaffCalled(), happened.Broke(FailureCode.INTERNAL)])
@pytest.mark.parametrize("further", [[], typed("15011984"), [*typed("15011984"), happened.StartedTyping()]])
def test_whatever_ends_the_session_leaves_neither_number_nor_date(
    asked: Desk, self_service: World, further: list[Event], ends: Event
) -> None:
    desk, _ = go(asked, self_service, *further)
    ended, _ = go(desk, self_service, ends)
    assert ended == Desk(ended.state, session=desk.session + 1)
    assert not isinstance(ended.state, TypingBirthDate | TypingNumber)


def test_genuine_number_is_refused_in_training_before_anything_more_is_asked(self_service: World) -> None:
    training = replace(self_service, training=True)
    desk, _ = go(
        Desk(Waiting()), training, happened.StartedTyping(), happened.NumberTyped("001048000123"), happened.Confirmed()
    )
    assert desk.state == Failed(FailureCode.CARD_GENUINE_IN_TRAINING)


@pytest.mark.parametrize(
    ("number", "born", "priority"),
    [
        (NUMBER, PartialDate(1948, 1, 15), Priority.SEVENTY_FIVE),
        (NUMBER, PartialDate(1948), Priority.SEVENTY_FIVE),
        ("999222000123", PartialDate(2022, 3, 2), Priority.UNDER_SIX),
        (OTHER, PartialDate(1984, 1, 15), Priority.NONE),
    ],
)
def test_age_that_was_typed_goes_first_and_changes_no_verdict(
    world: World, covered: CardAnswer, number: str, born: PartialDate, priority: Priority
) -> None:
    alone, dated = identify(TypedDocument(number)), identify(TypedDocument(number, date_of_birth=born))
    assert priority_of(dated.date_of_birth, world.today) is priority
    not_asked = NotAsked("full-name", covered.checked_at)
    verdicts = [decide(who, not_asked, world.visit, world.today) for who in (alone, dated)]
    assert verdicts[0] == verdicts[1]
    assert verdicts[0].verdict is Verdict.ASK_STAFF


EVENTS = st.one_of(
    st.builds(happened.BirthDateTyped, st.one_of(st.text("0123456789", max_size=9), st.text(max_size=9))),
    st.builds(happened.BirthYearOnly, st.booleans()),
    st.builds(happened.NumberTyped, st.one_of(st.from_regex(r"9[0-9]{11}", fullmatch=True), st.text(max_size=13))),
    st.builds(happened.CodeScanned, st.sampled_from(["nonsense", NUMBER, OTHER])),
    st.sampled_from(
        [
            happened.StartedTyping(), happened.Confirmed(), happened.BirthDateUnknown(), happened.WentBack(),
            happened.CardLaid(), happened.CardTaken(), happened.Denied(),
        ]
    ),
)  # fmt: skip


def dates_in(state: State) -> list[PartialDate]:
    match state:
        case TypingBirthDate(unlike=born) | TypingNumber(born=born):
            return [born] if born else []
        case Found(identity):
            return [identity.date_of_birth] if identity.date_of_birth else []
    return []


@given(st.lists(EVENTS, max_size=30))
def test_whatever_is_typed_no_page_ever_holds_an_impossible_date(events: list[Event]) -> None:
    world = World(Visit(facility="99001"), desk_service="TIEPDON", today=date(2026, 11, 22), self_service=True)
    desk, _ = go(Desk(Waiting()), world, happened.StartedTyping(), happened.NumberTyped(NUMBER), happened.Confirmed())
    for event in events:
        desk, effects = advance(desk, event, world)
        for born in dates_in(desk.state):
            assert born.year >= 1900
            assert born.earliest <= world.today
        if isinstance(desk.state, TypingBirthDate):
            assert number_kind(desk.state.number) is NumberKind.PERSONAL
        for effect in effects:
            if isinstance(effect, LookUp) and effect.identity.date_of_birth is not None:
                stated = 1900 + 100 * (int(effect.identity.personal_number[3]) // 2)
                assert effect.identity.date_of_birth.year == stated + int(effect.identity.personal_number[4:6])
