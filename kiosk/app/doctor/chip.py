"""What reading a chip needs: the PC/SC service, a reader, the country signers to trust.

Without them the desk still takes codes and numbers, so their absence calls for attention and is not bad.
"""

from kiosk.app import desk
from kiosk.app.clock import now
from kiosk.app.doctor.finding import Finding, Health
from kiosk.failure import KioskError
from kiosk.reader import pcsc
from kiosk.settings import Settings


def examine_pcsc(_settings: Settings) -> Finding:
    """Whether the service answers, and with which readers."""
    try:
        return Finding(Health.GOOD, ", ".join(pcsc.list_readers()) or "0")
    except KioskError as error:
        return Finding.of(error, Health.ATTENTION)


def examine_reader(settings: Settings) -> Finding:
    """The reader that would be used."""
    try:
        return Finding(Health.GOOD, desk.first_reader(settings.reader.name))
    except KioskError as error:
        return Finding.of(error, Health.ATTENTION)


def examine_signers(settings: Settings) -> Finding:
    """How many country signers are trusted; with none every chip stays "issuer unknown".

    Raises:
        KioskError: SETTINGS_INVALID: no such folder, a file in it that is none, or the training mode's signer.
    """
    anchors = desk.genuine_anchors_of(settings)
    told = f"{len(anchors.certificates)}: {settings.path(settings.reader.csca_folder)}"
    if not anchors.certificates:
        return Finding(Health.ATTENTION, told, "command.doctor.cure.csca")
    if notices := anchors.notices(now().date()):
        remarks = ", ".join(sorted({f"{notice.kind.value} {notice.about}" for notice in notices}))
        return Finding(Health.ATTENTION, f"{told}; {remarks}", "command.doctor.cure.csca-old")
    return Finding(Health.GOOD, told)
