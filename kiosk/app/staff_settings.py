"""The staff's editor of the settings, and the slips that they look at, against this kiosk's files and printer."""

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from kiosk.app.printing import SlipMaker, paper_of, printer_of, template_of
from kiosk.app.queues import queue_rule_of
from kiosk.app.records import retention_days_of
from kiosk.app.settings_file import Key, SettingsFile, told_value
from kiosk.app.staff_sources import OpenedStore
from kiosk.checkin.audit.entry import Act
from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.failure import FailureCode, KioskError
from kiosk.fonts import find_fonts
from kiosk.settings import Settings, config_folder
from kiosk.slip.page import PAPERS
from kiosk.slip.printers.target import SYSTEM, open_printer
from kiosk.slip.sample import sample_facts
from kiosk.slip.slip import PREVIEW_DPI, preview_image
from kiosk.slip.template import LANGUAGES, load_template
from kiosk.text import Language, catalog
from kiosk.ui.desk.pages.settings import CheckedChange, SettingsKey
from kiosk.ui.desk.pages.slip import SlipChoices


class SettingsDesk:
    """The settings' page. `signed_in`: the id of who is signed in; empty: nobody, and nothing is written."""

    def __init__(self, opened: OpenedStore, signed_in: Callable[[], str], language: Language = Language.VI) -> None:
        self._opened, self._signed_in, self._language = opened, signed_in, language
        self._file = SettingsFile(opened.settings.file, _examine)

    def keys(self) -> tuple[SettingsKey, ...]:
        """Every key as the file says it now, beside what this program runs with."""
        return tuple(self._shown(key) for key in self._file.read())

    def check(self, place: str, written: str) -> CheckedChange:
        """The program's own reader has taken it, with the rest of the file."""
        section, _, name = place.partition(".")
        draft = self._file.draft(section, name, written)
        picture = b""
        if section == "printer" and name in ("template", "width_dots", "paper", "language", "target"):
            template = draft.settings.path(draft.settings.printer.template)
            spoken = load_template(template).spoken(Language(draft.settings.printer.language))
            picture = _slip_png(draft.settings, self._opened.clinic, template, paper_of(draft.settings).name, spoken)
        return CheckedChange(place, written, told_value(place, draft.before), told_value(place, draft.after), picture)

    def save(self, place: str, written: str) -> str:
        """Both or neither: the file, and who changed which key; never the value.

        Raises:
            KioskError: OFFICER_NEEDED, SETTINGS_INVALID, OUTPUT_UNWRITABLE, STORE_….
        """
        officer = self._signed_in()
        if not officer:
            raise KioskError(FailureCode.OFFICER_NEEDED, "settings")
        section, _, name = place.partition(".")
        draft = self._file.draft(section, name, written)
        journal = self._opened.journal()
        before: Path | None = None
        try:
            with journal.store.transaction() as connection:
                journal.audit.note(connection, Act.SETTINGS_CHANGED, place, by=officer)
                before = self._file.write(draft, self._opened.clock())
        except BaseException:
            # The file was written and the store did not keep who changed it: it filled up, or went away meanwhile.
            if before is not None:
                self._file.take_back(before)
            raise
        return before.name

    def print_test(self) -> str:
        """With the settings that the program runs with: those of the file wait for its next start."""
        return print_sample(self._opened.settings, self._opened.clinic)

    def _shown(self, key: Key) -> SettingsKey:
        running = getattr(getattr(self._opened.settings, key.section), key.name)
        shown, typed = told_value(key.place, key.value), _as_typed(key.value)
        return SettingsKey(
            key.section,
            key.name,
            key.kind.__name__,
            # What must not be seen is not in the page at all.
            typed if shown == typed else "",
            shown,
            _as_typed(key.default),
            catalog(self._language)[f"settings.help.{key.place}"],
            _choices(key),
            is_pending=running != key.value,
            is_hidden=shown != typed,
        )


class Slips:
    """The slip's page."""

    def __init__(self, opened: OpenedStore) -> None:
        self._opened = opened

    def choices(self) -> SlipChoices:
        """The templates beside the settings' file and the ones that came with the program."""
        settings = self._opened.settings
        folders = dict.fromkeys((settings.folder / "slips", config_folder() / "slips"))
        names = dict.fromkeys(f"slips/{file.name}" for folder in folders for file in sorted(folder.glob("*.toml")))
        written = settings.printer.template
        return SlipChoices(
            tuple(dict.fromkeys((written, *names))), tuple(PAPERS), written, paper_of(settings).name,
            settings.printer.language,
        )  # fmt: skip

    def picture(self, template: str, paper: str, language: str) -> bytes:
        """Nobody's slip as PNG."""
        settings = self._opened.settings
        file = settings.path(template)
        return _slip_png(settings, self._opened.clinic, file, paper, LANGUAGES[language])

    def print_test(self) -> str:
        """As the settings say."""
        return print_sample(self._opened.settings, self._opened.clinic)


def print_sample(settings: Settings, clinic: Clinic) -> str:
    """Prints nobody's slip, marked MẪU, and says how that went, as the journal would.

    Raises:
        KioskError: PRINTER_NOT_CONFIGURED, SETTINGS_INVALID, FONT_MISSING.
    """
    one = replace(settings, printer=replace(settings.printer, copies=1))
    maker = SlipMaker(clinic, printer_of(settings), one, template_of(settings), training=True)
    return maker.print(sample_facts(clinic).check_in).told


def _examine(settings: Settings, section: str) -> None:
    """What the program would stumble over at its next start, as far as the changed section says it.

    Raises:
        KioskError: SETTINGS_INVALID.
    """
    match section:
        case "queue":
            queue_rule_of(settings)
        case "retention":
            retention_days_of(settings)
        case "clinic":
            load_clinic(settings.path(settings.clinic.file))
        case "printer":
            template_of(settings)
            target = settings.printer.target
            if target and not target.startswith(SYSTEM):
                open_printer(target)


def _slip_png(settings: Settings, clinic: Clinic, template: Path, paper: str, languages: tuple[Language, ...]) -> bytes:
    of = PAPERS[paper]
    fonts = find_fonts(settings.screen.font)
    image = preview_image(sample_facts(clinic), load_template(template), languages, paper=of, fonts=fonts)
    written = io.BytesIO()
    dpi = of.dpi if of.is_roll else PREVIEW_DPI
    image.save(written, "PNG", dpi=(dpi, dpi))
    return written.getvalue()


def _as_typed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choices(key: Key) -> tuple[str, ...]:
    values: Iterable[object] = (True, False) if key.kind is bool else key.allowed
    return tuple(_as_typed(value) for value in values)
