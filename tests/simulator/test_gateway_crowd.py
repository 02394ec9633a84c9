"""The gateway sandbox with a crowd behind it: what it answers is what the crowd says."""

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kiosk.simulator.crowd import Crowd, numbers_of
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller

CROWD = Crowd(100_000, date(2026, 11, 21))


@pytest.fixture
def caller(open_sandbox: Callable[..., GatewaySandbox], call: Callable[..., "Caller"]) -> "Caller":
    caller = call(open_sandbox(crowd=CROWD))
    caller.log_in()
    return caller


def own(person: Person) -> tuple[str, str]:
    return person.full_name, f"{person.date_of_birth:%d/%m/%Y}"


def test_drill_of_a_crowd_gets_each_ones_code_with_one_login_and_no_repeat(caller: "Caller") -> None:
    asked = list(CROWD.sample(400))
    for person in asked:
        assert person.insurance is not None
        assert caller.reply(person.number, *own(person))["maKetQua"] == person.insurance.code, person.special
    counts = caller.sandbox.counts
    assert (counts.logins, counts.lookups, counts.repeats) == (1, 400, 0)
    assert (counts.refused_logins, counts.stubborn_logins, counts.needless_logins) == (0, 0, 0)


def test_everybody_with_a_code_of_one_in_ten_thousand_is_answered_too(caller: "Caller") -> None:
    rare = {CROWD.code(at): at for at in range(10_000)}
    assert len(rare) == 25
    for code, at in rare.items():
        person = CROWD.person(at)
        assert caller.reply(person.number, *own(person))["maKetQua"] == code


def test_person_is_answered_by_every_number(caller: "Caller") -> None:
    for at in range(40):
        person = CROWD.person(at)
        codes = {caller.reply(number, *own(person))["maKetQua"] for number in numbers_of(person)}
        assert codes <= {CROWD.code(at), "000"}


def test_new_card_is_a_card_of_its_own(caller: "Caller") -> None:
    person = CROWD.person(next(at for at in range(10_000) if CROWD.code(at) == "003"))
    old = caller.reply(person.number, *own(person))
    new = caller.reply(old["maTheMoi"], *own(person))
    assert (new["maKetQua"], new["maThe"], new["maTheCu"]) == ("000", old["maTheMoi"], old["maThe"])


def test_people_with_names_are_there_beside_the_crowd(caller: "Caller") -> None:
    assert caller.reply("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")["maKetQua"] == "000"


def test_number_of_nobody_is_050(caller: "Caller") -> None:
    assert caller.reply("900000000001", "Nguyễn Văn Mẫu", "15/01/1990")["maKetQua"] == "050"


def test_register_of_one_who_is_wrong_in_the_register_is_right_when_asked_as_registered(caller: "Caller") -> None:
    person = CROWD.person(next(at for at in range(10_000) if CROWD.code(at) == "060"))
    assert person.insurance is not None
    _, born = own(person)
    assert caller.reply(person.number, person.insurance.registered_name, born)["maKetQua"] == "000"


def test_reply_of_a_crowd_is_the_wire_format(caller: "Caller") -> None:
    person = CROWD.person(next(at for at in range(100) if CROWD.code(at) == "000"))
    status, body = caller.ask(person.number, *own(person))
    assert status == 200
    reply = json.loads(body)
    assert len(reply) == 22
    assert all(value is None or isinstance(value, str) for value in reply.values())
