"""`kiosk read-card`: what a chip says, and what proves it."""

import json
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kiosk.app.desk import ReaderInUse, anchors_of, read_card
from kiosk.commands.report import write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.identity.identify import identify
from kiosk.identity.person import Identity
from kiosk.reader.connection import Meter, kind_of
from kiosk.reader.document import Check, ChipDocument, ReadPhase
from kiosk.reader.emrtd.keys import CardKeys
from kiosk.reader.lengths import LengthMemory
from kiosk.reader.profile import PROFILED, ask_habits, profile_of
from kiosk.reader.reason import tell
from kiosk.reader.trace import Traced
from kiosk.settings import Settings
from kiosk.slip.files import write_whole
from kiosk.text import Language

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
        KioskError: no reader, no card, no key, and all that reading raises; CARD_UNREADABLE where `--photo` wants a
            portrait that the card does not give; OUTPUT_UNWRITABLE.
    """
    if given.photo and given.no_photo:
        raise KioskError(FailureCode.INPUT_INVALID, "--photo or --no-photo")
    keys = keys_from(given)
    anchors = anchors_of(settings)
    # Whoever names a file for the photo wants it, also where the desk goes without.
    settings = replace(settings, reader=replace(settings.reader, photo=settings.reader.photo or bool(given.photo)))
    slot = ReaderInUse(given.reader or settings.reader.name)
    watch = Stopwatch()
    further = (*(DUMPED if given.dump else ()), *(PROFILED if given.profile else ()))
    lines: list[str] = []
    lengths = LengthMemory()
    try:
        with slot.connect() as connection:
            habits = ask_habits(connection) if given.profile else None
            meter = Meter(connection)
            traced = Traced(meter, lines.append)
            document = read_card(
                settings, anchors, watch, traced, keys, photo=not given.no_photo, files=further, lengths=lengths
            )
            total_s = watch.seconds()
    finally:
        # It is wanted most of a reading that failed.
        if given.trace:
            write_files({given.trace: "".join(f"{line}\n" for line in lines).encode()})
    files = {given.dump / f"{name}.bin": content for name, content in document.files.items()} if given.dump else {}
    if given.photo:
        if document.face is None:
            raise KioskError(FailureCode.CARD_UNREADABLE, "--photo: the card gives no portrait")
        files[given.photo] = document.face.data
    if habits is not None:
        kind = kind_of(connection)
        profile = profile_of(kind, habits, document, traced.exchanges, extended=lengths.extended(kind))
        files[given.profile] = (json.dumps(profile, indent=2) + "\n").encode()
    write_files(files)
    report = {
        **describe(document),
        "apdus": meter.apdus,
        "bytes_up": meter.bytes_up,
        "bytes_down": meter.bytes_down,
        "seconds": {"identity": round(watch.identity_s or total_s, 4), "total": round(total_s, 4)},
    }
    write_report(report, as_json=given.json)
    return 0


def keys_from(given: Namespace) -> CardKeys:
    """The keys that a call names.

    Raises:
        KioskError: CARD_KEY_NEEDED without any; INPUT_INVALID for one that is none.
    """
    if not (given.can or given.id or given.mrz):
        raise KioskError(FailureCode.CARD_KEY_NEEDED, "--can, --id or --mrz")
    return CardKeys(
        can=given.can,
        personal_number=given.id,
        date_of_birth=given.dob,
        date_of_expiry=given.expiry,
        mrz=given.mrz.replace("\\n", "\n"),
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


def describe_check(check: Check) -> dict[str, object]:
    """One check: its outcome, its reason where it did not simply pass, and that reason in both languages."""
    if not check.reason:
        return {"outcome": check.outcome.value}
    meaning = {language.value: tell(check, language) for language in Language}
    return {"outcome": check.outcome.value, "reason": check.reason, "meaning": [meaning]}


def describe_identity(identity: Identity) -> dict[str, object]:
    """A person for `--json`; only what is known."""
    known = {
        "personal_number": identity.personal_number,
        "insurance_number": identity.insurance_number,
        "document_number": identity.document_number,
        "full_name": identity.full_name,
        "date_of_birth": identity.date_of_birth.iso() if identity.date_of_birth else "",
        "sex": identity.sex.value if identity.sex else "",
        "nationality": identity.nationality,
        "residence": identity.residence,
        "trust": identity.trust.value,
    }
    return {name: value for name, value in known.items() if value}


def write_files(files: Mapping[Path, bytes]) -> None:
    """Writes results where the call wants them, all or none.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    written: list[Path] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
            written.append(path)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
