"""A page that was shown leaves nothing behind: a kiosk shows thousands a day."""

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from kiosk.ui.gallery import GLASSES
from kiosk.workflow.state import Waiting


@pytest.fixture
def few_objects() -> Iterator[None]:
    """Only what is made from now on is looked through for what nobody holds: all else is a million objects."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("few_objects")
@pytest.mark.parametrize("glass", GLASSES[:2], ids=["landscape", "upright"])
def test_every_page_is_gone_when_the_next_one_is_shown(open_window: Any, states: Any, time: Any, glass: Any) -> None:
    window = open_window(glass)
    left = {}
    for name in states:
        window.show_state(states[name])
        page = weakref.ref(window.page)
        window.show_state(Waiting())
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        left[name] = page() is not None
    assert [name for name, stayed in left.items() if stayed] == []
