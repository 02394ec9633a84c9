"""One person's rights [Law 91/2025/QH15 art. 4; Decree 356/2025]: what is kept of them, given out, and erased.

A person is found by any of their numbers: by the visits that this number named, and by those of the same name and birth
year that share another number with them. Somebody else's visit that only shares a mistyped number stays out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.checkin.asked_person import person_in_box
from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act, read_detail
from kiosk.checkin.business_day import business_day, in_clinic
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.proof_row import kept_proof_of, open_question
from kiosk.checkin.records.kept import Purpose, allowed, erase_visits, tables_of_visits
from kiosk.checkin.records.person_key import person_keys
from kiosk.checkin.records.retention import RetentionDays
from kiosk.checkin.records.searchable import words_of
from kiosk.checkin.store.audit_tables import audit
from kiosk.checkin.store.store import Store
from kiosk.checkin.store.tables import officer, proof, recheck, visit, visit_person
from kiosk.failure import FailureCode, KioskError
from kiosk.privacy import Personal
from kiosk.sealed import Seal
from kiosk.text import Language, catalog, say

FORMAT = "checkin-kiosk/record-of-person"
VERSION = 1


@dataclass(frozen=True, slots=True, repr=False)
class Erased(Personal):
    """What an erasure did: so many visits; `replies` of the gateway that spoke of the person.

    `swept`: nothing of it is in the database's log any more either; False: once the other programs have closed it.
    """

    visits: int
    days: tuple[date, ...]
    replies: int
    swept: bool


class PersonRecords:
    """What one store keeps of one person; every read and every erasure is in the audit."""

    def __init__(self, store: Store, trail: Audit, days: RetentionDays, clock: Callable[[], datetime]) -> None:
        self._store, self._audit, self._days, self._clock = store, trail, days, clock

    def export(self, number: str, clinic: Clinic, reason: str = "", seal: Seal | None = None) -> dict[str, Any]:
        """Everything that is kept of the person of this number; with `seal` what is kept encrypted, too.

        Raises:
            KioskError: INPUT_INVALID: no number, or nobody's here; KEY_WRONG; STORE_….
        """
        with self._store.transaction() as connection:
            keys, rows = _person(connection, number)
            visits = [_visit_record(connection, row, seal) for row in rows]
            subjects = [*keys, *(row["visit_id"] for row in rows)]
            seen_by = _seen_by(connection, subjects)
            for row in rows:
                self._audit.note(
                    connection, Act.PERSON_EXPORTED, row["visit_id"], reason, with_question=seal is not None
                )
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_at": in_clinic(self._clock()).isoformat(timespec="seconds"),
            "facility": {"code": clinic.facility_code, "name": clinic.name[Language.VI]},
            "purposes": self._purposes(),
            "visits": visits,
            "seen_by": seen_by,
        }

    def erase(
        self, number: str, reason: str, forget_replies: Callable[[Sequence[str]], int] = lambda _numbers: 0
    ) -> Erased:
        """Erases the person of this number; `forget_replies` removes what is kept outside the database and names them.

        Numbers of tickets, results and proofs of checks without the person stay: see `KEPT`.

        Raises:
            KioskError: INPUT_INVALID: no reason, no number, nobody's here, or a visit of today is going on; STORE_….
        """
        if not reason.strip():
            raise KioskError(FailureCode.INPUT_INVALID, "--reason: an erasure needs one")
        today = business_day(self._clock())
        with self._store.transaction() as connection, allowed(connection):
            _keys, rows = _person(connection, number)
            if any(row["business_day"] >= today for row in rows):
                raise KioskError(FailureCode.INPUT_INVALID, "a visit of today is going on; erase from tomorrow on")
            numbers = [number, *(row["card_number"] for row in rows if row["card_number"])]
            erase_visits(connection, [row["visit_id"] for row in rows])
            for row in rows:
                self._audit.note(connection, Act.PERSON_ERASED, row["visit_id"], reason)
        replies = forget_replies(numbers)
        swept = self._store.sweep([visit.name, *(table.name for table, _ in tables_of_visits())])
        return Erased(len(rows), tuple(sorted({row["business_day"] for row in rows})), replies, swept)

    def _purposes(self) -> list[dict[str, Any]]:
        return [
            {
                "purpose": purpose.value,
                "what": say(f"record.purpose.{purpose.value}.what", Language.VI),
                "basis": say(f"record.purpose.{purpose.value}.basis", Language.VI),
                "days": self._days.of(purpose) or None,
            }
            for purpose in Purpose
        ]


def _person(connection: Connection, number: str) -> tuple[list[str], list[RowMapping]]:
    """The person's digests and visits, oldest first."""
    keys = person_keys(connection, number)
    if not keys:
        raise KioskError(FailureCode.INPUT_INVALID, "--id: 12 or 10 digits, a card's 15 characters, or KOR:M12345678")
    named = _visits_of(connection, keys)
    if not named:
        raise KioskError(FailureCode.INPUT_INVALID, "nothing is kept of a person of this number")
    others = select(visit_person.c.person_key).where(visit_person.c.visit_id.in_([row["visit_id"] for row in named]))
    all_keys = sorted({*keys, *connection.execute(others).scalars().all()})
    ids, known = {row["visit_id"] for row in named}, {_named(row) for row in named}
    rows = _visits_of(connection, all_keys)
    return all_keys, [row for row in rows if row["visit_id"] in ids or _named(row) in known]


def _visits_of(connection: Connection, keys: Sequence[str]) -> list[RowMapping]:
    ours = select(visit_person.c.visit_id).where(visit_person.c.person_key.in_(keys))
    listed = select(visit).where(visit.c.visit_id.in_(ours)).order_by(visit.c.business_day, visit.c.number)
    return list(connection.execute(listed).mappings())


def _named(row: RowMapping) -> tuple[tuple[str, ...], int | None]:
    return tuple(words_of(row["full_name"])), row["birth_year"]


def _visit_record(connection: Connection, row: RowMapping, seal: Seal | None) -> dict[str, Any]:
    """A visit with all that speaks of it, by table."""
    record: dict[str, Any] = {"visit": _plain(row)}
    for table, naming in tables_of_visits():
        kept = connection.execute(select(table).where(naming[0] == row["visit_id"])).mappings().all()
        if kept:
            record[table.name] = [_plain(one) for one in kept]
    proofs = connection.execute(select(proof).where(proof.c.visit_id == row["visit_id"]).order_by(proof.c.id))
    if seal is not None:
        record["asked"] = [asked for one in proofs.mappings() if (asked := _asked(seal, one))]
        sealed = connection.execute(select(recheck.c.sealed).where(recheck.c.visit_id == row["visit_id"])).scalar()
        if sealed is not None:
            record["to_ask"] = person_in_box(seal, row["visit_id"], sealed)
    return record


def _asked(seal: Seal, row: RowMapping) -> dict[str, Any] | None:
    asked = open_question(seal, kept_proof_of(row))
    if asked is None:
        return None
    numbers = [exchange.number for exchange in asked.exchanges if exchange.number]
    return {
        "proof_id": row["proof_id"],
        "full_name": asked.full_name,
        "date_of_birth": asked.date_of_birth,
        "numbers": sorted(set(numbers)),
    }


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as JSON can hold it; what is encrypted is only told to be there."""
    return {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:  # noqa: ANN401 - any column's
    match value:
        case bytes():
            return {"encrypted_bytes": len(value)}
        case date():
            return value.isoformat()
        case _:
            return value


def _seen_by(connection: Connection, subjects: Sequence[str]) -> list[dict[str, Any]]:
    listed = connection.execute(select(officer.c.officer_id, officer.c.full_name)).all()
    names: dict[str, str] = {row.officer_id: row.full_name for row in listed}
    rows = connection.execute(select(audit).where(audit.c.subject.in_(subjects)).order_by(audit.c.seq)).mappings()
    return [
        {
            "at": row["at"],
            "happened": row["happened"],
            "who": names.get(row["actor"], row["actor"]),
            "reason": row["reason"],
            "detail": read_detail(row["detail"]),
            "visit_id": row["subject"],
        }
        for row in rows
    ]


def as_text(record: Mapping[str, Any], language: Language = Language.VI) -> str:
    """The same for the person to read."""
    lines = [
        say("record.title", language),
        f"{record['facility']['name']} ({record['facility']['code']})",
        say("record.made_at", language, moment=_moment(record["made_at"])),
        "",
        say("record.visits", language, count=len(record["visits"])),
    ]
    for kept in record["visits"]:
        lines += _visit_lines(kept, language)
    lines += ["", say("record.purposes", language)]
    for one in record["purposes"]:
        until = say("record.days", language, days=one["days"]) if one["days"] else say("record.no_end", language)
        lines += [f"  • {one['what']}", f"    {one['basis']} {until}"]
    lines += ["", say("record.seen_by", language)]
    for one in record["seen_by"]:
        act = say(f"audit.act.{one['happened']}", language)
        lines.append("  • " + " · ".join(filter(None, (_moment(one["at"]), one["who"], act, one["reason"]))))
    if not record["seen_by"]:
        lines.append(f"  {say('record.nobody', language)}")
    return "\n".join([*lines, "", say("record.foot", language), ""])


def _visit_lines(kept: Mapping[str, Any], language: Language) -> list[str]:
    row = kept["visit"]
    verdict = say(f"decision.verdict.{row['verdict']}.title", language)
    service = row["service"]["name"][language.value]
    lines = [f"  • {_moment(row['created_at'])} · {row['ticket']} · {service} · {row['full_name']} · {verdict}"]
    if row["card_number"]:
        lines.append(f"    {say('record.card', language, number=row['card_number'])}")
    for one in kept.get("asked", ()):
        numbers = ", ".join(one["numbers"])
        asked = say("record.asked", language, number=numbers, name=one["full_name"], born=one["date_of_birth"])
        lines.append(f"    {asked}")
    words = catalog(language)
    counts = {name: len(rows) for name, rows in kept.items() if name not in {"visit", "asked", "to_ask"}}
    told = ", ".join(f"{words.get(f'record.table.{name}', name)}: {count}" for name, count in sorted(counts.items()))
    return [*lines, f"    {told}"] if told else lines


def _moment(text: str) -> str:
    return f"{in_clinic(datetime.fromisoformat(text)):%d/%m/%Y %H:%M}"
