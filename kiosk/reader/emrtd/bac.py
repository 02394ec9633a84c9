"""Basic access control: opens the chip with the MRZ [ICAO 9303-11 §4.3]."""

import hashlib
import hmac

from kiosk.reader.connection import CardConnection
from kiosk.reader.emrtd import iso7816
from kiosk.reader.emrtd.crypto import KDF_ENC, KDF_MAC, TRIPLE_DES, RandomBytes, pad
from kiosk.reader.emrtd.iso7816 import PlainChannel, StatusError
from kiosk.reader.emrtd.pace import NotOfferedError, WrongPasswordError
from kiosk.reader.emrtd.secure_messaging import SecureMessaging
from kiosk.reader.emrtd.tlv import MalformedError

_REFUSALS = frozenset({0x6982, 0x6985, 0x6988, 0x6A80})


def open_channel(connection: CardConnection, mrz_information: str, random: RandomBytes) -> SecureMessaging:
    """Runs the protocol on a chip whose application is selected. Two APDUs.

    Raises:
        WrongPasswordError: the chip refused the keys, or does not know them itself.
        NotOfferedError: the chip gives no challenge.
        StatusError: any other status, a weak link among them.
        MalformedError: an answer of the wrong size.
    """
    suite = TRIPLE_DES
    channel = PlainChannel(connection)
    seed = hashlib.sha1(mrz_information.encode("ascii"), usedforsecurity=False).digest()[:16]
    k_enc, k_mac = suite.derive(seed, KDF_ENC), suite.derive(seed, KDF_MAC)

    rnd_ic = _challenge(channel)
    rnd_ifd, k_ifd = random(8), random(16)
    e_ifd = suite.encrypt(k_enc, bytes(8), rnd_ifd + rnd_ic + k_ifd)
    answer = channel.send(iso7816.external_authenticate(e_ifd + suite.mac(k_mac, pad(e_ifd, 8))))
    if answer.sw >> 8 == 0x63 or answer.sw in _REFUSALS:
        raise WrongPasswordError(f"bac: {answer.sw:04X}")
    reply = answer.require_ok("bac: authenticate")
    if not reply:
        raise StatusError("bac: authenticate", 0)
    if len(reply) != 40:
        raise MalformedError("bac: answer")
    if not hmac.compare_digest(suite.mac(k_mac, pad(reply[:32], 8)), reply[32:]):
        raise WrongPasswordError("bac: chip token")
    opened = suite.decrypt(k_enc, bytes(8), reply[:32])
    if opened[:8] != rnd_ic or opened[8:16] != rnd_ifd:
        raise WrongPasswordError("bac: challenge")
    session = bytes(one ^ other for one, other in zip(k_ifd, opened[16:], strict=True))
    ssc = int.from_bytes(rnd_ic[4:] + rnd_ifd[4:], "big")
    return SecureMessaging(connection, suite, suite.derive(session, KDF_ENC), suite.derive(session, KDF_MAC), ssc)


def _challenge(channel: PlainChannel) -> bytes:
    answer = channel.send(iso7816.get_challenge())
    if answer.sw != iso7816.OK:
        error = StatusError("bac: challenge", answer.sw)
        if error.is_weak:
            raise error
        raise NotOfferedError(str(error))
    if not answer.data:
        raise StatusError("bac: challenge", 0)
    if len(answer.data) != 8:
        raise MalformedError("bac: challenge")
    return answer.data
