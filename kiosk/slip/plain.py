"""The same slip without paper: sentences for a screen reader, a list for the desk's clipboard."""

from collections.abc import Iterator, Sequence

from kiosk.slip.blocks import Band, Block, Code, Meaning, Number, Pair, Text
from kiosk.slip.template import Field


def spoken_text(blocks: Sequence[Block]) -> str:
    """Full sentences in the order of the slip; tickets are spelled digit by digit."""
    return " ".join(meaning.said for meaning in _meanings(blocks) if meaning.said)


def clipboard_text(blocks: Sequence[Block]) -> str:
    """One line a field, `label: value`; what has no label stands alone."""
    lines = [
        f"{meaning.label}: {meaning.value}" if meaning.label else meaning.value
        for meaning in _meanings(blocks)
        if meaning.field is not Field.CAPTION  # the number has its label
    ]
    return "\n".join(lines) + "\n"


def _meanings(blocks: Sequence[Block]) -> Iterator[Meaning]:
    for block in blocks:
        if isinstance(block, Text | Number | Pair | Band | Code) and block.means:
            yield block.means
