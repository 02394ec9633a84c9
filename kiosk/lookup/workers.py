"""Threads that are kept for the next exchange: starting one for each would cost more than all else of a lookup."""

import queue
import threading
from collections.abc import Callable

MOST_IDLE = 4

Job = Callable[[], None]


class Workers:
    """Runs each job at once, on a thread that is idle or on a new one; a job that hangs holds up no other."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._idle: list[queue.SimpleQueue[Job | None]] = []
        self._is_closed = False

    def run(self, job: Job) -> None:
        """Starts `job`, which raises nothing."""
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = queue.SimpleQueue()
            threading.Thread(target=self._work, args=(inbox,), name=self._name, daemon=True).start()
        inbox.put(job)

    def close(self) -> None:
        """Ends idle threads; a busy one ends with its job."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for inbox in idle:
            inbox.put(None)

    def _work(self, inbox: "queue.SimpleQueue[Job | None]") -> None:
        while (job := inbox.get()) is not None:
            job()
            del job  # an idle thread remembers nothing of whom it asked about
            with self._lock:
                if self._is_closed or len(self._idle) >= MOST_IDLE:
                    return
                self._idle.append(inbox)
