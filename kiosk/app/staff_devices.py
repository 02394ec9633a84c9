"""What the devices' page examines: all that the doctor does, and how store, clock and voices of this window are."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.app.doctor.finding import Finding, Health
from kiosk.checkin.clinic_clock import ClockState
from kiosk.settings import Settings
from kiosk.text import Language, catalog
from kiosk.ui.desk.pages.devices import Examined
from kiosk.ui.theme.palette import Tone

if TYPE_CHECKING:
    from kiosk.checkin.away.steady import StoreState

_TONES = {Health.GOOD: Tone.GOOD, Health.ATTENTION: Tone.ATTENTION, Health.BAD: Tone.STOP}


class Doctor:
    """The devices' page: the doctor's examinations, and how store, clock and voices of this window are."""

    def __init__(
        self,
        settings: Settings,
        language: Language,
        *,
        store_state: "Callable[[], StoreState] | None" = None,
        clock_state: Callable[[], ClockState] | None = None,
    ) -> None:
        self._settings, self._language = settings, language
        self._store_state, self._clock_state = store_state, clock_state

    def names(self) -> tuple[tuple[str, str], ...]:
        """In the order in which a desk is set up, this window's own last."""
        words = catalog(self._language)
        keys = ("command.doctor.name.", "staff.devices.name.")
        return tuple(
            (code, next(words[key + code] for key in keys if key + code in words)) for code in self._examinations()
        )

    def examine(self, code: str) -> Examined:
        """One of them; paths of this account are told as beginning at its home."""
        from kiosk.app.doctor.examinations import examine

        finding = examine(self._examinations()[code], self._settings)
        detail = finding.detail.replace(str(Path.home()), "~")
        return Examined(_TONES[finding.health], detail, finding.cure(self._language))

    def _examinations(self) -> dict[str, Callable[[Settings], Finding]]:
        # Loaded where the page's errands are done: with all that is examined come seconds of imports.
        from kiosk.app.doctor.examinations import EXAMINATIONS
        from kiosk.app.doctor.voices import examine_voices

        store_state, clock_state = self._store_state, self._clock_state
        own: dict[str, Callable[[Settings], Finding]] = {}
        if store_state is not None:
            own["away"] = lambda _: judge_store(store_state())
        if clock_state is not None:
            own["service-clock"] = lambda _: judge_clinic_clock(clock_state())
        return {**EXAMINATIONS, **own, "voices": examine_voices}


def judge_store(state: "StoreState") -> Finding:
    """Whether the shared store is there, and what this desk does meanwhile."""
    told = f"{state.numbers_left}; {state.to_merge}"
    if state.refused:
        which = ", ".join(f"{one.ticket} ({one.why.value})" for one in state.refusals)
        return Finding(Health.BAD, f"{told}; {which}", "staff.devices.cure.refused")
    if state.is_away:
        return Finding(Health.ATTENTION, told, "staff.devices.cure.away")
    return Finding(Health.GOOD, told)


def judge_clinic_clock(state: ClockState) -> Finding:
    """This computer's clock beside the insurance service's, or beside the journal's newest day."""
    if state.off_by is not None:
        return Finding(Health.BAD, f"{state.off_by.total_seconds():+.0f} s", "command.doctor.cure.clock")
    if state.latest is not None:
        return Finding(Health.BAD, f"{state.latest:%d/%m/%Y}", "command.doctor.cure.clock")
    return Finding(Health.GOOD, "✔" if state.heard else "–")
