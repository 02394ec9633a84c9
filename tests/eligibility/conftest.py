"""What the tests of decisions share."""

from importlib.resources import files

import pytest

from kiosk.eligibility.law.reading import TABLES


@pytest.fixture
def law_texts() -> dict[str, str]:
    """The tables of this release as they are written, by name: a test changes what the law says."""
    folder = files("kiosk.eligibility.law")
    return {name: folder.joinpath(f"{name}.toml").read_text("utf-8") for name in TABLES}
