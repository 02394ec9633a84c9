"""What kind of image a card stores, by the image's own first bytes: what records say of it is wrong on some cards."""

_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/j2c"),
)


def media_type(image: bytes) -> str | None:
    """`image/jpeg`, `image/jp2`, `image/j2c` (a JPEG 2000 codestream without its file), or None."""
    return next((name for prefix, name in _PREFIXES if image.startswith(prefix)), None)
