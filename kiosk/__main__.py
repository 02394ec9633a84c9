"""The command line: what each command takes; what it does stands in `commands`.

Results go to stdout, logs to stderr. 0 means done; any other status comes with one line that says what happened and
what to do, as `{"error": {"code", "message"}}` with `--json`.
"""

import argparse
import io
import json
import logging
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from kiosk.failure import FailureCode, KioskError
from kiosk.privacy import LogFilter
from kiosk.settings import load_settings
from kiosk.text import Language

log = logging.getLogger("kiosk")

EXIT_FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    _speak_utf8()
    given = argparse.Namespace(json="--json" in (sys.argv if arguments is None else arguments))
    try:
        parser().parse_args(arguments, given)
        settings = load_settings(given.config, given.set)
        _start_log(settings.log.level)
        run: Callable[..., int] = import_module(f"kiosk.commands.{given.module}").run
        return run(settings, given)
    except KioskError as error:
        report(error, as_json=given.json)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody to tell.
        sys.stdout = io.StringIO()
    except Exception as error:  # noqa: BLE001 - the edge: a defect is told in one line, never as a traceback
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
        report(KioskError(FailureCode.INTERNAL, f"{type(error).__name__} {place}"), as_json=given.json)
    return EXIT_FAILED


class _Parser(argparse.ArgumentParser):
    """Tells a wrong call like every other failure: one line, a code, a cure."""

    def error(self, message: str) -> NoReturn:
        raise KioskError(FailureCode.INPUT_INVALID, f"{message}; {self.prog} --help")


def report(error: KioskError, *, as_json: bool) -> None:
    """One line: what happened and what to do; on stdout as JSON for scripts, else on stderr in both languages."""
    if as_json:
        told = {"code": error.code.value, "message": error.told(Language.EN)}
        print(json.dumps({"error": told}, ensure_ascii=False))  # noqa: T201
    else:
        print(f"kiosk: {error.code.value}: {error.told(Language.VI)}", file=sys.stderr)  # noqa: T201


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

    read_card = _command(commands, "read-card", "read the chip on the reader", json=True)
    read_card.add_argument("--reader", default="", metavar="NAME")
    read_card.add_argument("--can", default="", metavar="N", help="the six digits that open the chip")
    read_card.add_argument("--id", default="", metavar="N", help="the 12-digit personal number")
    read_card.add_argument("--dob", type=_day, metavar="YYYY-MM-DD")
    read_card.add_argument("--expiry", type=_day, metavar="YYYY-MM-DD")
    read_card.add_argument("--mrz", default="", metavar="TEXT")
    read_card.add_argument("--no-photo", action="store_true")
    read_card.add_argument("--photo", type=Path, metavar="FILE")
    read_card.add_argument("--dump", type=Path, metavar="DIR")

    scan = _command(commands, "scan", "read the QR codes in pictures", json=True)
    scan.add_argument("images", type=Path, nargs="+", metavar="IMAGE")

    look_up = _command(commands, "look-up", "ask the insurance gateway about a card", module="look_up", json=True)
    look_up.add_argument("--id", required=True, metavar="N", help="personal, VSS or card number")
    look_up.add_argument("--name", required=True, metavar="TEXT")
    look_up.add_argument("--dob", required=True, metavar="D", help="dd/mm/yyyy, mm/yyyy, yyyy or yyyy-mm-dd")

    check_in = _command(commands, "check-in", "one whole check-in", module="check_in", json=True)
    check_in.add_argument("--payload", default="", metavar="TEXT", help="the text of a code")
    check_in.add_argument("--id", default="", metavar="N", help="the personal number, with --name and --dob")
    check_in.add_argument(
        "--card", action="store_true", help="the chip on the reader, opened by --can, --id or --payload"
    )
    check_in.add_argument("--name", default="", metavar="TEXT")
    check_in.add_argument("--dob", default="", metavar="D")
    check_in.add_argument("--can", default="", metavar="N", help="the six digits that open the chip")
    check_in.add_argument("--service", default="", metavar="CODE", help="default: the clinic's first")

    simulate = _command(commands, "simulate", "a stand-in for one device, until Ctrl+C")
    devices = simulate.add_subparsers(dest="device", metavar="card|gateway|printer", required=True)
    card = devices.add_parser("card", help="an invented person's card in vpcd's reader")
    card.add_argument("--vpcd", default="127.0.0.1:35963", metavar="HOST:PORT")
    card.add_argument("--person", default="", metavar="NUMBER")
    card.add_argument("--list", action="store_true", help="number, name, what is special")
    gateway = devices.add_parser("gateway", help="the insurance gateway's sandbox")
    gateway.add_argument("--port", type=int, default=0, metavar="N")
    gateway.add_argument("--fault", default="", metavar="NAME")
    printer = devices.add_parser("printer", help="a network receipt printer")
    printer.add_argument("--port", type=int, default=0, metavar="N")
    printer.add_argument("--out", type=Path, default=Path("out"), metavar="DIR")
    printer.add_argument("--fault", default="", metavar="NAME")

    _command(commands, "doctor", "check settings, devices, fonts, store and gateway", json=True)
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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not YYYY-MM-DD") from None


def _speak_utf8() -> None:
    # A console of another code page (Windows-1258, the C locale) must not mangle names or fail on them.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _start_log(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(LogFilter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


if __name__ == "__main__":
    sys.exit(main())
