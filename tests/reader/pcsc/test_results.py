"""Each of the service's result codes has one meaning at the desk, and none is unknown."""

import pytest
from smartcard import scard

from kiosk.failure import FailureCode, RetriableError
from kiosk.reader.pcsc.results import connect_failure, exchange_failure, name_of, service_failure

ALL = sorted(value for name, value in vars(scard).items() if name.startswith(("SCARD_E_", "SCARD_F_", "SCARD_W_")))


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (scard.SCARD_E_NO_SMARTCARD, FailureCode.CARD_MISSING),
        (scard.SCARD_W_REMOVED_CARD, FailureCode.CARD_MISSING),
        (scard.SCARD_E_UNKNOWN_READER, FailureCode.READER_MISSING),
        (scard.SCARD_E_NO_READERS_AVAILABLE, FailureCode.READER_MISSING),
        (scard.SCARD_E_SHARING_VIOLATION, FailureCode.READER_BUSY),
        (scard.SCARD_E_SERVICE_STOPPED, FailureCode.READER_LOST),
        (scard.SCARD_E_INVALID_HANDLE, FailureCode.READER_LOST),
        (scard.SCARD_W_UNPOWERED_CARD, FailureCode.CARD_UNREADABLE),
    ],
)
def test_why_a_card_was_not_connected_to(result: int, code: FailureCode) -> None:
    failure = connect_failure(result)
    assert isinstance(failure, RetriableError)
    assert (failure.code, failure.detail) == (code, name_of(result))


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (scard.SCARD_E_NO_SMARTCARD, FailureCode.CARD_REMOVED),
        (scard.SCARD_W_REMOVED_CARD, FailureCode.CARD_REMOVED),
        (scard.SCARD_E_READER_UNAVAILABLE, FailureCode.READER_LOST),
        (scard.SCARD_E_NO_SERVICE, FailureCode.READER_LOST),
        (scard.SCARD_E_SHARING_VIOLATION, FailureCode.READER_BUSY),
        (scard.SCARD_W_RESET_CARD, None),
        (scard.SCARD_E_NOT_TRANSACTED, None),
    ],
)
def test_why_a_connected_card_did_not_answer(result: int, code: FailureCode | None) -> None:
    failure = exchange_failure(result)
    assert (failure and failure.code) == code


@pytest.mark.parametrize("result", ALL, ids=name_of)
def test_whatever_the_service_answers_may_be_tried_again(result: int) -> None:
    for failure in (connect_failure(result), exchange_failure(result), service_failure(result)):
        assert failure is None or isinstance(failure, RetriableError)


def test_result_is_told_as_the_services_documentation_writes_it() -> None:
    assert name_of(scard.SCARD_W_REMOVED_CARD) == "PC/SC 0x80100069"
    assert name_of(-2146434967) == "PC/SC 0x80100069", "as a signed number, as some systems hand it over"
