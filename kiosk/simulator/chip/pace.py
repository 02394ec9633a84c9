"""The chip's end of PACE: generic mapping, AES-128, brainpoolP256r1 [ICAO 9303-11 §4.4]."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from kiosk.simulator.chip import ber, curve
from kiosk.simulator.chip.apdu import RefusedError, Sw
from kiosk.simulator.chip.messaging import (
    KEY_BYTES,
    KEY_FOR_MAC,
    KEY_FOR_PACE,
    MAC_BYTES,
    RandomBytes,
    Session,
    aes_session,
    derive_aes,
)

OID = ber.oid_value("0.4.0.127.0.7.2.2.4.2.2")
_NONCE_BYTES = 16
_ENCRYPTED_NONCE, _MAP_NONCE, _MAPPED, _AGREE, _AGREED, _TOKEN, _CHIP_TOKEN = range(0x80, 0x87)


def password_of_mrz(key_input: bytes) -> bytes:
    """The MRZ as a password: SHA-1 of document number, birth and expiry with their check digits."""
    return hashlib.sha1(key_input, usedforsecurity=False).digest()


class Pace:
    """One run. `random` is asked for the nonce (16 bytes), then for the two secret scalars (32 bytes each)."""

    def __init__(self, password: bytes, random: RandomBytes) -> None:
        self._password = password
        self._random = random
        self._nonce = b""
        self._generator = curve.GENERATOR
        self._chip_public: curve.Point | None = None
        self._terminal_public: curve.Point | None = None
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
            return self._map(curve.decode(value))
        if step == _AGREE and self._generator != curve.GENERATOR:
            return self._agree(curve.decode(value))
        if step == _TOKEN and self._secret:
            return self._exchange_tokens(value)
        raise RefusedError(Sw.CONDITIONS)

    def _send_nonce(self) -> bytes:
        self._nonce = self._random(_NONCE_BYTES)
        key = algorithms.AES(derive_aes(self._password, KEY_FOR_PACE))
        encryptor = Cipher(key, modes.CBC(bytes(_NONCE_BYTES))).encryptor()
        return ber.tlv(_ENCRYPTED_NONCE, encryptor.update(self._nonce) + encryptor.finalize())

    def _map(self, terminal: curve.Point) -> bytes:
        secret = self._scalar()
        shared = curve.multiply(secret, terminal)
        nonce = int.from_bytes(self._nonce, "big")
        self._generator = curve.add(curve.multiply_generator(nonce), shared)
        return ber.tlv(_MAPPED, curve.encode(curve.multiply_generator(secret)))

    def _agree(self, terminal: curve.Point) -> bytes:
        secret = self._scalar()
        public = curve.multiply(secret, self._generator)
        if public == terminal:
            raise RefusedError(Sw.DATA_WRONG)
        self._chip_public, self._terminal_public = public, terminal
        self._secret = curve.multiply(secret, terminal).x.to_bytes(curve.FIELD_BYTES, "big")
        return ber.tlv(_AGREED, curve.encode(public))

    def _exchange_tokens(self, token: bytes) -> bytes:
        if self._chip_public is None or self._terminal_public is None:
            raise RefusedError(Sw.CONDITIONS)
        ks_mac = derive_aes(self._secret, KEY_FOR_MAC)
        if not hmac.compare_digest(_token(ks_mac, self._chip_public), token):
            raise RefusedError(Sw.KEY_WRONG)
        self.session = aes_session(self._secret)
        return ber.tlv(_CHIP_TOKEN, _token(ks_mac, self._terminal_public))

    def _scalar(self) -> int:
        return int.from_bytes(self._random(2 * KEY_BYTES), "big") % (curve.ORDER - 1) + 1


def _token(ks_mac: bytes, public: curve.Point) -> bytes:
    cmac = CMAC(algorithms.AES(ks_mac))
    cmac.update(ber.tlv(0x7F49, ber.tlv(0x06, OID), ber.tlv(0x86, curve.encode(public))))
    return cmac.finalize()[:MAC_BYTES]
