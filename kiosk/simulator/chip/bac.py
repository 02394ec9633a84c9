"""The chip's end of basic access control [ICAO 9303-11 §4.3]."""

import hashlib
import hmac

from kiosk.simulator.chip.apdu import RefusedError, Sw
from kiosk.simulator.chip.messaging import (
    KEY_FOR_ENCRYPTION,
    KEY_FOR_MAC,
    MAC_BYTES,
    RandomBytes,
    Session,
    TripleDesSuite,
    derive_3des,
    pad,
    retail_mac,
)

CHALLENGE_BYTES = 8
_KEY_BYTES = 16
_CRYPTOGRAM_BYTES = 2 * CHALLENGE_BYTES + _KEY_BYTES


def authenticate(key_input: bytes, challenge: bytes, data: bytes, random: RandomBytes) -> tuple[bytes, Session]:
    """Answers EXTERNAL AUTHENTICATE: the 40 bytes to send back, and the session that follows.

    Raises:
        RefusedError: 6700 not 40 bytes, 6300 made with another key or for another challenge.
    """
    if len(data) != _CRYPTOGRAM_BYTES + MAC_BYTES:
        raise RefusedError(Sw.WRONG_LENGTH)
    seed = hashlib.sha1(key_input, usedforsecurity=False).digest()[:_KEY_BYTES]
    k_mac = derive_3des(seed, KEY_FOR_MAC)
    cipher = TripleDesSuite(derive_3des(seed, KEY_FOR_ENCRYPTION), k_mac)
    cryptogram, mac = data[:_CRYPTOGRAM_BYTES], data[_CRYPTOGRAM_BYTES:]
    if not hmac.compare_digest(retail_mac(k_mac, pad(cryptogram, 8)), mac):
        raise RefusedError(Sw.KEY_WRONG)
    plain = cipher.decrypt(0, cryptogram)
    rnd_ifd, rnd_ic, k_ifd = plain[:8], plain[8:16], plain[16:]
    if rnd_ic != challenge:
        raise RefusedError(Sw.KEY_WRONG)
    k_ic = random(_KEY_BYTES)
    answer = cipher.encrypt(0, rnd_ic + rnd_ifd + k_ic)
    shared = bytes(one ^ other for one, other in zip(k_ifd, k_ic, strict=True))
    suite = TripleDesSuite(derive_3des(shared, KEY_FOR_ENCRYPTION), derive_3des(shared, KEY_FOR_MAC))
    session = Session(suite, int.from_bytes(rnd_ic[4:] + rnd_ifd[4:], "big"))
    return answer + retail_mac(k_mac, pad(answer, 8)), session
