from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.gun import (
    KEY_GAP_S,
    SCAN_INTERVAL_S,
    STALE_S,
    STALL_S,
    Discarded,
    Fault,
    Heard,
    Keys,
    Scan,
    SerialCollector,
    WedgeCollector,
)
from kiosk.reader.gun.wedge import SHORTEST_CODE
from kiosk.reader.payload import MAX_CHARACTERS

CITIZEN = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
NUMBER = "999090000123"
MRZ = ("IDVNM0900001233999090000123<<2", "9001158M3001156VNM<<<<<<<<<<<4", "NGUYEN<<VAN<MAU<<<<<<<<<<<<<<<")
GUN_GAP_S = 0.01
HAND_GAP_S = 0.15
LATER_S = 60.0


def type_keys(
    collector: WedgeCollector, keys: Iterable[str], gap_s: float = GUN_GAP_S, start_s: float = 0.0
) -> tuple[list[Heard], float]:
    """What is heard while keys come with a steady gap, and when the last one came."""
    heard: list[Heard] = []
    now = start_s - gap_s
    for key in keys:
        now += gap_s
        heard += collector.feed(key, now)
    return heard, now


def faults(heard: Sequence[Heard]) -> list[Fault]:
    return [one.fault for one in heard if isinstance(one, Discarded)]


# -- keyboard guns --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("end", ["\r", "\n", "\t", "\r\n"])
@pytest.mark.parametrize("code", [CITIZEN, NUMBER, "https://example.vn/unknown"])
def test_burst_closed_by_a_key_is_a_scan_at_once(code: str, end: str) -> None:
    collector = WedgeCollector()
    heard, now = type_keys(collector, code + end)
    assert heard == [Scan(code)]
    assert collector.quiet(now + LATER_S) == ()


def test_burst_that_no_key_closes_is_a_scan_after_silence() -> None:
    collector = WedgeCollector()
    heard, _ = type_keys(collector, CITIZEN)
    assert heard == []
    due = collector.deadline_s
    assert due is not None
    assert collector.quiet(due - 0.01) == ()
    assert collector.quiet(due) == (Scan(CITIZEN),)
    assert collector.deadline_s is None


def test_scan_may_last_seven_seconds() -> None:
    code = CITIZEN + "|" * 4
    heard, now = type_keys(WedgeCollector(key_gap_s=0.1), code + "\r", gap_s=7.0 / len(code))
    assert heard == [Scan(code)]
    assert now == pytest.approx(7.0, abs=0.1)


def test_gun_slower_than_the_key_gap_is_typing() -> None:
    heard, _ = type_keys(WedgeCollector(key_gap_s=0.05), NUMBER + "\r", gap_s=0.06)
    assert heard == [Keys(key) for key in NUMBER[:-1]] + [Keys(NUMBER[-1]), Keys("\r")]


def test_typing_by_hand_is_handed_back_key_by_key() -> None:
    collector = WedgeCollector()
    heard, now = type_keys(collector, "Mẫu\r", gap_s=HAND_GAP_S)
    assert heard == [Keys("M"), Keys("ẫ"), Keys("u"), Keys("\r")]
    assert collector.quiet(now + LATER_S) == ()


def test_single_key_is_handed_back_when_its_time_is_over() -> None:
    collector = WedgeCollector()
    collector.feed("a", 1.0)
    assert collector.deadline_s == 1.0 + KEY_GAP_S
    assert collector.quiet(1.0 + KEY_GAP_S) == (Keys("a"),)


@pytest.mark.parametrize("key", ["\r", "\t", "\b", "\x1b"])
def test_lone_control_key_is_handed_back(key: str) -> None:
    collector = WedgeCollector()
    assert [*collector.feed(key, 0.0), *collector.quiet(LATER_S)] == [Keys(key)]


def test_fast_hand_on_a_short_word_loses_nothing() -> None:
    heard, _ = type_keys(WedgeCollector(), "123456\r", gap_s=0.04)
    assert heard == [Keys("123456\r")]


def test_word_that_an_input_method_commits_at_once_is_handed_back_whole() -> None:
    collector = WedgeCollector()
    assert collector.feed("Nguyễn ", 0.0) == ()
    assert collector.quiet(LATER_S) == (Keys("Nguyễn "),)


def test_scan_through_an_input_method_comes_in_pieces_and_is_one_scan() -> None:
    collector = WedgeCollector()
    heard: list[Heard] = []
    for at, piece in enumerate(CITIZEN.split(" ")):
        heard += collector.feed(piece + " ", at * 0.05)
    heard += collector.feed("\r", 10 * 0.05)
    assert heard == [Scan(CITIZEN + " ")]


def test_backspaces_of_a_rewriting_input_method_take_back() -> None:
    heard, _ = type_keys(WedgeCollector(), "999090000123||Tra\bâ\bần|15011990|Nam||10052021\r")
    assert heard == [Scan("999090000123||\ufffd|15011990|Nam||10052021")]


def test_half_scan_is_discarded_after_three_seconds() -> None:
    collector = WedgeCollector()
    _, now = type_keys(collector, CITIZEN[:40])
    assert collector.quiet(now + STALL_S) == ()
    assert collector.quiet(now + STALE_S - 0.01) == ()
    assert collector.deadline_s == now + STALE_S
    assert collector.quiet(now + STALE_S) == (Discarded(Fault.HALF),)
    assert type_keys(collector, CITIZEN + "\r", start_s=now + 4)[0] == [Scan(CITIZEN)]


def test_half_scan_followed_by_a_new_try_gives_the_new_one() -> None:
    collector = WedgeCollector()
    _, now = type_keys(collector, CITIZEN[:40])
    heard, now = type_keys(collector, CITIZEN + "\r", start_s=now + 1)
    assert heard == [Scan(CITIZEN)]
    assert collector.quiet(now + LATER_S) == ()


@pytest.mark.parametrize("end", ["\r", ""])
@pytest.mark.parametrize(
    ("code", "cut"),
    [(CITIZEN, 15), (CITIZEN, 40), (CITIZEN, len(CITIZEN) - 12), (CITIZEN, len(CITIZEN) - 9), ("DN4010000000123", 12)],
)
def test_gun_that_stalls_goes_on_with_the_same_scan(code: str, cut: int, end: str) -> None:
    collector = WedgeCollector()
    _, now = type_keys(collector, code[:cut])
    heard, now = type_keys(collector, code[cut:] + end, start_s=now + 1.5)
    heard += collector.quiet(now + STALL_S)
    assert heard == [Scan(code)]


@pytest.mark.parametrize("end", ["\r", ""])
@pytest.mark.parametrize("falters_s", [KEY_GAP_S, 0.15, STALL_S - 0.01])
@pytest.mark.parametrize("cut", range(1, len(NUMBER)))
def test_gun_that_falters_once_within_a_bare_number_is_heard(cut: int, falters_s: float, end: str) -> None:
    collector = WedgeCollector()
    handed_back, now = type_keys(collector, NUMBER[:cut])
    heard, now = type_keys(collector, NUMBER[cut:] + end, start_s=now + falters_s)
    [scan] = [one for one in (*handed_back, *heard, *collector.quiet(now + STALL_S)) if not isinstance(one, Keys)]
    assert isinstance(scan, Scan)
    assert scan.text == NUMBER
    assert scan.leaked == (0 if cut >= SHORTEST_CODE else cut)


@pytest.mark.parametrize("cuts", [(3, 6), (3, 6, 9), (2, 7), (5,)], ids=str)
@pytest.mark.parametrize("gap_s", [0.04, 0.06, 0.078])
def test_number_that_a_quick_hand_types_in_groups_is_typing(gap_s: float, cuts: tuple[int, ...]) -> None:
    collector, now, heard = WedgeCollector(), 0.0, []
    for start, stop in pairwise((0, *cuts, len(NUMBER))):
        more, now = type_keys(collector, NUMBER[start:stop], gap_s, now + 0.12)
        heard += more
    heard += collector.feed("\r", now + gap_s)
    assert "".join(one.text for one in heard if isinstance(one, Keys)) == NUMBER + "\r"


def test_number_in_groups_of_three_is_typing_however_quick_each_group_is() -> None:
    collector, now, heard = WedgeCollector(), 0.0, []
    for start in range(0, len(NUMBER), 3):
        more, now = type_keys(collector, NUMBER[start : start + 3], 0.01, now + 0.12)
        heard += more
    heard += collector.feed("\r", now + 0.01)
    assert "".join(one.text for one in heard if isinstance(one, Keys)) == NUMBER + "\r"


def test_fast_keys_that_are_no_code_with_those_before_them_are_typing() -> None:
    collector = WedgeCollector()
    heard, now = type_keys(collector, "123456")
    more, now = type_keys(collector, "789012345\r", start_s=now + 0.1)
    assert "".join(one.text for one in (*heard, *more) if isinstance(one, Keys)) == "123456789012345\r"


def test_two_half_scans_leave_the_second_waiting() -> None:
    collector = WedgeCollector()
    _, now = type_keys(collector, CITIZEN[:40])
    heard, now = type_keys(collector, CITIZEN[:30], start_s=now + 1)
    assert heard == []
    assert faults([*collector.quiet(now + STALL_S), *collector.quiet(now + LATER_S)]) == [Fault.HALF, Fault.HALF]


@pytest.mark.parametrize("key", ["\x00", "\x1b", "\x12", "\x7f", "\ue000", "\ud800"])
def test_scan_with_keys_that_no_code_holds_is_discarded(key: str) -> None:
    collector = WedgeCollector()
    heard, now = type_keys(collector, CITIZEN[:20] + key + CITIZEN[20:] + "\r")
    assert heard == [Discarded(Fault.IMPLAUSIBLE)]
    _, now = type_keys(collector, CITIZEN[:20] + key + CITIZEN[20:], start_s=now + 5)
    assert collector.quiet(now + STALL_S) == (Discarded(Fault.IMPLAUSIBLE),)


def test_flood_of_keys_is_discarded_and_does_not_grow() -> None:
    collector = WedgeCollector()
    heard, now = type_keys(collector, "9" * (MAX_CHARACTERS * 3), gap_s=0.001)
    assert heard == []
    assert len(collector._stream) == MAX_CHARACTERS + 1
    assert collector.feed("\r", now) == (Discarded(Fault.TOO_LONG),)


def test_scans_faster_than_a_hand_are_discarded() -> None:
    collector = WedgeCollector()
    heard, now = type_keys(collector, (NUMBER + "\r") * 20, gap_s=0.002)
    assert heard[0] == Scan(NUMBER)
    assert faults(heard[1:]) == [Fault.TOO_SOON] * 19
    assert type_keys(collector, NUMBER + "\r", start_s=now + SCAN_INTERVAL_S)[0] == [Scan(NUMBER)]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_mrz_whose_lines_are_closed_one_by_one_is_one_scan(end: str) -> None:
    heard, _ = type_keys(WedgeCollector(), end.join([*MRZ, ""]))
    assert [one.text.split() if isinstance(one, Scan) else one for one in heard] == [list(MRZ)]


def test_mrz_that_breaks_off_is_half_a_scan() -> None:
    collector = WedgeCollector()
    heard, now = type_keys(collector, MRZ[0] + "\r")
    assert [*heard, *collector.quiet(now + STALL_S)] == []
    assert collector.quiet(now + LATER_S) == (Discarded(Fault.HALF),)


def test_keys_right_behind_a_scan_are_handed_back() -> None:
    collector = WedgeCollector()
    heard, _ = type_keys(collector, NUMBER + "\r" + "ab\r")
    assert heard == [Scan(NUMBER), Keys("ab\r")]


def test_clock_that_steps_back_loses_no_scan() -> None:
    collector = WedgeCollector()
    type_keys(collector, CITIZEN[:30], start_s=100.0)
    assert type_keys(collector, CITIZEN[30:] + "\r", start_s=50.0)[0] == [Scan(CITIZEN)]


_KEYS = st.one_of(st.sampled_from("09|ẫa<\r\n\t\b\x1b"), st.characters())
_GAPS = st.sampled_from([0.0, 0.005, KEY_GAP_S, 0.1, STALL_S, 1.0, STALE_S])


@given(strokes=st.lists(st.tuples(_KEYS, _GAPS), max_size=120))
def test_whatever_is_typed_is_told_once_and_in_order(strokes: list[tuple[str, float]]) -> None:
    collector = WedgeCollector()
    heard: list[Heard] = []
    now = 0.0
    for key, gap in strokes:
        now += gap
        heard += collector.feed(key, now)
    heard += collector.quiet(now + LATER_S)
    heard += collector.quiet(now + 2 * LATER_S)
    assert collector.deadline_s is None
    told = iter("".join(key for key, _ in strokes))
    for one in heard:
        if isinstance(one, Keys | Scan):
            assert all(letter in told for letter in one.text if letter != "\n")


@given(text=st.text(st.characters(exclude_characters="\b"), max_size=30))
def test_slow_typing_comes_back_without_loss(text: str) -> None:
    collector = WedgeCollector()
    heard, now = type_keys(collector, text, gap_s=HAND_GAP_S)
    heard += collector.quiet(now + LATER_S)
    assert all(isinstance(one, Keys) for one in heard)
    assert "".join(one.text for one in heard if isinstance(one, Keys)) == text


# -- serial guns ----------------------------------------------------------------------------------------------------
def send(collector: SerialCollector, chunks: Iterable[bytes], gap_s: float = 0.01, start_s: float = 0.0) -> list[Heard]:
    heard: list[Heard] = []
    for at, chunk in enumerate(chunks):
        heard += collector.feed(chunk, start_s + at * gap_s)
    return heard


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_bytes_closed_by_a_line_end_are_a_scan(end: bytes) -> None:
    collector = SerialCollector()
    assert send(collector, [CITIZEN.encode() + end]) == [Scan(CITIZEN)]
    assert collector.quiet(LATER_S) == ()
    assert collector.deadline_s is None


def test_bytes_that_nothing_closes_are_a_scan_after_silence() -> None:
    collector = SerialCollector()
    assert send(collector, [CITIZEN.encode()]) == []
    assert collector.deadline_s == STALL_S
    assert collector.quiet(STALL_S) == (Scan(CITIZEN),)


@given(
    cuts=st.sets(st.integers(1, len(CITIZEN.encode()) + 1), max_size=12), end=st.sampled_from([b"\r", b"\n", b"\r\n"])
)
def test_bytes_split_anywhere_are_the_same_scan(cuts: set[int], end: bytes) -> None:
    stream = CITIZEN.encode() + end
    edges = [0, *sorted(cuts), len(stream)]
    chunks = [stream[start:stop] for start, stop in pairwise(edges)]
    collector = SerialCollector()
    assert [*send(collector, chunks), *collector.quiet(LATER_S)] == [Scan(CITIZEN)]


def test_two_codes_in_one_chunk_are_two_scans_within_the_rate() -> None:
    collector = SerialCollector()
    assert send(collector, [b"0123456789\r\n999090000123\r\n"]) == [Scan("0123456789"), Discarded(Fault.TOO_SOON)]
    assert send(collector, [b"0123456789\r\n"], start_s=1.0) == [Scan("0123456789")]


def test_unknown_code_closed_by_a_line_end_is_still_a_scan() -> None:
    assert send(SerialCollector(), [b"https://example.vn\r"]) == [Scan("https://example.vn")]


def test_half_a_serial_scan_is_discarded_after_three_seconds() -> None:
    collector = SerialCollector()
    send(collector, [CITIZEN.encode()[:45]])
    assert collector.quiet(STALL_S) == ()
    assert collector.quiet(STALE_S) == (Discarded(Fault.HALF),)


def test_serial_gun_that_stalls_goes_on_with_the_same_scan() -> None:
    stream = CITIZEN.encode() + b"\r"
    assert send(SerialCollector(), [stream[:15], stream[15:]], gap_s=1.0) == [Scan(CITIZEN)]


def test_bytes_that_are_not_utf8_are_discarded() -> None:
    collector = SerialCollector()
    assert send(collector, ["Nguyễn Văn Mẫu".encode("utf-16-le") + b"\xff\r"]) == [Discarded(Fault.NOT_UTF8)]
    assert send(collector, [CITIZEN.encode() + b"\r"], start_s=1.0) == [Scan(CITIZEN)]


def test_byte_order_mark_is_dropped() -> None:
    assert send(SerialCollector(), [b"\xef\xbb\xbf999090000123\r"]) == [Scan(NUMBER)]


def test_lines_of_an_mrz_are_one_scan() -> None:
    (scan,) = send(SerialCollector(), [line.encode() + b"\r\n" for line in MRZ])
    assert isinstance(scan, Scan)
    assert scan.text.split() == list(MRZ)


def test_flood_of_bytes_is_discarded_and_does_not_grow() -> None:
    collector = SerialCollector()
    assert send(collector, [b"9" * 1_000_000]) == []
    assert len(collector._bytes) == MAX_CHARACTERS + 1
    assert collector.feed(b"\r", 0.0) == (Discarded(Fault.TOO_LONG),)


def test_control_bytes_are_discarded() -> None:
    assert send(SerialCollector(), [b"999090000123\x1b[2J\r"]) == [Discarded(Fault.IMPLAUSIBLE)]


@given(
    chunks=st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([b"\r", b"\n", b"999090000123"])), max_size=20),
    gap=_GAPS,
)
def test_no_bytes_make_the_collector_fail(chunks: list[bytes], gap: float) -> None:
    collector = SerialCollector()
    send(collector, chunks, gap_s=gap)
    collector.quiet(1000.0)
    collector.quiet(2000.0)
    assert collector.deadline_s is None


def test_nothing_personal_shows_in_a_repr() -> None:
    assert [repr(one) for one in (Scan(CITIZEN), Keys("9"))] == ["<Scan>", "<Keys>"]
