"""The page that steers the gateway sandbox: whole in itself, in both languages, and deaf to web sites."""

import base64
import hashlib
import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from kiosk.simulator.gateway_counts import Counts
from kiosk.simulator.gateway_faults import FAULTS
from kiosk.simulator.gateway_page import GROUPS, PAGE_HEADERS, steering_page
from kiosk.text import Language, say

if TYPE_CHECKING:
    from tests.simulator.conftest import Caller

JSON = {"Content-Type": "application/json"}


def page(caller: "Caller", query: str = "") -> str:
    status, body = caller.request("GET", f"/{query}")
    assert status == 200
    return body.decode()


def test_every_fault_stands_in_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(FAULTS)


@pytest.mark.parametrize("language", list(Language))
def test_every_fault_has_a_button_and_every_count_a_place(language: Language) -> None:
    shown = steering_page(language).decode()
    for name in FAULTS:
        assert f'data-fault="{name}"' in shown
        assert html.escape(say(f"command.sandbox.fault.{name}", language)) in shown
    for name in Counts.__dataclass_fields__:
        assert f'id="count-{name}"' in shown
        assert say(f"command.sandbox.count.{name}", language) in shown


def test_page_is_vietnamese_and_on_request_english(caller: "Caller") -> None:
    assert '<html lang="vi">' in page(caller)
    assert '<html lang="en">' in page(caller, "?lang=en")
    assert '<html lang="vi">' in page(caller, "?lang=xx")


@pytest.mark.parametrize("language", list(Language))
def test_nothing_is_loaded_from_elsewhere(language: Language) -> None:
    shown = steering_page(language).decode()
    assert "//" not in re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL)
    assert not re.search(r"\b(src|url\(|@import|<link|<img|<iframe)", shown)


@pytest.mark.parametrize("language", list(Language))
def test_policy_lets_only_the_pages_own_style_and_script_run(language: Language) -> None:
    shown = steering_page(language).decode()
    policy = PAGE_HEADERS["Content-Security-Policy"]
    for tag in ("style", "script"):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", shown, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_page_is_sent_with_its_policy(caller: "Caller") -> None:
    page(caller)
    assert all(caller.headers[name] == value for name, value in PAGE_HEADERS.items())


@pytest.mark.parametrize("language", list(Language))
def test_words_of_the_script_are_data(language: Language) -> None:
    [data] = re.findall(r'<script type="application/json" id="words">(.*?)</script>', steering_page(language).decode())
    words = json.loads(data)
    assert words["faults"].keys() == FAULTS.keys()
    assert words["counts"] == list(Counts.__dataclass_fields__)


def test_nobody_is_named_on_the_page(caller: "Caller") -> None:
    caller.ask("999090000123", "Nguyễn Văn Mẫu", "15/01/1990")
    assert "Mẫu" not in page(caller)


@pytest.mark.parametrize("path", ["/", "/simulator/state"])
@pytest.mark.parametrize("host", ["gateway.example", "127.0.0.1.example:80", "10.0.0.1", "[::1", ""])
def test_strange_name_that_leads_here_is_not_answered(path: str, host: str, caller: "Caller") -> None:
    assert caller.request("GET", path, headers={"Host": host}) == (404, b"")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost", "localhost:1"])
def test_this_computers_own_names_are_answered(host: str, caller: "Caller") -> None:
    assert caller.request("GET", "/", headers={"Host": host})[0] == 200


@pytest.mark.parametrize("path", ["/simulator/fault", "/simulator/reset"])
@pytest.mark.parametrize(
    "headers",
    [
        {**JSON, "Host": "gateway.example"},
        {**JSON, "Origin": "https://gateway.example"},
        {**JSON, "Origin": "http://127.0.0.1.example"},
        {**JSON, "Origin": "null"},
        {**JSON, "Origin": "http://127.0.0.1:1"},
        {**JSON, "Origin": "http://["},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=["host", "origin", "look-alike", "null", "other-port", "no-address", "text", "form"],
)
def test_web_site_changes_nothing(path: str, headers: dict[str, str], caller: "Caller") -> None:
    assert caller.request("POST", path, b'{"fault": "down"}', headers) == (403, b"")
    assert (caller.sandbox.fault, caller.sandbox.counts.logins) == ("", 1)


def test_page_of_this_computer_changes_the_fault(caller: "Caller") -> None:
    headers = {**JSON, "Origin": f"http://127.0.0.1:{caller.sandbox.port}"}
    assert caller.request("POST", "/simulator/fault", b'{"fault": "html"}', headers)[0] == 200
    assert caller.sandbox.fault == "html"


def test_reading_changes_nothing(caller: "Caller") -> None:
    assert caller.request("GET", "/simulator/fault?fault=down")[0] == 404
    assert caller.request("GET", "/simulator/reset")[0] == 404
    assert caller.sandbox.fault == ""


def test_path_that_steers_nothing_is_nowhere(caller: "Caller") -> None:
    assert caller.request("POST", "/simulator/explode", b"{}", JSON) == (404, b"")
