"""The same slip without paper: sentences for a screen reader, a list for the desk's clipboard."""

from collections.abc import Iterator, Sequence

from kiosk.slip.blocks import Band, Block, Code, Meaning, Number, Pair, Text


def spoken_text(blocks: Sequence[Block]) -> str:
    """Full sentences in the order of the slip; tickets are spelled digit by digit."""
    return " ".join(meaning.said for meaning in _meanings(blocks) if meaning.said)


def clipboard_text(blocks: Sequence[Block]) -> str:
    """One line a field, `label: value`; what has no label stands alone."""
    lines = []
    for meaning in _meanings(blocks):
        lines.append(f"{meaning.label}: {meaning.value}" if meaning.label else meaning.value)
    return "\n".join(lines) + "\n"


def _meanings(blocks: Sequence[Block]) -> Iterator[Meaning]:
    for block in blocks:
        if isinstance(block, Text | Number | Pair | Band | Code) and block.means:
            yield block.means
