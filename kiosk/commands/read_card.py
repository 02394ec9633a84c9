"""`kiosk read-card`: what a chip says, and what proves it."""

import json
import sys
import time
from argparse import Namespace
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.app.desk import ReaderInUse, anchors_of, read_card
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.identify import identify
from kiosk.identity.person import Identity
from kiosk.reader.connection import Meter
from kiosk.reader.document import Check, ChipDocument, ReadPhase
from kiosk.reader.emrtd.access import CardKeys
from kiosk.settings import Settings

DUMPED = ("COM", "DG7", "DG11", "DG12", "DG14", "DG15")
"""Files read for `--dump` beside those of every reading; those that a card has not are passed over."""


@dataclass(slots=True)
class Stopwatch:
    """The inspection's watch of this command: notes when the identity was known."""

    started_s: float = field(default_factory=time.perf_counter)
    identity_s: float | None = None

    def phase(self, phase: ReadPhase) -> None:
        """Phases are not shown here."""

    def identity(self, document: ChipDocument) -> None:  # noqa: ARG002
        """Notes the time at which the person was known."""
        self.identity_s = self.seconds()

    def seconds(self) -> float:
        """Since the command began to connect."""
        return time.perf_counter() - self.started_s


def run(settings: Settings, given: Namespace) -> int:
    """Reads the card on the reader once and tells about it.

    Raises:
        KioskError: no reader, no card, no key, and all that reading raises.
    """
    keys = keys_from(given)
    anchors = anchors_of(settings)
    slot = ReaderInUse(given.reader or settings.reader.name)
    watch = Stopwatch()
    with slot.connect() as connection:
        meter = Meter(connection)
        document = read_card(
            settings, anchors, watch, meter, keys, photo=not given.no_photo, files=DUMPED if given.dump else ()
        )
        total_s = watch.seconds()
    if given.dump:
        for name, content in document.files.items():
            write_file(given.dump / f"{name}.bin", content)
    if given.photo and document.face:
        write_file(given.photo, document.face.data)
    report = {
        **describe(document),
        "apdus": meter.apdus,
        "bytes_up": meter.bytes_up,
        "bytes_down": meter.bytes_down,
        "seconds": {"identity": round(watch.identity_s or total_s, 4), "total": round(total_s, 4)},
    }
    sys.stdout.write((json.dumps(report, ensure_ascii=False) if given.json else as_lines(report)) + "\n")
    return 0


def keys_from(given: Namespace) -> CardKeys:
    """The keys that a call names.

    Raises:
        KioskError: CARD_KEY_NEEDED without any; INPUT_INVALID for one that is none.
    """
    for name, value, length in (("--can", given.can, 6), ("--id", given.id, 12)):
        if value and not (value.isascii() and value.isdecimal() and len(value) == length):
            raise KioskError(FailureCode.INPUT_INVALID, f"{name} takes {length} digits")
    mrz = getattr(given, "mrz", "").replace("\\n", "\n")
    if not (given.can or given.id or mrz):
        raise KioskError(FailureCode.CARD_KEY_NEEDED, "--can, --id or --mrz")
    return CardKeys(
        can=given.can,
        personal_number=given.id,
        date_of_birth=given.dob,
        date_of_expiry=getattr(given, "expiry", None),
        mrz=mrz,
    )


def describe(document: ChipDocument) -> dict[str, object]:
    """`document, access, identity, evidence` of the command's JSON."""
    mrz = document.mrz
    try:
        identity: dict[str, object] | None = describe_identity(identify(document))
        altered = None
    except KioskError as error:
        identity, altered = None, error.code.value
    return {
        "document": {
            "code": mrz.document_code,
            "issuing_state": mrz.issuing_state,
            "number": mrz.document_number,
            "expires": mrz.date_of_expiry.iso() if mrz.date_of_expiry else None,
            "files": {name: len(content) for name, content in document.files.items()},
            "photo": document.face.media_type if document.face else None,
        },
        "access": document.access.value,
        "identity": identity,
        **({"refused": altered} if altered else {}),
        "evidence": {
            "passive": describe_check(document.evidence.passive),
            "chip": describe_check(document.evidence.chip),
            "active": describe_check(document.evidence.active),
        },
    }


def describe_check(check: Check) -> dict[str, str]:
    """One check: its outcome, and its reason where it did not pass."""
    return {"outcome": check.outcome.value, **({"reason": check.reason} if check.reason else {})}


def describe_identity(identity: Identity) -> dict[str, object]:
    """A person for `--json`; only what is known."""
    known = {
        "personal_number": identity.personal_number,
        "insurance_number": identity.insurance_number,
        "full_name": identity.full_name,
        "date_of_birth": identity.date_of_birth.iso() if identity.date_of_birth else "",
        "sex": identity.sex.value if identity.sex else "",
        "nationality": identity.nationality,
        "residence": identity.residence,
        "trust": identity.trust.value,
    }
    return {name: value for name, value in known.items() if value}


def as_lines(report: dict[str, object], indent: str = "") -> str:
    """A report for people: one `name: value` a line, nested ones indented."""
    lines = []
    for name, value in report.items():
        if isinstance(value, dict):
            lines.append(f"{indent}{name}:\n{as_lines(value, indent + '  ')}")
        elif value is not None:
            lines.append(f"{indent}{name}: {value}")
    return "\n".join(lines)


def write_file(path: Path, content: bytes) -> None:
    """Writes a result where the call wants it.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or "") from error
