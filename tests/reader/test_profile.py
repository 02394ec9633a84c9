"""A profile says what a card is and nothing of whose it is, and the simulator plays it."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader.connection import kind_of
from kiosk.reader.document import ChipDocument
from kiosk.reader.emrtd.access import CardKeys
from kiosk.reader.emrtd.inspection import inspect
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.reader.lengths import LengthMemory
from kiosk.reader.profile import PROFILED, ask_habits, profile_of, rounded
from kiosk.reader.trace import Traced
from kiosk.simulator.card import Card, VirtualCard
from kiosk.simulator.chip import ber
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.played import Played, PlayedCard, TracedCard
from kiosk.simulator.slot import CardSlot


class Unwatched:
    def phase(self, phase: object) -> None: ...
    def identity(self, document: object) -> None: ...


def read(card: Card, person: Person) -> tuple[dict[str, Any], ChipDocument]:
    slot, lengths = CardSlot(), LengthMemory()
    slot.insert(card)
    keys = CardKeys(
        personal_number=person.number, date_of_birth=person.date_of_birth, date_of_issue=person.date_of_issue
    )
    with slot.connect() as connection:
        kind = kind_of(connection)
        habits = ask_habits(connection)
        traced = Traced(connection)
        document = inspect(
            traced,
            keys,
            TrustAnchors(),
            Unwatched(),
            files=PROFILED,
            extended=None,
            learnt=lambda works: lengths.learn(kind, works=works),
        )
    profile = profile_of(kind, habits, document, traced.exchanges, extended=lengths.extended(kind))
    return json.loads(json.dumps(profile)), document


def saved(profile: dict[str, Any], folder: Path) -> Played:
    file = folder / "profile.json"
    file.write_text(json.dumps(profile), "utf-8")
    return Played.load(file)


@pytest.fixture
def card_of(reference_person: Person, pki: Pki) -> Callable[..., VirtualCard]:
    return lambda **changes: VirtualCard(dataclasses.replace(reference_person, **changes), pki)


def test_a_profile_says_what_the_card_is(card_of: Callable[..., VirtualCard], reference_person: Person) -> None:
    profile, document = read(card_of(), reference_person)
    assert profile["atr"] == VirtualCard.atr.hex()
    assert (profile["reader"], profile["access"], profile["extended"]) == ("virtual slot", "pace-can", False)
    assert (profile["status"]["select_mf"], profile["status"]["select_card_access"]) == ("6D00", "9000")
    assert profile["status"]["select_card_access_extended"] == "6700"
    assert {"protocol": "0.4.0.127.0.7.2.2.4.2.2", "numbers": [2, 13]} in profile["card_access"]
    assert profile["algorithms"]["data_groups"] == [1, 2, 3, 13, 14, 15]
    assert profile["algorithms"]["signer_key"] == "ec-256"
    assert profile["files"].keys() == document.files.keys()


@pytest.mark.parametrize("chip", ["genuine", "extended", "no-dg13", "bac-only", "jp2"])
def test_nothing_of_whose_the_card_is_stands_in_its_profile(
    card_of: Callable[..., VirtualCard], people: tuple[Person, ...], reference_person: Person, chip: str
) -> None:
    profile, document = read(card_of(chip=chip), reference_person)
    text = json.dumps(profile).lower()
    for name, content in document.files.items():
        for algorithm in ("sha1", "sha224", "sha256", "sha384", "sha512", "md5"):
            digest = hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()
            assert not any(digest[at : at + 8] in text for at in range(0, len(digest), 8))
        if name != "COM":
            assert not any(content[at : at + 8].hex() in text for at in range(len(content) - 8))
        assert profile["files"][name] % 32 == 0
    number = reference_person.number
    assert not any(number[at : at + 6] in text for at in range(7))
    assert not any(word in text for word in reference_person.full_name.casefold().split() if len(word) > 2)
    assert str(reference_person.date_of_birth) not in text


@pytest.mark.parametrize("number", [b"", b"\xff", b"\x80\x00"])
def test_a_card_that_offers_with_numbers_that_are_none_has_a_profile_too(
    card_of: Callable[..., VirtualCard], reference_person: Person, number: bytes
) -> None:
    card = card_of()
    offer = ber.sequence(ber.oid("0.4.0.127.0.7.2.2.2"), ber.tlv(0x02, number))
    card._chip = dataclasses.replace(card._chip, card_access=ber.set_of(offer))
    profile, _ = read(card, reference_person)
    assert profile["card_access"] == [{"protocol": "0.4.0.127.0.7.2.2.2", "numbers": []}]


def test_a_card_that_answers_for_ever_is_asked_for_its_habits_until_the_deadline() -> None:
    class Endless:
        at_s = 0.0

        def transmit(self, _: bytes) -> tuple[bytes, int]:
            self.at_s += 0.01
            return b"x", 0x6101

    endless = Endless()
    with pytest.raises(RetriableError) as caught:
        ask_habits(endless, deadline_s=5.0, clock=lambda: endless.at_s)
    assert caught.value.code is FailureCode.CARD_TIMEOUT
    assert endless.at_s < 5.1


def test_two_people_of_a_batch_have_the_same_profile(
    card_of: Callable[..., VirtualCard], reference_person: Person
) -> None:
    one, other = (
        read(card_of(number=number), dataclasses.replace(reference_person, number=number))[0]
        for number in (reference_person.number, "999190" + reference_person.can)
    )
    for profile in (one, other):
        del profile["milliseconds"]
    assert one == other


@pytest.mark.parametrize(("name", "size", "told"), [("DG2", 20_085, 20_480), ("DG13", 426, 512), ("DG1", 95, 96)])
def test_sizes_that_could_tell_a_person_are_rounded_up(name: str, size: int, told: int) -> None:
    assert rounded(name, size) == told


@pytest.mark.parametrize("chip", ["genuine", "extended", "no-dg13", "bac-only"])
def test_a_played_card_has_the_profile_that_it_plays(
    card_of: Callable[..., VirtualCard], reference_person: Person, people: tuple[Person, ...], pki: Pki, chip: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    profile, _ = read(card_of(chip=chip, card="2024"), reference_person)
    holder = next(person for person in people if person != reference_person and person.card == "2021")
    holder = dataclasses.replace(holder, chip="genuine")
    again, document = read(PlayedCard(holder, pki, saved(profile, tmp_path)), holder)
    for told in (profile, again):
        for names in ("milliseconds", "algorithms"):
            told.pop(names)
        told["files"].pop("DG14", None)  # its key may be written in another form
    assert again == profile
    assert document.mrz.personal_number == holder.number


def test_a_played_card_answers_with_the_other_cards_status_words_and_times(
    card_of: Callable[..., VirtualCard], reference_person: Person, pki: Pki, tmp_path: Path
) -> None:
    profile, _ = read(card_of(), reference_person)
    profile["atr"] = "3b00"
    profile["status"] |= {"select_mf": "6A86", "read_card_access_by_sfi": "6A82"}
    profile["milliseconds"] = {"short": 8.0, "long": 25.0}
    waited: list[float] = []
    card = PlayedCard(reference_person, pki, saved(profile, tmp_path), wait=waited.append)
    assert card.atr == b"\x3b\0"
    assert card.transmit(bytes.fromhex("00A4000C")) == (b"", 0x6A86)
    assert card.transmit(bytes.fromhex("00A4000C023F00"))[1] == 0x6D00
    assert card.transmit(bytes.fromhex("00B09C00E0")) == (b"", 0x6A82)
    assert waited == [0.008] * 3
    assert read(card, reference_person)[1].mrz.personal_number == reference_person.number
    assert 0.025 in waited


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "atr": 7}', "[" * 100_000])
def test_what_is_no_profile_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"."):
        Played.load(tmp_path / "profile.json")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("atr", ""),
        ("atr", "3b" * 34),
        ("algorithms", {"active_key": "rsa-0"}),
        ("algorithms", {"active_key": "rsa-100000000"}),
        ("files", {"DG2": float("inf")}),
        ("milliseconds", {"short": -1}),
        ("milliseconds", {"short": float("nan")}),
        ("milliseconds", {"long": 1e9}),
    ],
)
def test_a_profile_with_a_figure_that_no_card_has_is_refused(
    card_of: Callable[..., VirtualCard], reference_person: Person, tmp_path: Path, name: str, value: object
) -> None:
    profile, _ = read(card_of(), reference_person)
    saved(profile, tmp_path)
    profile[name] = value
    with pytest.raises(ValueError, match=r"."):
        saved(profile, tmp_path)


def test_an_invented_card_tells_all_that_is_said_to_it(card_of: Callable[..., VirtualCard]) -> None:
    lines: list[str] = []
    card = TracedCard(card_of(), lines.append, clock=lambda: 0.0)
    card.reset()
    card.transmit(bytes.fromhex("00A4020C02011C"))
    card.transmit(bytes.fromhex("00B0000004"))
    said = [line.split("ms  ")[1] for line in lines]
    assert said == ["reset", "> 00A4020C02011C", "<  9000", "> 00B0000004", "< 3134300D 9000"]
    assert card.atr == VirtualCard.atr
