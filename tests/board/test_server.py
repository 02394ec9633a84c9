"""The board's page: read over real HTTP, never changed by it, harmless with whatever stands on it."""

import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
import requests

from kiosk.board.page import page
from kiosk.board.server import BoardServer
from kiosk.board.shown import BoardShown
from kiosk.checkin.clinic import Bilingual, Clinic
from kiosk.checkin.queue.entry import RoomBoard
from kiosk.failure import FailureCode, KioskError
from kiosk.text import Language
from tests.patience import WITHIN_S

Rooms = Callable[..., RoomBoard]


@pytest.fixture
def board(make_room: Rooms, at: datetime) -> BoardShown:
    rooms = (make_room(0, ("A042", 1), coming=("A043", "A044"), name="N.V. M…"), make_room(1, coming=("T001",)))
    return BoardShown(rooms, at)


@pytest.fixture
def url(board: BoardShown, clinic: Clinic) -> Iterator[str]:
    with BoardServer("127.0.0.1:0", lambda language, nonce: page(board, clinic, language, nonce)) as server:
        yield f"http://127.0.0.1:{server.port}/"


def test_television_sees_who_is_called_and_who_comes_next(url: str, clinic: Clinic) -> None:
    answer = requests.get(url, timeout=WITHIN_S)
    assert answer.status_code == 200
    for words in ("A042", "A043", "A044", "T001", "N.V. M…", clinic.name.vi, clinic.rooms[0].name.vi, "09:30"):
        assert words in answer.text, words
    assert "<html lang=vi>" in answer.text
    assert "http-equiv=refresh" in answer.text
    assert "<html lang=en>" in requests.get(f"{url}?lang=en", timeout=WITHIN_S).text


def test_page_runs_nothing_and_loads_nothing(url: str) -> None:
    answer = requests.get(url, timeout=WITHIN_S)
    policy = answer.headers["Content-Security-Policy"]
    [nonce] = re.findall(r"style-src 'nonce-([^']+)'", policy)
    assert f"<style nonce='{nonce}'>" in answer.text
    assert "default-src 'none'" in policy
    assert not re.search(r"<script|<form|<a |href=|src=|\son\w+=", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert nonce not in requests.get(url, timeout=WITHIN_S).text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_changed_through_it(url: str, method: str) -> None:
    assert requests.request(method, url, data="x", timeout=WITHIN_S).status_code == 501


@pytest.mark.parametrize("path", ["favicon.ico", "../etc/passwd", "board", "%2e%2e/", "a" * 9000])
def test_only_one_page_is_there(url: str, path: str) -> None:
    answer = requests.get(url + path, timeout=WITHIN_S)
    assert (answer.status_code, answer.text) == (404, "")


def test_head_gives_the_length_alone(url: str) -> None:
    answer = requests.head(url, timeout=WITHIN_S)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) > 500


@pytest.mark.parametrize(
    "sent", [b"", b"\x00\xff" * 200, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET " + b"/" * 70_000]
)
def test_what_is_no_request_harms_nobody(url: str, sent: bytes) -> None:
    port = int(url.split(":")[2].strip("/"))
    with socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S) as line:
        with suppress(OSError):  # whoever has heard enough closes, be it before the last byte
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while line.recv(4096):
                continue
    assert requests.get(url, timeout=WITHIN_S).status_code == 200


def test_many_look_at_once(url: str) -> None:
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda _: requests.get(url, timeout=WITHIN_S).status_code, range(80)))
    assert set(answers) == {200}


def test_whatever_a_name_holds_is_shown_as_letters(make_room: Rooms, at: datetime, clinic: Clinic) -> None:
    evil = '"><script>alert(1)</script>&amp;'
    room = make_room(0, (evil, 1), coming=(evil,), name=evil)
    hostile = replace(room, room=replace(room.room, name=Bilingual(evil, evil), place=Bilingual(evil, evil)))
    html = page(BoardShown((hostile,), at), replace(clinic, name=Bilingual(evil, evil)), Language.VI, "n")
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 5


def test_standing_board_says_since_when(board: BoardShown, clinic: Clinic) -> None:
    html = page(replace(board, is_stale=True), clinic, Language.VI, "n")
    assert "Bảng tạm dừng từ 09:30" in html
    assert "A042" in html


def test_hall_without_an_open_room_is_told(clinic: Clinic, at: datetime) -> None:
    html = page(BoardShown((), at), clinic, Language.EN, "n")
    assert "No room is open yet today." in html
    assert "<table" not in html


@pytest.mark.parametrize(
    "address", ["", "8080", ":8080", "localhost:", "localhost:99999", "localhost:x", "192.0.2.1:80"]
)
def test_address_that_is_none_is_settings_invalid(address: str) -> None:
    with pytest.raises(KioskError) as caught:
        BoardServer(address, lambda _language, _nonce: "")
    assert caught.value.code is FailureCode.SETTINGS_INVALID


def test_port_of_somebody_else_is_settings_invalid() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(KioskError, match=r"board\.web"):
        BoardServer(f"127.0.0.1:{other.getsockname()[1]}", lambda _language, _nonce: "")
