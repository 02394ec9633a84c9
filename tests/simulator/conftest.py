"""A terminal for tests of the chip and a caller for tests of the gateway: written for them alone, sharing nothing with
the reader, the card or the gateway's client."""

import hashlib
import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from ecdsa import BRAINPOOLP256r1
from ecdsa.ellipticcurve import PointJacobi

from kiosk.simulator.card import Card
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person
from tests.patience import WITHIN_S

PACE_OID = bytes.fromhex("04007F00070202040202")
CHIP_AUTHENTICATION_OID = bytes.fromhex("04007F00070202030202")
SELECT_APPLICATION = bytes.fromhex("00A4040C07A0000002471001")


def tlv(tag: str, value: bytes) -> bytes:
    size = len(value)
    length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    return bytes.fromhex(tag) + length + value


def pad(data: bytes, block: int) -> bytes:
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def kdf(secret: bytes, counter: int) -> bytes:
    return hashlib.sha1(secret + bytes([0, 0, 0, counter])).digest()[:16]


def des3(key: bytes, data: bytes, *, decrypt: bool = False) -> bytes:
    cipher = Cipher(TripleDES(key + key[:8]), modes.CBC(bytes(8)))
    run = cipher.decryptor() if decrypt else cipher.encryptor()
    return run.update(data) + run.finalize()


def retail_mac(key: bytes, data: bytes) -> bytes:
    """Block by block, as the standard draws it."""

    def single(half: bytes, block: bytes, *, decrypt: bool = False) -> bytes:
        cipher = Cipher(TripleDES(half * 3), modes.ECB())
        run = cipher.decryptor() if decrypt else cipher.encryptor()
        return run.update(block)

    state = bytes(8)
    for at in range(0, len(data), 8):
        state = single(key[:8], bytes(a ^ b for a, b in zip(state, data[at : at + 8], strict=True)))
    return single(key[:8], single(key[8:], state, decrypt=True))


def cmac(key: bytes, data: bytes) -> bytes:
    mac = CMAC(algorithms.AES(key))
    mac.update(data)
    return mac.finalize()[:8]


class Secured:
    """A secure-messaging session, AES or 3DES."""

    def __init__(self, ks_enc: bytes, ks_mac: bytes, ssc: int, block: int) -> None:
        self.ks_enc, self.ks_mac, self.ssc, self.block = ks_enc, ks_mac, ssc, block

    def crypt(self, data: bytes, *, decrypt: bool = False) -> bytes:
        if self.block == 8:
            return des3(self.ks_enc, data, decrypt=decrypt)
        counter = self.ssc.to_bytes(16, "big")
        vector = Cipher(algorithms.AES(self.ks_enc), modes.ECB()).encryptor().update(counter)
        cipher = Cipher(algorithms.AES(self.ks_enc), modes.CBC(vector))
        run = cipher.decryptor() if decrypt else cipher.encryptor()
        return run.update(data) + run.finalize()

    def mac(self, data: bytes) -> bytes:
        message = self.ssc.to_bytes(self.block, "big") + pad(data, self.block)
        return retail_mac(self.ks_mac, message) if self.block == 8 else cmac(self.ks_mac, message)

    def protect(self, header: str, data: bytes, le: bytes | None, *, extended: bool = False) -> bytes:
        self.ssc += 1
        head = bytes.fromhex(header)
        head = bytes([head[0] | 0x0C]) + head[1:]
        body = b""
        if data:
            encrypted = self.crypt(pad(data, self.block))
            body += tlv("85", encrypted) if head[1] & 1 else tlv("87", b"\x01" + encrypted)
        if le is not None:
            body += tlv("97", le)
        body += tlv("8E", self.mac(pad(head, self.block) + body if body else head))
        lc = b"\x00" + len(body).to_bytes(2, "big") if extended else bytes([len(body)])
        return head + lc + body + (b"\x00\x00" if extended else b"\x00")

    def open(self, answer: bytes) -> tuple[bytes, int]:
        self.ssc += 1
        signed, mac = answer[:-10], answer[-8:]
        assert answer[-10:-8] == b"\x8e\x08"
        assert self.mac(signed) == mac
        sw = int.from_bytes(signed[-2:], "big")
        assert signed[-4:-2] == b"\x99\x02"
        secured = signed[:-4]
        if not secured:
            return b"", sw
        tag, first, rest = secured[0], secured[1], secured[2:]
        if first > 0x80:
            rest = rest[first - 0x80 :]
        if tag == 0x87:
            rest = rest[1:]
        return self.crypt(rest, decrypt=True).rstrip(b"\x00")[:-1], sw


class Terminal:
    """Talks to one card."""

    def __init__(self, transmit: Callable[[bytes], tuple[bytes, int]]) -> None:
        self.transmit = transmit
        self.session: Secured | None = None

    def send(self, command: str) -> tuple[bytes, int]:
        return self.transmit(bytes.fromhex(command))

    def select_application(self) -> int:
        return self.command("00A4040C", SELECT_APPLICATION[5:])[1]

    def command(
        self, header: str, data: bytes = b"", le: bytes | None = None, *, extended: bool = False
    ) -> tuple[bytes, int]:
        if self.session is None:
            plain = bytes.fromhex(header) + (bytes([len(data)]) + data if data else b"")
            return self.transmit(plain + (le or b""))
        answer, sw = self.transmit(self.session.protect(header, data, le, extended=extended))
        if not answer:
            return b"", sw
        data, inner = self.session.open(answer)
        assert inner == sw
        return data, sw

    def bac(self, key_input: bytes, *, rnd_ifd: bytes = b"8bytes!!", k_ifd: bytes = b"sixteen bytes !!") -> int:
        seed = hashlib.sha1(key_input).digest()[:16]
        k_enc, k_mac = kdf(seed, 1), kdf(seed, 2)
        rnd_ic, sw = self.send("0084000008")
        if sw != 0x9000:
            return sw
        cryptogram = des3(k_enc, rnd_ifd + rnd_ic + k_ifd)
        data = cryptogram + retail_mac(k_mac, pad(cryptogram, 8))
        answer, sw = self.transmit(bytes.fromhex("0082000028") + data + b"\x28")
        if sw != 0x9000:
            return sw
        plain = des3(k_enc, answer[:32], decrypt=True)
        assert plain[:16] == rnd_ic + rnd_ifd
        assert retail_mac(k_mac, pad(answer[:32], 8)) == answer[32:]
        shared = bytes(a ^ b for a, b in zip(k_ifd, plain[16:], strict=True))
        ssc = int.from_bytes(rnd_ic[4:] + rnd_ifd[4:], "big")
        self.session = Secured(kdf(shared, 1), kdf(shared, 2), ssc, 8)
        return sw

    def authenticate(self, step: bytes, *, last: bool = False) -> tuple[bytes, int]:
        body = tlv("7C", step)
        head = bytes.fromhex("00860000" if last else "10860000")
        answer, sw = self.transmit(head + bytes([len(body)]) + body + b"\x00")
        return answer[4:], sw

    def set_pace(self, reference: int) -> int:
        return self.transmit(_short("0022C1A4", tlv("80", PACE_OID) + tlv("83", bytes([reference]))))[1]

    def pace(self, password: bytes, reference: int, *, map_secret: int = 0xABCDE, secret: int = 0x54321) -> int:
        if (sw := self.set_pace(reference)) != 0x9000:
            return sw
        encrypted, _ = self.authenticate(b"")
        cipher = Cipher(algorithms.AES(kdf(password, 3)), modes.CBC(bytes(16))).decryptor()
        nonce = int.from_bytes(cipher.update(encrypted), "big")
        g = BRAINPOOLP256r1.generator
        answer, _ = self.authenticate(tlv("81", _encode(g * map_secret)))
        mapped = g * nonce + _decode(answer) * map_secret
        public = _encode(mapped * secret)
        chip, _ = self.authenticate(tlv("83", public))
        shared = (_decode(chip) * secret).to_affine().x().to_bytes(32, "big")
        ks_enc, ks_mac = kdf(shared, 1), kdf(shared, 2)
        token, sw = self.authenticate(tlv("85", _token(ks_mac, chip)), last=True)
        if sw == 0x9000:
            assert token == _token(ks_mac, public)
            self.session = Secured(ks_enc, ks_mac, 0, 16)
        return sw

    def chip_authentication(self, key: bytes, secret: int = 0x13579) -> int:
        """Runs it against the public key of DG14; returns the status word of the last command."""
        _, sw = self.command("002241A4", tlv("80", CHIP_AUTHENTICATION_OID))
        if sw != 0x9000:
            return sw
        public = _encode(BRAINPOOLP256r1.generator * secret)
        _, sw = self.command("00860000", tlv("7C", tlv("80", public)), b"\x00")
        shared = (_decode(key) * secret).to_affine().x().to_bytes(32, "big")
        self.session = Secured(kdf(shared, 1), kdf(shared, 2), 0, 16)
        return sw

    def read_file(self, fid: int, block: int = 223) -> bytes:
        """A whole file, found by its header; stops at its end."""
        _, sw = self.command("00A4020C", fid.to_bytes(2, "big"))
        assert sw == 0x9000, f"{sw:04X}"
        head, sw = self.command("00B00000", le=b"\x06")
        assert sw in (0x9000, 0x6282)
        extra = head[1] - 0x80 if head[1] > 0x80 else 0
        size = 2 + extra + (int.from_bytes(head[2 : 2 + extra], "big") if extra else head[1])
        data = head
        while len(data) < size:
            part, sw = self.command(f"00B0{len(data):04X}", le=bytes([min(block, size - len(data))]))
            assert sw == 0x9000, f"{sw:04X}"
            data += part
        return data[:size]


def _short(header: str, data: bytes) -> bytes:
    return bytes.fromhex(header) + bytes([len(data)]) + data


def _encode(point: PointJacobi) -> bytes:
    affine = point.to_affine()
    return bytes([4, *affine.x().to_bytes(32, "big"), *affine.y().to_bytes(32, "big")])


def _decode(encoded: bytes) -> PointJacobi:
    x, y = int.from_bytes(encoded[1:33], "big"), int.from_bytes(encoded[33:], "big")
    return PointJacobi(BRAINPOOLP256r1.curve, x, y, 1, BRAINPOOLP256r1.order)


def _token(ks_mac: bytes, public: bytes) -> bytes:
    return cmac(ks_mac, tlv("7F49", tlv("06", PACE_OID) + tlv("86", public)))


@pytest.fixture
def terminal() -> Callable[[Card], Terminal]:
    """Makes a terminal for a card."""
    return lambda card: Terminal(card.transmit)


FORM = "application/x-www-form-urlencoded"
LOOKUP, HISTORY = "/api/egw/KQNhanLichSuKCB2024", "/api/egw/Lskcb2025"
COPAY = "/api/TraCuuCCT/TraCuuTienMCCT"


class Caller:
    """One kept-alive connection that speaks the gateway's wire format. `address` is where it calls from."""

    def __init__(self, sandbox: GatewaySandbox, address: str = "127.0.0.1") -> None:
        self.sandbox = sandbox
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", sandbox.port, timeout=WITHIN_S, source_address=(address, 0)
        )
        self.md5 = hashlib.md5(sandbox.password.encode(), usedforsecurity=False).hexdigest().upper()
        self.key: dict[str, str] = {}
        self.headers: http.client.HTTPMessage = http.client.HTTPMessage()

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        self.connection.request(method, path, body, headers or {})
        response = self.connection.getresponse()
        self.headers = response.headers
        return response.status, response.read()

    def post(self, path: str, body: str, kind: str = "application/json", **headers: str) -> tuple[int, bytes]:
        return self.request("POST", path, body.encode(), {"Content-Type": kind, **headers})

    def steer(self, path: str, **fields: str) -> tuple[int, Any]:
        status, body = self.post(f"/simulator/{path}", json.dumps(fields))
        return status, json.loads(body)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.request("GET", "/simulator/state")[1])
        return state

    def log_in(self, path: str = "/api/token/take", kind: str = FORM, **changes: str) -> dict[str, Any]:
        fields = {"username": self.sandbox.username, "password": self.md5, **changes}
        body = urlencode(fields) if kind == FORM else json.dumps(fields)
        reply: dict[str, Any] = json.loads(self.post(path, body, kind)[1])
        self.key = reply["APIKey"] or {}
        return reply

    def credentials(self, **changes: str) -> str:
        return urlencode(
            {
                "token": self.key.get("access_token", ""),
                "id_token": self.key.get("id_token", ""),
                "username": self.sandbox.username,
                "password": self.md5,
                **changes,
            }
        )

    def fields(self, number: str, name: str, birth: str, **changes: object) -> dict[str, object]:
        return {
            "maThe": number,
            "hoTen": name,
            "ngaySinh": birth,
            "hoTenCb": self.sandbox.officer_name,
            "cccdCb": self.sandbox.officer_number,
            **changes,
        }

    def ask(self, number: str, name: str, birth: str, **changes: object) -> tuple[int, bytes]:
        fields = self.fields(number, name, birth, **changes)
        return self.post(f"{LOOKUP}?{self.credentials()}", json.dumps(fields))

    def reply(self, number: str, name: str, birth: str, **changes: object) -> dict[str, Any]:
        status, body = self.ask(number, name, birth, **changes)
        assert status == 200
        reply: dict[str, Any] = json.loads(body)
        return reply

    def history(self, number: str, name: str, birth: str, **changes: object) -> dict[str, Any]:
        fields = self.fields(number, name, birth, **changes)
        status, body = self.post(f"{HISTORY}?{self.credentials()}", urlencode(fields), FORM)
        assert status == 200
        reply: dict[str, Any] = json.loads(body)
        return reply

    def copay(
        self, number: str, name: str, birth: str, kind: str = "application/json", **headers: str
    ) -> tuple[int, bytes]:
        fields = {"username": self.sandbox.username, "maThe": number, "hoTen": name, "ngaySinh": birth}
        usual = {
            "accessToken": self.key.get("access_token", ""),
            "tokenId": self.key.get("id_token", ""),
            "passwordHash": self.md5,
        }
        body = urlencode(fields) if kind == FORM else json.dumps(fields)
        return self.post(COPAY, body, kind, **{**usual, **headers})


class Clock:
    """Stands still until it is moved; `monotonic` runs with it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 13, 3, 41, 20, 104718, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_sandbox(people: tuple[Person, ...], clock: Clock) -> Iterator[Callable[..., GatewaySandbox]]:
    """Starts sandboxes with some options changed."""
    with ExitStack() as sandboxes:

        def open_one(**changes: Any) -> GatewaySandbox:
            options = {"delay_s": 0.02, "now": clock, **changes}
            return sandboxes.enter_context(GatewaySandbox(people, **options))

        yield open_one


@pytest.fixture
def sandbox(open_sandbox: Callable[..., GatewaySandbox]) -> GatewaySandbox:
    return open_sandbox()


@pytest.fixture
def call() -> Iterator[Callable[..., Caller]]:
    """Opens connections to a sandbox."""
    with ExitStack() as callers:

        def call_one(sandbox: GatewaySandbox, address: str = "127.0.0.1") -> Caller:
            caller = Caller(sandbox, address)
            callers.callback(caller.connection.close)
            return caller

        yield call_one


@pytest.fixture
def caller(sandbox: GatewaySandbox, call: Callable[..., Caller]) -> Caller:
    """Somebody who has logged in."""
    caller = call(sandbox)
    caller.log_in()
    return caller
