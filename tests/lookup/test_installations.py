"""How installations of the gateway differ: each variant as settings, against the sandbox that speaks so."""

from dataclasses import fields, replace

import pytest

from kiosk.app.desk import gateway_of
from kiosk.dates import PartialDate
from kiosk.lookup.answer import AskedBecause, CardAnswer, CopayAnswer, Question, ServiceTrouble, VisitHistory
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import GatewayOptions
from kiosk.settings import LookupSettings, Secrets, load_settings
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.gateway_dialect import DIALECTS, Dialect
from kiosk.simulator.people import Person

SECRETS = Secrets(
    GatewaySandbox.username, GatewaySandbox.password, GatewaySandbox.officer_name, GatewaySandbox.officer_number
)
KEYS = {
    "token_path": "token_path",
    "lookup_path": "lookup_path",
    "history_path": "history_path",
    "copay_path": "copay_path",
    "token_body": "token_body",
    "lookup_body": "lookup_body",
    "md5_case": "password_md5_case",
}
"""A dialect's word for each and the settings' own."""


def settings_for(dialect: Dialect, base_url: str) -> list[str]:
    spoken = [f"lookup.{key}={getattr(dialect, word)}" for word, key in KEYS.items()]
    return [f"lookup.base_url={base_url}", "lookup.evidence_replies=0", *spoken]


@pytest.mark.parametrize("name", DIALECTS)
def test_installation_is_spoken_to_as_the_settings_say(
    name: str, people: tuple[Person, ...], question: Question
) -> None:
    dialect = DIALECTS[name]
    with GatewaySandbox(people, dialect=dialect) as sandbox:
        with gateway_of(load_settings(overrides=settings_for(dialect, sandbox.base_url)), SECRETS) as gateway:
            answer = gateway.look_up(question)
            history = gateway.visit_history(question, AskedBecause.STAFF)
            copay = gateway.copay_so_far(question, AskedBecause.STAFF)
        assert isinstance(answer, CardAnswer)
        assert answer.code == "000"
        assert isinstance(history, VisitHistory)
        assert isinstance(copay, CopayAnswer)
        assert (sandbox.counts.logins, sandbox.counts.refused_logins, sandbox.counts.malformed) == (1, 0, 0)


@pytest.mark.parametrize("name", DIALECTS)
def test_installation_spoken_to_otherwise_costs_one_login_and_is_no_wrong_answer(
    name: str, people: tuple[Person, ...], question: Question
) -> None:
    dialect = DIALECTS[name]
    other = next(spoken for spoken in DIALECTS.values() if differs_everywhere(spoken, dialect))
    with GatewaySandbox(people, dialect=dialect) as sandbox:
        settings = load_settings(overrides=settings_for(other, sandbox.base_url))
        with gateway_of(settings, SECRETS) as gateway:
            for _ in range(5):
                assert isinstance(gateway.look_up(question), ServiceTrouble)
        assert sandbox.counts.logins <= 1


def differs_everywhere(one: Dialect, other: Dialect) -> bool:
    return one.token_path != other.token_path or one.token_body != other.token_body


def test_every_option_of_the_client_is_a_setting() -> None:
    options, written = ({one.name for one in fields(kind)} for kind in (GatewayOptions, LookupSettings))
    assert options <= written


@pytest.mark.parametrize("form", ["999090000123", "DN4999900000123", "9900000123"])
@pytest.mark.parametrize("born", [PartialDate(1990, 1, 15), PartialDate(1990, 1), PartialDate(1990)], ids=str)
def test_each_kind_of_number_and_birth_date_is_looked_up(
    form: str, born: PartialDate, gateway: Gateway, question: Question
) -> None:
    answer = gateway.look_up(replace(question, number=form, date_of_birth=born))
    assert isinstance(answer, CardAnswer)
    assert (answer.code, answer.card and answer.card.number) == ("000", "DN4999900000123")
