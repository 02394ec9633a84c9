"""What is kept of one person, as pages A4 that they take home: their visits, what for and how long, and who looked.

The same as the file for machines says of them, in words; of tables that only programs read it says how many rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kiosk.checkin.business_day import in_clinic
from kiosk.fonts import FontFiles
from kiosk.slip.page import Weight
from kiosk.slip.pdf import WIDTH_MM, Page
from kiosk.text import Language, catalog, say

_LEFT, _WIDTH = 20.0, WIDTH_MM - 40.0
_TOP, _END, _FOOT = 20.0, 275.0, 285.0
_SOFT, _LINE = 0.38, 0.75
_INDENT = 6.0
_LABELS = 44.0
"""How wide the column of labels is, in millimetres."""
_NO_COUNT = frozenset({"visit", "asked", "to_ask"})


def make_person_sheet(record: Mapping[str, Any], fonts: FontFiles, language: Language = Language.VI) -> bytes:
    """The pages as PDF, of a record as `PersonRecords.export` gives it; every letter can be selected."""
    sheet = _Sheet(record, fonts, language)
    sheet.head()
    sheet.visits()
    sheet.purposes()
    sheet.seen_by()
    return sheet.finish()


class _Sheet:
    """The paper, set from top to bottom; what does not fit goes on the next page as a whole."""

    def __init__(self, record: Mapping[str, Any], fonts: FontFiles, language: Language) -> None:
        self._record, self._language = record, language
        # Viewers show a file's title, also to whoever stands behind: it names nobody.
        self.page = Page(fonts, say("record.sheet.title", language), in_clinic(_read(record["made_at"])))
        self._y, self._number = _TOP, 1

    def head(self) -> None:
        """Whose document it is and its title."""
        facility = self._record["facility"]
        self.page.text(_LEFT, self._y, facility["name"], 12, Weight.SEMIBOLD)
        self._right(self._y, facility["code"], 9)
        self._y += 4
        self.page.rule(_LEFT, self._y, _WIDTH, 1.2, 0.0)
        self._y += 12
        for line in self.page.wrap(say("record.title", self._language), 17, _WIDTH, Weight.BOLD):
            self.page.text(_LEFT, self._y, line, 17, Weight.BOLD)
            self._y += 8
        self._paragraph(say("record.made_at", self._language, moment=_moment(self._record["made_at"])), 9.5, grey=_SOFT)
        self._y += 5

    def visits(self) -> None:
        """Each visit with what is kept of it."""
        visits = self._record["visits"]
        self._heading(say("record.visits", self._language, count=len(visits)))
        for kept in visits:
            self._visit(kept)

    def purposes(self) -> None:
        """What for, on which ground and for how long."""
        self._heading(say("record.purposes", self._language))
        for one in self._record["purposes"]:
            days, key = one["days"], "record.days" if one["days"] else "record.no_end"
            self._whole(
                [
                    (one["what"], 10, Weight.REGULAR, 0.0),
                    (f"{one['basis']} {say(key, self._language, days=days)}", 9, Weight.REGULAR, _SOFT),
                ]
            )

    def seen_by(self) -> None:
        """Who read or changed it."""
        self._heading(say("record.seen_by", self._language))
        words = catalog(self._language)
        for one in self._record["seen_by"]:
            act = words.get(f"audit.act.{one['happened']}", one["happened"])
            told = " · ".join(filter(None, (one["who"], act, one["reason"])))
            self._rows([(_moment(one["at"]), told)])
        if not self._record["seen_by"]:
            self._paragraph(say("record.nobody", self._language), 10)

    def finish(self) -> bytes:
        """The rights of the person at the end, and the file."""
        self._y += 4
        self._whole([(say("record.foot", self._language), 10, Weight.SEMIBOLD, 0.0)], indent=0)
        self._close()
        return self.page.finish()

    def _visit(self, kept: Mapping[str, Any]) -> None:
        row = kept["visit"]
        title = f"{_moment(row['created_at'])} · {row['ticket']} · {row['service']['name'][self._language.value]}"
        verdict = say(f"decision.verdict.{row['verdict']}.title", self._language)
        rows = [(self._say("full_name"), row["full_name"]), (self._say("decision"), verdict)]
        if row["card_number"]:
            rows.append((self._say("card"), row["card_number"]))
        rows += [(self._say("asked"), self._asked(one)) for one in kept.get("asked", ())]
        if told := self._to_ask(kept.get("to_ask", {})):
            rows.append((self._say("to_ask"), told))
        if counts := self._counts(kept):
            rows.append((self._say("also"), counts))
        self._need(7 + self._height(rows[:2]))
        self.page.text(_LEFT, self._y, title, 10.5, Weight.SEMIBOLD)
        self._y += 6
        self._rows(rows)
        self._y += 3

    def _asked(self, one: Mapping[str, Any]) -> str:
        return " · ".join(filter(None, (", ".join(one["numbers"]), one["full_name"], one["date_of_birth"])))

    def _to_ask(self, person: Mapping[str, Any]) -> str:
        """What is kept, encrypted, until the insurance answered."""
        named = (person.get(name) for name in ("personal_number", "insurance_number", "full_name", "date_of_birth"))
        return " · ".join(str(value) for value in named if value)

    def _counts(self, kept: Mapping[str, Any]) -> str:
        words = catalog(self._language)
        counted = sorted((name, len(rows)) for name, rows in kept.items() if name not in _NO_COUNT)
        return ", ".join(f"{words.get(f'record.table.{name}', name)}: {count}" for name, count in counted)

    # -- setting ----------------------------------------------------------------------------------------------------
    def _rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """A label and its value beside it, each pair on one page."""
        for label, value in rows:
            lines = self._lines(value)
            self._need(5 * len(lines))
            self.page.text(_LEFT + _INDENT, self._y, label, 9, grey=_SOFT)
            for line in lines:
                self.page.text(_LEFT + _LABELS, self._y, line, 10)
                self._y += 5

    def _lines(self, value: str) -> list[str]:
        return self.page.wrap(value, 10, _WIDTH - _LABELS)

    def _height(self, rows: Sequence[tuple[str, str]]) -> float:
        return sum(5.0 * len(self._lines(value)) for _, value in rows)

    def _whole(self, parts: Sequence[tuple[str, float, Weight, float]], indent: float = _INDENT) -> None:
        """Paragraphs that stay together."""
        lines = [
            (line, points, weight, grey)
            for words, points, weight, grey in parts
            for line in self.page.wrap(words, points, _WIDTH - indent, weight)
        ]
        self._need(sum(points * 0.5 for _, points, *_ in lines))
        for line, points, weight, grey in lines:
            self.page.text(_LEFT + indent, self._y, line, points, weight, grey)
            self._y += points * 0.5
        self._y += 2

    def _paragraph(self, words: str, points: float, grey: float = 0.0) -> None:
        self._whole([(words, points, Weight.REGULAR, grey)], indent=0)

    def _heading(self, words: str) -> None:
        self._y += 4
        self._need(28)
        self.page.text(_LEFT, self._y, words, 12, Weight.SEMIBOLD)
        self.page.rule(_LEFT, self._y + 2.5, _WIDTH, 0.5, _LINE)
        self._y += 9

    def _need(self, height_mm: float) -> None:
        if self._y + height_mm > _END and self._y > _TOP:
            self._close()
            self.page.turn()
            self._y, self._number = _TOP, self._number + 1

    def _close(self) -> None:
        self._right(_FOOT, self._say("page", number=self._number), 8.5)

    def _right(self, y: float, words: str, points: float) -> None:
        self.page.text(_LEFT + _WIDTH - self.page.width(words, points), y, words, points, grey=_SOFT)

    def _say(self, key: str, **values: object) -> str:
        return say(f"record.sheet.{key}", self._language, **values)


def _read(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _moment(text: str) -> str:
    return f"{in_clinic(_read(text)):%d/%m/%Y %H:%M}"
