"""The thread that looks for codes: the newest frame only, and none is kept."""

import logging
import threading
from collections.abc import Callable

from kiosk.reader.codes import GrayImage, Look
from kiosk.ui.camera.frame import CameraFrame, luminance

log = logging.getLogger(__name__)

Looking = Callable[[GrayImage], Look]
Size = tuple[int, int]


class NewestFrame:
    """Hands the newest frame to the one who looks; frames that came meanwhile are never looked at."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: CameraFrame | None = None
        self._closed = False

    def put(self, frame: CameraFrame) -> None:
        """Replaces what was not taken yet."""
        with self._changed:
            if not self._closed:
                self._frame = frame
                self._changed.notify()

    def take(self) -> CameraFrame | None:
        """Waits for a frame; None: there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed)
            frame, self._frame = self._frame, None
            return None if self._closed else frame

    def close(self) -> None:
        """Nobody waits any longer, and no frame is kept."""
        with self._changed:
            self._closed, self._frame = True, None
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether it is over."""
        return self._closed


class Worker:
    """Looks at frames until it is stopped. `tell` is called in its thread, with the look and the frame's size."""

    def __init__(self, looking: Looking, tell: Callable[["Worker", Look, Size], None]) -> None:
        self._looking, self._tell = looking, tell
        self._newest = NewestFrame()
        self._thread = threading.Thread(target=self._run, name="camera")
        self._thread.start()

    def show(self, frame: CameraFrame) -> None:
        """Puts a frame before it."""
        self._newest.put(frame)

    def stop(self) -> None:
        """Tells nothing any more; the look that is under way ends by itself."""
        self._newest.close()

    def join(self) -> None:
        """Waits until its thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        while (frame := self._newest.take()) is not None:
            gray = luminance(frame)
            if gray is None:
                continue
            try:
                look = self._looking(gray)
            except Exception as error:  # noqa: BLE001 - the worker's edge; a traceback would show the frame's content
                log.error("camera: a look failed: %s", type(error).__name__)  # noqa: TRY400
                continue
            if not self._newest.closed:
                self._tell(self, look, (gray.width, gray.height))
