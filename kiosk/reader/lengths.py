"""Which cards in which readers take extended lengths: found out once, remembered, no word about whose card it is."""

import json
import logging
from pathlib import Path

_LOG = logging.getLogger(__name__)
_MOST_KINDS = 200
_LONGEST_FILE = 100_000


class LengthMemory:
    """Remembers by kind of card, which is the reader's name and the answer to reset; both are alike for many people.

    `file` keeps it beyond this process. One that cannot be read or written costs a command per start, no more: it is
    never an error. The kinds that were learnt last are kept.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kinds = {} if file is None else _load(file)

    def extended(self, kind: str) -> bool | None:
        """Whether this kind of card takes extended lengths; None where that is not known, as of an empty kind."""
        return self._kinds.get(kind)

    def learn(self, kind: str, *, works: bool) -> None:
        """Notes what was found out."""
        if not kind or self._kinds.get(kind) is works:
            return
        self._kinds.pop(kind, None)
        self._kinds[kind] = works
        self._kinds = dict(list(self._kinds.items())[-_MOST_KINDS:])
        if self._file is not None:
            self._save(self._file)

    def _save(self, file: Path) -> None:
        beside = file.with_name(file.name + ".new")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(self._kinds, indent=1), "utf-8")
            beside.replace(file)
        except OSError as error:
            _LOG.warning("lengths not kept: %s", error.strerror)


def _load(file: Path) -> dict[str, bool]:
    try:
        with file.open(encoding="utf-8") as opened:
            written = json.loads(opened.read(_LONGEST_FILE))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        _LOG.warning("lengths forgotten: %s cannot be read", file.name)
        return {}
    if not isinstance(written, dict):
        return {}
    return {kind: works for kind, works in written.items() if isinstance(works, bool)}
