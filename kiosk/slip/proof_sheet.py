"""A visit's proofs of check as one page A4, for the claim's file: what was found, each check, and how to verify it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from kiosk.checkin.business_day import in_clinic
from kiosk.fonts import FontFiles
from kiosk.slip.page import Weight
from kiosk.slip.pdf import WIDTH_MM, Page
from kiosk.text import Language, catalog, say

_LEFT, _WIDTH = 20.0, WIDTH_MM - 40.0
_SOFT, _LINE, _BAND = 0.38, 0.75, 0.945
_SIGNED_AT, _CHECKS_END_AT = 240.0, 233.0
_MORE_MM = 7.2
_COLUMNS = (0.0, 33.5, 59.0, 101.0, 111.0, 145.0)
"""Where the columns of the checks begin, in millimetres from the left margin."""


def make_proof_sheet(
    document: Mapping[str, Any], department: str, file: str, fonts: FontFiles, language: Language = Language.VI
) -> bytes:
    """The page as PDF, of a document of `proof_document`; `file` is the name of the JSON that goes with it.

    `department` is the health department that the clinic belongs to.
    """
    sheet = _Sheet(document, fonts, language)
    sheet.head(department)
    sheet.result()
    sheet.visit()
    sheet.checks()
    sheet.foot(file)
    return sheet.page.finish()


class _Sheet:
    """The paper, set from top to bottom."""

    def __init__(self, document: Mapping[str, Any], fonts: FontFiles, language: Language) -> None:
        self._document, self._language = document, language
        self._proofs: Sequence[Mapping[str, Any]] = document["proofs"]
        made_at = datetime.fromisoformat(document["made_at"])
        self.page = Page(fonts, f"{self._say('title')} · {document['visit']['ticket']}", in_clinic(made_at))
        self._y = 20.0

    def head(self, department: str) -> None:
        """Whose document it is, its title, and what kind of record."""
        facility = self._document["facility"]
        self.page.text(_LEFT, self._y, department, 9, grey=_SOFT)
        self._right(self._y, self._say("made_at", moment=_moment(self._document["made_at"])), 9)
        self._y += 5.5
        self.page.text(_LEFT, self._y, facility["name"], 12, Weight.SEMIBOLD)
        self._right(self._y, self._say("facility_code", code=facility["code"]), 9)
        self._y += 4
        self.page.rule(_LEFT, self._y, _WIDTH, 1.2, 0.0)
        self._y += 13
        self.page.text(_LEFT, self._y, self._say("title"), 19, Weight.BOLD)
        self._y += 6.5
        self._paragraph(self._say("lead"), 9, grey=_SOFT)
        self._y += 4

    def result(self) -> None:
        """The latest check in a band."""
        if not self._proofs:
            self._paragraph(self._say("no_checks"), 11)
            self._y += 4
            return
        outcome = self._proofs[-1]["outcome"]
        meaning = self.page.wrap(say(f"proof.outcome.{outcome}.meaning", self._language), 9.5, _WIDTH - 12)
        height = 19 + 4.8 * len(meaning)
        self.page.box(_LEFT, self._y, _WIDTH, height, _BAND)
        self.page.box(_LEFT, self._y, 1.4, height, 0.0)
        self.page.text(_LEFT + 6, self._y + 6.5, self._say("result"), 8.5, grey=_SOFT)
        self.page.text(_LEFT + 6, self._y + 14, self._word(f"outcome.{outcome}.title"), 16, Weight.SEMIBOLD)
        for number, line in enumerate(meaning):
            self.page.text(_LEFT + 6, self._y + 20.5 + 4.8 * number, line, 9.5)
        self._y += height + 10

    def visit(self) -> None:
        """The visit, in two columns of labels and values."""
        visit = self._document["visit"]
        latest: Mapping[str, Any] = self._proofs[-1] if self._proofs else {}
        self._heading(self._say("visit"))
        none = self._say("none")
        first, last = (_day(visit[name]) or none for name in ("valid_from", "valid_to"))
        pairs = [
            ("ticket", visit["ticket"]),
            ("day", _moment(visit["checked_in_at"])),
            ("patient", visit["patient"] or none),
            ("service", visit["service"]),
            ("card_number", visit["card_number"] or none),
            ("validity", f"{first} – {last}" if first != none or last != none else none),
            ("decision", say(f"decision.verdict.{visit['verdict']}.title", self._language)),
            ("unchanged_since", _moment(latest.get("unchanged_since")) or none),
        ]
        if since := _moment(latest.get("offline_since")):
            pairs.append(("offline_since", since))
        half = _WIDTH / 2
        for at in range(0, len(pairs), 2):
            row = [
                (side, label, self.page.wrap(value, 10, half - 38, Weight.SEMIBOLD))
                for side, (label, value) in enumerate(pairs[at : at + 2])
            ]
            for side, label, lines in row:
                left = _LEFT + side * (half + 2)
                self.page.text(left, self._y, self._say(label), 9, grey=_SOFT)
                for number, line in enumerate(lines):
                    self.page.text(left + 34, self._y + 4.6 * number, line, 10, Weight.SEMIBOLD)
            self._y += 2.1 + 4.6 * max(len(lines) for *_, lines in row)
        self.page.text(_LEFT, self._y, self._say("visit_id"), 9, grey=_SOFT)
        self.page.text(_LEFT + 34, self._y, visit["id"], 9)
        self._y += 11

    def checks(self) -> None:
        """Each check in two or three lines: the first and the latest ones, where there are more than fit."""
        self._heading(self._say("checks", count=len(self._proofs)))
        names = ("at", "because", "outcome", "code", "server", "officer")
        for column, name in zip(_COLUMNS, names, strict=True):
            self.page.text(_LEFT + column, self._y, self._say(f"column_{name}"), 8, grey=_SOFT)
        self._y += 2.2
        shown = self._that_fit(_CHECKS_END_AT - self._y)
        for number, proof in enumerate(self._proofs):
            if number in shown:
                self._check(proof)
            elif number == 1:
                self.page.rule(_LEFT, self._y, _WIDTH, 0.5, _LINE)
                self.page.text(_LEFT, self._y + 4.8, self._say("more", count=len(self._proofs) - len(shown)), 8.5)
                self._y += _MORE_MM
        self.page.rule(_LEFT, self._y, _WIDTH, 0.5, _LINE)

    def foot(self, file: str) -> None:
        """Who signs, and how the enclosed file is verified; at the foot of the page, wherever the checks end."""
        self._y = _SIGNED_AT
        for column, name in ((0.0, "prepared"), (_WIDTH / 2, "approved")):
            left, width = _LEFT + column, _WIDTH / 2
            for down, words, weight in (
                (0, self._say(name), Weight.SEMIBOLD),
                (4.6, self._say("sign"), Weight.REGULAR),
            ):
                at = left + (width - self.page.width(words, 9, weight)) / 2
                self.page.text(at, self._y + down, words, 9, weight, _SOFT if down else 0.0)
        self._y = 268.0
        self.page.rule(_LEFT, self._y, _WIDTH, 0.5, _LINE)
        self._y += 5
        self._labelled(self._say("file"), file, 8)
        self._labelled("SHA-256", self._document["digest"], 8)
        words = self._say("verify", file=file)
        is_named = self._document["visit"]["named"]
        self._paragraph(words if is_named else f"{words} {self._say('masked')}", 8, grey=_SOFT)

    def _that_fit(self, height_mm: float) -> set[int]:
        """The first check, the latest one, and as many before that as there is room for."""
        heights = [12.0 + 4 * self._lines_of(proof) for proof in self._proofs]
        if sum(heights) <= height_mm:
            return set(range(len(heights)))
        shown = {0}
        left_mm = height_mm - _MORE_MM - heights[0]
        for number in range(len(heights) - 1, 0, -1):
            left_mm -= heights[number]
            if left_mm < 0 and len(shown) > 1:
                break
            shown.add(number)
        return shown

    def _lines_of(self, proof: Mapping[str, Any]) -> int:
        return max(len(lines) for _, lines, _ in self._cells(proof))

    def _cells(self, proof: Mapping[str, Any]) -> list[tuple[float, list[str], Weight]]:
        """The row's cells: where each begins, its lines, how strong."""
        exchange: Mapping[str, Any] = proof["exchanges"][-1] if proof["exchanges"] else {}
        words = (
            _moment(proof["checked_at"]),
            self._word(f"because.{proof['because']}"),
            self._word(f"outcome.{proof['outcome']}.title"),
            proof["code"] or self._say("none"),
            _moment(exchange.get("server_time")) or self._say("none"),
            exchange.get("officer_number") or self._say("none"),
        )
        weights = (*[Weight.REGULAR] * 2, Weight.SEMIBOLD, *[Weight.REGULAR] * 3)
        ends = (*_COLUMNS[1:], _WIDTH + 2)
        return [
            (begin, self.page.wrap(cell, 8.5, end - begin - 2, weight), weight)
            for begin, end, cell, weight in zip(_COLUMNS, ends, words, weights, strict=True)
        ]

    def _check(self, proof: Mapping[str, Any]) -> None:
        self.page.rule(_LEFT, self._y, _WIDTH, 0.5, _LINE)
        self._y += 4.8
        for begin, lines, weight in self._cells(proof):
            for number, words in enumerate(lines):
                self.page.text(_LEFT + begin, self._y + 4 * number, words, 8.5, weight)
        self._y += 4 * self._lines_of(proof) + 0.2
        exchange: Mapping[str, Any] = proof["exchanges"][-1] if proof["exchanges"] else {}
        self._labelled(self._say("question_digest"), exchange.get("question_digest") or self._say("not_sent"), 7.5)
        reply = exchange.get("reply_digest") or self._say("no_reply")
        if proof["trouble"] and not exchange.get("reply_digest"):
            reply = " · ".join((reply, self._word(f"trouble.{proof['trouble']}")))
        self._labelled(self._say("reply_digest"), reply, 7.5)
        self._y -= 0.9

    def _labelled(self, label: str, value: str, points: float) -> None:
        self.page.text(_LEFT, self._y, label, points, grey=_SOFT)
        self.page.text(_LEFT + 24, self._y, value, points, grey=0.2)
        self._y += 3.9

    def _heading(self, words: str) -> None:
        self.page.text(_LEFT, self._y, words, 11.5, Weight.SEMIBOLD)
        self._y += 6.5

    def _paragraph(self, words: str, points: float, grey: float = 0.0) -> None:
        for line in self.page.wrap(words, points, _WIDTH):
            self.page.text(_LEFT, self._y, line, points, grey=grey)
            self._y += points * 0.5

    def _right(self, y: float, words: str, points: float) -> None:
        self.page.text(_LEFT + _WIDTH - self.page.width(words, points), y, words, points, grey=_SOFT)

    def _say(self, key: str, **values: object) -> str:
        return say(f"proof.sheet.{key}", self._language, **values)

    def _word(self, key: str) -> str:
        """A word of a closed list; what a later version added stands as it is."""
        return catalog(self._language).get(f"proof.{key}", key.split(".")[1])


def _moment(text: str | None) -> str:
    return f"{in_clinic(datetime.fromisoformat(text)):%d/%m/%Y %H:%M:%S}" if text else ""


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""
