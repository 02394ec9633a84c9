"""What can be wrong with the gateway, on request: `NAME`, or `NAME:AMOUNT` where a fault takes a number."""

import re
from dataclasses import dataclass
from typing import Literal

Amount = Literal["", "seconds", "count"]

FAULTS: dict[str, Amount] = {
    "slow": "seconds",
    "jitter": "seconds",
    "timeout": "",
    "drip": "seconds",
    "down": "",
    "reset-before": "",
    "reset-after": "",
    "cut": "",
    "hang-up": "",
    "http-400": "",
    "http-500": "",
    "http-503": "seconds",
    "burst": "count",
    "rate-limit": "seconds",
    "rate-limit-date": "seconds",
    "html": "",
    "portal": "",
    "redirect": "",
    "garbage": "",
    "empty": "",
    "huge": "",
    "deep": "",
    "unknown-code": "",
    "missing-fields": "",
    "restricted": "",
    "unauthorized": "",
    "token-lost": "",
    "locked": "",
    "wrong-account": "",
    "wrong-facility": "",
    "login-slow": "seconds",
    "login-500": "",
    "login-html": "",
}
"""Name -> what its number means. Faults concern lookups, history and co-pay; logins go on working unless
`command.sandbox.fault.NAME` of `kiosk/text` says otherwise."""

_WRITTEN = re.compile(r"(?P<name>[a-z0-9-]+)(?::(?P<amount>[0-9]{1,6}(?:\.[0-9]{1,3})?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in force. `amount` is None where the sandbox's usual one holds; an empty name is no fault."""

    name: str = ""
    amount: float | None = None

    def __str__(self) -> str:
        return self.name if self.amount is None else f"{self.name}:{self.amount:g}"


def read_fault(written: str) -> Fault:
    """`slow`, `slow:0.5`, `burst:20`; empty is no fault.

    Raises:
        ValueError: there is no such fault, or it takes no such number.
    """
    if not written:
        return Fault()
    found = _WRITTEN.fullmatch(written)
    if found is None or found["name"] not in FAULTS:
        raise ValueError(f"no such fault; it is one of {', '.join(FAULTS)}")
    name, amount = found["name"], found["amount"]
    if amount is None:
        return Fault(name)
    takes = FAULTS[name]
    if not takes:
        raise ValueError(f"the fault {name} takes no number")
    if takes == "count" and (not amount.isdecimal() or not int(amount)):
        raise ValueError(f"the fault {name} takes a whole number from 1")
    return Fault(name, float(amount))
