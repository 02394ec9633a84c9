"""The thread that unpacks frames and looks for codes: the newest frame only, and none is kept."""

import logging
import threading
from collections.abc import Callable

from PySide6.QtGui import QImage

from kiosk.failure import log_defect
from kiosk.reader.codes import GrayImage, Look
from kiosk.ui.camera.frame import CameraFrame, luminance, picture

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
    """Looks at frames until it is stopped.

    `make_looking`, `show` and `tell` are called in its thread: the first once, for decoders take a while to load and
    may remember frames; the others with the page's picture of a frame, then with the look at it and the frame's size.
    """

    def __init__(
        self,
        make_looking: Callable[[], Looking],
        show: Callable[["Worker", QImage], None],
        tell: Callable[["Worker", Look, Size], None],
        *,
        mirrored: bool,
    ) -> None:
        self._make_looking, self._show, self._tell, self._mirrored = make_looking, show, tell, mirrored
        self._newest = NewestFrame()
        self._thread = threading.Thread(target=self._run, name="camera")
        self._thread.start()

    def put(self, frame: CameraFrame) -> None:
        """Lays a frame before it."""
        self._newest.put(frame)

    def stop(self) -> None:
        """Tells nothing any more; the look that is under way ends by itself."""
        self._newest.close()

    @property
    def is_looking(self) -> bool:
        """Whether its thread has not ended yet."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Waits until its thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        looking: Looking | None = None
        told: type[BaseException] | None = None
        while (frame := self._newest.take()) is not None:
            try:
                looking = looking or self._make_looking()
                self._look_at(frame, looking)
                told = None
            except BaseException as error:  # noqa: BLE001 - the worker's edge: nobody would be shown or read any more
                # Thirty times a second otherwise, until somebody mends it.
                if type(error) is not told:
                    log_defect(log, "camera: a look failed", error)
                told = type(error)

    def _look_at(self, frame: CameraFrame, looking: Looking) -> None:
        gray = luminance(frame)
        if gray is None:
            return
        shown = picture(gray, mirrored=self._mirrored, rotation=frame.rotation)
        if not self._newest.closed:
            self._show(self, shown)
        look = looking(gray)
        if not self._newest.closed:
            self._tell(self, look, (gray.width, gray.height))
