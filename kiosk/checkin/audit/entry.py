"""What a row of the audit says, and what it can never say: nothing in it names a person but an officer's own reason.

A row's digest is SHA-256 over its fields and the digest of the row before, as JSON with sorted keys, no spaces and no
escaped letters, in UTF-8: whoever has the rows can compute the chain again.
"""

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from kiosk.privacy import Personal, redact_numbers

NO_DIGEST = "0" * 64
"""What stands before the chain's first row."""


@dataclass(frozen=True, slots=True)
class NotedWord:
    """A member of an enumeration, or a code, as another row has it."""

    word: str


Value = str | int | date | NotedWord
"""What a detail may be: a member of an enumeration, a code, a count, a yes or no, a day."""

_LONGEST_REASON = 200
_MOST = 1_000_000_000
_CODE = re.compile(r"[A-Z0-9][A-Z0-9./-]{0,7}", re.ASCII)
_ROOM = re.compile(r"\S{1,8}")  # what the clinic's file takes
_KEY = re.compile(r"[a-z][a-z0-9_.-]{0,31}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SUBJECT = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}|[a-z][a-z0-9_.-]{0,63}|", re.ASCII)
_MANY_DIGITS = re.compile(r"[0-9]{6}")


class Act(StrEnum):
    """What happened; its words are `audit.act.<value>`. Signing in and out is in the duty log alone."""

    VISIT_SHOWN = "visit-shown"
    PROOF_SHOWN = "proof-shown"
    PROOF_EXPORTED = "proof-exported"
    HISTORY_SHOWN = "history-shown"
    PERSON_EXPORTED = "person-exported"
    PERSON_ERASED = "person-erased"
    EVIDENCE_SHOWN = "evidence-shown"
    AUDIT_EXPORTED = "audit-exported"
    REPRINTED = "reprinted"
    TYPED_IN = "typed-in"
    PRIORITY_CHANGED = "priority-changed"
    DECISION_CHANGED = "decision-changed"
    ROUTE_CHANGED = "route-changed"
    ROOM_CHANGED = "room-changed"
    TURN_CHANGED = "turn-changed"
    CANCELLED = "cancelled"
    RESTORED_TO_QUEUE = "restored-to-queue"
    QUEUE_SET = "queue-set"
    RECHECKED = "rechecked"
    ASKED_AGAIN = "asked-again"
    SET_ASIDE = "set-aside"
    MERGED = "merged"
    OFFICER_ADDED = "officer-added"
    OFFICER_REMOVED = "officer-removed"
    PIN_SET = "pin-set"
    SETTINGS_CHANGED = "settings-changed"
    KEY_CHANGED = "key-changed"
    PURGED = "purged"
    BACKED_UP = "backed-up"
    RESTORED = "restored"
    BEGUN_ANEW = "begun-anew"
    BEGINNING_ACCEPTED = "beginning-accepted"
    UNSEALED_ACCEPTED = "unsealed-accepted"
    DAMAGE_SEEN = "damage-seen"


@dataclass(frozen=True, slots=True, repr=False)
class AuditRow(Personal):
    """One row. `at` is ISO in the clinic's zone; `detail` canonical JSON; `previous` and `digest` 64 hex characters.

    `seal` is the HMAC of `digest` under the key that `key_id` names; both are empty where the desk had none.
    """

    seq: int
    at: str
    happened: str
    actor: str
    subject: str
    reason: str
    detail: str
    previous: str
    digest: str
    seal: str
    key_id: str

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Self:
        """A row of the table."""
        return cls(**{str(name): value for name, value in row.items()})

    def computed_digest(self) -> str:
        """What `digest` has to be."""
        fields = ("seq", "at", "happened", "actor", "subject", "reason", "detail", "previous")
        return hashlib.sha256(canonical({name: getattr(self, name) for name in fields})).hexdigest()


@dataclass(frozen=True, slots=True, repr=False)
class AuditKey(Personal):
    """What the data key is to the audit: whoever has the database alone cannot write rows that pass."""

    key: bytes
    key_id: str

    @classmethod
    def of(cls, data_key: bytes) -> Self:
        """The audit's key that a data key of 32 bytes stands for."""
        key = hmac.digest(data_key, b"audit: seal", "sha256")
        return cls(key, hmac.digest(key, b"audit: key id", "sha256").hex()[:16])

    def seal(self, digest: str) -> str:
        """HMAC-SHA-256 of a row's digest, in hex."""
        return hmac.new(self.key, digest.encode(), hashlib.sha256).hexdigest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces and no escaped letters, in UTF-8."""
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return written.encode("utf-8", "surrogatepass")


def written_detail(detail: Mapping[str, Value]) -> str:
    """The details as they are kept.

    Raises:
        ValueError: a key that is none, or a value that this key cannot have; nothing of the value is told.
    """
    written: dict[str, str | int | bool] = {}
    for key, value in detail.items():
        if (kept := _KINDS[key](value) if key in _KINDS else None) is None:
            raise ValueError(f"no such detail: {key}")
        written[key] = kept
    return canonical(written).decode()


def noted_again(written: str) -> dict[str, Value]:
    """The details of a row of another chain, as `written_detail` takes them; without what this release cannot keep.

    A desk's own audit of the time away goes on in the shared one.
    """
    noted: dict[str, Value] = {}
    for key, value in read_detail(written).items():
        kind, again = _KINDS.get(key), value
        if kind is _word and isinstance(value, str):
            again = NotedWord(value)
        elif kind is _day:
            with suppress(TypeError, ValueError):
                again = date.fromisoformat(value)
        if kind is not None and kind(again) is not None:
            noted[key] = again
    return noted


def read_detail(written: str) -> dict[str, Any]:
    """The details of a row; none where it is not what this program writes."""
    try:
        detail = json.loads(written)
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}


def written_subject(subject: str) -> str:
    """What an act was about, as it is kept: random or keyed hex, or the name of a thing; empty: nothing of its own.

    Raises:
        ValueError: it may name a person.
    """
    is_hex = len(subject) in {32, 64}
    if not _SUBJECT.fullmatch(subject) or (not is_hex and _MANY_DIGITS.search(subject)):
        raise ValueError("no subject of the audit")
    return subject


def written_actor(actor: str) -> str:
    """Who acted, as it is kept: an officer's id, or the name of a desk or a program in small letters."""
    return "".join(one if one.isascii() and (one.isalnum() or one in "_.-") else "-" for one in actor.lower())[:64]


def written_reason(reason: str) -> str:
    """An officer's words as they are kept: one line of at most 200 characters, long numbers taken out."""
    line = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", reason))
    return redact_numbers(" ".join(line.split()))[:_LONGEST_REASON]


def _word(value: Value) -> str | None:
    """A member of an enumeration of ours, or a code in capitals and digits such as a room's or a route's."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, NotedWord):
        is_word = (_KEY.fullmatch(value.word) or _CODE.fullmatch(value.word)) and not _MANY_DIGITS.search(value.word)
        return value.word if is_word else None
    return value if isinstance(value, str) and _CODE.fullmatch(value) and not _MANY_DIGITS.search(value) else None


def _room(value: Value) -> str | None:
    """As on the door and in the clinic's file: `P203`, `khám-1`."""
    is_room = isinstance(value, str) and _ROOM.fullmatch(value) and not _MANY_DIGITS.search(value)
    return str(value) if is_room else None


def _key(value: Value) -> str | None:
    is_key = isinstance(value, str) and _KEY.fullmatch(value) and not _MANY_DIGITS.search(value)
    return str(value) if is_key else None


def _count(value: Value) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST
    return int(value) if is_count else None  # type: ignore[arg-type]


def _flag(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: Value) -> str | None:
    return value.isoformat() if type(value) is date else None


def _digest(value: Value) -> str | None:
    return value if isinstance(value, str) and _DIGEST.fullmatch(value) else None


_KINDS: Mapping[str, Callable[[Value], str | int | bool | None]] = {
    "before": _word,
    "after": _word,
    "room": _room,
    "service": _key,
    "setting": _key,
    "purpose": _key,
    "digest": _digest,
    "day": _day,
    "until": _day,
    "count": _count,
    "visits": _count,
    "proofs": _count,
    "rows": _count,
    "first": _count,
    "last": _count,
    "kib": _count,
    "with_question": _flag,
}
"""Every detail that there can be, and what it can be."""
