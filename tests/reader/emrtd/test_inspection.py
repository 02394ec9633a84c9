"""The whole reading of a chip, against the virtual card, whose side is written independently."""

import contextlib
import dataclasses
import itertools
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from kiosk.failure import FailureCode, KioskError, RetriableError
from kiosk.reader.connection import CardConnection, Meter
from kiosk.reader.document import Access, Check, ChipDocument, Outcome, ReadPhase, Sex
from kiosk.reader.emrtd.inspection import Watch, inspect
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator.card import BankCard, VirtualCard
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from tests.patience import WITHIN_S

PASSED = Check(Outcome.PASSED, "")
MakeFaulty = Callable[[CardConnection, str, Callable[[int], bool]], Any]
MakeCard = Callable[..., VirtualCard]


def keys_of(person: Person) -> CardKeys:
    return CardKeys(personal_number=person.number)


def mrz_keys_of(person: Person, *, can: str = "") -> CardKeys:
    """All keys; `can` overrides the card access number."""
    return CardKeys(
        can=can,
        personal_number=person.number,
        date_of_birth=person.date_of_birth,
        date_of_issue=person.date_of_issue,
    )


@pytest.fixture
def card_of(reference_person: Person, pki: Pki) -> MakeCard:
    """Makes the reference person's card with another kind of chip, or other personal data."""
    return lambda **changes: VirtualCard(dataclasses.replace(reference_person, **changes), pki)


@pytest.fixture
def read(reference_person: Person, anchors: TrustAnchors, witness: Watch) -> Callable[..., ChipDocument]:
    """Inspects a connection with the reference person's number; the chip's own proof has its tests beside these."""

    def run(connection: CardConnection, keys: CardKeys | None = None, **options: Any) -> ChipDocument:
        options.setdefault("genuineness", False)
        return inspect(connection, keys or keys_of(reference_person), anchors, witness, **options)

    return run


def test_a_card_opens_by_its_number_and_says_who_and_what(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person, witness: Any
) -> None:
    document = read(card_of())
    assert document.access is Access.PACE_CAN
    assert document.mrz.personal_number == reference_person.number
    assert document.national is not None
    assert document.national.full_name == reference_person.full_name
    assert document.national.residence == reference_person.residence
    assert document.national.sex is (Sex.MALE if reference_person.sex == "male" else Sex.FEMALE)
    assert document.face is not None
    with Image.open(BytesIO(document.face.data)) as portrait:
        assert portrait.format == "JPEG"
    evidence = document.evidence
    assert (evidence.hashes, evidence.signature, evidence.issuer) == (PASSED, PASSED, PASSED)
    assert list(document.files) == ["SOD", "DG1", "DG13", "DG2"]
    assert witness.phases == list(ReadPhase)


def test_the_identity_is_told_before_the_photo(
    card_of: MakeCard, read: Callable[..., ChipDocument], witness: Any
) -> None:
    read(card_of())
    (early,) = witness.identities
    assert early.face is None
    assert early.evidence.passive == PASSED
    assert list(early.files) == ["SOD", "DG1", "DG13"]


def test_without_photo_the_portrait_is_not_read(
    card_of: MakeCard, read: Callable[..., ChipDocument], witness: Any
) -> None:
    document = read(card_of(), photo=False)
    assert document.face is None
    assert "DG2" not in document.files
    assert ReadPhase.PHOTO not in witness.phases


def test_identity_and_photo_cost_few_commands(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    identity = Meter(card_of())
    read(identity, photo=False)
    assert identity.apdus <= 15
    whole = Meter(card_of())
    document = read(whole)
    size = sum(len(content) for content in document.files.values())
    assert size == 21_021
    blocks = sum(-(-len(content) // 223) for content in document.files.values())
    assert whole.apdus == 7 + blocks
    assert whole.apdus <= 103
    assert whole.bytes_up <= 2_150
    assert whole.bytes_down <= 23_500
    assert whole.bytes_down <= size * 1.11


def test_extended_length_needs_few_commands(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    meter = Meter(card_of(chip="extended"))
    assert read(meter, extended=True).evidence.passive == PASSED
    assert meter.apdus <= 16


def test_extended_length_steps_down_where_the_card_refuses_it(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    assert read(card_of(), extended=True).evidence.passive == PASSED


def test_extended_length_steps_down_where_the_reader_refuses_it(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    class ShortReader:
        """Refuses an extended command with a failed exchange, as some readers do."""

        def __init__(self) -> None:
            self.card = card_of(chip="extended")
            self.refused = 0

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            if command[4] == 0 and len(command) > 5:
                self.refused += 1
                raise RetriableError(FailureCode.CARD_UNREADABLE)
            return self.card.transmit(command)

        def reset(self) -> None:
            self.card.reset()

    reader = ShortReader()
    assert read(reader, extended=True).evidence.passive == PASSED
    assert reader.refused == 1


def test_a_wrong_number_with_the_right_dates_opens_by_mrz(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person
) -> None:
    assert read(card_of(), mrz_keys_of(reference_person, can="999999")).access is Access.PACE_MRZ


def test_a_whole_mrz_opens_the_card(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    zone = read(card_of(), photo=False).files["DG1"][-90:].decode("ascii")
    assert read(card_of(), CardKeys(mrz=zone), photo=False).access is Access.PACE_MRZ


def test_a_card_without_pace_opens_by_bac(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person
) -> None:
    meter = Meter(card_of(chip="bac-only"))
    document = read(meter, mrz_keys_of(reference_person))
    assert document.access is Access.BAC
    assert document.evidence.passive == PASSED


def test_a_card_without_pace_needs_more_than_its_number(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    with pytest.raises(KioskError) as caught:
        read(card_of(chip="bac-only"))
    assert caught.value.code is FailureCode.CARD_KEY_NEEDED


def test_a_wrong_number_is_tried_once_and_told(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    meter = Meter(card_of())
    with pytest.raises(KioskError) as caught:
        read(meter, CardKeys(can="999999"))
    assert caught.value.code is FailureCode.CARD_KEY_WRONG
    assert not isinstance(caught.value, RetriableError)
    assert meter.apdus == 6


def test_wrong_keys_of_every_kind_are_tried_once_each(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person
) -> None:
    wrong = CardKeys(
        personal_number="999090999999",
        date_of_birth=reference_person.date_of_birth + timedelta(days=1),
        date_of_issue=reference_person.date_of_issue,
    )
    for chip, most in (("genuine", 2 + 4 * 5), ("bac-only", 20)):
        meter = Meter(card_of(chip=chip))
        with pytest.raises(KioskError) as caught:
            read(meter, wrong)
        assert caught.value.code is FailureCode.CARD_KEY_WRONG
        assert meter.apdus <= most


def test_no_key_at_all_is_asked_for_before_the_card_is_touched(read: Callable[..., ChipDocument]) -> None:
    meter = Meter(BankCard())
    with pytest.raises(KioskError) as caught:
        read(meter, CardKeys())
    assert (caught.value.code, meter.apdus) == (FailureCode.CARD_KEY_NEEDED, 0)


def test_a_bank_card_is_told_apart(read: Callable[..., ChipDocument], reference_person: Person) -> None:
    for keys in (None, mrz_keys_of(reference_person)):
        with pytest.raises(KioskError) as caught:
            read(BankCard(), keys)
        assert caught.value.code is FailureCode.CARD_UNSUPPORTED


@pytest.mark.parametrize(
    ("chip", "hashes", "signature", "issuer"),
    [
        ("altered", Check(Outcome.FAILED, "hash-mismatch-dg13"), PASSED, PASSED),
        ("altered-dg1", Check(Outcome.FAILED, "hash-mismatch-dg1"), PASSED, PASSED),
        ("forged", PASSED, Check(Outcome.FAILED, "signature-invalid"), PASSED),
        ("unknown-issuer", PASSED, PASSED, Check(Outcome.NOT_RUN, "issuer-unknown")),
    ],
)
def test_what_is_wrong_with_a_chip_is_evidence(
    card_of: MakeCard,
    read: Callable[..., ChipDocument],
    witness: Any,
    chip: str,
    hashes: Check,
    signature: Check,
    issuer: Check,
) -> None:
    document = read(card_of(chip=chip))
    for evidence in (document.evidence, witness.identities[0].evidence):
        assert (evidence.hashes, evidence.signature, evidence.issuer) == (hashes, signature, issuer)
        assert evidence.passive.outcome is not Outcome.PASSED


def test_a_card_without_national_data_is_read_from_its_mrz(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    document = read(card_of(chip="no-dg13"))
    assert document.national is None
    assert document.mrz.surname
    assert document.evidence.passive == PASSED


def test_the_newer_cards_unknown_values_are_kept_and_the_known_ones_read(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person
) -> None:
    national = read(card_of(card="2024"), photo=False).national
    assert national is not None
    assert (national.father, national.mother) == (reference_person.father, reference_person.mother)
    assert national.residence == reference_person.residence
    assert [number for number, _ in national.extra] == [17, 18]
    assert national.extra[1][1].hex() == "3007020101" + "04020102"


def test_letters_written_apart_are_joined_and_the_hash_is_over_the_raw_bytes(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person
) -> None:
    document = read(card_of(chip="nfd"), photo=False)
    assert document.national is not None
    assert document.national.full_name == reference_person.full_name
    assert document.evidence.hashes == PASSED


def test_a_jpeg_2000_portrait_is_recognised(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    face = read(card_of(chip="jp2")).face
    assert face is not None
    assert face.media_type == "image/jp2"


def test_further_files_are_read_on_demand_and_fingerprints_never(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    asked: list[bytes] = []

    class Listening(Meter):
        def transmit(self, command: bytes) -> tuple[bytes, int]:
            asked.append(command[:4])
            return super().transmit(command)

    document = read(Listening(card_of()), files=("COM", "DG14", "DG15", "DG3", "DG11"), photo=False)
    assert list(document.files) == ["SOD", "DG1", "DG13", "COM", "DG14", "DG15"]
    assert document.evidence.hashes == PASSED
    assert not any(command[1] == 0xB0 and command[2] == 0x83 for command in asked)


class Habit:
    """A genuine card with a habit of its own batch: `refuse` names the status that it gives instead of an answer."""

    def __init__(self, card: VirtualCard, refuse: Callable[["Habit", bytes], int | None]) -> None:
        self.card = card
        self.refuse = refuse
        self.selected = False
        self.asked: list[bytes] = []

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.asked.append(command)
        sw = self.refuse(self, command)
        if sw is not None:
            return b"", sw
        if command.startswith(b"\x00\xa4\x04"):
            self.selected = True
        return self.card.transmit(command)

    def reset(self) -> None:
        self.selected = False
        self.card.reset()


SELECT_CARD_ACCESS = bytes.fromhex("00A4020C02011C")
READ_CARD_ACCESS = bytes.fromhex("00B09C00E0")
SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")


def test_a_card_that_hides_card_access_is_taken_for_a_citizen_card(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    hidden = (SELECT_CARD_ACCESS, READ_CARD_ACCESS)
    card = Habit(card_of(), lambda _, command: 0x6D00 if command in hidden else None)
    assert read(card, photo=False).access is Access.PACE_CAN
    assert card.asked[:2] == [READ_CARD_ACCESS, SELECT_CARD_ACCESS]
    assert len(card.asked) == 16


@pytest.mark.parametrize("status", [0x6A82, 0x6982, 0x6D00, 0x6F00])
def test_a_card_without_short_identifiers_in_the_open_shows_card_access_by_select(
    card_of: MakeCard, read: Callable[..., ChipDocument], status: int
) -> None:
    card = Habit(card_of(), lambda _, command: status if command == READ_CARD_ACCESS else None)
    assert read(card, photo=False).access is Access.PACE_CAN
    assert card.asked[:2] == [READ_CARD_ACCESS, SELECT_CARD_ACCESS]
    assert len(card.asked) == 17


def test_a_card_that_does_pace_only_inside_its_application_is_opened_there(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    def only_inside(card: Habit, command: bytes) -> int | None:
        return 0x6D00 if command[1] in {0x22, 0x86} and not card.selected else None

    card = Habit(card_of(), only_inside)
    assert read(card, photo=False).access is Access.PACE_CAN
    assert card.asked[2] == SELECT_APPLICATION


def test_a_card_that_has_no_card_access_number_opens_by_mrz(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person
) -> None:
    card = Habit(card_of(), lambda _, command: 0x6A88 if command[1] == 0x22 and command[-1] == 2 else None)
    assert read(card, mrz_keys_of(reference_person), photo=False).access is Access.PACE_MRZ


def test_a_card_whose_pace_breaks_late_falls_back_to_bac(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person
) -> None:
    card = Habit(card_of(), lambda _, command: 0x6A80 if command[:2] == b"\x10\x86" else None)
    assert read(card, mrz_keys_of(reference_person), photo=False).access is Access.BAC


def test_a_card_left_open_by_another_program_is_opened_anew(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    card = card_of()
    for _ in range(2):
        assert read(card, photo=False).evidence.passive == PASSED


def test_a_naked_status_without_any_reset_is_mended_too(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    class NoReset:
        def __init__(self) -> None:
            self.card = card_of()
            self.seen = 0

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            self.seen += 1
            answer = self.card.transmit(command)
            return (b"", 0x6988) if self.seen == 11 else answer

    assert read(NoReset(), photo=False).evidence.passive == PASSED


def test_a_card_that_refuses_blocks_of_223_is_read_in_smaller_ones(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    def refuses_df(_: Habit, command: bytes) -> int | None:
        return 0x6700 if b"\x97\x01\xdf" in command else None

    card = Habit(card_of(), refuses_df)
    assert read(card).evidence.passive == PASSED
    assert any(b"\x97\x01\xa0" in command for command in card.asked)


FAULTS = ("6F00", "6700", "6982", "6988", "empty", "truncated", "flipped")


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_at_any_command_is_mended_or_told(
    card_of: MakeCard, read: Callable[..., ChipDocument], faulty: MakeFaulty, fault: str
) -> None:
    expected = read(card_of(), photo=False).files
    told_wrong = []
    for number in range(15):
        connection = faulty(card_of(), fault, number.__eq__)
        with contextlib.suppress(KioskError):
            document = read(connection, photo=False)
            assert document.files == expected, (fault, number)
            assert document.evidence.passive == PASSED
            continue
        told_wrong.append(number)
    # A changed nonce and these answers to the token are just what a wrong password looks like.
    assert told_wrong == {"6982": [5], "6988": [5], "flipped": [2, 5]}.get(fault, [])


@pytest.mark.parametrize("fault", ["6F00", "empty", "truncated"])
def test_one_fault_during_the_photo_reads_only_the_photo_again(
    card_of: MakeCard, read: Callable[..., ChipDocument], faulty: MakeFaulty, fault: str
) -> None:
    for number in (15, 40, 102):
        connection = faulty(card_of(), fault, number.__eq__)
        assert read(connection).evidence.passive == PASSED
        assert connection.seen <= number + 1 + 7 + 1 + 88  # opened anew, DG1 to know it by, DG2
        assert connection.resets == 1


def test_a_card_removed_at_any_command_is_retriable(
    card_of: MakeCard, read: Callable[..., ChipDocument], faulty: MakeFaulty
) -> None:
    for number in [*range(16), 50, 102]:
        connection = faulty(card_of(), "removed", number.__eq__)
        with pytest.raises(RetriableError) as caught:
            read(connection)
        assert caught.value.code is FailureCode.CARD_REMOVED
        assert connection.seen == number + 1


@pytest.mark.parametrize("fault", ["6F00", "empty", "truncated"])
@pytest.mark.parametrize("start", [0, 3, 7, 9, 20])
def test_a_link_that_stays_broken_is_given_up_soon(
    card_of: MakeCard, read: Callable[..., ChipDocument], faulty: MakeFaulty, fault: str, start: int
) -> None:
    connection = faulty(card_of(), fault, lambda at: at >= start)
    with pytest.raises(RetriableError) as caught:
        read(connection)
    assert caught.value.code is FailureCode.CARD_UNREADABLE
    assert connection.seen < start + 80
    assert connection.resets <= 12


@pytest.mark.parametrize("every", [30, 35])
def test_three_faults_in_one_reading_are_too_many(
    card_of: MakeCard, read: Callable[..., ChipDocument], faulty: MakeFaulty, every: int
) -> None:
    connection = faulty(card_of(), "6F00", lambda at: at % every == every - 1)
    with pytest.raises(RetriableError) as caught:
        read(connection)
    assert caught.value.code is FailureCode.CARD_UNREADABLE


def test_the_deadline_ends_the_reading(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    clock = itertools.count(0, 0.5)
    meter = Meter(card_of())
    with pytest.raises(RetriableError) as caught:
        read(meter, clock=lambda: next(clock), deadline_s=20.0)
    assert caught.value.code is FailureCode.CARD_TIMEOUT
    assert meter.apdus == 39


def test_a_card_that_never_answers_is_given_up_at_the_deadline(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    released = threading.Event()

    class Silent:
        """Answers so many commands and then none until it is released; with its silence the time is all but over."""

        def __init__(self, answers: int) -> None:
            self.card = card_of()
            self.left = answers
            self.began = False

        def now_s(self) -> float:
            silent, self.began = self.began and self.left == 0, True
            return WITHIN_S - 0.3 if silent else 0.0

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            self.left -= 1
            if self.left < 0:
                released.wait(60)
            return self.card.transmit(command)

    try:
        for answers in (0, 8, 30):
            card = Silent(answers)
            with pytest.raises(RetriableError) as caught:
                read(card, clock=card.now_s, deadline_s=WITHIN_S)
            assert caught.value.code is FailureCode.CARD_TIMEOUT
            assert card.left == -1
    finally:
        released.set()


def test_signature_and_chain_are_checked_while_the_card_sends_dg1(
    card_of: MakeCard, reference_person: Person, anchors: TrustAnchors, witness: Watch
) -> None:
    checking = threading.Event()

    class Noticed(tuple[Any, ...]):
        """Country signers that tell when they are asked for."""

        __slots__ = ()

        def __iter__(self) -> Iterator[Any]:
            checking.set()
            return super().__iter__()

    class Slow:
        """Sends DG1, the command after the five of the security object, only when the check has begun."""

        def __init__(self) -> None:
            self.card = card_of()
            self.seen = 0

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            self.seen += 1
            if command[1:3] == b"\xb0\x81":
                assert checking.wait(60)
            return self.card.transmit(command)

    slow = Slow()
    noticed = TrustAnchors(Noticed(anchors.certificates))
    assert inspect(slow, keys_of(reference_person), noticed, witness, photo=False).evidence.passive == PASSED


@pytest.mark.parametrize("fault", ["6F00", "flipped"])
def test_another_card_after_a_breakdown_ends_the_reading_and_files_are_never_mixed(
    card_of: MakeCard, read: Callable[..., ChipDocument], reference_person: Person, fault: str, faulty: MakeFaulty
) -> None:
    """The second card opens with the very same key: only its files tell that it is another person's."""
    other = "999190" + reference_person.number[-6:]

    class Swapped:
        """One card until the reset after the breakdown, another from then on."""

        def __init__(self) -> None:
            self.card = card_of()

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            return self.card.transmit(command)

        def reset(self) -> None:
            self.card = card_of(number=other)

    for number in (12, 13, 40):
        with pytest.raises(RetriableError) as caught:
            read(faulty(Swapped(), fault, number.__eq__))
        assert caught.value.code is FailureCode.CARD_REMOVED


def test_a_failed_exchange_with_a_card_that_lies_there_is_mended(
    card_of: MakeCard, read: Callable[..., ChipDocument], faulty: MakeFaulty
) -> None:
    for number in [*range(15), 30]:
        connection = faulty(card_of(), "not-transacted", number.__eq__)
        assert read(connection).evidence.passive == PASSED
        assert connection.resets == 1


def test_a_reset_that_fails_is_tried_again(card_of: MakeCard, read: Callable[..., ChipDocument]) -> None:
    class Weak:
        def __init__(self, resets: int) -> None:
            self.card = card_of()
            self.seen = 0
            self.failing = resets

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            self.seen += 1
            return (b"", 0x6F00) if self.seen == 12 else self.card.transmit(command)

        def reset(self) -> None:
            self.failing -= 1
            if self.failing >= 0:
                raise RetriableError(FailureCode.CARD_UNREADABLE, "unresponsive")
            self.card.reset()

    assert read(Weak(1), photo=False).evidence.passive == PASSED
    with pytest.raises(RetriableError) as caught:
        read(Weak(2), photo=False)
    assert caught.value.code is FailureCode.CARD_UNREADABLE


def extended_commands(asked: list[bytes]) -> int:
    return sum(command[4] == 0 and len(command) > 5 for command in asked)


def test_extended_length_is_found_out_with_one_command_before_the_chip_is_open(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    for chip, works in (("extended", True), ("genuine", False)):
        told: list[bool] = []
        card = Habit(card_of(chip=chip), lambda *_: None)
        assert read(card, extended=None, learnt=told.append).evidence.passive == PASSED
        assert card.asked[0] == bytes.fromhex("00A4020C000002011C")
        assert set(told) == {works}
        if works:
            assert len(card.asked) <= 17
        else:
            assert extended_commands(card.asked) == 1


@pytest.mark.parametrize("trouble", [0x6700, 0x6C00, 0x6CF0, 0x6F00, 0x9000, None])
def test_a_card_that_takes_the_question_but_no_long_reads_is_read_in_short_ones(
    card_of: MakeCard, read: Callable[..., ChipDocument], trouble: int | None
) -> None:
    def refuse(card: Habit, command: bytes) -> int | None:
        if command[4] == 0 and command[1] == 0xB0:
            if trouble is None:
                raise RetriableError(FailureCode.CARD_UNREADABLE, "PC/SC 0x80100016")
            return trouble
        return None

    told: list[bool] = []
    card = Habit(card_of(chip="extended"), refuse)
    assert read(card, extended=None, learnt=told.append).evidence.passive == PASSED
    assert told[-1] is False
    assert extended_commands(card.asked) == 2


def test_a_reader_that_fails_at_the_question_costs_one_command(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    def refuse(card: Habit, command: bytes) -> int | None:
        if command[4] == 0 and len(command) > 5:
            raise RetriableError(FailureCode.CARD_UNREADABLE, "PC/SC 0x80100016")
        return None

    told: list[bool] = []
    card = Habit(card_of(chip="extended"), refuse)
    assert read(card, extended=None, learnt=told.append).evidence.passive == PASSED
    assert (told, extended_commands(card.asked)) == ([False], 1)


def test_a_card_that_seems_to_go_at_its_first_long_read_is_asked_for_short_ones_next_time(
    card_of: MakeCard, read: Callable[..., ChipDocument]
) -> None:
    def refuse(card: Habit, command: bytes) -> int | None:
        if command[4] == 0 and command[1] == 0xB0:
            raise RetriableError(FailureCode.CARD_REMOVED)
        return None

    told: list[bool] = []
    with pytest.raises(RetriableError) as caught:
        read(Habit(card_of(chip="extended"), refuse), extended=True, learnt=told.append)
    assert (caught.value.code, told) == (FailureCode.CARD_REMOVED, [False])


def test_what_opens_and_checks_a_chip_is_not_loaded_with_the_reader() -> None:
    """Ciphers, curves, certificates: two thirds of the time that a program's start would take."""
    heavy = ("asn1crypto", "cryptography", "ecdsa", "tomllib")
    program = f"import sys, kiosk.reader.emrtd.inspection; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


class Rewritten(VirtualCard):
    """A card whose files a forger rewrote."""

    def rewrite(self, files: Mapping[int, bytes]) -> "Rewritten":
        self._chip = dataclasses.replace(self._chip, files=dict(self._chip.files) | dict(files))
        return self


@pytest.fixture
def rewritten(reference_person: Person, pki: Pki) -> Callable[[Mapping[int, bytes]], Rewritten]:
    return lambda files: Rewritten(reference_person, pki).rewrite(files)


def test_ten_megabytes_of_portrait_are_refused(
    rewritten: Callable[[Mapping[int, bytes]], Rewritten], read: Callable[..., ChipDocument]
) -> None:
    meter = Meter(rewritten({0x0102: bytes.fromhex("7583989680") + bytes(10_000_000)}))
    with pytest.raises(KioskError) as caught:
        read(meter)
    assert caught.value.code is FailureCode.CARD_UNREADABLE
    assert meter.apdus == 16


@pytest.mark.parametrize(
    "dg13",
    [b"\x6d\x00", b"\x6d\x03\x30\x01\x00", b"\x6e\x02\x30\x00", b"\x6d\x82\xff\xff" + bytes(0xFFFF), b"\x00"],
    ids=["empty", "cut off", "another tag", "too long", "no file"],
)
def test_national_data_that_cannot_be_read_leaves_the_mrz(
    rewritten: Callable[[Mapping[int, bytes]], Rewritten], read: Callable[..., ChipDocument], dg13: bytes
) -> None:
    document = read(rewritten({0x010D: dg13}))
    assert document.national is None
    assert document.mrz.surname
    assert document.face is not None
    assert document.evidence.passive.reason in {"", "hash-mismatch-dg13"}


def test_a_broken_security_object_is_failed_evidence_and_the_rest_is_read(
    rewritten: Callable[[Mapping[int, bytes]], Rewritten], read: Callable[..., ChipDocument]
) -> None:
    document = read(rewritten({0x011D: bytes.fromhex("7703300100")}), photo=False)
    failed = Check(Outcome.FAILED, "sod-malformed")
    assert (document.evidence.hashes, document.evidence.signature) == (failed, failed)
    assert document.national is not None


def test_a_mrz_that_was_broken_after_signing_is_an_altered_card(
    rewritten: Callable[[Mapping[int, bytes]], Rewritten], read: Callable[..., ChipDocument]
) -> None:
    with pytest.raises(KioskError) as caught:
        read(rewritten({0x0101: bytes.fromhex("61045F1F0141")}))
    assert caught.value.code is FailureCode.CARD_ALTERED


def test_a_portrait_that_is_no_image_leaves_the_document_without_one(
    rewritten: Callable[[Mapping[int, bytes]], Rewritten], read: Callable[..., ChipDocument]
) -> None:
    document = read(rewritten({0x0102: bytes.fromhex("75020500")}))
    assert document.face is None
    assert document.evidence.hashes == Check(Outcome.FAILED, "hash-mismatch-dg2")
