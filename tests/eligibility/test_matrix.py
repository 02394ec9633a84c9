"""The kept matrix of decisions is the one that the rules make today."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from kiosk.eligibility.result_codes import RESULT_CODES
from kiosk.lookup.answer import TroubleKind

SCRIPT = Path(__file__).with_name("matrix.py")


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def test_kept_matrix_is_current(script: dict[str, Any]) -> None:
    kept = SCRIPT.with_suffix(".md").read_text("utf-8")
    assert script["text"]() == kept, "run `python tests/eligibility/matrix.py` and review what changed"


def test_matrix_has_every_result_and_every_trouble(script: dict[str, Any]) -> None:
    results = {row[0] for row in script["rows"]()}
    assert results >= RESULT_CODES.keys() | {f"trouble: {kind.value}" for kind in TroubleKind}
