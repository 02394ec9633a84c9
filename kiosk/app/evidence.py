"""Where the gateway's unclear replies are kept, as the settings say."""

from typing import TYPE_CHECKING

from kiosk.app.keeping import seal_of
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.lookup.evidence import EvidenceFolder


def evidence_of(settings: Settings) -> "EvidenceFolder":
    """Where the gateway's unclear replies are kept; the data key is read or made when the first one is."""
    from kiosk.lookup.evidence import EvidenceFolder, EvidenceLimits

    written = settings.lookup
    limits = EvidenceLimits(written.evidence_replies, written.evidence_kib, written.evidence_days)
    return EvidenceFolder(settings.evidence_folder, lambda: seal_of(settings), limits)
