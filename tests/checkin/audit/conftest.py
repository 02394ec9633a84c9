"""An audit on a store of its own, on each database."""

from collections.abc import Callable
from datetime import datetime

import pytest

from kiosk.checkin.audit.chain import Audit
from kiosk.checkin.store.store import Store


@pytest.fixture
def trail(store: Store, clock: Callable[[], datetime]) -> Audit:
    return Audit(store, clock)
