"""Sentences: both languages say the same things, in composed letters, and every failure has its words."""

import string
import unicodedata

import pytest

from kiosk.eligibility.decision import Verdict
from kiosk.failure import FailureCode
from kiosk.text import Language, catalog, say

UNSAID = {"screen.verdict.covered.sentence"}
"""Empty on purpose: the title of a good card says it all."""


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_sentences() -> None:
    assert catalog(Language.VI).keys() == catalog(Language.EN).keys()


def test_both_languages_fill_in_the_same_values() -> None:
    other = catalog(Language.EN)
    differing = [key for key, text in catalog(Language.VI).items() if placeholders(text) != placeholders(other[key])]
    assert differing == []


@pytest.mark.parametrize("language", list(Language))
def test_sentences_are_composed_and_not_blank(language: Language) -> None:
    for key, text in catalog(language).items():
        assert text.strip() or key in UNSAID, key
        assert unicodedata.is_normalized("NFC", text), key


@pytest.mark.parametrize("code", list(FailureCode))
@pytest.mark.parametrize("language", list(Language))
def test_every_failure_has_its_sentences_and_cure(code: FailureCode, language: Language) -> None:
    for part in ("patient", "patient_do", "patient_done", "staff", "cure"):
        assert say(f"failure.{code.value}.{part}", language)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("language", list(Language))
def test_every_verdict_has_its_words_for_the_screen(verdict: Verdict, language: Language) -> None:
    for part in ("title", "patient", "staff"):
        assert say(f"decision.verdict.{verdict.value}.{part}", language)


def test_missing_value_is_an_error_and_not_a_gap() -> None:
    with_values = next(key for key, text in catalog(Language.VI).items() if placeholders(text))
    with pytest.raises(KeyError):
        say(with_values, Language.VI)


_TELLING = ("trả phí", "tự trả", "không có thẻ", "chưa thấy thẻ", "hết hạn", "thu hồi", "paid by", "you pay",
            "no insurance", "expired", "not insured", "not covered")  # fmt: skip


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("language", list(Language))
def test_screen_that_neighbours_see_tells_nobody_who_is_not_insured(verdict: Verdict, language: Language) -> None:
    words = [
        say(f"screen.verdict.{verdict.value}.title", language),
        say(f"screen.verdict.{verdict.value}.sentence", language),
        catalog(language)[f"screen.done.pays.{verdict.value}"],
        say(f"decision.verdict.{verdict.value}.patient", language),
    ]
    telling = [word for word in _TELLING if any(word in one.casefold() for one in words)]
    assert telling == []
