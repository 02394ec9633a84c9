"""`kiosk reprint`: the slips that did not come out, and one of them again, marked and counted."""

from argparse import Namespace

from kiosk.app.clock import now
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import journal_of
from kiosk.app.printing import SlipMaker, printer_of, template_of
from kiosk.commands.report import write_report
from kiosk.failure import FailureCode, KioskError
from kiosk.settings import Settings


def run(settings: Settings, given: Namespace) -> int:
    """Lists a day's slips that are owed to somebody, or prints a ticket's slip once more; 1 where that fails again.

    Raises:
        KioskError: INPUT_INVALID: no such ticket; PRINTER_NOT_CONFIGURED, SETTINGS_INVALID, STORE_….
    """
    clinic, day = clinic_of(settings), given.day or now().date()
    with journal_of(settings, clinic) as journal:
        if not given.ticket:
            owed = [
                {"ticket": slip.ticket, "outcome": slip.outcome, "at": slip.at.isoformat(timespec="seconds")}
                for slip in journal.slips.owed(day)
            ]
            write_report({"owed": owed}, as_json=given.json)
            return 0
        slips = SlipMaker(clinic, printer_of(settings), settings, template_of(settings))
        check_in = journal.slips.find(given.ticket, day)
        if check_in is None:
            raise KioskError(FailureCode.INPUT_INVALID, f"--ticket: no such ticket on {day.isoformat()}")
        # Counted before it is printed: a slip that came out must never be the second one without its mark.
        check_in = journal.printed_again(check_in)
        outcome = slips.print(check_in)
        journal.log_print(check_in, outcome.told)
    write_report({"ticket": check_in.ticket, "reprint": check_in.reprints, "slip": outcome.told}, as_json=given.json)
    return 0 if outcome.is_in_order else 1
