"""`kiosk person`: all that is kept of one person, given out to them or erased [Law 91/2025/QH15]."""

import json
from argparse import Namespace
from functools import partial

from kiosk.app.auditing import audit_in
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import seal_of, store_of
from kiosk.app.records import forget_replies, person_records_in, signed_in_officer
from kiosk.checkin.records.person import Erased, PersonRecords, as_text
from kiosk.commands.report import write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.settings import Settings
from kiosk.slip.files import write_whole
from kiosk.slip.person_sheet import make_person_sheet
from kiosk.text import Language, say


def run(settings: Settings, given: Namespace) -> int:
    """Gives out or erases what is kept of the person of a number, in the name of an officer who signs in for it.

    Raises:
        KioskError: INPUT_INVALID: nobody of this number, no reason, a visit of today; OFFICER_NEEDED;
            OUTPUT_UNWRITABLE, FONT_MISSING; STORE_…, KEY_WRONG, KEYSTORE_….
    """
    with store_of(settings) as store, signed_in_officer(store, settings, given.officer) as officer:
        records = person_records_in(store, settings, audit_in(store, settings, lambda: officer))
        if given.action == "export":
            _export(settings, given, records)
        else:
            erased = records.erase(given.id, given.reason, partial(forget_replies, settings))
            write_report(_described(erased, as_json=given.json), as_json=given.json)
    return 0


def _export(settings: Settings, given: Namespace, records: PersonRecords) -> None:
    if given.out.suffix in {".txt", ".pdf"}:
        raise KioskError(FailureCode.INPUT_INVALID, f"--out FILE.json: {given.out.suffix} comes beside it")
    try:
        seal = seal_of(settings, create=False)
    except KioskError:
        seal = None  # nothing was ever encrypted here
    record = records.export(given.id, clinic_of(settings), given.reason, seal)
    written = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    files = {
        given.out: written.encode(),
        given.out.with_suffix(".txt"): as_text(record).encode(),
        given.out.with_suffix(".pdf"): make_person_sheet(record, find_fonts(settings.screen.font)),
    }
    try:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            write_whole(file, content)
    except OSError as error:
        raise KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or type(error).__name__) from error
    report = {"files": [str(file) for file in files], "visits": len(record["visits"])}
    write_report(report, as_json=given.json)


def _described(erased: Erased, *, as_json: bool) -> dict[str, object]:
    stays = [say(f"record.erased.{what}", Language.VI) for what in ("stays", "backups")]
    if not erased.swept:
        stays.append(say("record.erased.unswept", Language.VI))
    if as_json:
        days = [day.isoformat() for day in erased.days]
        return {"visits": erased.visits, "days": days, "replies": erased.replies, "swept": erased.swept, "stays": stays}
    done = say("record.erased.done", Language.VI, visits=erased.visits)
    return {"erased": [done, say("record.erased.replies", Language.VI, count=erased.replies), *stays]}
