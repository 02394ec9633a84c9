"""The code decoders: each reads a code that was just drawn, in letters that a guess at the encoding would mangle."""

import io

import segno
from PIL import Image

from kiosk.app.doctor.finding import Finding, Health
from kiosk.reader import zbar
from kiosk.reader.codes import decode
from kiosk.settings import Settings

_SAMPLE = "Đặng Thị Thử Nghiệm|Ữ".encode()


def examine_codes(_settings: Settings) -> Finding:
    """The first decoder has to read it; without zbar in binary mode codes in glare are read less often."""
    picture = _draw(_SAMPLE)
    if [found.payload for found in decode(picture)] != [_SAMPLE]:
        return Finding(Health.BAD, "zxing: –", "command.doctor.cure.decoders")
    if [payload for payload, _ in zbar.read_qr_codes(picture)] != [_SAMPLE]:
        return Finding(Health.ATTENTION, "zxing; zbar: –", "command.doctor.cure.zbar")
    return Finding(Health.GOOD, "zxing, zbar")


def _draw(payload: bytes) -> Image.Image:
    drawn = io.BytesIO()
    segno.make_qr(payload).save(drawn, kind="png", scale=6)
    return Image.open(drawn).convert("L")
