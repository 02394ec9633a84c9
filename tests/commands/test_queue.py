"""`kiosk queue`: a morning's calls by tickets alone, and every wrong word told."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.app import queues
from kiosk.app.clock import now
from kiosk.app.desk import clinic_of
from kiosk.app.keeping import store_of
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckInRequest
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.failure import KioskError
from kiosk.identity.person import Identity, Trust
from kiosk.settings import Settings as KioskSettings
from kiosk.settings import load_settings

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings

NAME = "Nguyễn Văn Mẫu"


@pytest.fixture
def where(tmp_path: Path, settings: "Settings") -> list[str]:
    return settings(
        "secrets.keystore=file", f"secrets.file={tmp_path}/secrets.json", f"store.url=sqlite:///{tmp_path}/kiosk.db"
    )


@pytest.fixture
def given(where: list[str]) -> KioskSettings:
    overrides = [word for before, word in pairwise(where) if before == "--set"]
    return load_settings(overrides=overrides)


@pytest.fixture
def arrive(given: KioskSettings) -> Callable[..., list[str]]:
    """So many invented people at a service; their tickets."""

    def check_in(people: int, service: str = "nhi", *, born: PartialDate | None = None) -> list[str]:
        with store_of(given) as store:
            journal = SqlJournal(store, clinic_of(given), now)
            requests = [
                CheckInRequest(
                    Identity(
                        Trust.TYPED, NAME, personal_number=f"999{number:04}{people:05}",
                        date_of_birth=born or PartialDate(1990),
                    ),
                    Decision(Verdict.COVERED),
                    service,
                )
                for number in range(people)
            ]  # fmt: skip
            return [journal.check_in(request).ticket for request in requests]

    return check_in


@pytest.fixture
def queue(run: "Run", where: list[str]) -> "Run":
    return lambda *words: run(*where, "queue", *words, "--json")


def test_morning_by_tickets_alone(queue: "Run", arrive: Callable[..., list[str]]) -> None:
    assert arrive(2) == ["B001", "B002"]
    assert arrive(1, born=PartialDate(1940)) == ["B003"]
    called = queue("next", "P105").json["visit"]
    assert (called["ticket"], called["state"], called["priority"], called["basis"]) == (
        "B003", "called", "seventy-five", "birth-date",
    )  # fmt: skip
    assert queue("recall", "B003").json["visit"]["calls"] == 2
    assert queue("enter", "b003").json["visit"]["state"] == "in-room"
    assert queue("done", "B003").json["visit"]["ended_at"] is not None
    assert queue("call", "B002").json["visit"]["state"] == "called"
    assert queue("no-show", "B002").json["visit"]["skips"] == 1
    assert queue("cancel", "B001", "--reason", "went home", "--by", "desk-7").json["visit"]["state"] == "cancelled"
    assert queue("return", "B001").json["visit"]["state"] == "waiting"
    assert queue("move", "B001", "--room", "P302").json["visit"]["room"] == "P302"
    assert queue("priority", "B001", "pregnant", "--asked").json["visit"]["basis"] == "asked"
    happened = [event["happened"] for event in queue("history", "B001").json["events"]]
    assert happened == ["arrive", "cancel", "return", "move", "priority"]
    assert queue("history", "B001").json["events"][1]["by"] == "desk-7"
    listed = queue("list", "--state", "waiting").json["queue"]
    assert [(one["ticket"], one["room"]) for one in listed] == [("B002", "P105"), ("B001", "P302")]


def test_empty_room_is_an_answer_and_no_failure(queue: "Run") -> None:
    assert queue("next", "P105").json == {"visit": None}
    assert queue("undo", "P105").json == {"visit": None}
    assert queue("list").json == {"queue": []}


def test_call_is_taken_back(queue: "Run", arrive: Callable[..., list[str]]) -> None:
    arrive(1)
    queue("next", "P105")
    assert queue("undo", "P105").json["visit"]["state"] == "waiting"


def test_room_is_closed_and_opened_for_today(queue: "Run", arrive: Callable[..., list[str]]) -> None:
    closed = queue("room", "P203", "closed", "--reason", "doctor ill").json["rooms"][0]
    assert (closed["room"], closed["open"]) == ("P203", False)
    queue("room", "P204", "open", "--doctors", "2")
    arrive(2, "noi-tong-quat")
    assert {one["room"] for one in queue("list").json["queue"]} == {"P204"}
    boards = {one["room"]: one for one in queue("board").json["rooms"]}
    assert boards["P204"]["next"][0] == {"ticket": "A001", "state": "waiting", "lane": "normal"}
    assert (boards["P204"]["waiting"], boards["P203"]["waiting"]) == (2, 0)


def test_listing_for_people_has_no_names(run: "Run", where: list[str], arrive: Callable[..., list[str]]) -> None:
    arrive(1, born=PartialDate(2024))
    told = [run(*where, "queue", *words).out for words in (["list"], ["board"], ["next", "P105"], ["history", "B001"])]
    assert "B001  P105  đang chờ  trẻ dưới 6 tuổi (theo ngày sinh)" in told[0]
    assert "P105: đang gọi –; tiếp theo B001; 1 người chờ" in told[1]
    assert "B001  P105  đã được gọi" in told[2]
    assert "nhận vào hàng đợi" in told[3]
    assert not any(NAME in out for out in told)
    assert run(*where, "queue", "next", "P105").out.strip().endswith("Không có ai chờ ở phòng này.")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["next", "P999"], "input-invalid"),
        (["done", "Z999"], "input-invalid"),
        (["done", "B001"], "queue-refused"),
        (["move", "B001"], "input-invalid"),
        (["move", "B001", "--service", "none"], "service-unknown"),
        (["priority", "B001", "rich"], "input-invalid"),
        (["fly"], "input-invalid"),
        ([], "input-invalid"),
    ],
    ids=lambda given: "-".join(given) or "nothing" if isinstance(given, list) else given,
)
def test_what_cannot_be_done_is_told_by_its_code(
    queue: "Run", arrive: Callable[..., list[str]], words: list[str], code: str
) -> None:
    arrive(1)
    assert queue(*words).error == code


def test_refusal_names_ticket_and_step(run: "Run", where: list[str], arrive: Callable[..., list[str]]) -> None:
    arrive(1)
    refused = run(*where, "queue", "enter", "B001")
    assert refused.told == "queue-refused"
    assert "B001 is waiting: enter" in refused.err


@pytest.mark.parametrize("written", ["2", "0:1", "1:2:3"])
def test_alternation_that_is_none_is_settings_invalid(written: str) -> None:
    with pytest.raises(KioskError, match=r"queue\.priority_per_normal"):
        queues.queue_rule_of(load_settings(overrides=[f"queue.priority_per_normal={written}"]))


def test_rule_is_what_the_settings_say() -> None:
    words = ["priority_per_normal=2:1", "no_show_returns=2", "no_show_behind=5", "moved_keeps_place=false"]
    rule = queues.queue_rule_of(load_settings(overrides=[f"queue.{word}" for word in words]))
    assert (rule.priorities, rule.normals, rule.returns, rule.behind, rule.moved_keeps_place) == (2, 1, 2, 5, False)
