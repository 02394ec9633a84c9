"""A clinic's template: what it may say, and a refusal that tells the clinic what to mend."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from kiosk.checkin.record import Priority
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import FontFiles
from kiosk.settings import config_folder
from kiosk.slip.blocks import Band, Block, Number, Pair, Picture, Rule, Space, Text
from kiosk.slip.facts import SlipFacts
from kiosk.slip.layout import lay_out
from kiosk.slip.logo import load_logo
from kiosk.slip.page import PAPERS, Weight
from kiosk.slip.sample import sample_facts
from kiosk.slip.slip import preview_image
from kiosk.slip.template import LANGUAGES, Field, Template, load_template
from kiosk.text import Language

SHIPPED = sorted((config_folder() / "slips").glob("*.toml"))
NUMBER = '[[line]]\nshow = "number"\n'
BlocksOf = Callable[..., tuple[Block, ...]]
Written = Callable[[str], Template]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Loads a template of this text."""

    def load(text: str) -> Template:
        file = tmp_path / "mine.toml"
        file.write_text(text, "utf-8")
        return load_template(file)

    return load


def test_three_templates_are_shipped() -> None:
    assert [file.stem for file in SHIPPED] == ["bilingual", "brief", "mau"]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
@pytest.mark.parametrize("languages", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.name)
def test_shipped_template_prints_on_every_paper_in_every_language(
    file: Path, languages: tuple[Language, ...], paper: object, facts_of: Callable[..., SlipFacts], fonts: FontFiles
) -> None:
    facts = sample_facts(facts_of().clinic)
    image = preview_image(facts, load_template(file), languages, paper=paper, fonts=fonts)  # type: ignore[arg-type]
    assert image.getextrema()[0] == 0


def test_every_field_can_be_shown_in_every_style_it_has(written: Written, facts_of: Callable[..., SlipFacts]) -> None:
    facts = sample_facts(facts_of().clinic)
    for field in Field:
        for style in ("line", "row", "frame", "bar"):
            more = 'vi = "Lời"\nen = "Words"\n' if field is Field.TEXT else ""
            number = "" if field is Field.NUMBER else NUMBER
            text = f'{number}[[line]]\nshow = "{field.value}"\nstyle = "{style}"\n{more}'
            template = taken(partial(written, text))
            if isinstance(template, KioskError):
                assert any(word in template.detail for word in ("unknown key", "is none of", "missing"))
                continue
            for languages in LANGUAGES.values():
                assert lay_out(facts, template, languages)


def test_line_is_set_as_the_template_wants(written: Written, blocks_of: BlocksOf) -> None:
    template = written(
        NUMBER
        + '[[line]]\nshow = "hospital"\nsize_pt = 14\nweight = "semibold"\nalign = "left"\nlines = 1\n'
        + '[[line]]\nshow = "name"\nstyle = "row"\nmasked = true\n'
        + '[[line]]\nshow = "text"\nstyle = "frame"\nvi = "Hotline 1900 0000"\nen = "Call 1900 0000"\n'
    )
    number, hospital, name, air, words = blocks_of(by=template)
    assert isinstance(number, Number)
    assert isinstance(hospital, Text)
    assert (hospital.text, hospital.size_pt, hospital.weight) == ("Bệnh viện Đa khoa Mẫu", 14, Weight.SEMIBOLD)
    assert (hospital.align, hospital.lines) == ("left", 1)
    assert isinstance(name, Pair)
    assert (name.label, name.value) == ("Họ tên", "Nguyễn Văn M.")
    assert isinstance(air, Space)
    assert isinstance(words, Band)
    assert (words.text, words.solid) == ("Hotline 1900 0000", False)


@pytest.mark.parametrize(("masked", "latin"), [("false", ["WANG"]), ("true", [])])
@pytest.mark.parametrize("style", ["line", "row"])
def test_latin_spelling_follows_a_name_unless_it_is_masked(
    written: Written, blocks_of: BlocksOf, style: str, masked: str, latin: list[str]
) -> None:
    template = written(NUMBER + f'[[line]]\nshow = "name"\nstyle = "{style}"\nmasked = {masked}\n')
    _, *rest = blocks_of(by=template, full_name="王 小明", latin_name="WANG")
    said = [text for block in rest for text in (getattr(block, "also_value", ""), getattr(block, "text", "")) if text]
    assert [text for text in said if text == "WANG"] == latin


def test_template_without_the_name_prints_no_name(blocks_of: BlocksOf) -> None:
    brief = load_template(config_folder() / "slips" / "brief.toml")
    assert "Mẫu" not in "".join(block.value for block in blocks_of(by=brief) if isinstance(block, Pair))


def test_marks_come_first_whatever_the_template_says(written: Written, blocks_of: BlocksOf) -> None:
    first, air, second, *_ = blocks_of(by=written(NUMBER), is_training=True, reprints=2)
    assert isinstance(first, Band)
    assert isinstance(air, Space)
    assert isinstance(second, Band)
    assert (first.text, second.text) == ("MẪU", "Bản in lại 2")


def test_what_is_missing_leaves_neither_doubled_air_nor_doubled_rules(written: Written, blocks_of: BlocksOf) -> None:
    rule, space = '[[line]]\nshow = "rule"\n', '[[line]]\nshow = "space"\nsize_pt = 5\n'
    wait = '[[line]]\nshow = "wait"\n'
    template = written(space + rule + NUMBER + space + rule + wait + space + rule + '[[line]]\nshow = "name"\n' + space)
    assert [type(block) for block in blocks_of(by=template)] == [Number, Space, Rule, Space, Pair]
    known = blocks_of(by=template, ahead=0, wait=(0, 5))
    assert [type(block) for block in known] == [Number, Space, Rule, Pair, Space, Rule, Pair]


def test_bar_replaces_the_rule_beside_it(written: Written, blocks_of: BlocksOf) -> None:
    template = written(NUMBER + '[[line]]\nshow = "priority"\n[[line]]\nshow = "rule"\n[[line]]\nshow = "name"\n')
    kinds = [type(block) for block in blocks_of(by=template, priority=Priority.UNDER_SIX)]
    assert kinds == [Number, Space, Band, Space, Pair]
    assert [type(block) for block in blocks_of(by=template)] == [Number, Rule, Pair]


def test_language_of_the_template_goes_before_the_settings(written: Written) -> None:
    assert written(f'language = "both"\n{NUMBER}').spoken(Language.EN) == (Language.VI, Language.EN)
    assert written(NUMBER).spoken(Language.EN) == (Language.EN,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line: needs one"),
        ("line = 3", "line: needs one"),
        ("colour = 'red'\n" + NUMBER, "colour: unknown key; known: language, line"),
        ("language = 'fr'\n" + NUMBER, 'language: \'fr\' is none of "vi", "en", "both"'),
        ("language = ['vi']\n" + NUMBER, "language:"),
        (NUMBER + "[[line]]\nsize_pt = 9\n", "line[2].show: missing; one of"),
        (NUMBER + "[[line]]\nshow = 'nmae'\n", "line[2].show: 'nmae' is unknown; one of"),
        (NUMBER + "[[line]]\nshow = ['name']\n", "line[2].show:"),
        (
            NUMBER + "[[line]]\nshow = 'name'\nsize = 9\n",
            'line[2].size: unknown key of show = "name"; known: show, style',
        ),
        (NUMBER + "[[line]]\nshow = 'name'\nsize_pt = 200\n", "line[2].size_pt: 200 is not 7 to 48"),
        (NUMBER + "[[line]]\nshow = 'name'\nsize_pt = nan\n", "line[2].size_pt: nan is not 7 to 48"),
        (NUMBER + "[[line]]\nshow = 'name'\nsize_pt = '9'\n", "line[2].size_pt: '9' is not 7 to 48"),
        (NUMBER + "[[line]]\nshow = 'name'\nsize_pt = true\n", "line[2].size_pt: True is not 7 to 48"),
        (NUMBER + "[[line]]\nshow = 'name'\nlines = 1.5\n", "line[2].lines: 1.5 is not 1 to 4"),
        (NUMBER + "[[line]]\nshow = 'name'\nweight = 'fat'\n", "line[2].weight: 'fat' is none of \"regular\""),
        (
            NUMBER + "[[line]]\nshow = 'name'\nalign = 'middle'\n",
            'line[2].align: \'middle\' is none of "left", "centre"',
        ),
        (NUMBER + "[[line]]\nshow = 'name'\nmasked = 'yes'\n", "line[2].masked: 'yes' is not true or false"),
        (NUMBER + "[[line]]\nshow = 'name'\nstyle = 'bar'\n", 'line[2].style: \'bar\' is none of "line", "row"'),
        (NUMBER + "[[line]]\nshow = 'text'\nvi = 'Chào'\n", "line[2].en: missing; 1 to 300 letters"),
        (NUMBER + "[[line]]\nshow = 'text'\nvi = ' '\nen = 'x'\n", "line[2].vi: not a text"),
        (NUMBER + f"[[line]]\nshow = 'text'\nvi = '{'a' * 301}'\nen = 'x'\n", "line[2].vi: not a text; 1 to 300"),
        (NUMBER + "[[line]]\nshow = 'logo'\n", "line[2].file: missing; a PNG"),
        (NUMBER + "[[line]]\nshow = 'logo'\nfile = 'none.png'\n", "line[2].file: none.png: No such file"),
        (NUMBER + "[[line]]\nshow = 'logo'\nfile = 'mine.toml'\n", "line[2].file: mine.toml is no picture in PNG"),
        (NUMBER + "[[line]]\nshow = 'qr'\nheight_mm = 5\n", "line[2].height_mm: 5 is not 15 to 40"),
        ("[[line]]\nshow = 'name'\n", 'show = "number" stands 0 times, not once'),
        (NUMBER + NUMBER, 'show = "number" stands 2 times, not once'),
        (NUMBER + "[[line]]\nshow = 'qr'\n" * 2, 'show = "qr" stands more than once'),
        (NUMBER * 61, "61 lines are more than 60"),
        ("[[line", "mine.toml: "),
        (NUMBER + f"a = {'[' * 100_000}", "mine.toml: "),
        (NUMBER + f"size_pt = {'9' * 5000}", "mine.toml: "),
        (NUMBER + f"size_pt = 0x{'f' * 5000}", "line[1].size_pt: a number of thousands of digits is not 36 to 120"),
        (NUMBER + f"size_pt = '{'x' * 5000}'", f"line[1].size_pt: '{'x' * 79}… is not 36 to 120"),
        (NUMBER + "[[line]]\nshow = 'logo'\nfile = '~nobody-here/x.png'\n", "line[2].file: Could not determine home"),
        (NUMBER + '[[line]]\nshow = "logo"\nfile = "a\\u0000b"\n', "line[2].file: embedded null"),
    ],
)
def test_refusal_names_file_key_and_what_would_be_right(written: Written, text: str, told: str) -> None:
    with pytest.raises(KioskError) as caught:
        written(text)
    assert caught.value.code is FailureCode.SETTINGS_INVALID
    assert caught.value.detail.startswith("mine.toml: ")
    assert told in caught.value.detail


def test_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "windows.toml").write_text(NUMBER, "utf-8-sig")
    assert load_template(tmp_path / "windows.toml").entries[0].field is Field.NUMBER


def test_logos_without_end_are_refused(written: Written, tmp_path: Path) -> None:
    Image.linear_gradient("L").save(tmp_path / "logo.png")
    with pytest.raises(KioskError, match='show = "logo" stands more than 4 times'):
        written(NUMBER + "[[line]]\nshow = 'logo'\nfile = 'logo.png'\n" * 5)


def test_words_for_metres_of_paper_are_refused(written: Written) -> None:
    words = f"[[line]]\nshow = 'text'\nvi = '{'Chào ' * 60}'\nen = 'x'\n"
    assert len(written(NUMBER + words * 10).entries) == 11
    with pytest.raises(KioskError, match=r"mine\.toml: line: the clinic's own words fill about \d{5} mm of a roll"):
        written(NUMBER + f"{words}size_pt = 48\n" * 59)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00" * 10])
def test_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.toml").write_bytes(content)
    with pytest.raises(KioskError, match=r"odd\.toml"):
        load_template(tmp_path / "odd.toml")


def test_file_that_is_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KioskError, match=r"absent\.toml: No such file"):
        load_template(tmp_path / "absent.toml")


_VALUES = st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=5), st.lists(st.integers(), max_size=2))


@given(
    st.sampled_from(list(Field)),
    st.dictionaries(
        st.sampled_from(
            ["style", "size_pt", "weight", "align", "lines", "vi", "en", "file", "height_mm", "masked", "x"]
        ),
        _VALUES,
        max_size=4,
    ),
)
def test_any_value_under_any_key_is_taken_or_refused_by_its_place(
    tmp_path_factory: pytest.TempPathFactory, field: Field, keys: dict[str, object]
) -> None:
    lines = [f"{key} = {_toml(value)}" for key, value in keys.items()]
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text("\n".join([NUMBER, "[[line]]", f'show = "{field.value}"', *lines]), "utf-8")
    template = taken(partial(load_template, file))
    if isinstance(template, KioskError):
        assert template.code is FailureCode.SETTINGS_INVALID
        assert template.detail.startswith("any.toml: line")
    else:
        assert template.entries[1].field is field


def taken(load: Callable[[], Template]) -> Template | KioskError:
    """The template, or why it was refused."""
    try:
        return load()
    except KioskError as refused:
        return refused


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            letters = "".join(f"\\U{ord(letter):08X}" for letter in value if not 0xD800 <= ord(letter) < 0xE000)
            return f'"{letters}"'
        case _:
            return str(value)


@pytest.fixture
def line_art(tmp_path: Path) -> Path:
    """A black ring on nothing."""
    picture = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((100, 20, 260, 180), outline=(0, 60, 50, 255), width=20)
    file = tmp_path / "logo.png"
    picture.save(file)
    return file


def test_logo_is_cropped_to_its_ink_and_stands_on_white(line_art: Path) -> None:
    logo = load_logo(line_art)
    assert logo.image.size == (161, 161)
    assert logo.image.getpixel((0, 0)) == 255
    assert logo.is_line_art
    assert logo.width_for(50) == 50


def test_line_art_is_cut_clean_and_a_gradient_is_dithered(line_art: Path, tmp_path: Path) -> None:
    ring = load_logo(line_art).dots(120, 120)
    assert ring.mode == "1"
    assert ring.getpixel((60, 60)) == 255
    assert ring.getpixel((5, 60)) == 0
    Image.linear_gradient("L").save(tmp_path / "grey.png")
    grey = load_logo(tmp_path / "grey.png")
    assert not grey.is_line_art
    dots = grey.dots(128, 128)
    rows = [
        sum(value == 0 for value in dots.crop((0, y, 128, y + 16)).convert("L").tobytes()) for y in range(0, 128, 16)
    ]
    assert rows == sorted(rows, reverse=True)
    assert rows[0] > 1500
    assert 200 < rows[4] < 1100


@pytest.mark.parametrize(
    ("size", "fill", "told"),
    [
        ((20, 20), 0, "20 × 20 pixels; each side 48 to 6000"),
        ((48, 6001), 0, "each side 48 to 6000"),
        ((6000, 6000), 0, "6000 × 6000 pixels; 16 million at most"),
        ((1000, 50), 0, "more than 12 times"),
        ((100, 100), 0, "all one colour"),
        ((100, 100), 255, "all one colour"),
    ],
)
def test_logo_that_would_not_print_is_refused(tmp_path: Path, size: tuple[int, int], fill: int, told: str) -> None:
    Image.new("L", size, fill).save(tmp_path / "logo.png")
    with pytest.raises(ValueError, match=told):
        load_logo(tmp_path / "logo.png")


def test_large_logo_is_kept_as_large_as_any_paper_shows_it(tmp_path: Path) -> None:
    Image.linear_gradient("L").resize((3900, 3900)).save(tmp_path / "logo.png")
    assert max(load_logo(tmp_path / "logo.png").image.size) <= 1000


def test_logo_of_sixteen_bits_keeps_its_greys(tmp_path: Path) -> None:
    greys = b"".join((column * 327).to_bytes(2, "little") for column in range(200))
    Image.frombytes("I;16", (200, 200), greys * 200).save(tmp_path / "logo.png")
    assert len(load_logo(tmp_path / "logo.png").image.getcolors() or ()) > 100


def test_logo_that_is_cut_off_is_refused(line_art: Path) -> None:
    line_art.write_bytes(line_art.read_bytes()[:200])
    with pytest.raises(ValueError, match=r"logo\.png"):
        load_logo(line_art)


@given(st.binary(max_size=200))
def test_logo_of_noise_is_refused(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "noise.png"
    for content in (noise, b"\x89PNG\r\n\x1a\n" + noise, b"\xff\xd8\xff" + noise, b"GIF89a" + noise, b"BM" + noise):
        file.write_bytes(content)
        with pytest.raises(ValueError, match=r"noise\.png"):
            load_logo(file)


def test_logo_stands_on_the_slip_in_its_place(
    written: Written, line_art: Path, facts_of: Callable[..., SlipFacts], fonts: FontFiles
) -> None:
    template = written(f'[[line]]\nshow = "logo"\nfile = "{line_art.name}"\nheight_mm = 10\n' + NUMBER)
    facts = facts_of()
    assert isinstance(lay_out(facts, template, (Language.VI,))[0], Picture)
    image = preview_image(facts, template, (Language.VI,), paper=PAPERS["80"], fonts=fonts)
    across = image.crop((0, 56, 576, 57)).convert("L").tobytes()
    assert across[288] == 255
    assert 0 in across[240:260]
    assert 0 in across[316:336]
