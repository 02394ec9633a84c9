"""`kiosk scan`: the codes in pictures, what they are and what they say."""

import os
import sys
import time
from argparse import Namespace
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from enum import Enum
from functools import partial
from itertools import chain, islice
from pathlib import Path
from traceback import extract_tb
from typing import Any, TextIO, assert_never
from warnings import catch_warnings, simplefilter

from PIL import Image

from kiosk.commands.pictures import is_folder, pictures
from kiosk.commands.report import json_line, printable
from kiosk.commands.side_by_side import Lost, in_order
from kiosk.dates import PartialDate
from kiosk.failure import FailureCode, KioskError
from kiosk.reader.codes import Found, decode, open_frames, text_of
from kiosk.reader.document import CitizenCode, Code, InsuranceCode, MrzCode, NumberCode, NumberKind, UnknownCode
from kiosk.reader.payload import parse
from kiosk.settings import Settings, as_utf8
from kiosk.text import Language, catalog, say

PICTURE_LIMIT_S = 30.0
"""How long one picture may take; the largest photographs without a code take some seconds."""

MAX_FRAMES = 32
"""How many frames of one image are read: more than a scanned file has pages; films have thousands."""
FRAMES_LIMIT_S = PICTURE_LIMIT_S / 2
"""When no further frame of an image is begun, so that what was read is told in time."""

_NUMBER_FIELDS = {
    NumberKind.PERSONAL: "personal_number",
    NumberKind.SOCIAL_INSURANCE: "social_insurance_number",
    NumberKind.INSURANCE_CARD: "card_number",
}
_RAW = "_raw"


@dataclass(frozen=True, slots=True)
class Counted:
    """How a scan went, in numbers."""

    pictures: int = 0
    with_codes: int = 0
    codes: int = 0
    failed: int = 0

    def told(self, language: Language) -> str:
        """One line of it."""
        return say(
            "command.scan.summary", language,
            pictures=self.pictures, with_codes=self.with_codes, codes=self.codes, failed=self.failed,
        )  # fmt: skip


def run(settings: Settings, given: Namespace) -> int:  # noqa: ARG001 - every command gets the settings
    """Scans the images and folders of the command line; where there is a folder, a summary closes the log.

    Raises:
        KioskError: IMAGE_UNREADABLE, after the listing for people that names which; with `--json` each is told in its
            own object.
    """
    counted = scan(given.images, as_json=given.json, out=sys.stdout, jobs=given.jobs)
    summary = ""
    if any(map(is_folder, given.images)):
        summary = counted.told(Language.EN if given.json else Language.VI)
    if counted.failed and not given.json:
        raise KioskError(FailureCode.IMAGE_UNREADABLE, summary)
    if summary:
        sys.stderr.write(f"kiosk: {summary}\n")
    return 1 if counted.failed else 0


def scan(
    images: Sequence[Path], *, as_json: bool, out: TextIO, jobs: int = 0, limit_s: float = PICTURE_LIMIT_S
) -> Counted:
    """Writes what each image holds as soon as it is known: with `as_json` one object a line, else a list for people.

    `jobs` processes share several images (0: as many as there are processors). An image without a code has nothing
    found and is no error; a file that is no image, kills its process or takes longer than `limit_s` is told in its
    place, and the others go on.
    """
    counted = Counted()
    with closing(_told(pictures(images), as_json=as_json, jobs=jobs or _processors(), limit_s=limit_s)) as all_told:
        for told in all_told:
            out.write(told.text + "\n")
            out.flush()
            counted = Counted(
                pictures=counted.pictures + 1,
                with_codes=counted.with_codes + (told.codes > 0),
                codes=counted.codes + told.codes,
                failed=counted.failed + told.failed,
            )
    return counted


def describe(code: Code) -> tuple[str, dict[str, Any]]:
    """The kind of a code and its fields: only what is known, dates ISO as far as known.

    A field that had to be interpreted stands beside its `…_raw`, which holds what the code says; `doubts` names the
    fields that were written and cannot be read, or what is odd about them.
    """
    match code:
        case CitizenCode():
            return "citizen-card", _known(code)
        case InsuranceCode():
            return "insurance-card", _known(code)
        case NumberCode(kind, number):
            return kind.value, {_NUMBER_FIELDS[kind]: number}
        case MrzCode(mrz):
            return "mrz", _known(mrz)
        case UnknownCode(_, may_be_vneid):
            return "unknown", {"may_be_vneid": True} if may_be_vneid else {}
        case _:
            assert_never(code)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is written about one picture."""

    text: str
    codes: int
    failed: bool


def _told(images: Iterator[Path], *, as_json: bool, jobs: int, limit_s: float) -> Generator[_Told, None, None]:
    first = list(islice(images, 2))
    if len(first) < 2:
        # There are no others that it could stop, and a process takes longer to start than most pictures.
        yield from (_look(image, as_json=as_json) for image in first)
        return
    work = partial(_look, as_json=as_json)
    for image, result in in_order(work, chain(first, images), jobs=jobs, limit_s=limit_s):
        yield _failed(image, _LOST[result], as_json=as_json) if isinstance(result, Lost) else result


_LOST = {
    Lost.DIED: KioskError(FailureCode.IMAGE_UNREADABLE, "its process died"),
    Lost.TOO_LONG: KioskError(FailureCode.IMAGE_UNREADABLE, "time limit"),
    Lost.RAISED: KioskError(FailureCode.INTERNAL, "scan"),
}


def _look(image: Path, *, as_json: bool) -> _Told:
    try:
        with catch_warnings():
            simplefilter("ignore", Image.DecompressionBombWarning)  # what unpacks to too much is refused and told
            told = _search(image)
    except KioskError as error:
        return _failed(image, error, as_json=as_json)
    except Exception as error:  # noqa: BLE001 - a defect met in one picture is told there, and the others go on
        place = extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}"
        return _failed(image, KioskError(FailureCode.INTERNAL, detail), as_json=as_json)
    report = {"image": as_utf8(str(image)), **told}
    return _Told(json_line(report) if as_json else _listing(report), len(told["found"]), failed=False)


def _search(image: Path) -> dict[str, Any]:
    """What stands in an image; where it has several frames, also in which, how many were read, and if not all.

    A code that stays is told once. What follows a broken frame, or comes too late, is left.
    """
    found: dict[bytes, tuple[int, dict[str, Any]]] = {}
    read, is_all, ends_s = 0, False, time.monotonic() + FRAMES_LIMIT_S
    with closing(open_frames(image)) as frames:
        try:
            for frame in frames:
                if read == MAX_FRAMES or (read and time.monotonic() >= ends_s):
                    break
                read += 1
                for one in decode(frame) or _zones(frame):
                    if one.payload not in found:
                        found[one.payload] = read, _describe_found(one)
            else:
                is_all = True
        except KioskError:
            if not read:
                raise
    if is_all and read == 1:
        return {"found": [described for _, described in found.values()]}
    in_frames = [{"frame": number, **described} for number, described in found.values()]
    return {"found": in_frames, "frames_read": read, "frames_left": not is_all}


def _failed(image: Path, error: KioskError, *, as_json: bool) -> _Told:
    name = as_utf8(str(image))
    if as_json:
        told = {"code": error.code.value, "message": error.told(Language.EN)}
        return _Told(json_line({"image": name, "error": told}), 0, failed=True)
    return _Told(f"{printable(name)}: {printable(error.told(Language.VI))}", 0, failed=True)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))  # fewer than the machine has where a container or taskset says so
    return os.cpu_count() or 1


def _zones(frame: Image.Image) -> tuple[Found, ...]:
    from kiosk.reader.mrz_camera.files import zones_in  # most pictures have a code and need none of this

    return zones_in(frame)


def _describe_found(found: Found) -> dict[str, Any]:
    try:
        text = text_of(found.payload)
    except UnicodeDecodeError:
        return {"kind": "unknown", "text": "", "fields": {"payload_hex": found.payload.hex()}}
    kind, known = describe(parse(text))
    return {"kind": kind, "text": text, "fields": known}


def _known(record: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass of reader.document
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    # Each raw text behind its field, also where the field itself could not be read.
    in_order_of_fields = (one for name in values if not name.endswith(_RAW) for one in (name, name + _RAW))
    known = {name: values.get(name) for name in in_order_of_fields}
    return {
        name: _plain(value) for name, value in known.items() if value and (not isinstance(value, tuple) or any(value))
    }


def _plain(value: object) -> object:
    match value:
        case PartialDate():
            return value.iso()
        case Enum():
            return value.value
        case tuple():
            return list(value)
    return value


def _listing(report: dict[str, Any]) -> str:
    name = printable(report["image"])
    read = report.get("frames_read", 1)
    left = [say("command.scan.frames_left", Language.VI, read=read)] if report.get("frames_left") else []
    if not report["found"]:
        return "; ".join([f"{name}: {say('command.scan.nothing', Language.VI)}", *left])
    lines = [f"{name}:"]
    for found in report["found"]:
        kind = say(f"command.scan.kind.{found['kind']}", Language.VI)
        if "frame" in found:
            kind = say("command.scan.frame", Language.VI, frame=found["frame"], kind=kind)
        lines.append(f"  {kind}")
        lines += [f"    {line}" for line in _field_lines(found["fields"], found["text"])]
    return "\n".join([*lines, *(f"  {line}" for line in left)])


def _field_lines(known: dict[str, Any], text: str) -> Iterator[str]:
    """A line for each field; what was written only where it is in doubt, or all of it where it is no field of ours."""
    doubted = known.get("doubts", ())
    if known.keys() <= {"may_be_vneid"}:
        yield f"{_label('text')}: {printable(text)}"
    for name, value in known.items():
        field = name.removesuffix(_RAW)
        if name == "may_be_vneid":
            yield say("command.scan.vneid", Language.VI)
        elif name == "doubts":
            yield f"{_label(name)}: {'; '.join(map(_doubt, value))}"
        elif field == name:
            yield f"{_label(name)}: {say(f'command.scan.sex.{value}', Language.VI) if name == 'sex' else _shown(value)}"
        elif any(_field_of(doubt) == field for doubt in doubted):
            yield say("command.scan.raw", Language.VI, field=_label(field), raw=_shown(value))


def _doubt(doubt: str) -> str:
    """The words of a doubt: its own sentence, or its field and what is odd about it."""
    own = catalog(Language.VI).get(f"command.scan.doubt.{doubt}")
    if own is not None:
        return own
    for oddity in _ODDITIES:
        if doubt.endswith(f"-{oddity}"):
            return say(f"command.scan.doubt.{oddity}", Language.VI, field=_label(_field_of(doubt)))
    return say("command.scan.doubt.unreadable", Language.VI, field=_label(_field_of(doubt)))


_ODDITIES = ("invisible", "look-alike")


def _field_of(doubt: str) -> str:
    for oddity in _ODDITIES:
        doubt = doubt.removesuffix(f"-{oddity}")
    return doubt.replace("-", "_")


def _label(field: str) -> str:
    return say(f"command.scan.field.{field}", Language.VI)


def _shown(value: object) -> str:
    return printable("; ".join(map(str, filter(None, value))) if isinstance(value, list) else str(value))
