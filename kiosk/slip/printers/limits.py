"""How long a printer may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits in seconds.

    `connect_s` to reach it, `answer_s` for one status byte, `send_s` for a whole job (a serial line's own time comes on
    top), `done_s` for the printer to be at rest afterwards; `mute_s` instead of it for one that did not answer before
    the job either. It is believed only when it still says ready `settle_s` after the job was sent: paper ends while it
    is being printed. `spool_s` for a job to leave an operating system's queue; a trouble that the queue tells ends that
    wait once it has stood for `trouble_s`, because queues also tell of what passes.
    """

    connect_s: float = 1.2
    answer_s: float = 0.7
    send_s: float = 6.0
    done_s: float = 8.0
    mute_s: float = 2.0
    settle_s: float = 0.8
    pause_s: float = 0.2
    spool_s: float = 15.0
    trouble_s: float = 3.0
