"""What can break, as a closed list; everything else is a value.

The tree::

    KioskError            something broke; carries one FailureCode
    └── RetriableError    the same step may succeed when it is tried again (card laid anew, line back)

"Not insured", "expired" and "issuer unknown" are no errors: they are values of `lookup` and `reader`.
Each code has a sentence for the patient, one for the staff and one cure in `kiosk/text/*/failure.toml`, and a
row in the README.
"""

import logging
import threading
import traceback
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.text import Language


class FailureCode(StrEnum):
    """The closed list of what can break. The value is what screens, logs and `--json` show."""

    READER_MISSING = "reader-missing"
    READER_LOST = "reader-lost"
    READER_BUSY = "reader-busy"
    PCSC_MISSING = "pcsc-missing"
    CARD_MISSING = "card-missing"
    CARD_REMOVED = "card-removed"
    CARD_UNSUPPORTED = "card-unsupported"
    CARD_KEY_WRONG = "card-key-wrong"
    CARD_KEY_NEEDED = "card-key-needed"
    CARD_UNREADABLE = "card-unreadable"
    CARD_TIMEOUT = "card-timeout"
    CARD_ALTERED = "card-altered"
    CARD_GENUINE_IN_TRAINING = "card-genuine-in-training"
    CODE_UNREADABLE = "code-unreadable"
    CODE_MISSING = "code-missing"
    IMAGE_UNREADABLE = "image-unreadable"
    INPUT_INVALID = "input-invalid"
    KEYSTORE_UNAVAILABLE = "keystore-unavailable"
    KEYSTORE_EXPOSED = "keystore-exposed"
    KEY_WRONG = "key-wrong"
    OFFICER_NEEDED = "officer-needed"
    PIN_REFUSED = "pin-refused"
    LOOKUP_NOT_CONFIGURED = "lookup-not-configured"
    SERVICE_UNKNOWN = "service-unknown"
    QUEUE_REFUSED = "queue-refused"
    STORE_FULL = "store-full"
    STORE_LOCKED = "store-locked"
    STORE_UNAVAILABLE = "store-unavailable"
    STORE_CORRUPT = "store-corrupt"
    AUDIT_BROKEN = "audit-broken"
    PRINTER_NOT_CONFIGURED = "printer-not-configured"
    PRINTER_UNREACHABLE = "printer-unreachable"
    PRINTER_NOT_READY = "printer-not-ready"
    OUTPUT_UNWRITABLE = "output-unwritable"
    FONT_MISSING = "font-missing"
    DISPLAY_MISSING = "display-missing"
    SETTINGS_INVALID = "settings-invalid"
    SIMULATOR_UNAVAILABLE = "simulator-unavailable"
    INTERNAL = "internal"


WISHES_TO_END = (KeyboardInterrupt, SystemExit)
"""No defects: somebody wants the program to end. Any other is one, also what is no Exception: a panic in Rust."""


class KioskError(Exception):
    """Something broke at the desk.

    `detail` is for the staff's eyes and the log: it names a step, a status word, a settings key; never anything
    about a person.
    """

    def __init__(self, code: FailureCode, detail: str = "") -> None:
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail

    def told(self, language: "Language") -> str:
        """For the staff, in one line: what happened, what to do, the detail."""
        from kiosk.text import say  # a failure costs its reading of sentences only where it is told

        sentences = [say(f"failure.{self.code.value}.{part}", language) for part in ("staff", "cure")]
        return " ".join([*sentences, f"({self.detail})"] if self.detail else sentences)


def defect_told(error: BaseException) -> str:
    """What nobody foresaw, for the log: its kind and the functions and lines it went through.

    Never its own words, which may quote a person or what a stranger brought.
    """
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {places}"


def log_defect(log: logging.Logger, what: str, error: BaseException) -> None:
    """What broke, and on what, as an error."""
    log.error("%s: %s", what, defect_told(error))


def log_defect_of_thread(what: threading.ExceptHookArgs) -> None:
    """For `threading.excepthook`: what no edge of a thread caught is told as every defect, and never in its own words.

    Whoever started the thread catches what its work may break on; this is the last line of defence.
    """
    if what.exc_value is not None:
        name = what.thread.name if what.thread is not None else "a thread"
        log_defect(logging.getLogger(__name__), f"{name} ended", what.exc_value)


class RetriableError(KioskError):
    """The same, where trying the same step again may succeed."""
