"""Whoever changes the audit behind the program's back is found, and the first bad row is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Connection, delete, select, update

from kiosk.checkin.audit.anchors import AnchorFile, AnchorLines
from kiosk.checkin.audit.beginning import ChainEnd, note_beginning
from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.audit.entry import Act, AuditKey, AuditRow
from kiosk.checkin.audit.verify import Break, Finding, verify
from kiosk.checkin.store.audit_tables import audit, audit_anchor, audit_chain
from kiosk.checkin.store.metadata import purge_pass
from kiosk.checkin.store.store import Store

VISIT = "0123456789abcdef" * 2
KEY = AuditKey.of(b"k" * 32)


class SetClock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


@pytest.fixture
def out(tmp_path: Path) -> AnchorFile:
    return AnchorFile(tmp_path / "share" / "audit-anchors.txt", KEY)


@pytest.fixture
def sealed(store: Store, clock: SetClock, out: AnchorFile) -> Audit:
    """Three rows on each of two days and one on the third, sealed, the days' ends carried out."""
    trail = Audit(store, clock, key=KEY, anchors=out)
    for at in range(7):
        with store.transaction() as connection:
            trail.note(connection, Act.REPRINTED, VISIT, f"lần {at}", count=at)
        if at in {2, 5}:
            clock.now += timedelta(days=1)
    trail.carry_anchors_out()
    return trail


@pytest.fixture
def tamper(store: Store) -> Callable[[Callable[[Connection], object]], None]:
    """Does something with the database's own rights, past the guards."""

    def with_rights(act: Callable[[Connection], object]) -> None:
        with store.transaction() as connection:
            connection.execute(purge_pass.insert().values(id=1))
            act(connection)
            connection.execute(delete(purge_pass))

    return with_rights


Tamper = Callable[[Callable[[Connection], object]], None]


def rewrite(connection: Connection, first: int, reason: str, *, seal: bool = False) -> None:
    """Changes a row and computes the chain anew from there to its end, as somebody does who knows how."""
    listed = select(audit).where(audit.c.seq >= first).order_by(audit.c.seq)
    rows = [AuditRow.of(row) for row in connection.execute(listed).mappings()]
    previous = rows[0].previous
    for row in rows:
        changed = replace(row, previous=previous, reason=reason if row.seq == first else row.reason)
        digest = changed.computed_digest()
        values = {"reason": changed.reason, "previous": previous, "digest": digest}
        if not seal:
            values |= {"seal": "", "key_id": ""}
        connection.execute(update(audit).where(audit.c.seq == row.seq).values(values))
        previous = digest
    connection.execute(update(audit_chain).values(digest=previous))


def test_what_was_only_written_is_found_right(store: Store, sealed: Audit, out: AnchorFile) -> None:
    verified = verify(store, KEY, out.read())
    assert verified.findings == ()
    assert (verified.rows, verified.first, verified.last, verified.sealed, verified.unsealed) == (7, 1, 7, 7, 0)
    assert (verified.anchors, verified.from_file) == (2, 2)


def test_an_empty_audit_is_right(store: Store) -> None:
    assert verify(store, KEY).findings == ()


@pytest.mark.parametrize("column", ["at", "happened", "actor", "subject", "reason", "detail"])
def test_a_changed_row_is_named(store: Store, sealed: Audit, tamper: Tamper, column: str) -> None:
    tamper(lambda connection: connection.execute(update(audit).where(audit.c.seq == 4).values({column: "x"})))
    assert verify(store).findings == (Finding(Break.CHANGED, 4),)


def test_a_row_that_was_taken_out_is_named(store: Store, sealed: Audit, tamper: Tamper) -> None:
    tamper(lambda connection: connection.execute(delete(audit).where(audit.c.seq == 4)))
    assert verify(store).findings == (Finding(Break.MISSING, 4),)


def test_rows_that_changed_places_are_named(store: Store, sealed: Audit, tamper: Tamper) -> None:
    def exchange(connection: Connection) -> None:
        for before, after in ((4, 99), (5, 4), (99, 5)):
            connection.execute(update(audit).where(audit.c.seq == before).values(seq=after))

    tamper(exchange)
    assert verify(store).findings == (Finding(Break.CHANGED, 4),)


def test_a_row_in_anothers_place_with_a_digest_of_its_own_is_named_by_the_next(
    store: Store, sealed: Audit, tamper: Tamper
) -> None:
    def put_in(connection: Connection) -> None:
        row = AuditRow.of(connection.execute(select(audit).where(audit.c.seq == 4)).mappings().one())
        digest = replace(row, reason="another").computed_digest()
        connection.execute(update(audit).where(audit.c.seq == 4).values(reason="another", digest=digest))

    tamper(put_in)
    assert verify(store).findings == (Finding(Break.UNLINKED, 5),)


def test_an_end_that_was_taken_off_is_named(store: Store, sealed: Audit, tamper: Tamper) -> None:
    tamper(lambda connection: connection.execute(delete(audit).where(audit.c.seq >= 6)))
    assert verify(store).findings[0] == Finding(Break.TRUNCATED, 6)


def test_an_end_that_was_taken_off_with_the_chains_own_row_is_shown_by_the_anchors(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile
) -> None:
    def take_off(connection: Connection) -> None:
        connection.execute(delete(audit).where(audit.c.seq >= 5))
        digest = connection.execute(select(audit.c.digest).where(audit.c.seq == 4)).scalar_one()
        connection.execute(update(audit_chain).values(seq=4, digest=digest))
        connection.execute(delete(audit_anchor).where(audit_anchor.c.seq > 4))

    tamper(take_off)
    assert verify(store, KEY).findings == ()
    assert Finding(Break.TRUNCATED, 6) in verify(store, KEY, out.read()).findings


def test_a_row_added_behind_the_chains_back_is_named(store: Store, sealed: Audit, tamper: Tamper) -> None:
    def add(connection: Connection) -> None:
        row = AuditRow.of(connection.execute(select(audit).where(audit.c.seq == 7)).mappings().one())
        added = replace(row, seq=8, previous=row.digest)
        values = {name: getattr(added, name) for name in AuditRow.__slots__} | {"digest": added.computed_digest()}
        connection.execute(audit.insert().values(values))

    tamper(add)
    assert verify(store).findings == (Finding(Break.ADDED, 8),)


def test_a_chain_computed_anew_does_not_fit_its_anchors(store: Store, sealed: Audit, tamper: Tamper) -> None:
    tamper(lambda connection: rewrite(connection, 2, "nothing happened"))
    assert verify(store).findings == (Finding(Break.ANCHOR, 3),)


def test_a_chain_computed_anew_with_the_databases_anchors_does_not_fit_the_file(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile
) -> None:
    def forge(connection: Connection) -> None:
        rewrite(connection, 2, "nothing happened")
        for seq in (3, 6):
            digest = connection.execute(select(audit.c.digest).where(audit.c.seq == seq)).scalar_one()
            connection.execute(update(audit_anchor).where(audit_anchor.c.seq == seq).values(digest=digest))

    tamper(forge)
    assert verify(store).findings == ()
    assert Finding(Break.ANCHORS_DIFFER, 3) in verify(store, None, out.read()).findings


def test_without_any_anchor_the_missing_seals_show_a_chain_computed_anew(
    store: Store, sealed: Audit, tamper: Tamper
) -> None:
    def forge(connection: Connection) -> None:
        rewrite(connection, 5, "nothing happened")
        connection.execute(delete(audit_anchor))

    tamper(forge)
    assert verify(store).findings == ()
    assert verify(store, KEY).findings == (Finding(Break.UNSEALED, 5),)


def test_seals_kept_over_another_digest_are_wrong(store: Store, sealed: Audit, tamper: Tamper) -> None:
    tamper(lambda connection: rewrite(connection, 7, "nothing happened", seal=True))
    assert verify(store, KEY).findings == (Finding(Break.SEAL_WRONG, 7),)


def test_rows_of_a_time_without_a_key_can_be_stood_up_for(store: Store, clock: SetClock) -> None:
    without, later = Audit(store, clock), Audit(store, clock, key=KEY)
    with store.transaction() as connection:
        without.note(connection, Act.REPRINTED, VISIT)
    with store.transaction() as connection:
        later.note(connection, Act.REPRINTED, VISIT)
    assert verify(store, KEY).findings == (Finding(Break.UNSEALED, 1),)
    with store.transaction() as connection:
        later.note(connection, Act.UNSEALED_ACCEPTED, "", "máy chưa có khóa", first=1, last=1)
    assert verify(store, KEY).findings == ()


def test_standing_up_takes_the_key(store: Store, clock: SetClock) -> None:
    without = Audit(store, clock)
    with store.transaction() as connection:
        without.note(connection, Act.UNSEALED_ACCEPTED, "", "", first=1, last=9)
    assert verify(store, KEY).findings == (Finding(Break.UNSEALED, 1),)


def test_rows_of_another_key_are_told_apart_from_forged_ones(store: Store, sealed: Audit) -> None:
    verified = verify(store, AuditKey.of(b"o" * 32))
    assert (verified.findings, verified.foreign, verified.sealed) == ((), 7, 0)


def test_an_end_by_command_in_the_middle_of_a_day_is_no_contradiction(
    store: Store, clock: SetClock, out: AnchorFile
) -> None:
    trail = Audit(store, clock, key=KEY, anchors=out)
    for _ in range(2):
        with store.transaction() as connection:
            trail.note(connection, Act.REPRINTED, VISIT)
        trail.anchor_now()
    clock.now += timedelta(days=1)
    with store.transaction() as connection:
        trail.note(connection, Act.REPRINTED, VISIT)
    trail.carry_anchors_out()
    assert verify(store, KEY, out.read()).findings == ()


def test_a_days_end_that_only_the_file_has_is_told(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile
) -> None:
    tamper(lambda connection: connection.execute(delete(audit_anchor).where(audit_anchor.c.seq == 3)))
    assert verify(store, KEY, out.read()).findings == (Finding(Break.ANCHOR_GONE, 3),)


def test_a_line_that_is_none_is_told(store: Store, sealed: Audit) -> None:
    assert verify(store, KEY, AnchorLines((), (4,))).findings == (Finding(Break.ANCHOR_UNREADABLE, 4),)


def test_a_guard_left_open_is_told(store: Store, sealed: Audit) -> None:
    with store.transaction() as connection:
        connection.execute(purge_pass.insert().values(id=1))
    assert verify(store, KEY).findings == (Finding(Break.PASS_LEFT, 0),)


def test_the_guard_refuses_without_a_pass(store: Store, sealed: Audit) -> None:
    for statement in (update(audit).values(reason=""), delete(audit), delete(audit_anchor)):
        with pytest.raises(Exception, match="store-"), store.transaction() as connection:
            connection.execute(statement)


def test_beginning_that_was_cut_off_together_with_its_record_is_missed(
    store: Store, sealed: Audit, tamper: Callable[[Callable[[Connection], object]], None], out: AnchorFile
) -> None:
    def cut(connection: Connection) -> None:
        digest = connection.execute(select(audit.c.digest).where(audit.c.seq == 4)).scalar_one()
        connection.execute(delete(audit).where(audit.c.seq <= 4))
        connection.execute(update(audit_chain).values(start_seq=4, start_digest=digest))

    tamper(cut)
    assert verify(store, KEY, out.read()).findings == (Finding(Break.BEGINNING_GONE, 4),)


def test_line_of_the_anchors_file_that_a_power_cut_tore_spoils_no_other(
    store: Store, sealed: Audit, out: AnchorFile, tmp_path: Path
) -> None:
    file = tmp_path / "share" / "audit-anchors.txt"
    whole = file.read_bytes()
    file.write_bytes(whole[:-30])
    assert sealed.carry_anchors_out() == 1, "the torn one is written anew"
    lines = out.read()
    assert (len(lines.anchors), len(lines.unreadable)) == (2, 1)
    assert verify(store, KEY, lines).findings == (Finding(Break.ANCHOR_UNREADABLE, lines.unreadable[0]),)


# -- a noted new beginning --------------------------------------------------------------------------------------------
def noted(store: Store, clock: SetClock, out: AnchorFile, *ends: ChainEnd | None) -> Audit:
    """A new file's first row, or the next one of a backup that came back, and its line among the anchors."""
    trail = Audit(store, clock, key=KEY, anchors=out)
    with store.transaction() as connection:
        happened = Act.BEGUN_ANEW if trail.rows() == () else Act.RESTORED
        note_beginning(trail, connection, happened, "kiosk", ends)
    trail.carry_anchors_out()
    return trail


def wipe(connection: Connection) -> None:
    """As a new file is; whoever deletes rows behind the program's back does no less."""
    for table in (audit, audit_anchor, audit_chain):
        connection.execute(delete(table))


def cut_to(last: int) -> Callable[[Connection], None]:
    """As a backup of that moment is, with the chain's own row."""

    def cut(connection: Connection) -> None:
        digest = connection.execute(select(audit.c.digest).where(audit.c.seq == last)).scalar_one()
        connection.execute(delete(audit).where(audit.c.seq > last))
        connection.execute(delete(audit_anchor).where(audit_anchor.c.seq > last))
        connection.execute(update(audit_chain).values(seq=last, digest=digest))

    return cut


def go_on(trail: Audit, store: Store, clock: SetClock, days: int = 3) -> None:
    for _ in range(days):
        with store.transaction() as connection:
            trail.note(connection, Act.REPRINTED, VISIT)
        clock.now += timedelta(days=1)
    trail.carry_anchors_out()


def test_new_file_without_a_note_is_an_end_that_was_taken_off(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile
) -> None:
    tamper(wipe)
    assert Finding(Break.TRUNCATED, 3) in verify(store, KEY, out.read()).findings


def test_what_is_wrong_besides_the_lines_that_contradict_is_told_apart(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile
) -> None:
    def verified() -> tuple[bool, list[int], list[Break]]:
        found = verify(store, KEY, out.read())
        return bool(found.findings), [one.seq for one in found.contradicting], [one.found for one in found.besides]

    assert verified() == (False, [], [])
    tamper(cut_to(4))
    assert verified() == (True, [6], [])
    tamper(lambda connection: connection.execute(update(audit_chain).values(seq=5)))
    assert verified() == (True, [6], [Break.TRUNCATED]), "the database's own end says so too"


def test_new_file_that_was_noted_is_told_as_a_beginning(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile, clock: SetClock
) -> None:
    end = sealed.rows()[-1]
    tamper(wipe)
    trail = noted(store, clock, out, ChainEnd(end.seq, end.digest))
    for days in (0, 3, 9):
        go_on(trail, store, clock, days)
        verified = verify(store, KEY, out.read())
        assert verified.findings == ()
        [begun] = verified.beginnings
        assert (begun.seq, begun.happened, begun.actor, begun.last) == (1, Act.BEGUN_ANEW, "kiosk", 7)
        assert (begun.last_digest, begun.lost, verified.replaced) == (end.digest, 7, 2)


def test_backup_that_was_noted_explains_the_anchors_after_it(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile, clock: SetClock
) -> None:
    go_on(sealed, store, clock)
    sealed.anchor_now()
    end = sealed.rows()[-1]
    tamper(cut_to(4))
    assert verify(store, KEY, out.read()).findings
    trail = noted(store, clock, out, ChainEnd(end.seq, end.digest))
    for days in (0, 12):
        go_on(trail, store, clock, days)
        verified = verify(store, KEY, out.read())
        assert verified.findings == ()
        [begun] = verified.beginnings
        assert (begun.seq, begun.happened, begun.last, begun.lost) == (5, Act.RESTORED, 10, 6)


def test_rows_taken_out_after_a_noted_beginning_are_still_missed(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile, clock: SetClock
) -> None:
    tamper(wipe)
    trail = noted(store, clock, out, ChainEnd(1_000, "ab" * 32))
    go_on(trail, store, clock)
    trail.anchor_now()
    tamper(cut_to(2))
    assert Finding(Break.TRUNCATED, 3) in verify(store, KEY, out.read()).findings
    tamper(cut_to(1))
    assert verify(store, KEY, out.read()).findings, "the note itself is no excuse for what came after it"


@pytest.mark.parametrize("key", [None, AuditKey.of(b"x" * 32)])
def test_whoever_has_no_key_can_note_no_beginning(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile, clock: SetClock, key: AuditKey | None
) -> None:
    tamper(wipe)
    trail = Audit(store, clock, key=key)
    with store.transaction() as connection:
        note_beginning(trail, connection, Act.BEGUN_ANEW, "kiosk", [ChainEnd(7, "ab" * 32)])
    verified = verify(store, KEY, out.read())
    assert verified.beginnings == ()
    assert any(one.found is Break.TRUNCATED for one in verified.findings)


def test_note_that_was_moved_to_another_chain_is_none(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile, clock: SetClock
) -> None:
    """A genuine note of an earlier beginning, its seal with it, put at the end of a chain that was cut."""
    tamper(wipe)
    trail = noted(store, clock, out, ChainEnd(7, "ab" * 32))
    note = trail.rows()[0]
    go_on(trail, store, clock)

    def move(connection: Connection) -> None:
        cut_to(2)(connection)
        previous = connection.execute(select(audit.c.digest).where(audit.c.seq == 2)).scalar_one()
        moved = replace(note, seq=3, previous=previous)
        digest = moved.computed_digest()
        values = {name: getattr(moved, name) for name in AuditRow.__slots__} | {"digest": digest}
        connection.execute(audit.insert().values(values))
        connection.execute(update(audit_chain).values(seq=3, digest=digest))

    tamper(move)
    verified = verify(store, KEY, out.read())
    assert Finding(Break.SEAL_WRONG, 3) in verified.findings
    assert len(verified.beginnings) == 1


def test_beginning_whose_line_was_never_carried_out_explains_what_came_before_it_alone(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile, clock: SetClock
) -> None:
    """The program was killed between the new file and the line; the day's care brings it."""
    tamper(wipe)
    trail = Audit(store, clock, key=KEY, anchors=out)
    with store.transaction() as connection:
        note_beginning(trail, connection, Act.BEGUN_ANEW, "kiosk", [ChainEnd(7, "ab" * 32)])
    assert verify(store, KEY, out.read()).findings == ()
    assert trail.carry_anchors_out() == 1
    assert trail.carry_anchors_out() == 0
    assert verify(store, KEY, out.read()).findings == ()


def test_chain_whose_clock_was_a_year_ahead_is_explained_too(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile, clock: SetClock
) -> None:
    clock.now += timedelta(days=365)
    go_on(sealed, store, clock)
    clock.now -= timedelta(days=368)
    ahead = max(line.business_day for line in out.read().anchors)
    tamper(wipe)
    trail = Audit(store, clock, key=KEY, anchors=out)
    with store.transaction() as connection:
        note_beginning(trail, connection, Act.BEGUN_ANEW, "kiosk", [ChainEnd(10, "ab" * 32)], ahead)
    assert verify(store, KEY, out.read()).findings == ()
    go_on(trail, store, clock)
    assert verify(store, KEY, out.read()).findings == ()


def test_beginning_that_retention_removed_in_time_leaves_no_contradiction(
    store: Store, sealed: Audit, tamper: Tamper, out: AnchorFile, clock: SetClock
) -> None:
    go_on(sealed, store, clock, 30)
    end = sealed.rows()[-1]
    tamper(wipe)
    trail = noted(store, clock, out, ChainEnd(end.seq, end.digest))
    go_on(trail, store, clock, 60)

    def purge(connection: Connection) -> None:
        gone = connection.execute(select(audit.c.seq, audit.c.digest).where(audit.c.seq == 20)).one()
        connection.execute(update(audit_chain).values(start_seq=gone.seq, start_digest=gone.digest))
        connection.execute(delete(audit).where(audit.c.seq <= gone.seq))
        trail.note(connection, Act.PURGED, purpose="audit", count=20, last=20)

    tamper(purge)
    verified = verify(store, KEY, out.read())
    assert (verified.findings, verified.beginnings) == ((), ())


@pytest.mark.parametrize(
    "row", [None, (), (1,), ("x", "ab" * 32), (-1, "ab" * 32), (1 << 40, "ab" * 32), (1, "AB" * 32), (1, None)]
)
def test_end_that_damage_made_up_keeps_no_file_from_beginning(store: Store, clock: SetClock, row: object) -> None:
    assert ChainEnd.read(row) is None  # type: ignore[arg-type]
    with store.transaction() as connection:
        assert note_beginning(Audit(store, clock), connection, Act.BEGUN_ANEW, "kiosk", [None]) == 1
