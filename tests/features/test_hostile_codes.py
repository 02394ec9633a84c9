"""Codes that somebody made to do harm: through the whole line, onto pages, slip, journal, JSON and terminal.

Each sample is one field of a genuine person's code exchanged for an attack. What must come out is said beside it:
the name as it may be shown (empty: refused), and what the code is said to be in doubt about.
"""

import json
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import re
import sqlite3
import unicodedata
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.__main__ import main
from kiosk.checkin.clinic import load_clinic
from kiosk.failure import FailureCode
from kiosk.fonts import find_fonts
from kiosk.identity.identify import identify
from kiosk.identity.person import Identity, Trust
from kiosk.reader.document import CitizenCode, InsuranceCode, UnknownCode
from kiosk.reader.payload import MAX_CHARACTERS, parse
from kiosk.settings import config_folder
from kiosk.simulator.codes import insurance_payload, qr_image
from kiosk.simulator.people import Person
from kiosk.slip.facts import SlipFacts
from kiosk.slip.layout import lay_out
from kiosk.slip.raster import render
from kiosk.slip.template import load_template
from kiosk.text import Language
from kiosk.ui.theme.scale import Scale
from kiosk.ui.window import PatientWindow
from kiosk.workflow import event as happened
from kiosk.workflow.state import Done, Failed, Found, ScanningCode

if TYPE_CHECKING:
    from tests.features.conftest import MakeKiosk

NAME, RESIDENCE = 2, 5
ZALGO = "Mẫu" + "\u0300\u0301\u0302\u0303" * 40
OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What terminals, line readers and typesetters obey instead of showing it."""


@dataclass(frozen=True)
class Sample:
    """An attack, where it stands in a citizen's code, and what may become of it; None: the name is not touched."""

    written: str
    at: int = NAME
    name: str | None = ""
    doubt: str = "full-name"


SAMPLES = {
    "a formula": Sample('=HYPERLINK("http://example.invalid","x")'),
    "a formula behind spaces": Sample(" \t\u00a0=1+1"),
    "a sum": Sample("+84900000000"),
    "a function": Sample("@SUM(A1:A9)"),
    "a negative formula": Sample("-2+3"),
    "markup": Sample("<b>Mẫu</b>"),
    "markup that loads": Sample('<img src="http://example.invalid/x.png">'),
    "an entity": Sample("Mẫu &lt;b&gt;"),
    "a terminal's title": Sample("Mẫu\x1b]0;x\x07"),
    "a terminal's eraser": Sample("\x1b[2J\x1b[HMẫu"),
    "a C1 control": Sample("Mẫu\x9b2J"),
    "a backspace": Sample("Mẫu\b\b\bVí"),
    "a printer's command": Sample("\x1d(k\x1bp0"),
    "a vertical tab": Sample("Mẫu\vVí"),
    "a line separator": Sample("Mẫu\u2028Ví"),
    "a format string": Sample("{0.__class__}%s%n"),
    "SQL": Sample("x'; DROP TABLE visit; --"),
    "a path": Sample("../../etc/passwd"),
    "Cyrillic": Sample("Nguуễn Vаn Мẫu"),
    "Greek": Sample("Nguyễn Văn Μẫu"),
    "wide letters": Sample("Ｎｇｕｙễｎ"),
    "letters of mathematics": Sample("𝐍𝐠𝐮𝐲𝐞𝐧"),
    "a phonetic letter": Sample("Vɑn"),
    "a click that looks like a bar": Sample("Mẫuǀ"),
    "a Turkish letter that becomes an I": Sample("ı4010000000123"),
    "wide digits": Sample("Mẫu １２"),
    "Arabic digits": Sample("Mẫu ١٢"),
    "an emoji": Sample("Mẫu 😀"),
    "a private letter": Sample("Mẫu \ue000"),
    "a lone surrogate": Sample("Mẫu \ud800"),
    "a noncharacter": Sample("Mẫu \uffff"),
    "a flood of marks": Sample(ZALGO),
    "marks alone": Sample("\u0301\u0302"),
    "a joiner among the marks": Sample("Ma\u034f\u0302u"),
    "another encoding's letters": Sample("Tr廕吵"),
    "a long name": Sample("Mẫu " * 70),
    "lost marks as question marks": Sample("Nguy?n V?n M?u"),
    "an order of writing": Sample("\u202eNguyễn Văn Mẫu\u202c", name="Nguyễn Văn Mẫu", doubt="full-name-invisible"),
    "an isolate": Sample("Nguyễn \u2067Văn\u2069 Mẫu", name="Nguyễn Văn Mẫu", doubt="full-name-invisible"),
    "letters without width": Sample("N\u200bgu\u200dyễn Mẫu\ufe0e", doubt="full-name"),
    "spaces without width": Sample("N\u200bgu\u200dyễn M\u2060ẫu", name="Nguyễn Mẫu", doubt="full-name-invisible"),
    "tags": Sample("Mẫu\U000e0041\U000e007f", name="Mẫu", doubt="full-name-invisible"),
    "a soft hyphen": Sample("Ngu\u00adyễn", name="Nguyễn", doubt="full-name-invisible"),
    "an Icelandic letter": Sample("Ðỗ Văn Mẫu", name="Đỗ Văn Mẫu", doubt="full-name-look-alike"),
    "mixed forms": Sample("Nguye\u0302\u0303n Va\u0306n Mẫu", name="Nguyễn Văn Mẫu", doubt=""),
    "odd spaces": Sample("Nguyễn\u00a0 \u3000Mẫu", name="Nguyễn Mẫu", doubt=""),
    "no marks at all": Sample("An Binh", name="An Binh", doubt=""),
    "a formula as an address": Sample("=cmd('/C calc')!A0", RESIDENCE, None, "residence"),
    "markup as an address": Sample("<script>alert(1)</script>", RESIDENCE, None, "residence"),
    "a title as an address": Sample("Hà Nội\x1b]0;x\x07", RESIDENCE, None, "residence"),
}


@pytest.fixture(params=list(SAMPLES.values()), ids=list(SAMPLES))
def sample(request: pytest.FixtureRequest) -> Sample:
    chosen: Sample = request.param
    return chosen


def payload(person: Person, sample: Sample) -> str:
    """The person's code with the attack in its place."""
    fields = [person.number, "", person.full_name, f"{person.date_of_birth:%d%m%Y}",
              "Nam" if person.sex == "male" else "Nữ", person.residence, "10052021"]  # fmt: skip
    fields[sample.at] = sample.written
    return "|".join(fields)


def expected_name(person: Person, sample: Sample) -> str:
    return person.full_name if sample.name is None else sample.name


def texts_on(window: QWidget) -> list[str]:
    """Everything that a window says, to eyes and to assistive programs."""
    return [
        text
        for widget in window.findChildren(QWidget)
        for text in (widget.accessibleName(), widget.toolTip(), widget.text() if isinstance(widget, QLabel) else "")
    ]


def assert_inert(text: str) -> None:
    assert not OBEYED.search(text), unicodedata.normalize("NFC", text).encode("unicode_escape")


def test_attack_is_read_as_what_may_be_shown_and_its_doubt_and_its_raw_text(
    sample: Sample, reference_person: Person
) -> None:
    code = parse(payload(reference_person, sample))
    assert isinstance(code, CitizenCode)
    assert code.personal_number == reference_person.number
    assert code.full_name == expected_name(reference_person, sample)
    raw = code.full_name_raw if sample.at == NAME else code.residence_raw
    assert raw == sample.written.strip()
    assert code.doubts == ((sample.doubt,) if sample.doubt else ())
    identity = identify(code)
    assert identity.full_name == code.full_name
    for text in (identity.full_name, identity.residence):
        assert_inert(text)
        assert not text.startswith(("=", "+", "-", "@"))
        assert unicodedata.is_normalized("NFC", text)


def test_attack_behind_hex_digits_of_an_insurance_card_ends_the_same(sample: Sample, reference_person: Person) -> None:
    fields = insurance_payload(reference_person).split("|")
    at = 1 if sample.at == NAME else 4
    fields[at] = sample.written.encode("utf-8", "surrogatepass").hex()
    code = parse("|".join(fields))
    assert isinstance(code, InsuranceCode)
    if sample.at == NAME:
        assert code.full_name == expected_name(reference_person, sample)
        assert code.full_name_raw == fields[1]
        assert code.doubts == ((sample.doubt,) if sample.doubt else ())
    else:
        assert code.address == ""
        assert code.doubts == ("address",)


def test_attack_that_fills_the_largest_code_is_read_in_an_instant(reference_person: Person) -> None:
    for filling in ("Mẫu ", "a\u0301\u0301", "=1", "<b>", "|", ";", "\u200b", "🤷"):
        text = payload(reference_person, Sample(filling * MAX_CHARACTERS))[:MAX_CHARACTERS]
        code = parse(text)
        assert isinstance(code, UnknownCode | CitizenCode)
        assert parse(text + filling * MAX_CHARACTERS) == UnknownCode(unicodedata.normalize("NFC", text))


@pytest.fixture
def window(qtbot: QtBot) -> PatientWindow:
    clinic = load_clinic(config_folder() / "clinics" / "mau.toml")
    made = PatientWindow(clinic, scale=Scale(4.0), training=True, animated=False)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    return made


def test_attacks_go_through_the_whole_line_and_harm_neither_pages_nor_slip_nor_journal(
    make_kiosk: "MakeKiosk", window: PatientWindow
) -> None:
    kiosk = make_kiosk("printer.target=none")
    fonts, template = find_fonts(), load_template(config_folder() / "slips" / "mau.toml")
    patients = [one for one in kiosk.training.people if one.card != "none"]
    for (name, sample), person in zip(SAMPLES.items(), patients, strict=False):
        walk = kiosk.visit(begins=happened.CodeScanned(payload(person, sample)))
        assert isinstance(walk.last, Done), name
        assert walk.last.check_in.full_name == expected_name(person, sample), name
        for state in {type(state): state for state in walk.states}.values():
            window.show_state(state)
            assert_window_is_inert(window)
        blocks = lay_out(
            SlipFacts(walk.last.check_in, kiosk.training.clinic, is_training=True), template, (Language.VI,)
        )
        for block in blocks:
            for text in (part for part in astuple(block) if isinstance(part, str)):
                assert_inert(text.replace("\n", " "))
        if sample.name:
            render(blocks, 576, fonts)
    with sqlite3.connect(kiosk.out / "training.db") as store:
        rows = store.execute("select * from visit").fetchall()
    store.close()
    assert len(rows) == len(SAMPLES)
    for value in (value for row in rows for value in row if isinstance(value, str)):
        assert_inert(value)
        assert not value.startswith(("=", "+", "-", "@"))


def assert_window_is_inert(window: QWidget) -> None:
    """Nothing on it is markup to Qt, and nothing that it says is obeyed by anybody."""
    for label in window.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
    for text in texts_on(window):
        assert_inert(text.replace("\n", " ").replace("\u200b", "").replace("\u2060", ""))
        assert "<" not in text


def test_name_that_is_markup_would_be_shown_as_letters_even_if_it_came_so_far(window: PatientWindow) -> None:
    markup = Identity(Trust.CODE_ONLY, '<img src="x"> <b>Mẫu</b>', personal_number="999090000123")
    window.show_state(Found(markup, False, None, None))
    [label] = [one for one in window.findChildren(QLabel) if "<img" in one.text()]
    assert label.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize(
    ("language", "advice"),
    [
        (Language.VI, ("VNeID", "QR thẻ Căn cước", "đặt thẻ lên đầu đọc")),
        (Language.EN, ("VNeID", "ID card's QR", "your card on the reader")),
    ],
    ids=["vi", "en"],
)
def test_dynamic_code_of_vneid_leads_to_the_cards_own_code_or_the_reader(
    make_kiosk: "MakeKiosk", window: PatientWindow, language: Language, advice: tuple[str, ...]
) -> None:
    dynamic = happened.CodeScanned("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")
    last = make_kiosk("printer.target=none").visit(begins=dynamic).last
    assert last == Failed(FailureCode.CODE_UNREADABLE)
    window.set_language(language)
    # The page that the same code leads to where the camera was already asked for.
    for state in (last, ScanningCode(unreadable=True)):
        window.show_state(state)
        said = " ".join(texts_on(window))
        assert [words for words in advice if words not in said] == []


def test_scan_tells_attacks_in_lines_that_no_terminal_and_no_reader_of_lines_obeys(
    tmp_path: Path, reference_person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = [one for one in SAMPLES.values() if "\ud800" not in one.written]
    for number, sample in enumerate(samples):
        qr_image(payload(reference_person, sample)).save(tmp_path / f"{number:03}.png")
    assert main(["scan", str(tmp_path), "--json", "--jobs", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(samples)
    for line, sample in zip(lines, samples, strict=True):
        assert_inert(line)
        [found] = json.loads(line)["found"]
        assert found["text"] == payload(reference_person, sample)
        assert found["fields"].get("full_name", "") == expected_name(reference_person, sample)
        assert found["fields"].get("doubts", []) == ([sample.doubt] if sample.doubt else [])
    assert main(["scan", str(tmp_path), "--jobs", "2"]) == 0
    told = capsys.readouterr().out
    assert told.count("Mã QR trên thẻ căn cước") == len(samples)
    assert_inert(told.replace("\n", " "))
