"""`kiosk proof`: what each lookup showed, as evidence for claims."""

import json
import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from kiosk.app.auditing import BY_COMMAND
from kiosk.app.clock import now
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import journal_of, seal_of
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.business_day import in_clinic
from kiosk.checkin.proof_document import check_document, write_document
from kiosk.checkin.proofs import ProvenVisit
from kiosk.commands.report import printable, write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.settings import Settings
from kiosk.slip.files import write_whole
from kiosk.slip.proof_sheet import make_proof_sheet
from kiosk.text import Language, say

_LARGEST_FILE = 1 << 22


def run(settings: Settings, given: Namespace) -> int:
    """Lists a day's proofs, exports a visit's, or verifies an export.

    Raises:
        KioskError: INPUT_INVALID: no such visit, or what is wrong with the file; OUTPUT_UNWRITABLE, FONT_MISSING;
            KEYSTORE_…, KEY_WRONG with `--with-question`; STORE_….
    """
    match given.action:
        case "list":
            _list(settings, given.day or now().date(), as_json=given.json)
        case "export":
            _export(settings, given)
        case "verify":
            checked = check_document(_read(given.file))
            report = {"proofs": checked.proofs, "exchanges": checked.exchanges, "questions": checked.questions}
            write_report({"verified": True, **report}, as_json=given.json)
    return 0


def _list(settings: Settings, day: date, *, as_json: bool) -> None:
    with journal_of(settings, clinic_of(settings)) as journal:
        visits = journal.proofs.of_day(day)
    proofs = [
        {
            "ticket": visit.ticket,
            "visit": visit.visit_id,
            "outcome": kept.proof.outcome.value,
            "code": kept.proof.code,
            "trouble": kept.proof.trouble,
            "because": kept.proof.because.value,
            "checked_at": kept.proof.checked_at.isoformat(timespec="seconds"),
        }
        for visit in visits
        for kept in visit.proofs
    ]
    lines = [
        f"{visit.ticket}  {in_clinic(kept.proof.checked_at):%H:%M:%S}"
        f"  {say(f'proof.outcome.{kept.proof.outcome.value}.title', Language.VI)}"
        f"  {kept.proof.code or kept.proof.trouble}"
        for visit in visits
        for kept in visit.proofs
    ]
    write_report({"day": day.isoformat(), "proofs": proofs if as_json else lines}, as_json=as_json)


def _export(settings: Settings, given: Namespace) -> None:
    clinic = clinic_of(settings)
    seal = seal_of(settings, create=False) if given.with_question else None
    with journal_of(settings, clinic) as journal:
        day = given.day or now().date()
        visit = journal.proofs.of_visit(given.visit) if given.visit else journal.proofs.of_ticket(given.ticket, day)
        if visit is None:
            raise KioskError(FailureCode.INPUT_INVALID, "no such visit in the journal")
        with journal.store.transaction() as connection:
            opened = given.with_question
            journal.audit.note(connection, Act.PROOF_EXPORTED, visit.visit_id, by=BY_COMMAND, with_question=opened)
    document = write_document(clinic, visit, now(), seal)
    name = f"{file_stem(visit)}.json"
    page = make_proof_sheet(document, clinic.health_department[Language.VI], name, find_fonts(settings.screen.font))
    written = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    try:
        given.out.mkdir(parents=True, exist_ok=True)
        files = {given.out / name: written.encode(), given.out / f"{file_stem(visit)}.pdf": page}
        for file, content in files.items():
            write_whole(file, content)
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
    if given.json:
        write_report({"files": [str(file) for file in files], "digest": document["digest"]}, as_json=True)
    else:
        sys.stdout.write("".join(f"{printable(str(file))}\n" for file in files))


def file_stem(visit: ProvenVisit) -> str:
    """What an export's files are called: nothing of the person."""
    return f"proof-{visit.business_day.isoformat()}-{visit.ticket}"


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            written = opened.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise KioskError(FailureCode.INPUT_INVALID, f"{file.name}: {error.strerror}") from error
    if len(written) > _LARGEST_FILE:
        raise KioskError(FailureCode.INPUT_INVALID, f"{file.name}: too long for a proof of check")
    return written
