"""The proof of check on paper: what an auditor looks for stands there, once, on one page."""

import re
from typing import Any

import pytest

from kiosk.fonts import FontFiles, find_fonts
from kiosk.slip.pdf import Page
from kiosk.slip.proof_sheet import make_proof_sheet
from kiosk.text import Language

FILE = "proof-2026-11-21-A042.json"
DIGEST, QUESTION, REPLY = "d" * 64, "9" * 64, "7" * 64


def check(outcome: str = "valid", **other: Any) -> dict[str, Any]:
    exchange = {
        "officer_number": "999185000999", "question_digest": QUESTION, "reply_digest": REPLY,
        "server_time": "2026-11-21T01:00:02.000+00:00",
    }  # fmt: skip
    return {
        "outcome": outcome, "because": "visit", "code": "000", "trouble": "", "exchanges": [exchange],
        "checked_at": "2026-11-21T08:00:01.000+07:00", "unchanged_since": None, "offline_since": None,
    } | other  # fmt: skip


def document(*proofs: dict[str, Any], named: bool = False) -> dict[str, Any]:
    visit = {
        "id": "a" * 32, "ticket": "A042", "checked_in_at": "2026-11-21T08:00:01+07:00", "service": "Nội tổng quát",
        "named": named, "patient": "Nguyễn Văn M.", "card_number": "DN4 ••• ••• ••• 123", "valid_from": "2026-01-01",
        "valid_to": None, "verdict": "covered",
    }  # fmt: skip
    return {
        "made_at": "2026-11-21T09:00:00+07:00", "facility": {"code": "99001", "name": "Bệnh viện Đa khoa Mẫu"},
        "visit": visit, "proofs": list(proofs), "digest": DIGEST,
    }  # fmt: skip


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    """What the next sheet sets: each line's height on the page and its words."""
    drawn: list[tuple[float, str]] = []
    text = Page.text

    def heard(page: Page, x: float, y: float, words: str, *how: Any, **more: Any) -> None:
        assert x >= 20
        assert x + page.width(words, how[0], *how[1:2]) <= 191.5, f"beyond the margin: {len(words)} letters"
        drawn.append((y, words))
        text(page, x, y, words, *how, **more)

    monkeypatch.setattr(Page, "text", heard)
    return drawn


@pytest.fixture(scope="module")
def fonts() -> FontFiles:
    return find_fonts()


Lines = list[tuple[float, str]]


@pytest.mark.parametrize("language", list(Language))
def test_sheet_says_whose_what_when_and_how_to_verify(lines: Lines, fonts: FontFiles, language: Language) -> None:
    make_proof_sheet(document(check()), "Sở Y tế tỉnh Mẫu", FILE, fonts, language)
    said = [words for _, words in lines]
    for words in ("Bệnh viện Đa khoa Mẫu", "Sở Y tế tỉnh Mẫu", "A042", "Nguyễn Văn M.", "999185000999", QUESTION, REPLY,
                  DIGEST, FILE, "a" * 32, "21/11/2026 08:00:01", "21/11/2026 08:00:02", "000"):  # fmt: skip
        assert words in said, words
    assert any(f"kiosk proof verify {FILE}" in words for words in said)


OUTCOMES = ["valid", "valid-unchanged", "refused", "check-impossible", "offline-too-long"]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("count", [1, 2, 5, 6, 40])
def test_any_number_of_checks_stays_on_the_page_above_the_signatures(
    lines: Lines, fonts: FontFiles, outcome: str, count: int
) -> None:
    long = {
        "because": "corrected",
        "unchanged_since": "2026-11-01T08:00:01+07:00",
        "offline_since": "2026-11-01T08:00:01+07:00",
    }
    make_proof_sheet(document(*[check(outcome, **long)] * count), "Sở Y tế tỉnh Mẫu", FILE, fonts)
    signed = next(height for height, words in lines if words == "Người lập")
    digests = [height for height, words in lines if words == QUESTION]
    assert digests
    assert max(height for height, words in lines if words == REPLY) < signed
    assert max(height for height, _ in lines) < 290
    hidden = [words for _, words in lines if words.startswith("… ")]
    assert bool(hidden) == (len(digests) < count)
    if hidden:
        assert re.findall(r"\d+", hidden[0]) == [str(count - len(digests))]
        assert len(digests) >= 2


def test_check_that_was_never_sent_says_so(lines: Lines, fonts: FontFiles) -> None:
    unsent = check("check-impossible", code="", trouble="unreachable", exchanges=[])
    make_proof_sheet(document(unsent), "Sở Y tế tỉnh Mẫu", FILE, fonts)
    said = [words for _, words in lines]
    assert "chưa gửi được câu hỏi" in said
    assert "không có trả lời · Không kết nối được" in said


def test_visit_without_checks_says_so(lines: Lines, fonts: FontFiles) -> None:
    make_proof_sheet(document(), "Sở Y tế tỉnh Mẫu", FILE, fonts)
    assert any("Chưa có lần tra cứu nào" in words for _, words in lines)


@pytest.mark.parametrize("named", [True, False])
def test_sheet_says_when_it_is_masked(lines: Lines, fonts: FontFiles, named: bool) -> None:
    make_proof_sheet(document(check(), named=named), "Sở Y tế tỉnh Mẫu", FILE, fonts)
    assert any("che bớt" in words for _, words in lines) is not named


def test_words_of_a_later_version_stand_as_they_are(lines: Lines, fonts: FontFiles) -> None:
    make_proof_sheet(document(check(because="another", trouble="odd")), "Sở Y tế tỉnh Mẫu", FILE, fonts)
    assert "another" in [words for _, words in lines]


def test_file_is_one_page_of_pdf(fonts: FontFiles) -> None:
    pdf = make_proof_sheet(document(check()), "Sở Y tế tỉnh Mẫu", FILE, fonts)
    assert pdf.startswith(b"%PDF-1.6")
    assert pdf.count(b"/Type /Page ") == 1
    assert len(pdf) < 600_000
