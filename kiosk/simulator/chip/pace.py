"""The chip's end of PACE, with every mapping [ICAO 9303-11 §4.4]."""

import hashlib
import hmac
from typing import Any

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.apdu import RefusedError, Sw
from kiosk.simulator.chip.messaging import KEY_FOR_ENCRYPTION, KEY_FOR_MAC, KEY_FOR_PACE, RandomBytes, Session, pad
from kiosk.simulator.chip.profile import Mapping, PaceKind

_ENCRYPTED_NONCE, _MAP_NONCE, _MAPPED, _AGREE, _AGREED, _TOKEN, _CHIP_TOKEN = range(0x80, 0x87)
_CHIP_DATA = 0x8A
_LONG_NONCE_KEY_BYTES = 24  # from here on integrated mapping hashes 256 bits
_MAPPING_SURPLUS_BITS = 64
_C = {
    128: ("a668892a7c41e3ca739f40b057d85904", "a4e136ac725f738b01c1f60217c188ad"),
    256: (
        "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676",
        "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517",
    ),
}


def password_of_mrz(key_input: bytes) -> bytes:
    """The MRZ as a password: SHA-1 of document number, birth and expiry with their check digits."""
    return hashlib.sha1(key_input, usedforsecurity=False).digest()


class Pace:
    """One run. `random` is asked for the nonce, then for the secret scalars, each as long as the group's order.

    `static_secret` is the private key that chip authentication mapping proves.
    """

    def __init__(self, kind: PaceKind, password: bytes, random: RandomBytes, static_secret: int = 0) -> None:
        self._kind = kind
        self._group: Any = kind.group
        self._password = password
        self._random = random
        self._static_secret = static_secret
        self._nonce = b""
        self._generator: Any = None
        self._map_secret = 0
        self._chip_public = b""
        self._terminal_public = b""
        self._secret = b""
        self.session: Session | None = None

    def answer(self, data: bytes, *, chained: bool) -> bytes:
        """Answers one GENERAL AUTHENTICATE, each but the last `chained`; after the last, `session` is there.

        Raises:
            RefusedError: 6A80 malformed, 6985 out of order, 6300 the terminal does not know the password.
        """
        try:
            outer = ber.values(data)
            (step, value), *more = ber.values(outer[0x7C]).items() or ((_ENCRYPTED_NONCE, b""),)
            if more or chained is (step == _TOKEN):
                raise RefusedError(Sw.DATA_WRONG)
            return ber.tlv(0x7C, self._step(step, value))
        except (ValueError, KeyError):
            raise RefusedError(Sw.DATA_WRONG) from None

    def _step(self, step: int, value: bytes) -> bytes:
        if step == _ENCRYPTED_NONCE:
            return self._send_nonce()
        if step == _MAP_NONCE and self._nonce:
            return self._map(value)
        if step == _AGREE and self._generator is not None:
            return self._agree(value)
        if step == _TOKEN and self._secret:
            return self._exchange_tokens(value)
        raise RefusedError(Sw.CONDITIONS)

    def _send_nonce(self) -> bytes:
        integrated = self._kind.mapping is Mapping.INTEGRATED
        cipher = self._kind.cipher
        self._nonce = self._random(32 if integrated and cipher.key_bytes >= _LONG_NONCE_KEY_BYTES else 16)
        key = cipher.derive(self._password, KEY_FOR_PACE)
        return ber.tlv(_ENCRYPTED_NONCE, cipher.encrypt(key, None, self._nonce))

    def _map(self, terminal: bytes) -> bytes:
        if self._kind.mapping is Mapping.INTEGRATED:
            self._generator = self._group.mapped(self._hashed(terminal))
            return ber.tlv(_MAPPED)
        group = self._group
        self._map_secret = self._scalar()
        shared = group.multiply(self._map_secret, group.decode(terminal))
        self._generator = group.combine(group.multiply_generator(int.from_bytes(self._nonce, "big")), shared)
        return ber.tlv(_MAPPED, group.encode(group.multiply_generator(self._map_secret)))

    def _hashed(self, terminal_nonce: bytes) -> int:
        """R_p(s, t) [ICAO 9303-11 §4.4.3.3.2]."""
        cipher, bits = self._kind.cipher, 8 * len(self._nonce)
        if len(terminal_nonce) != cipher.key_bytes:
            raise ValueError("nonce")
        c0, c1 = (bytes.fromhex(constant) for constant in _C[bits])
        key = cipher.encrypt(terminal_nonce, None, self._nonce)[: cipher.key_bytes]
        blocks = -(-(self._group.p.bit_length() + _MAPPING_SURPLUS_BITS) // bits)
        number = 0
        for _ in range(blocks):
            number = number << bits | int.from_bytes(cipher.encrypt(key, None, c1), "big")
            key = cipher.encrypt(key, None, c0)[: cipher.key_bytes]
        return number % int(self._group.p)

    def _agree(self, terminal: bytes) -> bytes:
        group = self._group
        secret = self._scalar()
        public = group.encode(group.multiply(secret, self._generator))
        if public == terminal:
            raise RefusedError(Sw.DATA_WRONG)
        self._chip_public, self._terminal_public = public, terminal
        self._secret = group.shared(secret, group.decode(terminal))
        return ber.tlv(_AGREED, public)

    def _exchange_tokens(self, token: bytes) -> bytes:
        cipher = self._kind.cipher
        ks_mac = cipher.derive(self._secret, KEY_FOR_MAC)
        if not hmac.compare_digest(cipher.token(ks_mac, self._key_object(self._chip_public)), token):
            raise RefusedError(Sw.KEY_WRONG)
        self.session = cipher.session(self._secret)
        answer = ber.tlv(_CHIP_TOKEN, cipher.token(ks_mac, self._key_object(self._terminal_public)))
        if self._kind.mapping is Mapping.CHIP_AUTHENTICATION:
            answer += ber.tlv(_CHIP_DATA, self._chip_authentication_data())
        return answer

    def _chip_authentication_data(self) -> bytes:
        """The mapping's secret divided by the static one: only who has both can say it [ICAO 9303-11 §4.4.3.5]."""
        order: int = self._group.order
        quotient = self._map_secret * pow(self._static_secret, -1, order) % order
        cipher = self._kind.cipher
        key = cipher.derive(self._secret, KEY_FOR_ENCRYPTION)
        vector = cipher.encrypt(key, None, b"\xff" * 16)
        return cipher.encrypt(key, vector, pad(quotient.to_bytes((order.bit_length() + 7) // 8, "big"), 16))

    def _key_object(self, public: bytes) -> bytes:
        return ber.tlv(0x7F49, ber.oid(self._kind.oid), ber.tlv(self._group.key_tag, public))

    def _scalar(self) -> int:
        order: int = self._group.order
        return int.from_bytes(self._random((order.bit_length() + 7) // 8), "big") % (order - 1) + 1
