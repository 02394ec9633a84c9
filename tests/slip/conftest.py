"""A clinic, check-ins and slips of invented people, and a printer that answers."""

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from string import ascii_letters
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.queue.waits import WaitRange
from kiosk.checkin.record import CheckIn, Placement, Priority
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.fonts import VIETNAMESE_LETTERS, FontFiles, find_fonts
from kiosk.identity.person import Trust
from kiosk.settings import config_folder
from kiosk.simulator.printer import PrinterTape
from kiosk.slip.blocks import Block
from kiosk.slip.facts import SlipFacts
from kiosk.slip.layout import lay_out
from kiosk.slip.page import MM_PER_INCH, CodeMark, Paper, SlipPage, TextRun
from kiosk.slip.raster import draw_dots
from kiosk.slip.slip import Slip, make_slip
from kiosk.slip.template import Template, load_template
from kiosk.slip.typeset import SUBSTITUTE, font_of
from kiosk.text import Language


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    return load_clinic(Path(__file__).parents[2] / "config" / "clinics" / "mau.toml")


@pytest.fixture(scope="session")
def fonts() -> FontFiles:
    return find_fonts()


@pytest.fixture(scope="session")
def check_in_of(clinic: Clinic) -> Callable[..., CheckIn]:
    """A check-in with the fields that a test wants otherwise."""

    def make(
        *,
        ahead: int | None = None,
        wait: tuple[int, int] | None = None,
        opens_at: datetime | None = None,
        **changes: Any,
    ) -> CheckIn:
        if ahead is not None:
            waits = WaitRange(*wait) if wait else None
            changes["placement"] = Placement(clinic.services[0].room, ahead, waits, opens_at)
        fields: dict[str, Any] = {
            "visit_id": "0123456789abcdef0123456789abcdef",
            "business_day": date(2026, 11, 20),
            "ticket": "A042",
            "number": 42,
            "service": clinic.services[0],
            "priority": Priority.NONE,
            "full_name": "Nguyễn Văn Mẫu",
            "birth_year": 1990,
            "trust": Trust.CHIP_VERIFIED,
            "decision": Decision(Verdict.COVERED, benefit_percent=80, card_number="GD4999900000001"),
            "created_at": datetime(2026, 11, 20, 7, 32, tzinfo=UTC),
        }
        return CheckIn(**{**fields, **changes})

    return make


@pytest.fixture(scope="session")
def facts_of(clinic: Clinic, check_in_of: Callable[..., CheckIn]) -> Callable[..., SlipFacts]:
    """What a slip is made of: fields of the facts by their names, all others are the check-in's."""

    def make(**changes: Any) -> SlipFacts:
        own = {field.name for field in fields(SlipFacts)} - {"check_in"}
        facts = {name: changes.pop(name) for name in own & changes.keys()}
        return SlipFacts(check_in_of(**changes), **{"clinic": clinic, **facts})

    return make


@pytest.fixture(scope="session")
def template() -> Template:
    """The standard one."""
    return load_template(config_folder() / "slips" / "mau.toml")


@pytest.fixture(scope="session")
def blocks_of(facts_of: Callable[..., SlipFacts], template: Template) -> Callable[..., tuple[Block, ...]]:
    """A slip's blocks; Vietnamese and the standard template unless a test wants others."""

    def make(language: Language = Language.VI, *, by: Template = template, **changes: Any) -> tuple[Block, ...]:
        return lay_out(facts_of(**changes), by, by.spoken(language))

    return make


@pytest.fixture(scope="session")
def slip_of(facts_of: Callable[..., SlipFacts], template: Template, fonts: FontFiles) -> Callable[..., Slip]:
    """A standard slip for paper of 576 dots unless a test wants another."""

    def make(width_dots: int = 576, *, fonts: FontFiles = fonts, **changes: Any) -> Slip:
        return make_slip(facts_of(**changes), template, (Language.VI,), width_dots=width_dots, fonts=fonts)

    return make


SCRIPTS = (
    "王小明", "やまだ", "김철수", "สมชาย", "นักปราชญ์", "ສົມພອນ", "ចាន់រស្មី", "មេឃ", "မောင်မောင်", "محمد", "عبدالله", "משה",
    "नरेन्द्र", "क्षत्रिय", "தமிழ்ச்செல்வன்", "Дмитрий", "Γεώργιος", "ꨌꨚꩌ", "ꪼꪕꪒꪾ", "Łukasz", "Ñandú", "Þór", "Šćepan",
)  # fmt: skip
"""Words of visitors' scripts, composed."""


def letters_of(page: SlipPage) -> str:
    """All letters of a page in the order in which they were set, without spaces."""
    return "".join(mark.text for mark in page.marks if isinstance(mark, TextRun)).replace(" ", "")


def misprinted(page: SlipPage, paper: Paper, drawn: Image.Image | None = None) -> list[int]:
    """The text runs, by their numbers, whose ink is not that of their letters, drawn one by one at their places.

    `drawn` is the picture to be judged; None: as `draw_dots` draws the page.
    """
    runs = [mark for mark in page.marks if isinstance(mark, TextRun)]
    others = tuple(mark for mark in page.marks if not isinstance(mark, TextRun))
    expected = draw_dots(replace(page, marks=others), paper.dpi).convert("L")
    on = ImageDraw.Draw(expected)
    boxes = []
    for run in runs:
        font = font_of(run.file, round(run.size_pt * paper.dpi / 72), shaped=run.is_shaped)
        x, y = (round(mm * paper.dpi / MM_PER_INCH) for mm in (run.x_mm, run.baseline_mm))
        for end in range(1, len(run.text) + 1) if not run.is_shaped else ():
            letter = run.text[end - 1]
            at = x + font.getlength(run.text[:end]) - font.getlength(letter)
            on.text((at, y), letter, fill=255 if run.is_white else 0, font=font, anchor="ls")
        if run.is_shaped:
            on.text((x, y), run.text, fill=255 if run.is_white else 0, font=font, anchor="ls")
        boxes.append(font.getbbox(run.text, anchor="ls"))
        boxes[-1] = (boxes[-1][0] + x, boxes[-1][1] + y, boxes[-1][2] + x, boxes[-1][3] + y)
    cut = [0 if grey < 160 else 255 for grey in range(256)]
    judged = drawn or draw_dots(page, paper.dpi)
    wrong = ImageChops.difference(expected.point(cut), judged.convert("L"))
    return [at for at, box in enumerate(boxes) if wrong.crop(tuple(map(round, box))).getbbox()]  # type: ignore[arg-type]


def invented_names(count: int, seed: int = 20261122) -> Iterator[str]:
    """Names of 1 to 100 characters: all Vietnamese letters, decomposed ones, long words, other scripts, mixtures."""
    chance = random.Random(seed)
    letters = VIETNAMESE_LETTERS + ascii_letters + "'-.’"
    for number in range(count):
        words = []
        for _ in range(chance.randint(1, 12)):
            foreign = number % 4 == 3 and chance.random() < 0.6
            length = chance.randint(1, 9) if chance.random() < 0.95 else chance.randint(30, 90)
            word = chance.choice(SCRIPTS) if foreign else "".join(chance.choices(letters, k=length))
            words.append(word)
        # A cut would part a letter from its marks: the whole words that fit, or the first word alone.
        name = words[0][:100]
        for word in words[1:]:
            if len(name) + 1 + len(word) <= 100:
                name += f" {word}"
        yield unicodedata.normalize("NFD" if number % 2 else "NFC", name)


def faults_of(name: str, paper: Paper, page: SlipPage) -> list[str]:
    """What is wrong with the slip of this name: letters without glyph, beyond the margin, changed, or misprinted."""
    faults = []
    runs = [mark for mark in page.marks if isinstance(mark, TextRun)]
    if any(SUBSTITUTE in run.text for run in runs):
        faults.append("a letter without a glyph")
    least_mm = paper.margin_mm - MM_PER_INCH / paper.dpi / 2  # places are whole dots
    most_mm = page.width_mm - least_mm
    if any(run.x_mm < least_mm or run.x_mm + run.width_mm > most_mm for run in runs):
        faults.append("beyond the margin")
    texts = [run.text for run in runs]
    # From the label before the name to the label after it.
    row = "".join(texts[texts.index("tên") + 1 : texts.index("Năm")])
    if sorted(row) != sorted(unicodedata.normalize("NFC", name).replace(" ", "")):
        faults.append("other letters")
    image = draw_dots(page, paper.dpi)
    if misprinted(page, paper, image):
        faults.append("misprinted")
    [code] = [mark for mark in page.marks if isinstance(mark, CodeMark)]
    if [found.text for found in zxingcpp.read_barcodes(image.convert("L"))] != [code.text]:
        faults.append("unreadable code")
    return faults


@pytest.fixture(name="letters_of", scope="session")
def letters_of_fixture() -> Callable[[SlipPage], str]:
    return letters_of


@pytest.fixture(name="invented_names", scope="session")
def invented_names_fixture() -> Callable[..., Iterator[str]]:
    return invented_names


@pytest.fixture(name="faults_of", scope="session")
def faults_of_fixture() -> Callable[[str, Paper, SlipPage], list[str]]:
    return faults_of


@pytest.fixture(name="misprinted", scope="session")
def misprinted_fixture() -> Callable[..., list[int]]:
    return misprinted


@pytest.fixture
def tape() -> Iterator[PrinterTape]:
    with PrinterTape() as printer:
        yield printer
