"""Prime-order subgroups of the integers modulo p: classical Diffie-Hellman [ICAO 9303-11 §9.5.1, §9.6; RFC 5114].

On the wire an element is an unsigned integer in as few bytes as it needs; a shared secret is as long as p.
"""

from kiosk.reader.emrtd.crypto import RandomBytes, draw_exponent
from kiosk.reader.emrtd.tlv import MalformedError


class ModularGroup:
    """The subgroup of order q that g generates."""

    public_key_tag = 0x84
    mappable = True

    def __init__(self, p: int, g: int, q: int) -> None:
        self.field = p
        self.order = q
        self._g = g
        self._size = (p.bit_length() + 7) // 8

    def is_made_of(self, p: int, g: int) -> bool:
        """Whether these are its prime and its generator."""
        return (p, g) == (self.field, self._g)

    def key(self, exponent: int) -> "ModularKey":
        """The key with this exponent.

        Raises:
            MalformedError: a multiple of the order.
        """
        if exponent % self.order == 0:
            raise MalformedError("group: exponent")
        return ModularKey(self, exponent)

    def random_key(self, random: RandomBytes) -> "ModularKey":
        """A fresh key."""
        return self.key(draw_exponent(self.order, random))

    def product(self, one: bytes, other: bytes) -> bytes:
        """Multiplication modulo p."""
        return self.encode(self.decode(one) * self.decode(other) % self.field)

    def element_of(self, number: int) -> bytes:
        """f_G of integrated mapping: raised to the cofactor, any integer lands in the subgroup [§4.4.3.3.2]."""
        return self.encode(pow(number, (self.field - 1) // self.order, self.field))

    def power(self, base: int, exponent: int) -> int:
        """Exponentiation modulo p."""
        return pow(base, exponent, self.field)

    def generate(self, exponent: int) -> bytes:
        """The generator with this exponent."""
        return self.encode(self.power(self._g, exponent))

    def encode(self, element: int) -> bytes:
        """An element's wire form.

        Raises:
            MalformedError: the neutral element or none.
        """
        if not 1 < element < self.field:
            raise MalformedError("group: neutral element")
        return element.to_bytes((element.bit_length() + 7) // 8, "big")

    def encode_secret(self, element: int) -> bytes:
        """A shared secret, as long as p."""
        return element.to_bytes(self._size, "big")

    def decode(self, element: bytes) -> int:
        """An element from the wire.

        Raises:
            MalformedError: outside the subgroup, or its neutral element.
        """
        value = int.from_bytes(element, "big")
        if len(element) > self._size or not 1 < value < self.field or pow(value, self.order, self.field) != 1:
            raise MalformedError("group: element")
        return value


class ModularKey:
    """A secret exponent."""

    def __init__(self, group: ModularGroup, exponent: int) -> None:
        self._group = group
        self._exponent = exponent

    @property
    def public(self) -> bytes:
        """The generator with this exponent."""
        return self._group.generate(self._exponent)

    def power(self, element: bytes) -> bytes:
        """`element` with this exponent.

        Raises:
            MalformedError: no element of the group, or the neutral one came out.
        """
        return self._group.encode(self._raised(element))

    def public_over(self, generator: bytes, random: RandomBytes) -> bytes:  # noqa: ARG002 - there is one only
        """This key's public key where another element is the generator.

        Raises:
            MalformedError: as for `power`.
        """
        return self.power(generator)

    def combined(self, element: bytes, base_exponent: int) -> bytes:
        """`element` with this exponent times the generator with `base_exponent`.

        Raises:
            MalformedError: as for `power`, and where `base_exponent` is zero.
        """
        base = int.from_bytes(self._group.key(base_exponent).public, "big")
        return self._group.encode(base * self._raised(element) % self._group.field)

    def secret(self, element: bytes) -> bytes:
        """What both sides share.

        Raises:
            MalformedError: as for `power`.
        """
        return self._group.encode_secret(self._raised(element))

    def _raised(self, element: bytes) -> int:
        return self._group.power(self._group.decode(element), self._exponent)


RFC_5114_1024_160 = ModularGroup(
    p=int(
        "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838EF1E2EE652C0"
        "13ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0"
        "A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A4371",
        16,
    ),
    g=int(
        "A4D1CBD5C3FD34126765A442EFB99905F8104DD258AC507FD6406CFF14266D31266FEA1E5C41564B777E690F5504F213"
        "160217B4B01B886A5E91547F9E2749F4D7FBD7D3B9A92EE1909D0D2263F80A76A6A24C087A091F531DBF0A0169B6A28A"
        "D662A4D18E73AFA32D779D5918D08BC8858F4DCEF97C2A24855E6EEB22B3B2E5",
        16,
    ),
    q=0xF518AA8781A8DF278ABA4E7D64B7CB9D49462353,
)
RFC_5114_2048_224 = ModularGroup(
    p=int(
        "AD107E1E9123A9D0D660FAA79559C51FA20D64E5683B9FD1B54B1597B61D0A75E6FA141DF95A56DBAF9A3C407BA1DF15"
        "EB3D688A309C180E1DE6B85A1274A0A66D3F8152AD6AC2129037C9EDEFDA4DF8D91E8FEF55B7394B7AD5B7D0B6C12207"
        "C9F98D11ED34DBF6C6BA0B2C8BBC27BE6A00E0A0B9C49708B3BF8A317091883681286130BC8985DB1602E714415D9330"
        "278273C7DE31EFDC7310F7121FD5A07415987D9ADC0A486DCDF93ACC44328387315D75E198C641A480CD86A1B9E587E8"
        "BE60E69CC928B2B9C52172E413042E9B23F10B0E16E79763C9B53DCF4BA80A29E3FB73C16B8E75B97EF363E2FFA31F71"
        "CF9DE5384E71B81C0AC4DFFE0C10E64F",
        16,
    ),
    g=int(
        "AC4032EF4F2D9AE39DF30B5C8FFDAC506CDEBE7B89998CAF74866A08CFE4FFE3A6824A4E10B9A6F0DD921F01A70C4AFA"
        "AB739D7700C29F52C57DB17C620A8652BE5E9001A8D66AD7C17669101999024AF4D027275AC1348BB8A762D0521BC98A"
        "E247150422EA1ED409939D54DA7460CDB5F6C6B250717CBEF180EB34118E98D119529A45D6F834566E3025E316A330EF"
        "BB77A86F0C1AB15B051AE3D428C8F8ACB70A8137150B8EEB10E183EDD19963DDD9E263E4770589EF6AA21E7F5F2FF381"
        "B539CCE3409D13CD566AFBB48D6C019181E1BCFE94B30269EDFE72FE9B6AA4BD7B5A0F1C71CFFF4C19C418E1F6EC0179"
        "81BC087F2A7065B384B890D3191F2BFA",
        16,
    ),
    q=0x801C0D34C58D93FE997177101F80535A4738CEBCBF389A99B36371EB,
)
RFC_5114_2048_256 = ModularGroup(
    p=int(
        "87A8E61DB4B6663CFFBBD19C651959998CEEF608660DD0F25D2CEED4435E3B00E00DF8F1D61957D4FAF7DF4561B2AA30"
        "16C3D91134096FAA3BF4296D830E9A7C209E0C6497517ABD5A8A9D306BCF67ED91F9E6725B4758C022E0B1EF4275BF7B"
        "6C5BFC11D45F9088B941F54EB1E59BB8BC39A0BF12307F5C4FDB70C581B23F76B63ACAE1CAA6B7902D52526735488A0E"
        "F13C6D9A51BFA4AB3AD8347796524D8EF6A167B5A41825D967E144E5140564251CCACB83E6B486F6B3CA3F7971506026"
        "C0B857F689962856DED4010ABD0BE621C3A3960A54E710C375F26375D7014103A4B54330C198AF126116D2276E11715F"
        "693877FAD7EF09CADB094AE91E1A1597",
        16,
    ),
    g=int(
        "3FB32C9B73134D0B2E77506660EDBD484CA7B18F21EF205407F4793A1A0BA12510DBC15077BE463FFF4FED4AAC0BB555"
        "BE3A6C1B0C6B47B1BC3773BF7E8C6F62901228F8C28CBB18A55AE31341000A650196F931C77A57F2DDF463E5E9EC144B"
        "777DE62AAAB8A8628AC376D282D6ED3864E67982428EBC831D14348F6F2F9193B5045AF2767164E1DFC967C1FB3F2E55"
        "A4BD1BFFE83B9C80D052B985D182EA0ADB2A3B7313D3FE14C8484B1E052588B9B7D2BBD2DF016199ECD06E1557CD0915"
        "B3353BBB64E0EC377FD028370DF92B52C7891428CDC67EB6184B523D1DB246C32F63078490F00EF8D647D148D4795451"
        "5E2327CFEF98C582664B4C0F6CC41659",
        16,
    ),
    q=0x8CF83642A709A097B447997640129DA299B1A47D1EB3750BA308B0FE64F5FBD3,
)
