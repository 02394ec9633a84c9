"""Every state has a page that shows it whole and in words, at every size, in both languages and letter sizes."""

from dataclasses import replace
from typing import Any, TypeVar, get_args

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget

from kiosk.checkin.record import Placement
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.text import Language, say
from kiosk.ui.gallery import GLASSES, Glass
from kiosk.ui.guidance import number_of
from kiosk.ui.pages.found import FoundPage
from kiosk.ui.theme.letters import Voice
from kiosk.ui.widgets.keypad import Key
from kiosk.ui.widgets.mark import Icon
from kiosk.ui.widgets.panel import Banner
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.tick import Tick
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.widgets.toggle import Toggle
from kiosk.ui.wishes import Wishes
from kiosk.workflow.state import Devices, DeviceState, Done, Found, State, TypingNumber

Shown = TypeVar("Shown", bound=QWidget)
NAMES = [
    "waiting", "typing-number", "typing-number-unreadable", "typing-number-wrong", "typing-birth-date",
    "typing-birth-date-year", "typing-birth-date-wrong", "scanning-code", "scanning-code-unreadable", "asking-card",
    "asking-card-unreadable",
    "asking-key", "asking-key-wrong", "reading", "found-reading", "found-covered", "found-attention", "found-self-pay",
    "found-ask-staff", "found-unverified", "choosing", "choosing-self-pay", "choosing-child", "asking-priority",
    "confirming", "confirming-self-pay", "issuing", "done-printing", "done-slow", "done-printed", "done-not-printed",
    "done-maybe-printed", "failed", "failed-staff", "assistance",
]  # fmt: skip
SIZES = [pytest.param(glass, id=f"{glass.width}x{glass.height}") for glass in GLASSES]
WIDE = [pytest.param(glass, id=glass.name) for glass in GLASSES if glass.width > glass.height]


def shown(window: Any, kind: type[Shown]) -> list[Shown]:
    return [widget for widget in window.findChildren(kind) if widget.isVisible()]


def test_the_examples_show_every_state(states: dict[str, State]) -> None:
    assert sorted(states) == sorted(NAMES)
    assert {type(state) for state in states.values()} == set(get_args(State))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("glass", [*SIZES, pytest.param(Glass(1540, 1080, 3.78), id="beside-the-panel")])
def test_whatever_is_said_about_the_slip_has_room_where_it_stands(
    open_window: Any, states: Any, time: Any, glass: Glass, language: Language
) -> None:
    window = open_window(glass, training=True, language=language)
    window.set_card_laid(True)

    def banner() -> tuple[str, QRect]:
        """What is said, and where."""
        [one] = shown(window, Banner)
        assert one.height() >= one.least_height(one.width())
        return one.accessibleName(), QRect(one.mapTo(window.page, one.rect().topLeft()), one.size())

    window.show_state(states["done-printing"])
    said = [banner()]
    window.show_state(states["done-printed"])
    for seconds, laid in ((1, True), (11, True), (1, False)):
        window.set_card_laid(laid)
        time.passes(seconds)
        window.idle.tick()
        said.append(banner())
    assert len({words for words, _ in said}) == 4
    assert all(place == said[0][1] and window.page.rect().contains(place) for _, place in said)


def test_number_is_shown_and_spoken_with_the_room_that_was_chosen(open_window: Any, states: Any, clinic: Any) -> None:
    done = states["done-printed"]
    service = clinic.services[0]
    other = service.other_rooms[0]
    check_in = replace(done.check_in, service=service, placement=Placement(other, ahead=2))
    window = open_window()
    window.show_state(Done(check_in, done.printing))
    words = " ".join(one.accessibleName() or one.text() for one in shown(window, Text))
    assert other.name[Language.VI] in words
    assert service.room.name[Language.VI] not in words
    assert other.name[Language.VI] in number_of(check_in, Language.VI)


def test_on_an_upright_panel_the_controls_are_within_reach(open_window: Any, states: Any) -> None:
    window = open_window(GLASSES[1])
    for name, state in states.items():
        window.show_state(state)
        for button in shown(window, QPushButton):
            in_header = button.mapTo(window, button.rect().topLeft()).y() < window.page.y()
            if not in_header:
                assert button.mapTo(window, button.rect().center()).y() > window.height() / 3, name


@pytest.mark.parametrize("language", list(Language))
def test_every_control_is_named_and_is_a_button_or_a_box_that_says_whether_it_is_on(
    open_window: Any, states: Any, language: Language
) -> None:
    window = open_window(language=language)
    for name, state in states.items():
        window.show_state(state)
        for button in shown(window, QAbstractButton):
            spoken = QAccessible.queryAccessibleInterface(button)
            assert spoken.text(QAccessible.Text.Name), name
            boxes = isinstance(button, Tick | Toggle)
            assert spoken.role() == (QAccessible.Role.CheckBox if boxes else QAccessible.Role.Button)
            assert bool(spoken.state().checked) == button.isChecked()


def test_screens_never_show_a_whole_number_or_name(open_window: Any, states: Any) -> None:
    window = open_window()
    for state in states.values():
        window.show_state(state)
        words = [widget.text() for widget in shown(window, QLabel)] + [
            widget.accessibleName() for widget in shown(window, QWidget)
        ]
        assert not any("Mẫu" in word and "Nguyễn" in word for word in words)
        assert not any("999048000123" in word.replace(" ", "") for word in words)
    assert "Nguyễn" not in window.windowTitle()


def test_english_speaks_no_vietnamese_and_switches_in_place(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["reading"])
    assert "Đang đọc thẻ, xin giữ yên" in {widget.text() for widget in shown(window, QLabel)}
    window.set_language(Language.EN)
    assert "Reading your card, please keep it still" in {widget.text() for widget in shown(window, QLabel)}
    assert not any("Đ" in widget.text() for widget in shown(window, QLabel))


def test_a_new_session_speaks_vietnamese_in_normal_letters(open_window: Any, states: Any) -> None:
    window = open_window(language=Language.EN, wishes=Wishes(large=True))
    window.show_state(states["reading"])
    spoken = [window.language]
    window.show_state(states["waiting"])
    spoken.append(window.language)
    assert spoken == [Language.EN, Language.VI]
    assert window.page.look.scale.text_factor <= 1.0


def test_larger_letters_are_larger_where_there_is_room(open_window: Any, states: Any) -> None:
    window = open_window(GLASSES[1])
    window.show_state(states["assistance"])
    before = window.page.look.scale.text_factor
    window.set_wishes(Wishes(large=True))
    assert window.page.look.scale.text_factor == pytest.approx(before * 1.5)


def test_a_person_confirms_only_when_card_and_answer_are_there(open_window: Any, states: Any) -> None:
    window = open_window()
    whole = states["found-covered"]
    assert isinstance(whole, Found)
    steps = [
        (Found(whole.identity, True, None, None), False),
        (Found(whole.identity, True, whole.answer, whole.decision), False),
        (Found(whole.identity, False, None, None), False),
        (whole, True),
    ]
    for state, may in steps:
        window.show_state(state)
        assert isinstance(window.page, FoundPage)
        assert window.page.confirm.isEnabled() is may


def test_an_answer_that_comes_does_not_move_the_buttons(open_window: Any, states: Any) -> None:
    window = open_window()
    whole = states["found-covered"]
    window.show_state(Found(whole.identity, True, None, None))
    page = window.page
    before = (page.confirm.geometry(), page.deny.geometry())
    window.show_state(whole)
    assert window.page is page
    assert (page.confirm.geometry(), page.deny.geometry()) == before


def test_a_doubtful_card_leads_to_the_desk(open_window: Any, states: Any) -> None:
    window = open_window()
    whole = states["found-covered"]
    window.show_state(Found(whole.identity, False, whole.answer, Decision(Verdict.ASK_STAFF)))
    assert window.page.confirm.text() == "Lấy số đến quầy"


def test_an_absent_reader_is_said_instead_of_shown(open_window: Any) -> None:
    window = open_window()
    window.show_devices(Devices(DeviceState.ABSENT, DeviceState.READY, DeviceState.READY))
    words = {widget.text() for widget in shown(window, QLabel)}
    assert "Đầu đọc thẻ tạm thời chưa dùng được" in words
    assert "Đặt thẻ Căn cước lên đầu đọc" not in words


def test_training_is_said_on_every_page(open_window: Any, states: Any) -> None:
    window = open_window(training=True)
    for state in states.values():
        window.show_state(state)
        assert any("tập huấn" in widget.accessibleName() for widget in shown(window, QWidget))


def test_without_training_nothing_speaks_of_it(open_window: Any) -> None:
    window = open_window()
    assert not any("tập huấn" in widget.accessibleName() for widget in shown(window, QWidget))


def test_keys_are_named_by_their_digit(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["typing-number"])
    assert [key.accessibleName() for key in shown(window, Key)][:3] == ["1", "2", "3"]


def test_unknown_code_on_the_number_page_is_told_there_and_leaves_what_was_typed(open_window: Any) -> None:
    window = open_window()
    window.show_state(TypingNumber())
    for digit in "99904":
        window.page.keypad.pressed.emit(digit)
    window.show_state(TypingNumber(unreadable=True))
    told = [banner.accessibleName() for banner in shown(window, Banner)]
    assert told == [say("screen.typing.unreadable", Language.VI)]
    assert window.page.digits.digits == "99904"


def test_children_are_spoken_of_as_children(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["choosing-child"])
    assert "Hôm nay cháu khám gì?" in {text.text() for text in shown(window, Text)}
    assert "Hôm nay ông/bà khám gì?" not in {text.text() for text in shown(window, Text)}


def test_tile_says_room_people_and_wait(open_window: Any, states: Any) -> None:
    window = open_window()
    window.show_state(states["choosing-self-pay"])
    spoken = [tile.accessibleName().replace("\xa0", " ") for tile in shown(window, Tile)]
    assert spoken[0] == "Nội tổng quát. Phòng 203. 50.000 đ. 11 người chờ. chờ khoảng 25–40 phút"
    assert spoken[2].endswith("Chưa ai chờ. chờ khoảng dưới 5 phút")
    assert spoken[3].endswith("Mở cửa lúc 15:32")


def test_printer_without_paper_is_told_before_anybody_begins(open_window: Any) -> None:
    window = open_window()
    ready, trouble = DeviceState.READY, DeviceState.TROUBLE
    window.show_devices(Devices(ready, ready, trouble, printer_reason="paper-out"))
    assert [banner.accessibleName() for banner in shown(window, Banner)] == [say("screen.waiting.no_slip", Language.VI)]
    window.show_devices(Devices(ready, ready, ready))
    assert shown(window, Banner) == []


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize(
    "glass", [glass for glass in GLASSES if glass.width > glass.height], ids=lambda glass: glass.name
)
def test_signs_beside_each_other_are_at_one_height(
    open_window: Any, states: Any, glass: Glass, large: bool, language: Language
) -> None:
    window = open_window(glass, language=language)
    window.show_state(states["asking-priority"])
    window.set_wishes(Wishes(large=large))
    signs = shown(window.page, Icon)
    assert len(signs) == 3
    assert len({sign.mapTo(window, QPoint(0, 0)).y() for sign in signs}) == 1


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("glass", SIZES)
def test_names_of_services_beside_each_other_are_at_one_height(
    open_window: Any, states: Any, glass: Glass, large: bool, language: Language
) -> None:
    window = open_window(glass, language=language)
    window.show_state(states["choosing-self-pay"])
    window.set_wishes(Wishes(large=large))
    rows: dict[int, set[int]] = {}
    for tile in shown(window.page, Tile):
        name = next(text for text in shown(tile, Text) if text.voice is Voice.HEADING)
        rows.setdefault(tile.y(), set()).add(name.y())
    assert len(rows) > 1
    assert all(len(tops) == 1 for tops in rows.values())


@pytest.mark.parametrize("lowered", [False, True], ids=["raised", "lowered"])
@pytest.mark.parametrize("glass", SIZES)
def test_camera_shows_enough_to_aim_with_however_large_the_letters(
    open_window: Any, states: Any, glass: Glass, lowered: bool
) -> None:
    window = open_window(glass, training=True)
    for name in ("scanning-code", "scanning-code-unreadable"):
        window.show_state(states[name])
        window.set_wishes(Wishes(large=True, lowered=lowered))
        picture, _ = window.page.preview._areas()
        assert min(picture.height(), picture.width()) >= 40 * glass.px_per_mm, name
