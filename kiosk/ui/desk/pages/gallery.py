"""Every further page of the staff's window in its states, from invented data: as pictures, and for tests."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from kiosk.checkin.audit.anchors import Anchor
from kiosk.checkin.audit.entry import Act, AuditRow
from kiosk.checkin.audit.verify import Break, Finding, Verified
from kiosk.checkin.business_day import CLINIC_ZONE
from kiosk.checkin.clinic import load_clinic
from kiosk.checkin.recheck import Change, RecheckState, WorklistEntry, differences_of
from kiosk.checkin.records.statistics import Period, ServiceWait, Span, Statistics
from kiosk.eligibility.decision import Decision, Reason, Verdict
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.lookup.answer import AskedBecause
from kiosk.settings import config_folder
from kiosk.slip.page import PAPERS
from kiosk.slip.sample import sample_facts
from kiosk.slip.slip import preview_image
from kiosk.slip.template import load_template
from kiosk.text import Language, catalog, say
from kiosk.ui.desk.look import DeskLook
from kiosk.ui.desk.page import PageSetting
from kiosk.ui.desk.pages.audit import AuditFilter, AuditListing, AuditPage, Heard
from kiosk.ui.desk.pages.board import BoardPage
from kiosk.ui.desk.pages.devices import DevicesPage, Examined
from kiosk.ui.desk.pages.frame import WorkPage
from kiosk.ui.desk.pages.recheck import OpenedProof, RecheckList, RecheckPage
from kiosk.ui.desk.pages.settings import CheckedChange, SettingsKey, SettingsPage
from kiosk.ui.desk.pages.slip import SlipChoices, SlipPage
from kiosk.ui.desk.pages.statistics import StatisticsPage, TwoPeriods
from kiosk.ui.errands import Errand, Errands
from kiosk.ui.theme.letters import load_letters
from kiosk.ui.theme.palette import HIGH_CONTRAST, LIGHT, Palette, Tone

TODAY = date(2026, 11, 20)
MOMENT = datetime(2026, 11, 20, 10, 12, 7, tzinfo=CLINIC_ZONE)
SIZES = ((1280, 720), (1366, 768), (1920, 1080))

Found = TypeVar("Found")


class AtOnce(Errands):
    """Errands done where they are asked for: what they find is there before the next line."""

    def run(
        self, work: Callable[[], Found], then: Callable[[Found], None], failed: Callable[[KioskError], None]
    ) -> Errand[Found]:
        """Does it now."""
        errand = Errand(work, then, failed)
        errand.do()
        errand.tell()
        return errand


def setting_of(
    language: Language = Language.VI,
    growth: float = 1.0,
    palette: Palette = LIGHT,
    errands: Errands | None = None,
    parent: QObject | None = None,
) -> PageSetting:
    """What pages are made with, for pictures and tests."""
    look = DeskLook(load_letters(), palette, growth)
    return PageSetting(look, language, errands or AtOnce(parent), lambda: "f" * 32)


# -- invented data ----------------------------------------------------------------------------------------------------
def entries() -> tuple[WorklistEntry, ...]:
    """People who were admitted without a check."""
    state = RecheckState
    told = (
        ("A012", "Nguyễn Thị Quỳnh Mẫu", state.WAITING, "timeout", 3, MOMENT + timedelta(minutes=8)),
        ("B003", "Phạm Mẫu Đức Anh", state.ASKING, "unreachable", 1, None),
        ("A019", "Huỳnh Phước Thượng Tường Nghiễm", state.GIVEN_UP, "key-wrong", 0, None),
        ("C041", "Trần Mẫu", state.GIVEN_UP, "missing-date-of-birth", 100, None),
    )
    return tuple(
        WorklistEntry(
            f"{at:032x}", TODAY, ticket, "noi-tong-quat", name, 1960, kind, why, tries, MOMENT, MOMENT, due, None
        )
        for at, (ticket, name, kind, why, tries, due) in enumerate(told, start=1)
    )


def changes() -> tuple[Change, ...]:
    """People whose card was found later."""
    before = Decision(Verdict.UNVERIFIED, reasons=(Reason("card-not-verified"),))
    found = Decision(
        Verdict.COVERED,
        reasons=(Reason("card-valid"),),
        benefit_percent=80,
        card_number="GD4999000000123",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        facility="99001",
        route="1.1",
    )
    refused = Decision(Verdict.SELF_PAY, reasons=(Reason("card-expired", (("code", "010"),)),), facility="99001")
    told = (("A007", "Lê Thị Hoàng Mẫu", found), ("A011", "Đặng Quốc Mẫu", refused))
    return tuple(
        Change(
            f"{at:032x}", TODAY, ticket, name, AskedBecause.RECHECK, MOMENT, before, after,
            differences_of(before, after),
        )
        for at, (ticket, name, after) in enumerate(told, start=10)
    )  # fmt: skip


def statistics(period: Period, share: float = 1.0) -> Statistics:
    """A busy clinic's counts."""
    hours = (0, 0, 0, 0, 0, 0, 12, 96, 118, 84, 61, 22, 9, 58, 71, 43, 18, 2, 0, 0, 0, 0, 0, 0)
    times = {Span.DAY: 1, Span.WEEK: 5.5, Span.MONTH: 22}[period.span] * share

    def many(*counts: tuple[str, int]) -> tuple[tuple[str, int], ...]:
        return tuple((code, round(count * times)) for code, count in counts)

    counted = tuple(round(count * times) for count in hours)
    return Statistics(
        period,
        visits=sum(counted) + (120 if share < 1 else 0),
        removed=120 if share < 1 else 0,
        hours=counted,
        waits=(
            ("noi-tong-quat", ServiceWait(round(210 * times), 1080, round(2520 * share))),
            ("tim-mach", ServiceWait(round(88 * times), 900, 1860)),
            ("nhi", ServiceWait(round(61 * times), 540, 1080)),
            ("xet-nghiem", ServiceWait(round(140 * times), 300, 720)),
        ),
        verdicts=many(("covered", 402), ("attention", 71), ("self-pay", 84), ("ask-staff", 25), ("unverified", 12)),
        trusts=many(("CHIP_VERIFIED", 388), ("CODE_ONLY", 141), ("TYPED", 47), ("CHIP_UNVERIFIED", 18)),
        prints=many(("printed", 570), ("unconfirmed", 14), ("failed", 8), ("reprint", 21)),
        print_faults=many(("paper-out", 6), ("status-unknown", 14), ("printer-unreachable", 2)),
        asked=round(560 * times),
        troubles=many(("timeout", 17), ("unreachable", 9), ("rate-limited", 2)),
    )


_SERVICES = (
    ("noi-tong-quat", "Khám Nội tổng quát"),
    ("tim-mach", "Khám Tim mạch và Tăng huyết áp"),
    ("nhi", "Khám Nhi"),
    ("xet-nghiem", "Xét nghiệm"),
)

_OFFICERS = {"a" * 32: "Trần Thị Mẫu", "b" * 32: "Lê Văn Mẫu"}


def audit_rows() -> tuple[AuditRow, ...]:
    """What officers did, newest first."""
    told: Sequence[tuple[Act, str, str, str, str]] = (
        (Act.PROOF_SHOWN, "a" * 32, "5a3c0ffee0ddba115eed0fa11ab1ed00", "{}", ""),
        (Act.SETTINGS_CHANGED, "b" * 32, "printer.template", "{}", ""),
        (Act.SET_ASIDE, "a" * 32, "6a3c0ffee0ddba115eed0fa11ab1ed00", "{}", "đã xem thẻ giấy và VssID"),
        (Act.DECISION_CHANGED, "b" * 32, "7a3c0ffee0ddba115eed0fa11ab1ed00",
         '{"after":"covered","before":"ask-staff"}', "người bệnh đưa thẻ giấy còn hạn, khớp họ tên và ngày sinh"),
        (Act.TURN_CHANGED, "quay-2", "8a3c0ffee0ddba115eed0fa11ab1ed00", '{"room":"P203"}', "người già, đi xe lăn"),
        (Act.PURGED, "kiosk", "", '{"count":200,"purpose":"visits","until":"2021-11-20"}', ""),
    )  # fmt: skip
    return tuple(
        AuditRow(
            12_345 - at, (MOMENT - timedelta(minutes=7 * at)).isoformat(), act.value, actor, subject, reason, detail,
            "0" * 64, "0" * 64, "", "",
        )
        for at, (act, actor, subject, detail, reason) in enumerate(told)
    )  # fmt: skip


def settings_keys(language: Language = Language.VI) -> tuple[SettingsKey, ...]:
    """A few keys of several kinds, explained as the program explains them."""
    keys = (
        SettingsKey("clinic", "file", "str", "clinics/mau.toml", "clinics/mau.toml", "clinics/mau.toml", ""),
        SettingsKey("reader", "deadline_s", "float", "20.0", "20.0", "20.0", ""),
        SettingsKey("reader", "photo", "bool", "true", "true", "true", "", ("true", "false")),
        SettingsKey("lookup", "base_url", "str", "https://gateway.example", "https://gateway.example", "", ""),
        SettingsKey("store", "url", "str", "", "postgresql://kiosk:•••@db.example/kiosk", "sqlite:///{data}/kiosk.db",
                    "", (), False, True),
        SettingsKey("printer", "target", "str", "tcp://192.0.2.10:9100", "tcp://192.0.2.10:9100", "", ""),
        SettingsKey("printer", "width_dots", "int", "576", "576", "576", "", ("576", "512", "384")),
        SettingsKey("printer", "template", "str", "slips/bilingual.toml", "slips/bilingual.toml", "slips/mau.toml", "",
                    (), True),
        SettingsKey("screen", "mode", "str", "desk", "desk", "patient", "", ("patient", "desk")),
    )  # fmt: skip
    words = catalog(language)
    return tuple(replace(key, help_text=words[f"settings.help.{key.place}"]) for key in keys)


@cache
def slip_png() -> bytes:
    """Nobody's slip of the clinic that comes with the program."""
    folder = config_folder()
    clinic, template = load_clinic(folder / "clinics" / "mau.toml"), load_template(folder / "slips" / "mau.toml")
    image = preview_image(sample_facts(clinic), template, (Language.VI,), paper=PAPERS["80"], fonts=find_fonts())
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


_FOUND = {
    "printer": Examined(Tone.STOP, "tcp://192.0.2.10:9100: paper-out"),
    "camera": Examined(Tone.ATTENTION, "HD Webcam (1920×1080, 30/s, Jpeg); 4/255"),
    "gateway": Examined(Tone.GOOD, "https://gateway.example"),
    "fonts": Examined(Tone.GOOD, "Inter: 134/134"),
    "store": Examined(Tone.GOOD, "186"),
}  # fmt: skip
_EXAMINED = ("fonts", "camera", "printer", "gateway", "store")
_CURES = {"printer": "failure.printer-not-ready.cure", "camera": "command.doctor.cure.camera-dark"}


@dataclass
class Invented:
    """Stands behind every page; `broken` fails whatever is asked. What was asked for is kept in `asked`."""

    is_empty: bool = False
    broken: KioskError | None = None
    findings: tuple[Finding, ...] = ()
    contradicting: tuple[Anchor, ...] = ()
    besides: tuple[Finding, ...] = ()
    screen: int = 0
    by_settings: int = 0
    address: str = "http://192.0.2.20:8080/"
    language: Language = Language.VI

    def __post_init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def _hear(self, *asked: object) -> None:
        self.asked.append(asked)
        if self.broken is not None:
            raise self.broken

    # re-checks
    def listed(self) -> RecheckList:
        """The worklist."""
        self._hear("listed")
        return RecheckList((), ()) if self.is_empty else RecheckList(entries(), changes())

    def ask_again(self, visit_id: str) -> bool:
        """Only where something is kept to ask with."""
        self._hear("ask_again", visit_id)
        return visit_id != f"{4:032x}"

    def set_aside(self, visit_id: str, reason: str) -> bool:
        """Off the list."""
        self._hear("set_aside", visit_id, reason)
        return True

    def open_proof(self, visit_id: str) -> OpenedProof | None:
        """A record."""
        self._hear("open_proof", visit_id)
        people: tuple[WorklistEntry | Change, ...] = (*entries(), *changes())
        names = {one.visit_id: one.full_name for one in people}
        proof = {"outcome": "check-impossible", "because": "visit", "code": "", "checked_at": MOMENT.isoformat()}
        visit = {"ticket": "A012", "service": "Khám Nội tổng quát"}
        return OpenedProof(visit_id, names[visit_id], {"visit": visit, "proofs": [proof]})

    def save_proof(self, visit_id: str) -> Path | None:
        """A file."""
        self._hear("save_proof", visit_id)
        return Path("Documents/kiosk/proof-2026-11-20-A012.pdf")

    # statistics
    def count(self, period: Period) -> TwoPeriods:
        """Two periods."""
        self._hear("count", period)
        if self.is_empty:
            return TwoPeriods(Statistics(period), Statistics(period.before()), _SERVICES)
        return TwoPeriods(statistics(period), statistics(period.before(), 0.84), _SERVICES)

    def save_csv(self, *what: object) -> Path:
        """A file."""
        self._hear("save_csv", *what)
        return Path("Documents/kiosk/table.csv")

    # audit
    def rows(self, wanted: AuditFilter) -> AuditListing:
        """The newest."""
        self._hear("rows", wanted)
        return AuditListing(() if self.is_empty else audit_rows(), _OFFICERS)

    def verify(self, heard: Heard) -> Verified:
        """The chain."""
        self._hear("verify")
        heard(2_000, 12_345)
        return Verified(
            12_345, 1, 12_345, "0" * 64, 12_301, 0, 44, 410, 409, self.findings,
            contradicting=self.contradicting, besides=self.besides,
        )  # fmt: skip

    def anchor(self) -> str:
        """A line."""
        self._hear("anchor")
        return f"2026-11-20 12345 {'0' * 64}"

    # settings
    def keys(self) -> tuple[SettingsKey, ...]:
        """All."""
        self._hear("keys")
        return settings_keys(self.language)

    def check(self, place: str, written: str) -> CheckedChange:
        """Whatever is typed can be used."""
        self._hear("check", place, written)
        before = next(key.shown for key in settings_keys() if key.place == place)
        return CheckedChange(place, written, before, written, slip_png() if place == "printer.template" else b"")

    def save(self, place: str, written: str) -> str:
        """The old file."""
        self._hear("save", place, written)
        return "kiosk.toml.20261120-101207.bak"

    def print_test(self) -> str:
        """It came out."""
        self._hear("print_test")
        return "printed"

    # slip
    def choices(self) -> SlipChoices:
        """Three templates."""
        self._hear("choices")
        templates = ("slips/mau.toml", "slips/brief.toml", "slips/bilingual.toml")
        return SlipChoices(templates, ("80", "80-512", "58", "A4", "A5", "A6"), "slips/brief.toml", "80", "vi")

    def picture(self, template: str, paper: str, language: str) -> bytes:
        """Paper."""
        self._hear("picture", template, paper, language)
        return slip_png()

    # board
    def open(self, screen: int, done: Callable[[], None], failed: Callable[[KioskError], None]) -> None:
        """On that screen."""
        try:
            self._hear("open", screen)
        except KioskError as error:
            failed(error)
            return
        self.screen = screen
        done()

    def close(self, done: Callable[[], None]) -> None:
        """On none."""
        self._hear("close")
        self.screen = 0
        done()

    # devices
    def names(self) -> tuple[tuple[str, str], ...]:
        """Five things."""
        return tuple((code, say(f"command.doctor.name.{code}", self.language)) for code in _EXAMINED)

    def examine(self, code: str) -> Examined:
        """As it was found."""
        self._hear("examine", code)
        cure = say(_CURES[code], self.language) if code in _CURES else ""
        return replace(_FOUND[code], cure=cure)


def _screens() -> tuple[str, ...]:
    return ("HDMI-1 · 1920×1080", "DP-2 · 3840×2160")


@dataclass(frozen=True, slots=True)
class Posed:
    """A page in one of its states."""

    make: Callable[[PageSetting, Invented], WorkPage]
    pose: Callable[[Any], object] = lambda _: None
    invented: Invented = field(default_factory=Invented)


def poses() -> dict[str, Posed]:
    """Every page in the states that look different, by picture name."""
    broken = KioskError(FailureCode.STORE_UNAVAILABLE, "postgresql")

    def recheck(setting: PageSetting, invented: Invented) -> WorkPage:
        return RecheckPage(setting, invented)

    def counted(setting: PageSetting, invented: Invented) -> WorkPage:
        return StatisticsPage(setting, invented, lambda: TODAY)

    def audit(setting: PageSetting, invented: Invented) -> WorkPage:
        return AuditPage(setting, invented, lambda: "5a3c0ffee0ddba115eed0fa11ab1ed00")

    def settings(setting: PageSetting, invented: Invented) -> WorkPage:
        return SettingsPage(setting, invented, lambda: True)

    def board(setting: PageSetting, invented: Invented) -> WorkPage:
        return BoardPage(setting, invented, _screens)

    def show_changes(page: RecheckPage) -> None:
        page.shown_list.setCurrentIndex(1)

    def show_month(page: StatisticsPage) -> None:
        page.span.setCurrentIndex(2)

    def choose_template(page: SettingsPage) -> None:
        page.rows.setCurrentCell(7, 0)
        page.line.setText("slips/mau.toml")
        page.check_button.click()

    return {
        "recheck": Posed(recheck),
        "recheck-opened": Posed(recheck, lambda page: page.open_button.click()),
        "recheck-changed": Posed(recheck, show_changes),
        "recheck-nobody": Posed(recheck, invented=Invented(is_empty=True)),
        "recheck-away": Posed(recheck, invented=Invented(broken=broken)),
        "statistics": Posed(counted),
        "statistics-month": Posed(counted, show_month),
        "statistics-table": Posed(counted, lambda page: page.table_button.click()),
        "statistics-nothing": Posed(counted, invented=Invented(is_empty=True)),
        "audit": Posed(audit, lambda page: page.verify_button.click()),
        "audit-broken": Posed(
            audit,
            lambda page: page.verify_button.click(),
            Invented(findings=(Finding(Break.CHANGED, 4711), Finding(Break.ANCHOR, 4800))),
        ),
        "settings": Posed(settings, lambda page: page.rows.setCurrentCell(5, 0)),
        "settings-checked": Posed(settings, choose_template),
        "settings-choice": Posed(settings, lambda page: page.rows.setCurrentCell(6, 0)),
        "settings-hidden": Posed(settings, lambda page: page.rows.setCurrentCell(4, 0)),
        "slip": Posed(lambda setting, invented: SlipPage(setting, invented)),
        "board": Posed(board),
        "board-open": Posed(board, lambda page: page.open_button.click()),
        "devices": Posed(lambda setting, invented: DevicesPage(setting, invented, lambda _: None)),
    }


def posed(name: str, setting: PageSetting, size: tuple[int, int]) -> WorkPage:
    """One page in its state, shown; close it."""
    one = poses()[name]
    page = one.make(setting, replace(one.invented, language=setting.language))
    page.resize(*size)
    page.show()
    page.shown()
    one.pose(page)
    return page


def render_staff_pages(
    out: Path,
    *,
    sizes: Sequence[tuple[int, int]] = SIZES,
    languages: Sequence[Language] = tuple(Language),
    growths: Sequence[float] = (1.0, 1.5),
    palettes: Sequence[tuple[str, Palette]] = (("", LIGHT), ("-contrast", HIGH_CONTRAST)),
    pages: Sequence[str] = (),
) -> list[Path]:
    """Writes `{page}-{language}-{width}x{height}{-large}{-contrast}.png` for each; each is the same every time.

    The sizes are the window's; its header and its strip of devices take 124 pixels of the height.

    Raises:
        KioskError: OUTPUT_UNWRITABLE.
    """
    app = QApplication.instance() or QApplication([])
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name in pages or tuple(poses()):
        for language in languages:
            for growth in growths:
                for dress, palette in palettes:
                    for wide, high in sizes:
                        errands = AtOnce()
                        page = posed(name, setting_of(language, growth, palette, errands), (wide, page_height(high)))
                        app.processEvents()
                        large = "" if growth == 1 else "-large"
                        file = out / f"{name}-{language.value}-{wide}x{high}{large}{dress}.png"
                        if not page.grab().save(str(file)):
                            raise KioskError(FailureCode.OUTPUT_UNWRITABLE, file.name)
                        written.append(file)
                        page.close()
                        page.deleteLater()
                        errands.close()
                        errands.deleteLater()
                        app.processEvents()
    return written


def page_height(window_height: int) -> int:
    """What header and device strip leave of a window."""
    return window_height - 124
