"""The audit of this kiosk's store: what seals its rows, where its ends are anchored, who acts in it."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.app.clock import now
from kiosk.failure import KioskError
from kiosk.keystore import data_key
from kiosk.settings import Settings

if TYPE_CHECKING:
    # SQLAlchemy costs more time than all other imports: whoever only reads a card does without it.
    from kiosk.checkin.audit.anchors import AnchorFile
    from kiosk.checkin.audit.chain import Audit
    from kiosk.checkin.audit.entry import AuditKey
    from kiosk.checkin.store.store import Store

BY_COMMAND = "command-line"
"""Who acts where a command is given and nobody signs in with it."""
BY_ITSELF = "kiosk"
"""Who acts where nobody does."""

log = logging.getLogger(__name__)


def audit_key_of(settings: Settings) -> "AuditKey | None":
    """What seals the audit's rows; None: there is no data key, and they are kept without a seal."""
    from kiosk.checkin.audit.entry import AuditKey

    try:
        key = data_key(settings.keystore)
    except KioskError as error:
        log.warning("no data key: the audit's rows are not sealed (%s)", error)
        return None
    return AuditKey.of(key) if key is not None else None


def anchor_file_of(settings: Settings, key: "AuditKey | None") -> "AnchorFile":
    """Where the ends of the audit's days are kept outside the store."""
    from kiosk.checkin.audit.anchors import AnchorFile

    return AnchorFile(settings.anchors_file, key)


def audit_in(store: "Store", settings: Settings, actor: Callable[[], str] = lambda: BY_COMMAND) -> "Audit":
    """The audit in an open store; `actor` says who acts."""
    from kiosk.checkin.audit.chain import Audit

    key = audit_key_of(settings)
    return Audit(store, now, actor, key=key, anchors=anchor_file_of(settings, key))
