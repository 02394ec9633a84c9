"""What the smart-card service's result codes mean at the desk."""

from smartcard import scard

from kiosk.failure import FailureCode, KioskError, RetriableError

NO_SERVICE = frozenset(
    {
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_F_COMM_ERROR,
        scard.SCARD_E_INVALID_HANDLE,  # what a restarted service answers to its predecessor's handles
    }
)
NO_READER = frozenset(
    {scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE, scard.SCARD_E_NO_READERS_AVAILABLE}
)
NO_CARD = frozenset({scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD})
NOT_ANSWERING = frozenset(
    {
        scard.SCARD_W_UNRESPONSIVE_CARD,
        scard.SCARD_W_UNPOWERED_CARD,
        scard.SCARD_W_UNSUPPORTED_CARD,
        scard.SCARD_E_NOT_TRANSACTED,
    }
)
PROTOCOL_REFUSED = frozenset({scard.SCARD_E_PROTO_MISMATCH, scard.SCARD_E_INVALID_VALUE})


def name_of(result: int) -> str:
    """A result for the log: `PC/SC 0x80100069`."""
    return f"PC/SC {result & 0xFFFFFFFF:#010x}"


def service_failure(result: int) -> KioskError:
    """Why the service itself did not do what it was asked."""
    return RetriableError(FailureCode.PCSC_MISSING, name_of(result))


def connect_failure(result: int) -> KioskError:
    """Why a card was not connected to."""
    if result in NO_CARD:
        code = FailureCode.CARD_MISSING
    elif result in NO_READER:
        code = FailureCode.READER_MISSING
    elif result == scard.SCARD_E_SHARING_VIOLATION:
        code = FailureCode.READER_BUSY
    elif result in NO_SERVICE:
        code = FailureCode.READER_LOST
    else:
        code = FailureCode.CARD_UNREADABLE
    return RetriableError(code, name_of(result))


def exchange_failure(result: int) -> KioskError | None:
    """Why a connected card did not answer; None: the service does not say."""
    if result in NO_CARD:
        return RetriableError(FailureCode.CARD_REMOVED, name_of(result))
    if result in NO_SERVICE or result in NO_READER:
        return RetriableError(FailureCode.READER_LOST, name_of(result))
    if result == scard.SCARD_E_SHARING_VIOLATION:
        return RetriableError(FailureCode.READER_BUSY, name_of(result))
    return None
