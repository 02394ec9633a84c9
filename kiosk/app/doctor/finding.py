"""What an examination finds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from kiosk.failure import KioskError
from kiosk.text import Language, say


class Health(StrEnum):
    """How one thing is: ATTENTION where the desk works and somebody should still see to it."""

    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined. `detail` says what was found, `cure_key` names the sentence of what to do."""

    health: Health
    detail: str = ""
    cure_key: str = ""

    @classmethod
    def of(cls, error: KioskError, health: Health = Health.BAD) -> Self:
        """The failure that it would become at the desk."""
        return cls(health, error.detail or error.code.value, f"failure.{error.code.value}.cure")

    def cure(self, language: Language) -> str:
        """What to do; empty where nothing is."""
        return say(self.cure_key, language) if self.cure_key else ""
