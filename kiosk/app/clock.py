"""The clock of the whole line, and how it learns from the insurance service what time it is."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.checkin.clinic_clock import ClinicClock
from kiosk.lookup.answer import Answer, AskedBecause, NotAsked, Question
from kiosk.lookup.asked_once import LookupForReason

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """What this computer says, in the country's time zone."""
    return datetime.now(HO_CHI_MINH)


def waking_or_sleeping_s() -> float:
    """Seconds that also pass while the computer sleeps: whoever closed its lid is not at the desk."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


def clinic_clock() -> ClinicClock:
    """The clock of a kiosk that runs."""
    return ClinicClock(now, waking_or_sleeping_s)


def hearing(gateway: LookupForReason, clock: ClinicClock) -> LookupForReason:
    """The same gateway; `clock` hears each time of day that it tells."""
    return _Hearing(gateway, clock)


class _Hearing:
    def __init__(self, gateway: LookupForReason, clock: ClinicClock) -> None:
        self._gateway, self._clock = gateway, clock

    def look_up(self, question: Question, because: AskedBecause = AskedBecause.VISIT) -> Answer:
        answer = self._gateway.look_up(question, because)
        for receipt in () if isinstance(answer, NotAsked) else answer.receipts:
            if receipt.server_time is not None:
                self._clock.hear(receipt.server_time, receipt.answered_at)
        return answer
