"""Which of the chip's keys is used; the protocol itself is tested against the chip's own side in test_genuineness."""

import contextlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reader.emrtd import card_security
from kiosk.reader.emrtd.chip_auth import StaticKey, static_key
from kiosk.reader.emrtd.groups import standard_group
from kiosk.reader.emrtd.security_infos import SecurityInfo, read_security_infos
from kiosk.reader.emrtd.signatures import UnsupportedError
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.emrtd.trust_anchors import TrustAnchors
from kiosk.simulator.chip import ber
from kiosk.simulator.chip.messaging import CipherKind
from kiosk.simulator.chip.profile import ChipAuthenticationKind, KeyForm, PaceKind

UNKNOWN_CURVE = ber.sequence(ber.sequence(ber.oid("1.2.840.10045.2.1"), ber.oid("1.3.132.0.10")), ber.tlv(3, b"\0\4"))


def key_of(kind: ChipAuthenticationKind) -> bytes:
    group = standard_group(kind.parameter_id)
    assert group is not None
    return kind.key_info(group.key(5).public)


def infos(*entries: bytes) -> tuple[SecurityInfo, ...]:
    return read_security_infos(ber.set_of(*entries))


def chosen(*entries: bytes) -> StaticKey:
    found = static_key(infos(*entries))
    assert found is not None
    return found


def test_the_stronger_of_two_announced_keys_is_used() -> None:
    weak = ChipAuthenticationKind(CipherKind.DES3, 12, key_id=1)
    strong = ChipAuthenticationKind(CipherKind.AES_256, 16, key_id=2)
    found = chosen(weak.info(), key_of(weak), strong.info(), key_of(strong))
    assert (found.suite.key_size, found.key.group, found.key_id) == (32, standard_group(16), 2)


def test_a_key_on_an_unknown_curve_gives_way_to_a_weaker_one() -> None:
    weak = ChipAuthenticationKind(CipherKind.AES_128, 13, key_id=1)
    strong = ChipAuthenticationKind(CipherKind.AES_256, 13, key_id=2)
    unknown = ber.sequence(ber.oid("0.4.0.127.0.7.2.2.1.2"), UNKNOWN_CURVE, ber.integer(2))
    assert chosen(strong.info(), unknown, weak.info(), key_of(weak)).key_id == 1
    with pytest.raises(UnsupportedError):
        static_key(infos(strong.info(), unknown))


def test_a_key_of_integers_is_not_used_for_a_protocol_of_curves() -> None:
    curves, integers = ChipAuthenticationKind(), ChipAuthenticationKind(parameter_id=0)
    with pytest.raises(UnsupportedError):
        static_key(infos(curves.info(), key_of(integers)))
    assert chosen(integers.info(), key_of(curves), key_of(integers)).key.group is standard_group(0)


def test_a_key_without_announcement_means_3des() -> None:
    assert chosen(key_of(ChipAuthenticationKind())).suite.key_size == 16
    assert chosen(key_of(ChipAuthenticationKind())).suite.block == 8


@pytest.mark.parametrize("form", KeyForm)
def test_every_form_of_the_key_is_read(form: KeyForm) -> None:
    kind = ChipAuthenticationKind(key_form=form)
    assert chosen(kind.info(), key_of(kind)).key.group is standard_group(13)


def test_what_says_nothing_of_chip_authentication_is_no_offer() -> None:
    assert static_key(()) is None
    assert static_key(infos(PaceKind().info())) is None


def test_a_later_version_and_an_announcement_without_its_key_are_offers_unknown_here() -> None:
    later, numbered = ChipAuthenticationKind(version=2), ChipAuthenticationKind(key_id=5)
    for entries in (
        (later.info(), key_of(later)),
        (numbered.info(),),
        (numbered.info(), key_of(replace(numbered, key_id=6))),
    ):
        with pytest.raises(UnsupportedError):
            static_key(infos(*entries))


def test_an_entry_that_is_none_is_refused() -> None:
    kind = ChipAuthenticationKind()
    with pytest.raises(MalformedError):
        static_key(infos(ber.sequence(ber.oid(kind.oid), ber.tlv(0x02)), key_of(kind)))


@given(
    st.lists(st.tuples(st.sampled_from(["3.2.2", "3.2.4", "3.1.1", "1.1", "1.2"]), st.binary(max_size=40)), max_size=4)
)
def test_any_entries_are_read_or_refused(entries: list[tuple[str, bytes]]) -> None:
    listed = [ber.sequence(ber.oid(f"0.4.0.127.0.7.2.2.{arc}"), value) for arc, value in entries]
    with contextlib.suppress(MalformedError, UnsupportedError):
        static_key(infos(*listed))


@given(st.binary(max_size=200))
def test_any_card_security_is_read_or_refused(content: bytes) -> None:
    for file in (content, ber.sequence(content), ber.sequence(ber.oid("1.2.840.113549.1.7.2"), ber.tlv(0xA0, content))):
        with contextlib.suppress(MalformedError):
            card_security.verify(file, TrustAnchors(), date(2026, 11, 21))
