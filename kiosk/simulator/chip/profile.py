"""What kind of chip a card has: which protocols it offers, over which groups and ciphers [ICAO 9303-11 §9.2]."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from kiosk.simulator.chip import ber
from kiosk.simulator.chip.domain_parameters import GROUPS, Group
from kiosk.simulator.chip.integers import Integers
from kiosk.simulator.chip.messaging import CipherKind

_BSI = "0.4.0.127.0.7.2.2."
_TERMINAL_AUTHENTICATION = _BSI + "2"
_ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
_STANDARD_PARAMETERS = "0.4.0.127.0.7.1.2"
_EC_PUBLIC_KEY = "1.2.840.10045.2.1"
_DH_PUBLIC_KEY = "1.2.840.10046.2.1"
_BRAINPOOL_P256R1 = 13
_CIPHER_ARCS = {CipherKind.DES3: 1, CipherKind.AES_128: 2, CipherKind.AES_192: 3, CipherKind.AES_256: 4}


class Mapping(Enum):
    """How PACE's nonce becomes a generator."""

    GENERIC = "gm"
    INTEGRATED = "im"
    CHIP_AUTHENTICATION = "cam"


class KeyForm(StrEnum):
    """How a public key says its group."""

    NAMED = "named"
    EXPLICIT = "explicit"
    STANDARD = "standard"
    """By the standardised number, as EF.CardSecurity does."""


@dataclass(frozen=True, slots=True)
class PaceKind:
    """One offer of PACE. `parameter_id` is the standardised number of the group."""

    mapping: Mapping = Mapping.GENERIC
    cipher: CipherKind = CipherKind.AES_128
    parameter_id: int = _BRAINPOOL_P256R1
    version: int = 2

    @property
    def group(self) -> Group:
        """The group of key agreement."""
        return GROUPS[self.parameter_id]

    @property
    def oid(self) -> str:
        """The protocol's identifier."""
        families = {
            (Mapping.GENERIC, True): 1,
            (Mapping.GENERIC, False): 2,
            (Mapping.INTEGRATED, True): 3,
            (Mapping.INTEGRATED, False): 4,
            (Mapping.CHIP_AUTHENTICATION, False): 6,
        }
        return f"{_BSI}4.{families[self.mapping, isinstance(self.group, Integers)]}.{_CIPHER_ARCS[self.cipher]}"

    def info(self) -> bytes:
        """PACEInfo."""
        return ber.sequence(ber.oid(self.oid), ber.integer(self.version), ber.integer(self.parameter_id))


@dataclass(frozen=True, slots=True)
class ChipAuthenticationKind:
    """Chip authentication. `announced` False leaves its info out: the oldest chips have the key alone, for 3DES."""

    cipher: CipherKind = CipherKind.AES_128
    parameter_id: int = _BRAINPOOL_P256R1
    key_form: KeyForm = KeyForm.NAMED
    key_id: int | None = None
    version: int = 1
    announced: bool = True

    @property
    def group(self) -> Group:
        """The group of the static key."""
        return GROUPS[self.parameter_id]

    @property
    def oid(self) -> str:
        """The protocol's identifier."""
        return f"{_BSI}3.{self._family}.{_CIPHER_ARCS[self.cipher]}"

    def info(self) -> bytes:
        """ChipAuthenticationInfo."""
        return ber.sequence(ber.oid(self.oid), ber.integer(self.version), *self._key_id())

    def key_info(self, public_key: bytes) -> bytes:
        """ChipAuthenticationPublicKeyInfo over the encoded static key."""
        key = public_key_info(self.group, public_key, self.key_form)
        return ber.sequence(ber.oid(f"{_BSI}1.{self._family}"), key, *self._key_id())

    @property
    def _family(self) -> int:
        return 1 if isinstance(self.group, Integers) else 2

    def _key_id(self) -> tuple[bytes, ...]:
        return () if self.key_id is None else (ber.integer(self.key_id),)


class HashKind(StrEnum):
    """A hash function of active authentication, by its name in Python."""

    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


@dataclass(frozen=True, slots=True)
class RsaKind:
    """Active authentication by RSA. `implicit_trailer` is the one byte BC, which stands for SHA-1."""

    bits: int = 1024
    hash: HashKind = HashKind.SHA256
    implicit_trailer: bool = False


@dataclass(frozen=True, slots=True)
class EcdsaKind:
    """Active authentication by ECDSA. `announced` False leaves out how it signs, against the standard."""

    parameter_id: int = 12
    hash: HashKind = HashKind.SHA256
    key_form: KeyForm = KeyForm.NAMED
    announced: bool = True

    def info(self) -> bytes:
        """ActiveAuthenticationInfo: plain signatures [TR-03111 §5.2.1]."""
        algorithm = f"0.4.0.127.0.7.1.1.4.1.{list(HashKind).index(self.hash) + 1}"
        return ber.sequence(ber.oid(_ACTIVE_AUTHENTICATION), ber.integer(1), ber.oid(algorithm))


@dataclass(frozen=True, slots=True)
class CardProfile:
    """What a chip can do. The default is the citizen card as far as it is known; no PACE means BAC only.

    `extended`: takes extended lengths, which keys of 2,048 bits need.
    """

    pace: tuple[PaceKind, ...] = (PaceKind(),)
    chip_authentication: ChipAuthenticationKind | None = ChipAuthenticationKind()
    active_authentication: RsaKind | EcdsaKind | None = EcdsaKind()
    extended: bool = False

    @property
    def chip_mapping(self) -> PaceKind | None:
        """The offer that proves the chip at once; its static key stands in EF.CardSecurity."""
        return next((kind for kind in self.pace if kind.mapping is Mapping.CHIP_AUTHENTICATION), None)

    def card_access(self) -> bytes | None:
        """EF.CardAccess; None without PACE."""
        if not self.pace:
            return None
        infos = [ber.sequence(ber.oid(_TERMINAL_AUTHENTICATION), ber.integer(1))]
        if self.chip_authentication is not None and self.chip_authentication.announced:
            infos.append(self.chip_authentication.info())
        return ber.set_of(*infos, *(kind.info() for kind in self.pace))

    def dg14(self, public_key: bytes) -> bytes | None:
        """DG14 with the chip's encoded static key; None where there is nothing to say in it."""
        infos = []
        if self.chip_authentication is not None:
            if self.chip_authentication.announced:
                infos.append(self.chip_authentication.info())
            infos.append(self.chip_authentication.key_info(public_key))
        if isinstance(self.active_authentication, EcdsaKind) and self.active_authentication.announced:
            infos.append(self.active_authentication.info())
        if not infos:
            return None
        return ber.tlv(0x6E, ber.set_of(*infos, *(kind.info() for kind in self.pace)))


def public_key_info(group: Group, public_key: bytes, form: KeyForm) -> bytes:
    """SubjectPublicKeyInfo over an encoded element."""
    if form is KeyForm.STANDARD:
        algorithm = ber.sequence(ber.oid(_STANDARD_PARAMETERS), ber.integer(group.number))
    elif isinstance(group, Integers):
        algorithm = ber.sequence(ber.oid(_DH_PUBLIC_KEY), group.parameters())
    else:
        parameters = group.parameters() if form is KeyForm.EXPLICIT else ber.oid(group.oid)
        algorithm = ber.sequence(ber.oid(_EC_PUBLIC_KEY), parameters)
    key = ber.integer(int.from_bytes(public_key, "big")) if isinstance(group, Integers) else public_key
    return ber.sequence(algorithm, ber.tlv(0x03, b"\x00", key))
