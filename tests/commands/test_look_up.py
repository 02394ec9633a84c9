"""`kiosk look-up` against the gateway's sandbox, each in its own process or over its own connection."""

import json
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from kiosk.simulator.gateway_history import past_visits
from kiosk.simulator.people import Person
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings

Answered = Callable[[str], Person]
Typed = Callable[[Person], list[str]]
ONE_OF = {"covered", "attention", "self-pay", "ask-staff", "unverified"}


@pytest.fixture
def fault(gateway: str) -> Iterator[Callable[[str], None]]:
    """Puts a fault in force until the test ends."""

    def change(name: str) -> None:
        body = json.dumps({"fault": name}).encode()
        request = urllib.request.Request(f"{gateway}/simulator/fault", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=WITHIN_S) as reply:
            assert json.load(reply) == {"fault": name}

    yield change
    change("")


def test_answer_has_the_promised_shape(
    run_process: "Run", env: Callable[..., dict[str, str]], account_env: dict[str, str], gateway: str,
    settings: "Settings", typed: Typed, reference_person: Person,
) -> None:  # fmt: skip
    words = [*settings(f"lookup.base_url={gateway}"), "look-up", *typed(reference_person), "--json"]
    report = run_process(*words, env=env(**account_env)).json
    assert list(report) == ["verdict", "code", "reasons", "card", "checked_at"]
    assert (report["verdict"], report["code"]) == ("covered", "000")
    insurance = reference_person.insurance
    assert insurance is not None
    assert list(report["card"]) == ["number", "valid_from", "valid_to", "facility", "area"]
    assert report["card"]["number"] == insurance.card_number
    assert report["card"]["facility"] == insurance.facility
    assert report["card"]["valid_from"] <= report["checked_at"][:10] <= report["card"]["valid_to"]
    assert [set(reason) for reason in report["reasons"]] == [{"code", "vi", "en"}]
    assert datetime.fromisoformat(report["checked_at"]).utcoffset() is not None


def test_history_is_asked_for_on_wish_and_says_where_and_when(
    run: "Run", desk: list[str], typed: Typed, people: tuple[Person, ...], fault: Callable[[str], None]
) -> None:
    insured = (person for person in people if person.insurance is not None and person.insurance.code == "000")
    treated = next(person for person in insured if past_visits(person.number, datetime.now(UTC).date()))
    words = [*desk, "look-up", *typed(treated), "--history"]
    history = run(*words, "--json").json["history"]
    assert history["code"] == "000"
    assert history["visits"]
    assert [list(visit) for visit in history["visits"]] == [["facility", "admitted_at", "discharged_at"]] * len(
        history["visits"]
    )
    listing = run(*words)
    assert listing.status == 0
    assert all(visit["admitted_at"] in listing.out for visit in history["visits"])
    fault("http-500")
    assert run(*words, "--json").json["history"] == {"code": "server-error", "visits": None}


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("000", "covered"), ("004", "attention"), ("010", "self-pay"), ("061", "ask-staff"), ("100", "unverified")],
)
def test_each_verdict_comes_from_its_answer(
    run: "Run", desk: list[str], typed: Typed, answered: Answered, code: str, verdict: str
) -> None:
    report = run(*desk, "look-up", *typed(answered(code)), "--json").json
    assert (report["verdict"], report["code"]) == (verdict, code)
    assert report["reasons"]


def test_stranger_is_not_found_and_sent_to_the_staff(run: "Run", desk: list[str]) -> None:
    report = run(*desk, "look-up", "--id", "900090009999", "--name", "Không Có Ai", "--dob", "1990", "--json").json
    assert (report["verdict"], report["card"]) == ("ask-staff", None)


@pytest.mark.parametrize("born", ["15/01/1990", "1990-01-15", "01/1990", "1990"])
def test_birth_date_is_taken_as_far_as_it_is_known(
    run: "Run", desk: list[str], reference_person: Person, born: str
) -> None:
    words = ["--id", reference_person.number, "--name", reference_person.full_name, "--dob", born, "--json"]
    assert run(*desk, "look-up", *words).json["verdict"] in ONE_OF


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("down", "unreachable"),
        ("timeout", "timeout"),
        ("drip", "timeout"),
        ("http-500", "server-error"),
        ("html", "unclear"),
        ("garbage", "unclear"),
        ("empty", "unclear"),
        ("missing-fields", "000"),
        ("unknown-code", "987"),
        ("rate-limit", "rate-limited"),
        ("locked", "403"),
        ("wrong-account", "401"),
        ("unauthorized", "401"),
    ],
)
def test_gateway_in_trouble_is_an_answer_too(
    run: "Run", desk: list[str], impatient: list[str], typed: Typed, reference_person: Person,
    fault: Callable[[str], None], name: str, code: str,
) -> None:  # fmt: skip
    fault(name)
    never_answers = impatient if code == "timeout" else []
    report = run(*desk, *never_answers, "look-up", *typed(reference_person), "--json").json
    assert report["code"] == code
    assert report["verdict"] in {"unverified", "ask-staff"}
    assert report["card"] is None


def test_gateway_that_is_away_is_an_answer_too(
    run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person
) -> None:
    words = [*desk, *settings("lookup.base_url=http://127.0.0.1:1"), "look-up", *typed(reference_person), "--json"]
    report = run(*words).json
    assert (report["verdict"], report["code"]) == ("unverified", "unreachable")


def test_listing_for_people_says_it_in_vietnamese(
    run: "Run", desk: list[str], typed: Typed, reference_person: Person
) -> None:
    ran = run(*desk, "look-up", *typed(reference_person))
    assert (ran.status, ran.err) == (0, "")
    assert "Kết luận: covered" in ran.out
    assert "  - " in ran.out
    assert "Thẻ bảo hiểm y tế:\n  Số: " in ran.out


class TestRefusals:
    @pytest.mark.parametrize("missing", ["username", "address", "both"])
    def test_unconfigured_gateway_is_told_and_no_simulator_takes_its_place(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person,
        monkeypatch: pytest.MonkeyPatch, missing: str,
    ) -> None:  # fmt: skip
        if missing != "address":
            monkeypatch.delenv("KIOSK_GATEWAY_USERNAME")
        if missing != "username":
            desk = [*desk, *settings("lookup.base_url=")]
        words = [*desk, "look-up", *typed(reference_person)]
        assert run(*words).told == "lookup-not-configured"
        assert run(*words, "--json").error == "lookup-not-configured"

    @pytest.mark.parametrize(
        "address", ["egw.example", "ftp://egw.example", "https://", "https://x:port", "https://[x"]
    )
    def test_address_that_is_none_is_a_wrong_setting(
        self, run: "Run", desk: list[str], settings: "Settings", typed: Typed, reference_person: Person, address: str
    ) -> None:
        words = [*desk, *settings(f"lookup.base_url={address}"), "look-up", *typed(reference_person), "--json"]
        assert run(*words).error == "settings-invalid"

    @pytest.mark.parametrize("number", ["", "12", "99909000012a", "٩٩٩٠٩٠٠٠٠١٢٣"])
    def test_number_of_no_kind_is_refused(self, run: "Run", desk: list[str], number: str) -> None:
        words = [*desk, "look-up", "--id", number, "--name", "Mẫu", "--dob", "1990"]
        assert run(*words).told == "input-invalid"
        assert run(*words, "--json").error == "input-invalid"

    @pytest.mark.parametrize("born", ["", "31/02/1990", "yesterday", "15-01"])
    def test_birth_date_that_is_none_is_refused(self, run: "Run", desk: list[str], born: str) -> None:
        words = [*desk, "look-up", "--id", "999090000123", "--name", "Mẫu", "--dob", born, "--json"]
        assert run(*words).error == "input-invalid"

    def test_blank_name_is_not_asked_about(self, run: "Run", desk: list[str]) -> None:
        words = [*desk, "look-up", "--id", "999090000123", "--name", " ", "--dob", "1990", "--json"]
        assert run(*words).json["code"] == "missing-full-name"


@pytest.mark.parametrize(("when", "times"), [("five-years", 1), ("staff", 0)])
def test_co_pay_is_asked_for_as_the_settings_say(
    run: "Run", desk: list[str], settings: "Settings", gateway: str, typed: Typed, people: Sequence[Person],
    when: str, times: int,
) -> None:  # fmt: skip
    def asked() -> int:
        with urllib.request.urlopen(f"{gateway}/simulator/state", timeout=WITHIN_S) as reply:
            return int(json.load(reply)["copays"])

    person = next(one for one in people if one.number == "998155000201")
    before = asked()
    words = [*desk, *settings(f"lookup.ask_copay={when}"), "look-up", *typed(person), "--json"]
    assert run(*words).json["code"] == "000"
    assert asked() - before == times
