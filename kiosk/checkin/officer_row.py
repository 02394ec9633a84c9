"""An officer as a row of the journal's database: the number in a box, the PIN as a hash, and the keys to both."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kiosk.checkin.officer import KeptOfficer
from kiosk.checkin.pin import Cost, PinHash
from kiosk.privacy import Personal
from kiosk.sealed import Seal


@dataclass(frozen=True, slots=True, repr=False)
class OfficerKeys(Personal):
    """What the data key opens here; each use has a key of its own."""

    seal: Seal
    pepper: bytes
    digest_key: bytes

    @classmethod
    def of(cls, key: bytes) -> Self:
        """The keys that a data key of 32 bytes stands for."""
        return cls(
            Seal(key), hmac.digest(key, b"officer: pin", "sha256"), hmac.digest(key, b"officer: digest", "sha256")
        )

    def close(self, officer_id: str, number: str) -> bytes:
        """The number in a box that opens in this officer's row alone."""
        return self.seal.close(number.encode(), _purpose(officer_id))

    def digest(self, text: str) -> str:
        """HMAC-SHA-256 in hex."""
        return hmac.new(self.digest_key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def open(self, row: Mapping[Any, Any]) -> KeptOfficer:
        """The officer of a row.

        Raises:
            KioskError: KEY_WRONG.
        """
        number = self.seal.open(bytes(row["sealed_number"]), _purpose(row["officer_id"])).decode()
        return KeptOfficer(
            row["officer_id"], row["short_code"], row["full_name"], number, active=row["removed_at"] is None
        )


def _purpose(officer_id: str) -> str:
    """Bound to its row: a number that was copied into another officer's does not open there."""
    return f"officer number {officer_id}"


def pin_of(row: Mapping[Any, Any]) -> PinHash:
    """The hash in a row."""
    cost = Cost(row["pin_n"], row["pin_r"], row["pin_p"])
    return PinHash(cost, bytes(row["pin_salt"]), bytes(row["pin_key"]))


def pin_columns(kept: PinHash) -> dict[str, object]:
    """The same, for a row."""
    cost = kept.cost
    return {"pin_n": cost.n, "pin_r": cost.r, "pin_p": cost.p, "pin_salt": kept.salt, "pin_key": kept.key}
