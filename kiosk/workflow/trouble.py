"""What follows when a step broke."""

from dataclasses import replace

from kiosk.failure import FailureCode
from kiosk.slip.outcome import PrintOutcome, PrintState
from kiosk.workflow.desk import Desk, Step, forget
from kiosk.workflow.state import AskingKey, Done, Failed, Reading

_LAY_AGAIN = (FailureCode.CARD_REMOVED, FailureCode.CARD_UNREADABLE, FailureCode.CARD_TIMEOUT, FailureCode.READER_LOST)
NEVER_OPENS = (
    FailureCode.CARD_KEY_WRONG,
    FailureCode.CARD_UNSUPPORTED,
    FailureCode.CARD_ALTERED,
    FailureCode.CARD_GENUINE_IN_TRAINING,
)


def broke(desk: Desk, code: FailureCode) -> Step:
    """Ends the session on a page that says what to do, unless the number is given already."""
    match desk.state:
        case Done(check_in, _) as done if not done.is_over:
            # Nothing undoes a committed check-in: the number stays, only its slip is missing.
            return replace(desk, state=Done(check_in, PrintOutcome(PrintState.FAILED, code.value))), ()
        case Done():
            return desk, ()
    if code is FailureCode.CARD_KEY_WRONG and isinstance(desk.state, Reading) and desk.tries_left > 1:
        left = desk.tries_left - 1
        return replace(desk, state=AskingKey(wrong=True, tries_left=left), tries_left=left, opened_with=None), ()
    failed, _ = forget(desk, Failed(code))
    if code in _LAY_AGAIN:
        # Laying the card anew must go on without scanning again; the page's patience forgets the key too.
        return replace(failed, opened_with=desk.opened_with, tries_left=desk.tries_left), ()
    return failed, ()
