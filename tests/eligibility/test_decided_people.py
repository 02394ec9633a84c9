"""Every invented person asked for over real HTTP and decided: answer and decision fit together."""

from datetime import UTC, date, datetime

from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.rules import decide
from kiosk.eligibility.visit import Visit
from kiosk.identity.person import Identity, Trust
from kiosk.lookup.answer import NotAsked
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account, GatewayOptions, Officer
from kiosk.lookup.question import question_for
from kiosk.reader.document import Sex
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
VISIT = Visit("99001", points=40)

OUTAGES = {"100", "101", "205", "401", "500"}
NOT_COUNTING = {"010", "110", "120", "124"}
SPECIAL = {
    "card number of 10 digits: benefit not known": Verdict.ATTENTION,
    "000, but the card starts in twelve days": Verdict.ASK_STAFF,
    "000, but the card ended thirty days ago": Verdict.SELF_PAY,
    "000 without any date": Verdict.ASK_STAFF,
    "old card ended, the new one is in force (003)": Verdict.ATTENTION,
    "old card ended, the new one is not in force yet (003)": Verdict.SELF_PAY,
    "old card still in force, a new one follows (004)": Verdict.ATTENTION,
}


def expected(person: Person) -> Verdict:
    if person.special in SPECIAL:
        return SPECIAL[person.special]
    if person.insurance is None:
        return Verdict.ASK_STAFF
    code = person.insurance.code
    if code in OUTAGES:
        return Verdict.UNVERIFIED
    if code in NOT_COUNTING:
        return Verdict.SELF_PAY
    return Verdict.COVERED if code == "000" else Verdict.ASK_STAFF


def ask_and_decide(person: Person, gateway: Gateway) -> Decision:
    born = person.date_of_birth
    identity = Identity(
        Trust.CHIP_VERIFIED,
        person.full_name,
        personal_number=person.number,
        date_of_birth=PartialDate(born.year, born.month, born.day),
        sex=Sex(person.sex),
    )
    question = question_for(identity, NOW)
    assert not isinstance(question, NotAsked)
    return decide(identity, gateway.look_up(question), VISIT, TODAY)


def test_every_invented_person_gets_the_verdict_that_fits(people: tuple[Person, ...]) -> None:
    with GatewaySandbox(people, now=lambda: NOW) as sandbox:
        options = GatewayOptions(sandbox.base_url, failures_before_pause=1000)
        account = Account(sandbox.username, sandbox.password)
        officer = Officer(sandbox.officer_name, sandbox.officer_number)
        with Gateway(options, account, officer, now=lambda: NOW) as gateway:
            verdicts = {person.special: ask_and_decide(person, gateway).verdict for person in people}
    assert verdicts == {person.special: expected(person) for person in people}
