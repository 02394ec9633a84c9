"""How one installation of the gateway wants to be spoken to: they differ in paths, body encoding and the MD5's case."""

from dataclasses import dataclass
from typing import Literal

Body = Literal["form", "json", "any"]
Case = Literal["upper", "lower", "any"]
Kind = Literal["login", "lookup", "history", "copay", ""]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where an installation listens and what it understands.

    A body of the other encoding holds no fields for it (205, at a login 401), a password's MD5 in the other case is a
    wrong password (401), another path is nowhere (404). The history is asked for by form only, everywhere.
    """

    token_path: str = "/api/token/take"  # noqa: S105 -- no password
    lookup_path: str = "/api/egw/KQNhanLichSuKCB2024"
    history_path: str = "/api/egw/Lskcb2025"
    copay_path: str = "/api/TraCuuCCT/TraCuuTienMCCT"
    token_body: Body = "form"  # noqa: S105 -- no password
    lookup_body: Body = "json"
    md5_case: Case = "upper"

    def kind_of(self, path: str) -> Kind:
        """What is asked for at this path; empty for nothing."""
        match path:
            case self.token_path:
                return "login"
            case self.lookup_path:
                return "lookup"
            case self.history_path:
                return "history"
            case self.copay_path:
                return "copay"
            case _:
                return ""

    def accepts_md5(self, given: str, digest: str) -> bool:
        """Whether what was given is this digest as this installation writes it. `digest` is in lower case."""
        match self.md5_case:
            case "upper":
                return given == digest.upper()
            case "lower":
                return given == digest
            case _:
                return given.lower() == digest


_BODIES: tuple[Body, ...] = ("form", "json")
_CASES: tuple[Case, ...] = ("upper", "lower")

EASY_GOING = Dialect(token_body="any", lookup_body="any", md5_case="any")  # noqa: S106 -- no password
"""Understands every body and case on the usual paths: what the sandbox speaks when it is not told otherwise."""

DIALECTS = {
    **{
        f"{token}-{lookup}-{case}": Dialect(token_body=token, lookup_body=lookup, md5_case=case)
        for token in _BODIES
        for lookup in _BODIES
        for case in _CASES
    },
    "older-path": Dialect(lookup_path="/api/egw/KQNhanLichSuKCB2018"),
    "prefixed": Dialect(
        token_path="/gdbhyt/api/token/take",  # noqa: S106 -- no password
        lookup_path="/gdbhyt/api/egw/KQNhanLichSuKCB2024",
        history_path="/gdbhyt/api/egw/Lskcb2025",
        copay_path="/gdbhyt/api/TraCuuCCT/TraCuuTienMCCT",
    ),
}
"""Ten installations: encoding of the login, encoding of the lookup, case of the MD5; and two with other paths."""
