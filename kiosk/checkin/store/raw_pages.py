"""The pages of a database's file and of the log beside it, each by itself: a damaged one spoils no other."""

from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import BinaryIO, Self

from kiosk.checkin.store.cipher import PAGE_BYTES
from kiosk.checkin.store.page import SALT_BYTES, PageCipher

_LOG_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_PLAIN_HEADER = b"SQLite format 3\0"


class RawPages(AbstractContextManager["RawPages"]):
    """Reads pages without SQLite. What the log has newer goes first, for as long as its frames are of one writing.

    `spare_first_page` stands in where the first one is lost.

    Raises:
        OSError: the file cannot be read.
    """

    def __init__(self, file: Path, key: bytes | None, spare_first_page: bytes = b"") -> None:
        self._closing = ExitStack()
        self._file: BinaryIO = self._closing.enter_context(file.open("rb"))
        self.count = file.stat().st_size // PAGE_BYTES
        """How many whole pages the file has."""
        self.lost = 0
        """How many of those that were asked for were not what was once written."""
        self._log: BinaryIO | None = None
        self._frames: dict[int, int] = {}
        self._spare = spare_first_page
        self._cipher = self._cipher_of(key)
        log = file.with_name(f"{file.name}-wal")
        if log.exists():
            self._log = self._closing.enter_context(log.open("rb"))
            self._index_frames(self._log, log.stat().st_size)

    def __enter__(self) -> Self:
        """Itself; closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the files."""
        self._closing.close()

    @property
    def last(self) -> int:
        """The highest page that file or log have."""
        return max([self.count, *self._frames])

    def content(self, number: int) -> bytes | None:
        """A page's content; None: it is lost. The first one begins with SQLite's header of 100 bytes."""
        if self._log is not None and number in self._frames:
            self._log.seek(self._frames[number])
            if (content := self._opened(self._log.read(PAGE_BYTES), number)) is not None:
                return content
        self._file.seek((number - 1) * PAGE_BYTES)
        content = self._opened(self._file.read(PAGE_BYTES), number)
        if content is None:
            self.lost += 1
            content = self._opened(self._spare, number) if number == 1 else None
        return content

    def _opened(self, page: bytes, number: int) -> bytes | None:
        if len(page) < PAGE_BYTES:
            return None
        if self._cipher is None:
            return page if number != 1 or page.startswith(_PLAIN_HEADER) else None
        return self._cipher.open(page, number) if self._cipher.is_sound(page, number) else None

    def _cipher_of(self, key: bytes | None) -> PageCipher | None:
        """By the file's salt, or by the spare page's where the file's own beginning is damaged."""
        if key is None:
            return None
        first = self._file.read(PAGE_BYTES)
        written = PageCipher(key, first[:SALT_BYTES].ljust(SALT_BYTES, b"\0"))
        if len(self._spare) < PAGE_BYTES or written.is_sound(first, 1):
            return written
        return PageCipher(key, self._spare[:SALT_BYTES])

    def _index_frames(self, log: BinaryIO, size: int) -> None:
        """Where the newest frame of each page begins; frames of an earlier writing bear another salt.

        The log's own check sums are left aside: an encrypted page has a better one, and of a log that is damaged in the
        middle what comes after it is worth having too.
        """
        starts = range(_LOG_HEADER_BYTES, size - _FRAME_HEADER_BYTES - PAGE_BYTES + 1, _FRAME_HEADER_BYTES + PAGE_BYTES)
        headers = []
        for start in starts:
            log.seek(start)
            headers.append((start, log.read(_FRAME_HEADER_BYTES)))
        if not headers:
            return
        log.seek(16)
        salt = log.read(8)
        salts = Counter(header[8:16] for _, header in headers)
        if salt not in salts:
            salt = headers[0][1][8:16] if self._cipher is None else salts.most_common(1)[0][0]
        for start, header in headers:
            number = int.from_bytes(header[:4], "big")
            if header[8:16] != salt or not number:
                continue
            log.seek(start + _FRAME_HEADER_BYTES)
            if self._opened(log.read(PAGE_BYTES), number) is not None:
                self._frames[number] = start + _FRAME_HEADER_BYTES
