"""The command line: what each command takes; what it does stands in `commands`.

Results go to stdout, logs to stderr. 0 means done; any other status comes with one line that says what happened and
what to do, as `{"error": {"code", "message"}}` with `--json`.
"""

import argparse
import errno
import io
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from kiosk.failure import WISHES_TO_END, FailureCode, KioskError, log_defect_of_thread
from kiosk.keystore import SecretName
from kiosk.privacy import LogFilter, redact_numbers
from kiosk.settings import as_utf8, load_settings
from kiosk.text import Language

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
_PLACE_STATES = ("waiting", "called", "in-room", "done", "no-show", "cancelled")
_PRIORITIES = ("none", "emergency", "under-six", "pregnant", "disability", "seventy-five", "merit")
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    _speak_utf8()
    words = sys.argv[1:] if arguments is None else list(arguments)
    as_json = "--json" in words
    try:
        given = parser().parse_args(words)
        settings = load_settings(given.config, given.set)
        with _logging(settings.log.level, lasting=_is_lasting(given)):
            run: Callable[..., int] = import_module(f"kiosk.commands.{given.module}").run
            status = run(settings, given)
        sys.stdout.flush()
    except KioskError as error:
        report(error, as_json=as_json)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        _drop_stdout()
    except WISHES_TO_END:
        raise
    except BaseException as error:  # noqa: BLE001 - the edge: a defect is told in one line, never as a traceback
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            _drop_stdout()
            report(KioskError(FailureCode.OUTPUT_UNWRITABLE, error.strerror or ""), as_json=False)
        else:
            report(KioskError(FailureCode.INTERNAL, _place_of(error)), as_json=as_json)
    else:
        return status
    return EXIT_FAILED


def report(error: KioskError, *, as_json: bool) -> None:
    """One line: what happened and what to do; on stdout as JSON for scripts, else on stderr in Vietnamese."""
    try:
        if as_json:
            told = {"code": error.code.value, "message": _one_line(error.told(Language.EN))}
            sys.stdout.write(json.dumps({"error": told}, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            sys.stderr.write(f"kiosk: {error.code.value}: {_one_line(error.told(Language.VI))}\n")
    except BrokenPipeError:
        _drop_stdout()
    except OSError:
        _drop_stdout()
        if as_json:
            report(error, as_json=False)


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _place_of(error: BaseException) -> str:
    """Where a defect is; its own text stays out: it may quote what a stranger brought."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" {Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
    return type(error).__name__ + place


class _Parser(argparse.ArgumentParser):
    """Tells a wrong call like every other failure: one line, a code, a cure; nothing of what was typed but options.

    Options are not abbreviated: what is short for one today may be short for two tomorrow.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - handed through
        super().__init__(**{**options, "allow_abbrev": False})

    def parse_args(self, words: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - as in the base class
        """All of the words.

        Raises:
            KioskError: INPUT_INVALID, one that no command takes among them.
        """
        given, unknown = self.parse_known_args(words, namespace)
        if unknown:
            options = [word.partition("=")[0] for word in unknown if word.startswith("--")]
            self.error(f"unknown: {', '.join(options) or f'{len(unknown)} words too many'}")
        return given

    def error(self, message: str) -> NoReturn:
        raise KioskError(FailureCode.INPUT_INVALID, f"{redact_numbers(message)}; {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The whole command line; scripts depend on it."""
    top = _Parser(prog="kiosk", description="Check-in desk and kiosk with a chip ID card reader.")
    top.add_argument("--config", type=Path, metavar="FILE", help="settings (default: config/kiosk.toml)")
    top.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="one setting for this run")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    demo = _command(commands, "demo", "simulators and the whole line, to play with")
    demo.add_argument("--headless", action="store_true", help="one whole check-in by itself, pictures into --out")
    demo.add_argument("--pcsc", action="store_true", help="the card through the real pcscd and its virtual reader")
    demo.add_argument("--out", type=Path, default=Path("out"), metavar="DIR")
    demo.add_argument("--person", default="", metavar="NUMBER", help="whose card is laid first (default: the first)")

    run = _command(commands, "run", "the kiosk with real devices")
    run.add_argument("--mode", choices=("patient", "desk"), default=None)

    board = _command(commands, "board", "the hall's call board, on a screen and as a page for televisions")
    board.add_argument("--screen", type=int, default=None, metavar="N", help="which screen, from 1 (default: as set)")
    board.add_argument("--web", default=None, metavar="HOST:PORT", help="serve the page here")
    board.add_argument("--no-window", action="store_true", help="only the page")

    read_card = _command(commands, "read-card", "read the chip on the reader", json=True)
    read_card.add_argument("--reader", default="", metavar="NAME")
    key = read_card.add_mutually_exclusive_group()
    key.add_argument("--can", default="", metavar="N", help="the six digits that open the chip")
    key.add_argument("--id", default="", metavar="N", help="the 12-digit personal number")
    key.add_argument("--mrz", type=as_utf8, default="", metavar="TEXT", help="the machine-readable zone")
    read_card.add_argument("--dob", type=_day, metavar="YYYY-MM-DD")
    read_card.add_argument("--expiry", type=_day, metavar="YYYY-MM-DD")
    read_card.add_argument("--no-photo", action="store_true")
    read_card.add_argument("--photo", type=Path, metavar="FILE")
    read_card.add_argument("--dump", type=Path, metavar="DIR")
    read_card.add_argument("--trace", type=Path, metavar="FILE", help="headers, lengths and times, no data")
    read_card.add_argument("--profile", type=Path, metavar="FILE", help="what the card is, nothing of whose it is")

    scan = _command(commands, "scan", "read the QR codes in pictures", json=True)
    scan.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="a picture, or a folder of pictures")
    scan.add_argument("--jobs", type=_jobs, default=0, metavar="N", help="processes (default: one a processor)")

    look_up = _command(commands, "look-up", "ask the insurance gateway about a card", module="look_up", json=True)
    look_up.add_argument("--id", required=True, metavar="N", help="personal, VSS or card number")
    look_up.add_argument("--name", type=as_utf8, required=True, metavar="TEXT")
    look_up.add_argument("--dob", required=True, metavar="D", help="dd/mm/yyyy, mm/yyyy, yyyy or yyyy-mm-dd")
    look_up.add_argument("--history", action="store_true", help="earlier visits as well: where and when, not what for")
    _visit_options(look_up)

    check_in = _command(commands, "check-in", "one whole check-in", module="check_in", json=True)
    check_in.add_argument("--payload", type=as_utf8, default="", metavar="TEXT", help="the text of a code")
    check_in.add_argument("--id", default="", metavar="N", help="the personal number, with --name and --dob")
    check_in.add_argument(
        "--card", action="store_true", help="the chip on the reader, opened by --can, --id or --payload"
    )
    check_in.add_argument("--name", type=as_utf8, default="", metavar="TEXT")
    check_in.add_argument("--dob", default="", metavar="D")
    check_in.add_argument("--can", default="", metavar="N", help="the six digits that open the chip")
    check_in.add_argument("--service", default="", metavar="CODE", help="default: the clinic's first")
    _visit_options(check_in)

    simulate = _command(commands, "simulate", "a stand-in for one device, until Ctrl+C")
    devices = simulate.add_subparsers(dest="device", metavar="card|gateway|printer", required=True)
    card = devices.add_parser("card", help="an invented person's card in vpcd's reader")
    card.add_argument("--vpcd", default="127.0.0.1:35963", metavar="HOST:PORT")
    card.add_argument("--person", default="", metavar="NUMBER")
    card.add_argument("--list", action="store_true", help="number, name, what is special")
    card.add_argument("--profile", type=Path, metavar="FILE", help="behaves like the card of read-card --profile")
    card.add_argument("--trace", type=Path, metavar="FILE", help="all that is said to this invented person's card")
    gateway = devices.add_parser("gateway", help="the insurance gateway's sandbox")
    gateway.add_argument("--port", type=_port, default=0, metavar="N")
    gateway.add_argument(
        "--fault", default="", metavar="NAME", help="NAME, or NAME:AMOUNT where a fault takes a number"
    )
    gateway.add_argument("--people", type=_count, default=0, metavar="N", help="so many more invented people")
    gateway.add_argument("--seed", type=_count, default=0, metavar="N", help="other people, another jitter")
    gateway.add_argument("--dialect", default="", metavar="NAME", help="one installation's paths, bodies and MD5 case")
    gateway.add_argument("--schedule", type=Path, metavar="FILE", help="outages by the second, TOML")
    gateway.add_argument("--lock-after", type=_count, default=5, metavar="N", help="wrong logins; 0: never")
    gateway.add_argument("--list", type=_count, default=0, metavar="N", help="N people whom it knows, and no service")
    printer = devices.add_parser("printer", help="a receipt printer in the network, at a serial port or at USB")
    printer.add_argument("--line", choices=["tcp", "serial", "usb"], default="tcp", help="default: tcp")
    printer.add_argument("--port", type=_port, default=0, metavar="N")
    printer.add_argument("--out", type=Path, default=Path("out"), metavar="DIR")
    printer.add_argument("--fault", default="", metavar="NAME")

    kept = _command(commands, "secrets", "the gateway's account, officer and data key in the keystore", json=True)
    actions = kept.add_subparsers(dest="action", metavar="list|set|forget|recovery-code", required=True)
    actions.add_parser("list", help="which are kept; no value is shown")
    for action, what in (("set", "asks for it without echo, or takes a line from a pipe"), ("forget", "removes it")):
        one = actions.add_parser(action, help=what)
        one.add_argument("name", choices=[name.value for name in SecretName])
    code = actions.add_parser("recovery-code", help="the data key as four lines on paper, and back")
    code.add_argument("code_action", choices=("show", "enter"), help="enter: four lines from the terminal or a pipe")

    store = _command(commands, "store", "the database of check-ins: state, backups, damage", json=True)
    works = store.add_subparsers(
        dest="action", metavar="status|check|backup|restore|rehearse|recover|refused|encrypt", required=True
    )
    works.add_parser("status", help="where it is, whether encrypted, the newest backup")
    works.add_parser("check", help="read it through: pages, numbers, audit")
    works.add_parser("encrypt", help="encrypt an unencrypted file now, not at the next start")
    backup = works.add_parser("backup", help="copy it while the kiosk works, and read the copy through")
    backup.add_argument("file", type=Path, nargs="?", metavar="FILE", help="default: a new one in backup.folder")
    restored = works.add_parser("restore", help="put a backup in its place; what was there is kept beside it")
    restored.add_argument("--to", default="", metavar="URL", help="another place than store.url")
    rehearsed = works.add_parser("rehearse", help="whether a backup would do: restore it aside and read it through")
    recovered = works.add_parser("recover", help="bring back visits out of a damaged file; the kiosk may go on")
    for one in (restored, rehearsed, recovered):
        one.add_argument("file", type=Path, metavar="FILE")
    refused = works.add_parser("refused", help="try again what the shared store refused after a time away, list why")
    decided = refused.add_mutually_exclusive_group()
    decided.add_argument("--renumber", default="", metavar="TICKET", help="bring it in under a new number")
    decided.add_argument("--drop", default="", metavar="TICKET", help="give it up; needs --reason")
    refused.add_argument("--officer", default="", metavar="CODE", help="who decides; asks for the PIN")
    refused.add_argument("--reason", type=as_utf8, default="", metavar="TEXT")

    officer = _command(commands, "officer", "who may sign in at the staff's window, and the duty log", json=True)
    duties = officer.add_subparsers(dest="action", metavar="add|list|remove|set-pin|log", required=True)
    added = duties.add_parser("add", help="asks for a PIN without echo, or takes two lines from a pipe")
    added.add_argument("--name", type=as_utf8, required=True, metavar="TEXT", help="as registered on the portal")
    added.add_argument("--id", required=True, metavar="N", help="the 12-digit personal number")
    added.add_argument("--code", default="", metavar="CODE", help="staff code to sign in with (default: initials)")
    duties.add_parser("list", help="codes, names, masked numbers")
    for action, what in (("remove", "cannot sign in any more; the past keeps the name"), ("set-pin", "another PIN")):
        duties.add_parser(action, help=what).add_argument("code", metavar="CODE")
    log = duties.add_parser("log", help="who signed in and out, and who was refused")
    log.add_argument("--days", type=_jobs, default=7, metavar="N", help="back from now (default: 7)")

    evidence = _command(commands, "evidence", "the gateway's replies that could not be understood", json=True)
    looks = evidence.add_subparsers(dest="action", metavar="list|show", required=True)
    looks.add_parser("list", help="when, which call, how large")
    looks.add_parser("show", help="one reply as it came").add_argument("name", metavar="NAME")

    proof = _command(commands, "proof", "what each lookup showed, as evidence for claims", json=True)
    proofs = proof.add_subparsers(dest="action", metavar="list|export|verify", required=True)
    listed = proofs.add_parser("list", help="a day's visits and their checks")
    export = proofs.add_parser("export", help="one visit's proofs as JSON and as one page PDF")
    which = export.add_mutually_exclusive_group(required=True)
    which.add_argument("--visit", default="", metavar="ID")
    which.add_argument("--ticket", default="", metavar="A042")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.add_argument("--with-question", action="store_true", help="with name, number, birth date and the salts")
    for one in (listed, export):
        one.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="default: today")
    verify = proofs.add_parser("verify", help="check such a JSON; needs neither settings nor journal")
    verify.add_argument("file", type=Path, metavar="FILE")

    queue = _command(commands, "queue", "who waits where and who is next, by tickets", json=True)
    _queue_acts(queue)

    _command(commands, "recheck", "ask again about those who were admitted without a check", json=True).add_argument(
        "--list", action="store_true", help="only list them and what changed"
    )

    audit = _command(commands, "audit", "who read whose record and who changed what", json=True)
    looks = audit.add_subparsers(dest="action", metavar="verify|list|anchor|accept|accept-beginning", required=True)
    looks.add_parser("verify", help="go through the chain, its seals and the anchors; names the first bad row")
    rows = looks.add_parser("list", help="the last rows")
    rows.add_argument("--days", type=_jobs, default=7, metavar="N", help="back from now (default: 7)")
    rows.add_argument("--subject", default="", metavar="ID", help="about one visit only")
    looks.add_parser("anchor", help="write where the chain ends now into the anchors' file")
    accepted = looks.add_parser("accept", help="stand up for rows of a time without the data key")
    accepted.add_argument("--first", type=_count, required=True, metavar="N")
    accepted.add_argument("--last", type=_count, required=True, metavar="N")
    begun = looks.add_parser("accept-beginning", help="stand up for a database that took another's place")
    for act in (accepted, begun):
        act.add_argument("--reason", type=as_utf8, required=True, metavar="TEXT")
        act.add_argument("--officer", default="", metavar="CODE", help="asks for the PIN, or takes a line from a pipe")

    person = _command(commands, "person", "all that is kept of one person: given out, or erased", json=True)
    rights = person.add_subparsers(dest="action", metavar="export|erase", required=True)
    for action, what in (("export", "as JSON and as a text"), ("erase", "what no law obliges to keep")):
        one = rights.add_parser(action, help=what)
        one.add_argument("--id", required=True, metavar="N", help="personal, VSS or card number, or KOR:M12345678")
        one.add_argument("--reason", type=as_utf8, required=action == "erase", default="", metavar="TEXT")
        one.add_argument("--officer", default="", metavar="CODE", help="asks for the PIN, or takes a line from a pipe")
        if action == "export":
            words = "FILE.json; FILE.txt and FILE.pdf beside it"
            one.add_argument("--out", type=Path, required=True, metavar="FILE", help=words)

    retention = _command(commands, "retention", "what is kept how long, and removing what is over", json=True)
    works = retention.add_subparsers(dest="action", metavar="show|run", required=True)
    works.add_parser("show", help="days and what is over, by purpose")
    works.add_parser("run", help="remove it now").add_argument("--dry-run", action="store_true", help="only count it")

    reprint = _command(commands, "reprint", "slips that did not come out, and one of them again", json=True)
    reprint.add_argument("--ticket", default="", metavar="A042", help="print this one's; default: list them")
    reprint.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="default: today")

    doctor = _command(commands, "doctor", "check settings, devices, fonts, store and gateway", json=True)
    doctor.add_argument(
        "--listen-gun", type=_seconds, metavar="SECONDS", help="find a serial gun's port and speed while you scan"
    )

    gun_sheet = _command(commands, "gun-sheet", "the set-up sheet for barcode guns: what to look for, codes to scan")
    gun_sheet.add_argument("--out", type=Path, required=True, metavar="FILE", help="FILE.pdf or FILE.png")
    gun_sheet.add_argument("--language", choices=("vi", "en"), default="vi")

    gallery = _command(commands, "gallery", "every page of the screens as a picture, from invented people")
    gallery.add_argument("--out", type=Path, required=True, metavar="DIR")
    gallery.add_argument("--window", choices=("patient", "desk", "staff-pages"), default="patient", help="whose window")
    gallery.add_argument("--page", nargs="+", metavar="NAME", help="default: all")
    gallery.add_argument("--language", choices=("vi", "en"), default="")
    gallery.add_argument("--size", default="", metavar="WxH", help="of the patient's window only (default: all)")
    gallery.add_argument("--state", choices=("normal", "large", "contrast", "lowered"), default="")

    slip = _command(commands, "slip", "the slip's look without a patient, and a test slip for the printer")
    looks = slip.add_subparsers(dest="action", metavar="preview|ruler", required=True)
    preview = looks.add_parser("preview", help="an invented check-in as picture, page or text")
    preview.add_argument("--template", type=Path, metavar="FILE", help="default: printer.template")
    preview.add_argument("--language", choices=("vi", "en", "both"), default="")
    preview.add_argument("--out", type=Path, required=True, metavar="FILE", help="FILE.png, FILE.pdf or FILE.txt")
    preview.add_argument("--paper", choices=("80", "80-512", "58", "A4", "A5", "A6"), default="")
    ruler = looks.add_parser("ruler", help="width, edges, letters and darkness")
    ruler.add_argument("--paper", choices=("80", "80-512", "58"), default="")
    ruler.add_argument("--out", type=Path, metavar="FILE", help="FILE.png or FILE.pdf")
    ruler.add_argument("--print", action="store_true", help="on the configured printer")
    return top


def _command(
    commands: "argparse._SubParsersAction[_Parser]",
    name: str,
    what: str,
    *,
    module: str = "",
    json: bool = False,
) -> _Parser:
    command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    command.set_defaults(module=module or name.replace("-", "_"))
    if json:
        command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    return command


def _queue_acts(queue: _Parser) -> None:
    """What staff do; who and why may stand before or after the act."""
    why = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    for parser, default in ((queue, ""), (why, argparse.SUPPRESS)):
        parser.add_argument("--by", type=as_utf8, default=default, metavar="NAME", help="who (default: this desk)")
        parser.add_argument("--reason", type=as_utf8, default=default, metavar="TEXT", help="why, for the history")
    why.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    acts = queue.add_subparsers(dest="action", metavar="list|board|next|…", required=True)

    def act(name: str, what: str, *takes: str) -> _Parser:
        parser: _Parser = acts.add_parser(name, help=what, parents=[why])
        for one in takes:
            parser.add_argument(one, metavar=one.upper())
        return parser

    listed = act("list", "today's visits, their rooms and how far they are")
    for option, takes in (("--room", "ROOM"), ("--service", "CODE"), ("--department", "CODE")):
        listed.add_argument(option, default="", metavar=takes)
    listed.add_argument("--state", action="append", default=[], choices=_PLACE_STATES)
    act("board", "each room: who is called and who comes next")
    act("next", "calls whose turn it is", "room")
    act("undo", "takes the room's last call back", "room")
    act("call", "calls this one, whoever's turn it is", "ticket")
    act("recall", "calls again", "ticket")
    act("enter", "came in", "ticket")
    act("done", "the visit is over", "ticket")
    act("no-show", "nobody came", "ticket")
    act("cancel", "does not wait any more", "ticket")
    act("return", "waits again, from now on", "ticket")
    act("history", "all that happened to it", "ticket")
    move = act("move", "to another room, or to another service", "ticket")
    move.add_argument("--room", default="", metavar="ROOM")
    move.add_argument("--service", default="", metavar="CODE")
    priority = act("priority", "who goes first by law, and why", "ticket")
    priority.add_argument("kind", choices=_PRIORITIES)
    priority.add_argument("--asked", action="store_true", help="the patient said so; staff saw nothing")
    room = act("room", "opens or closes a room for today", "room")
    room.add_argument("state", choices=("open", "closed", "as-written"))
    room.add_argument("--doctors", type=_jobs, default=None, metavar="N", help="how many see people at once today")


def _visit_options(command: _Parser) -> None:
    """What staff know of a visit; `kiosk.commands.visit_options` reads it."""
    visit = command.add_argument_group("the visit")
    visit.add_argument("--emergency", action="store_true")
    visit.add_argument("--transfer", nargs="?", const="", metavar="D", help="a transfer form, and the day on it")
    visit.add_argument("--transfer-one-year", action="store_true", help="good for a year: it names such a disease")
    visit.add_argument("--appointment", action="store_true", help="for re-examination")
    visit.add_argument("--temporary-residence", action="store_true")
    visit.add_argument("--organ-donor", action="store_true")
    visit.add_argument("--listed-disease", action="store_true", help="of Circular 01/2025/TT-BYT, for this level")
    visit.add_argument("--newborn-care", action="store_true", help="treated since birth")
    visit.add_argument("--hard-area-household", action="store_true", help="ethnic minority or poor, in a hard area")
    visit.add_argument("--inpatient", action="store_true")
    visit.add_argument("--self-pay", action="store_true", help="insurance is not used, by choice")


def _day(text: str) -> date:
    try:
        # fromisoformat alone would also take 19900115 and weeks
        return date.fromisoformat(text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
    except ValueError:
        raise argparse.ArgumentTypeError("not YYYY-MM-DD") from None


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= 999):
        raise argparse.ArgumentTypeError("not 1 to 999")
    return int(text)


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= 600):
        raise argparse.ArgumentTypeError("not 1 to 600 seconds")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise argparse.ArgumentTypeError("not a number from 0")
    return int(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 65536):
        raise argparse.ArgumentTypeError("not a port, 0 to 65535")
    return int(text)


def _speak_utf8() -> None:
    # A console of another code page (Windows-1258, the C locale) must not mangle names or fail on them.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _drop_stdout() -> None:
    """Lets what is still buffered go nowhere: written at the interpreter's end it would be a second failure."""
    if sys.stdout is sys.__stdout__ and sys.stdout is not None:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
    sys.stdout = io.StringIO()


def _is_lasting(given: argparse.Namespace) -> bool:
    """Whether a command works until it is ended, and logs meanwhile."""
    return given.module in {"run", "board", "simulate"} or (given.module == "demo" and not given.headless)


@contextmanager
def _logging(level: str, *, lasting: bool) -> Iterator[None]:
    """The log on stderr. A command that does one thing says its one line; it logs defects, or all with `debug`."""
    shown = level.upper() if lasting or level == "debug" else "ERROR"
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(shown)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(LogFilter())
    ours = logging.getLogger("kiosk")
    before = ours.level
    ours.setLevel(before or shown)
    logging.getLogger().addHandler(handler)
    of_threads, threading.excepthook = threading.excepthook, log_defect_of_thread
    try:
        yield
    finally:
        threading.excepthook = of_threads
        logging.getLogger().removeHandler(handler)
        ours.setLevel(before)


if __name__ == "__main__":
    sys.exit(main())
