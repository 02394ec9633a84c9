"""Hundreds of lookups while the service fails in every way: no wrong verdict, nothing that gets an account locked."""

import pytest

from tests.bench.lookups import Drilled, drill
from tests.patience import WITHIN_S


@pytest.fixture(scope="module")
def drilled() -> Drilled:
    return drill(1000, seed=3)


def test_no_fault_leads_to_a_wrong_verdict(drilled: Drilled) -> None:
    assert drilled.lookups == 1000
    assert drilled.wrong == []
    assert drilled.verdicts["covered"] > 100


def test_whoever_could_be_answered_was(drilled: Drilled) -> None:
    assert drilled.unanswered == []


def test_nothing_was_asked_that_gets_an_account_locked(drilled: Drilled) -> None:
    assert drilled.forbidden.total() == 0
    assert drilled.unstated_repeats <= 0


def test_every_exchange_has_a_receipt(drilled: Drilled) -> None:
    assert drilled.receipts >= drilled.exchanges > 300


def test_nobody_waited_beyond_the_limit(drilled: Drilled) -> None:
    assert drilled.longest_s < WITHIN_S / 2, "much more than the limit, for a busy computer; silence lasts longer"
