"""What settings and clinic file say reaches those whom it is for."""

from dataclasses import replace

import pytest

from kiosk.app.clock import now
from kiosk.app.desk import clinic_of, gateway_of, world_of
from kiosk.dates import PartialDate
from kiosk.eligibility.visit import FormerTier
from kiosk.lookup.answer import Question, ServiceTrouble
from kiosk.settings import Secrets, Settings, load_settings
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person

SECRETS = Secrets(
    GatewaySandbox.username, GatewaySandbox.password, GatewaySandbox.officer_name, GatewaySandbox.officer_number
)


@pytest.mark.parametrize(("failures", "asked"), [(1, 1), (2, 2), (5, 3)])
def test_pause_after_failures_is_as_written(people: tuple[Person, ...], failures: int, asked: int) -> None:
    question = Question("999090000123", "Nguyễn Văn Mẫu", PartialDate(1990))
    with GatewaySandbox(people, fault="http-500") as sandbox:
        written = [f"lookup.failures_before_pause={failures}", "lookup.pause_s=60"]
        settings = load_settings(overrides=[f"lookup.base_url={sandbox.base_url}", *written])
        with gateway_of(settings, SECRETS) as gateway:
            answers = [gateway.look_up(question) for _ in range(3)]
        assert sandbox.counts.lookups == asked
    assert all(isinstance(answer, ServiceTrouble) for answer in answers)


def test_pause_of_no_length_asks_every_time(people: tuple[Person, ...]) -> None:
    question = Question("999090000123", "Nguyễn Văn Mẫu", PartialDate(1990))
    with GatewaySandbox(people, fault="http-500") as sandbox:
        written = ["lookup.failures_before_pause=1", "lookup.pause_s=0"]
        settings = load_settings(overrides=[f"lookup.base_url={sandbox.base_url}", *written])
        with gateway_of(settings, SECRETS) as gateway:
            for _ in range(3):
                gateway.look_up(question)
        assert sandbox.counts.lookups == 3


def test_rank_of_the_clinic_reaches_the_decision() -> None:
    clinic = replace(clinic_of(Settings()), points=60, former_tier="provincial")
    visit = world_of(clinic, training=False)(now().date()).visit
    assert (visit.points, visit.former_tier) == (60, FormerTier.PROVINCIAL)


def test_rank_that_is_not_written_is_unknown() -> None:
    visit = world_of(clinic_of(Settings()), training=False)(now().date()).visit
    assert (visit.points, visit.former_tier) == (None, FormerTier.NONE)
