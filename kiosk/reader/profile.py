"""What a card is, and nothing of whose it is: for comparing batches of cards, and for playing one in a simulator.

No byte of a personal file goes in, and no hash of one. Sizes that a name, an address or a portrait decides are rounded
up, so that nobody is found by them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader.connection import CardConnection, reset
from kiosk.reader.document import ChipDocument
from kiosk.reader.emrtd import iso7816, lds, tlv
from kiosk.reader.emrtd.iso7816 import Command, PlainChannel
from kiosk.reader.emrtd.public_keys import RsaKey, read_public_key
from kiosk.reader.emrtd.security_infos import SecurityInfo, read_security_infos
from kiosk.reader.emrtd.session import Deadline
from kiosk.reader.emrtd.signatures import UnsupportedError, public_key
from kiosk.reader.emrtd.signed_data import read_signed_data
from kiosk.reader.emrtd.tlv import MalformedError
from kiosk.reader.trace import Exchange

FORMAT = 1
PROFILED = ("COM", "DG7", "DG11", "DG12", "DG14", "DG15")
"""Files read for a profile beside those of every reading."""

# By what a person's data can change a file; the others are alike for a whole batch but for their signatures.
_ROUNDING: Mapping[str, int] = MappingProxyType({"DG2": 1024, "DG7": 1024, "DG13": 128, "DG11": 128, "DG12": 128})
_ROUNDING_ELSE = 32
_SHORT_ANSWER, _LONG_ANSWER = 40, 200
_READ_BINARY = 0xB0


@dataclass(frozen=True, slots=True)
class Habits:
    """How the card answers before it is open: status words by name, and what EF.CardAccess offers."""

    status: Mapping[str, str]
    card_access: Sequence[SecurityInfo]


_QUESTIONS: Mapping[str, Command] = MappingProxyType(
    {
        "select_mf": Command(0x00, 0xA4, 0x00, 0x0C),
        "select_mf_by_id": Command(0x00, 0xA4, 0x00, 0x0C, b"\x3f\x00"),
        "select_card_access": iso7816.select_file(lds.CARD_ACCESS.file_id),
        "select_card_access_extended": Command(0x00, 0xA4, 0x02, 0x0C, b"\x01\x1c", extended=True),
        "read_card_access_by_sfi": iso7816.read_binary_sfi(lds.CARD_ACCESS.sfi, PlainChannel.short_block),
        "read_card_access_by_sfi_256": iso7816.read_binary_sfi(lds.CARD_ACCESS.sfi, iso7816.SHORT_MAX),
        "select_application": iso7816.select_application(lds.AID),
        "get_challenge": iso7816.get_challenge(),
    }
)


def ask_habits(
    connection: CardConnection, *, deadline_s: float = 20.0, clock: Callable[[], float] = time.monotonic
) -> Habits:
    """Asks, after a reset each; the card is left reset. A question that breaks the exchange is noted as `none`.

    Raises:
        RetriableError: no card, no reader, no time.
    """
    with Deadline(connection, deadline_s, clock) as timed:
        return _ask(timed)


def _ask(connection: CardConnection) -> Habits:
    status: dict[str, str] = {}
    infos: Sequence[SecurityInfo] = ()
    for name, command in _QUESTIONS.items():
        reset(connection)
        if name == "get_challenge":
            PlainChannel(connection).send(_QUESTIONS["select_application"])
        try:
            answer = PlainChannel(connection).send(command)
        except RetriableError as error:
            if error.code is not FailureCode.CARD_UNREADABLE:
                raise
            status[name] = "none"
            continue
        status[name] = f"{answer.sw:04X}"
        if not infos and command.ins == _READ_BINARY:
            infos = _infos(answer.data)
    reset(connection)
    return Habits(status, infos)


def profile_of(
    kind: str, habits: Habits, document: ChipDocument, exchanges: Sequence[Exchange], *, extended: bool | None
) -> dict[str, object]:
    """The profile, ready for JSON; `exchanges` are those of the reading, `extended` what it learnt."""
    reader, _, atr = kind.rpartition(" ")
    return {
        "format": FORMAT,
        "reader": reader,
        "atr": atr,
        "status": dict(habits.status),
        "card_access": [_told(info) for info in habits.card_access],
        "access": document.access.value,
        "extended": extended,
        "files": {name: rounded(name, len(content)) for name, content in document.files.items()},
        "algorithms": _algorithms(document.files),
        "milliseconds": _times(exchanges),
    }


def rounded(name: str, size: int) -> int:
    """A file's size, rounded up to what many people's cards have in common."""
    step = _ROUNDING.get(name, _ROUNDING_ELSE)
    return -(-size // step) * step


def _infos(data: bytes) -> tuple[SecurityInfo, ...]:
    try:
        return read_security_infos(data)
    except MalformedError:
        return ()


def _told(info: SecurityInfo) -> dict[str, object]:
    """An offer by its identifier and numbers; keys and whatever else it holds stay out."""
    numbers = [
        tlv.decode_integer(value.value)
        for value in (info.required, info.optional)
        if value is not None and value.tag == 0x02 and 1 <= len(value.value) <= 2 and value.value[0] < 0x80
    ]
    return {"protocol": info.protocol, "numbers": numbers}


def _algorithms(files: Mapping[str, bytes]) -> dict[str, object]:
    found: dict[str, object] = {}
    if "SOD" in files:
        found |= _signing(files["SOD"])
    if "DG14" in files:
        found["dg14"] = [_told(info) for info in _infos(_value(files["DG14"], "DG14"))]
    if "DG15" in files:
        try:
            key = read_public_key(_value(files["DG15"], "DG15"))
        except (MalformedError, UnsupportedError) as error:
            found["active_key"] = f"unknown: {error}"
        else:
            found["active_key"] = f"rsa-{8 * key.size}" if isinstance(key, RsaKey) else f"ec-{4 * len(key.element) - 4}"
    return found


def _value(content: bytes, name: str) -> bytes:
    try:
        return tlv.read_one(content, lds.FILES[name].tag)
    except MalformedError:
        return b""


def _signing(ef_sod: bytes) -> dict[str, object]:
    """Hash, signature and key of the security object; what is signed, and the signer's name and number, stay out."""
    try:
        content_info = tlv.read_one(ef_sod, lds.SOD.tag)
        signer_info = cms.ContentInfo.load(content_info)["content"]["signer_infos"][0]
        signed = read_signed_data(content_info)
        content = tlv.read_all(tlv.read_one(signed.content, 0x30))
        told: dict[str, object] = {
            "hash": tlv.decode_oid(tlv.read_all(content[1].value)[0].value),
            "data_groups": [
                tlv.decode_integer(tlv.read_all(item.value)[0].value) for item in tlv.read_all(content[2].value)
            ],
            "signature": str(signer_info["signature_algorithm"]["algorithm"].dotted),
        }
        if signed.signer is not None:
            key = public_key(signed.signer)
            told["signer_key"] = (
                f"rsa-{key.key_size}"
                if isinstance(key, rsa.RSAPublicKey)
                else f"ec-{key.curve.key_size}"
                if isinstance(key, ec.EllipticCurvePublicKey)
                else "ec-rare"
            )
            told["signer_signature"] = signed.signer.signature_algorithm_oid.dotted_string
    except (MalformedError, UnsupportedError, ValueError, TypeError, KeyError, IndexError):
        return {"signature": "unknown"}
    return told


def _times(exchanges: Sequence[Exchange]) -> dict[str, float]:
    """The medians of commands with short answers and of reads with long ones, rounded to 0.1 ms.

    The whole time and the number of commands stay out: they tell the size of the portrait.
    """
    taken = {
        "short": [one.took_s for one in exchanges if one.received <= _SHORT_ANSWER],
        "long": [one.took_s for one in exchanges if one.received > _LONG_ANSWER],
    }
    return {name: round(1000 * median(values), 1) for name, values in taken.items() if values}
