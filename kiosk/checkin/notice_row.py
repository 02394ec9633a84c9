"""What a patient was told and answered, as a row of `visit_notice`."""

from sqlalchemy import Connection

from kiosk.checkin.notice import NoticeSeen
from kiosk.checkin.store.notice_tables import visit_notice


def keep_notice(connection: Connection, visit_id: str, seen: NoticeSeen) -> None:
    """Keeps what was told and answered, in the check-in's transaction."""
    answers = [{"purpose": a.purpose, "text_version": a.text_version, "given": a.given} for a in seen.answers]
    connection.execute(
        visit_notice.insert().values(
            visit_id=visit_id, version=seen.version, language=seen.language.value, answers=answers
        )
    )
