"""What a patient was told about their data, and what they answered where they had a choice [Law 91/2025 art. 9].

The notice says what is read and why; it is told, not agreed to. Side purposes are the clinic's own, asked one by one,
never ticked beforehand, and whoever says no to all of them is checked in like everybody else.
"""

import hashlib
from dataclasses import dataclass

from kiosk.text import Language, say


@dataclass(frozen=True, slots=True)
class PurposeAnswer:
    """`purpose` is its code in the clinic's file, `text_version` what was read out of it."""

    purpose: str
    text_version: str
    given: bool


@dataclass(frozen=True, slots=True)
class NoticeSeen:
    """The notice as it stood on the screen: which text, in which language, and the answers beside it."""

    version: str
    language: Language
    answers: tuple[PurposeAnswer, ...] = ()


def notice_version(language: Language) -> str:
    """Which text the notice is now: its own number and, of the words as they stand, 12 hex digits of the SHA-256."""
    words = "\n".join(say(f"notice.{part}", language) for part in ("title", "short", "full"))
    return f"{say('notice.number', language)}-{text_version(words)}"


def text_version(words: str) -> str:
    """Which text somebody answered to: 12 hex digits of its SHA-256."""
    return hashlib.sha256(words.encode()).hexdigest()[:12]
