"""What the panel says of a person: every check, every difference, dates, sentences, and what the HIS gets."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.clinic import Clinic
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.eligibility.override import Override, overridden
from kiosk.reader.document import Check, Evidence, Outcome
from kiosk.reader.reason import Reason
from kiosk.text import Language, say
from kiosk.ui.desk.facts import Line, PersonFacts
from kiosk.ui.desk.gallery import desk_examples
from kiosk.ui.desk.gateway_news import GatewayNews, news_of
from kiosk.ui.desk.his import as_lines, as_table
from kiosk.ui.desk.numbers import percent_words, shown_number
from kiosk.ui.desk.session import Session
from kiosk.ui.desk.timeline import span_of
from kiosk.ui.desk.told import age_words, told_evidence
from kiosk.ui.desk.told_decision import told_decision, told_share, told_verdict
from kiosk.ui.theme.palette import Tone
from kiosk.workflow.state import Found, Waiting

VI = Language.VI
TODAY = date(2026, 11, 21)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def session_of(clinic: Clinic, name: str) -> Session:
    session = Session()
    session.show(desk_examples(clinic)[name].state)
    return session


def facts_of(clinic: Clinic, name: str) -> PersonFacts:
    facts = session_of(clinic, name).facts(TODAY, clinic.facility_code, "Trần Thị Mẫu", VI)
    assert facts is not None
    return facts


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("reason", [one.value for one in Reason if one.value not in ("hash-mismatch", "not-signed")])
def test_every_reason_of_a_check_is_told_in_words(reason: str, language: Language) -> None:
    lines = told_evidence(Evidence(signature=Check(Outcome.FAILED, reason)), language)
    assert len(lines) == 5
    assert lines[1].why
    assert lines[1].ended.tone is Tone.STOP


def test_check_that_the_chip_does_not_offer_alarms_nobody() -> None:
    passed = Check(Outcome.PASSED, "")
    lines = told_evidence(Evidence(passed, passed, passed, passed, Check(Outcome.NOT_RUN, "not-offered")), VI)
    assert [line.ended.tone for line in lines] == [Tone.GOOD] * 4 + [None]


def test_differences_stand_beside_each_other_with_how_grave_they_are(desk_clinic: Clinic) -> None:
    facts = facts_of(desk_clinic, "found-differs")
    assert facts.insurance is not None
    name, birth = facts.insurance.compared
    assert (birth.document, birth.card, birth.grade.tone) == ("1990", "12/03/1991", Tone.STOP)
    assert name.grade.tone is Tone.INFO
    assert facts.insurance.lines[0].tone is Tone.ATTENTION  # registered elsewhere


def test_difference_is_said_once_beside_the_other_reasons(desk_clinic: Clinic) -> None:
    state = desk_examples(desk_clinic)["found-differs"].state
    assert isinstance(state, Found)
    assert state.decision is not None
    told = told_decision(state.decision, VI).reasons
    assert told == tuple(
        reason.sentence(VI) for reason in state.decision.reasons if not reason.code.startswith(("birth-", "name-"))
    )
    assert told
    alone = replace(state.decision, differences=())  # an older record keeps no differences
    assert len(told_decision(alone, VI).reasons) == len(state.decision.reasons)


def test_decision_names_route_benefit_legal_ground_and_what_to_do(desk_clinic: Clinic) -> None:
    decision = facts_of(desk_clinic, "found-covered").decision
    assert decision is not None
    assert decision.headline == say("desk.decision.route", VI, route="1.1")
    assert decision.ground.startswith("Căn cứ: Luật Bảo hiểm y tế Điều 22(1)")
    assert decision.action == say("decision.action.use-card", VI)


def test_each_sides_part_is_a_figure_and_the_year_so_far_stands_by_its_limit(desk_clinic: Clinic) -> None:
    facts = facts_of(desk_clinic, "found-covered")
    assert facts.decision is not None
    assert facts.insurance is not None
    share = facts.decision.share
    assert share is not None
    assert (share.fund.value, share.patient.value, share.part) == ("80 %", "20 %", 0.8)
    assert "351.000 đ" in share.note
    paid = [line.value for line in facts.insurance.lines if line.label == say("desk.card.paid", VI)]
    assert paid == ["1.240.000 đ / 14.040.000 đ"]


@pytest.mark.parametrize(
    ("verdict", "permille", "figures"),
    [
        (Verdict.COVERED, 475, ("47,5 %", "52,5 %")),
        (Verdict.COVERED, 1000, ("100 %", "0 %")),
        (Verdict.SELF_PAY, None, ("0 %", "100 %")),
    ],
)
def test_parts_are_told_exactly(verdict: Verdict, permille: int | None, figures: tuple[str, str]) -> None:
    share = told_share(Decision(verdict, fund_permille=permille), VI)
    assert share is not None
    assert (share.fund.value, share.patient.value) == figures


@pytest.mark.parametrize("verdict", [Verdict.ASK_STAFF, Verdict.UNVERIFIED, Verdict.ATTENTION])
def test_part_that_nobody_can_tell_is_no_figure(verdict: Verdict) -> None:
    assert told_share(Decision(verdict), VI) is None


@given(st.integers(0, 1000))
def test_both_parts_are_the_whole(permille: int) -> None:
    parts = [percent_words(one, Language.EN).removesuffix(" %") for one in (permille, 1000 - permille)]
    assert sum(round(float(part) * 10) for part in parts) == 1000


def test_lookup_says_when_how_long_and_in_whose_name(desk_clinic: Clinic) -> None:
    facts = facts_of(desk_clinic, "found-covered")
    assert facts.insurance is not None
    assert facts.insurance.asked == "tra cứu 14:32:07 · 0,4 s · Trần Thị Mẫu"
    assert news_of(session_of(desk_clinic, "found-covered").answer, GatewayNews()).took_s == pytest.approx(0.4)
    assert news_of(session_of(desk_clinic, "found-unverified").answer, GatewayNews()).is_trouble
    before = GatewayNews(1.2)
    assert news_of(session_of(desk_clinic, "found-asking").answer, before) is before


def test_decision_of_staff_names_the_machines_in_words(desk_clinic: Clinic) -> None:
    state = desk_examples(desk_clinic)["found-covered"].state
    assert isinstance(state, Found)
    assert state.decision is not None
    told = told_decision(overridden(state.decision, Override(Verdict.SELF_PAY, "xin trả phí", "o1")), VI)
    assert told.verdict.tone is Tone.STOP
    assert say("decision.verdict.covered.title", VI) in told.reasons[0]
    assert "covered" not in told.reasons[0]


@pytest.mark.parametrize(
    ("name", "verdict", "action"),
    [
        ("found-covered", Verdict.SELF_PAY, "pay-or-prove"),
        ("found-covered", Verdict.ASK_STAFF, "check-paper-card"),
        ("found-unverified", Verdict.COVERED, "use-card"),
    ],
)
def test_what_to_do_follows_from_what_staff_decided(
    desk_clinic: Clinic, name: str, verdict: Verdict, action: str
) -> None:
    state = desk_examples(desk_clinic)[name].state
    assert isinstance(state, Found)
    assert state.decision is not None
    told = told_decision(overridden(state.decision, Override(verdict, "thẻ giấy còn hạn", "o1")), VI)
    assert told.action == say(f"decision.action.{action}", VI)


def test_session_that_ends_keeps_nothing(desk_clinic: Clinic) -> None:
    session = session_of(desk_clinic, "found-covered")
    session.draft = session.draft.with_service("noi-tong-quat")
    session.shows_number = True
    assert session.show(Waiting())
    assert session.facts(TODAY, "", "", VI) is None
    assert (session.known, session.decision, session.draft.service_code, session.shows_number) == (
        None,
        None,
        "",
        False,
    )


def test_another_person_begins_with_nothing_chosen(desk_clinic: Clinic) -> None:
    session = session_of(desk_clinic, "found-covered")
    session.draft = session.draft.with_service("noi-tong-quat")
    session.show(Waiting())
    assert session.show(desk_examples(desk_clinic)["found-differs"].state)
    assert session.draft.service_code == ""


def test_answer_that_comes_later_keeps_what_was_chosen(desk_clinic: Clinic) -> None:
    session = session_of(desk_clinic, "found-asking")
    session.draft = session.draft.with_service("noi-tong-quat")
    assert not session.show(desk_examples(desk_clinic)["found-covered"].state)
    assert session.draft.service_code == "noi-tong-quat"


@pytest.mark.parametrize(
    ("number", "masked", "whole"),
    [
        ("999048000123", "999 ••• ••• 123", "999 048 000 123"),
        ("DN4990000000123", "DN4 ••• ••• ••• 123", "DN 4 99 0000000123"),
    ],
)
def test_numbers_are_masked_until_they_are_asked_for(number: str, masked: str, whole: str) -> None:
    assert shown_number(number, whole=False) == masked
    assert shown_number(number, whole=True) == whole


@pytest.mark.parametrize(
    ("born", "words"),
    [(PartialDate(1948, 1, 15), "78 tuổi"), (PartialDate(2026, 9, 22), "1 tháng tuổi"), (PartialDate(2025), "1 tuổi")],
)
def test_small_children_are_told_in_months(born: PartialDate, words: str) -> None:
    assert age_words(born, TODAY, VI) == words


def test_only_what_needs_somebody_is_coloured_in_the_list() -> None:
    tones = {verdict: told_verdict(verdict, 80, VI).tone for verdict in Verdict}
    assert {verdict for verdict, tone in tones.items() if tone is None} == {Verdict.COVERED, Verdict.SELF_PAY}


def test_his_gets_labels_and_values_or_one_row_that_keeps_empty_columns() -> None:
    lines = (Line("Họ tên", "Nguyễn\tVăn\nMẫu"), Line("Khu vực", ""), Line("Phòng", "P203"))
    assert as_lines(lines).splitlines()[-1] == "Phòng: P203"
    assert "Khu vực" not in as_lines(lines)
    assert as_table(lines) == "Nguyễn Văn Mẫu\t\tP203\n"


@given(first=DAYS, days=st.integers(0, 4000), today=DAYS)
def test_time_line_always_holds_card_and_today(first: date, days: int, today: date) -> None:
    last = first + timedelta(days=days)
    span = span_of(first, last, today)
    assert span is not None
    assert 0 <= span.start <= span.end <= 1
    assert 0 <= span.today <= 1
    assert span.counts is (first <= today <= last)


def test_card_without_dates_draws_no_line() -> None:
    assert span_of(None, None, TODAY) is None
    open_end = span_of(date(2020, 1, 1), None, TODAY)
    assert open_end is not None
    assert open_end.end == 1.0


def test_order_carries_what_was_chosen(desk_clinic: Clinic) -> None:
    session = session_of(desk_clinic, "found-covered")
    with pytest.raises(ValueError, match="service"):
        session.draft.order()
    draft = replace(session.draft.with_service("noi-tong-quat"), room_code="P204")
    assert (draft.order().service_code, draft.order().room_code) == ("noi-tong-quat", "P204")
    assert draft.with_service("mat").room_code == ""


def test_who_is_at_the_desk_is_known_without_qt() -> None:
    check = "import sys, kiosk.ui.desk.session; sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
