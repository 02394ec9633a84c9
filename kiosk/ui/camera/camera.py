"""The camera as the window has it: codes, a picture and a hint for the page, and the camera's light."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from kiosk.reader.codes import Found, FrameDecoder, Look, text_of
from kiosk.ui.camera.advice import Advice, Hint, advise
from kiosk.ui.camera.frame import CameraFrame, brightness, luminance
from kiosk.ui.camera.supervision import Supervision
from kiosk.ui.camera.worker import Looking, Size, Worker
from kiosk.workflow.event import CodeScanned
from kiosk.workflow.state import DeviceState

if TYPE_CHECKING:
    from kiosk.ui.camera.source import CameraSource

log = logging.getLogger(__name__)

NO_CAMERA = "none"
AGAIN_S = 3.0
"""The same code is told again after so long: somebody still holds it there because it was refused."""
_TICK_MS = 250


class Camera(QObject):
    """`scanned` carries `CodeScanned`, `frame_shown` a picture for the page, `hint_changed` a `Hint` for it.

    `state_changed` carries the camera's light. `name` is the beginning of a camera's name, empty for the system's
    default, `none` for no camera. QtMultimedia is loaded when a page first wants codes: a kiosk without a camera
    neither pays for it nor needs its system libraries.
    """

    scanned = Signal(object)
    frame_shown = Signal(QImage)
    hint_changed = Signal(object)
    state_changed = Signal(object)
    _shown = Signal(object)
    _looked = Signal(object)

    def __init__(
        self,
        name: str = "",
        parent: QObject | None = None,
        *,
        mirror: bool = True,
        source: "Callable[[QObject], CameraSource] | None" = None,
        looking: Callable[[], Looking] = lambda: FrameDecoder().look,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._name, self._mirror, self._clock = name, mirror, clock
        self._make_source, self._make_looking = source or self._open_multimedia, looking
        self._source: CameraSource | None = None
        self._worker: Worker | None = None
        self._ending: list[Worker] = []
        self._watch = Supervision(clock)
        self._advice = Advice()
        self._hint, self._state = Hint.STARTING, DeviceState.READY
        self._last: tuple[int, float] | None = None
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self.tick)
        self._shown.connect(self._take_picture, Qt.ConnectionType.QueuedConnection)
        self._looked.connect(self._take_look, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether codes are looked for."""
        return self._worker is not None

    @property
    def hint(self) -> Hint:
        """What the page should say now."""
        return self._hint

    @Slot(bool)
    def set_wanted(self, wanted: bool) -> None:
        """Looks only while a page asks for codes: nobody is filmed by the waiting page."""
        if wanted is self._watch.wanted:
            return
        # A page that was just made has heard nothing yet.
        self._hint = Hint.AIM
        if wanted and self._source is None and not self._load():
            self._tell_hint(Hint.USE_GUN if self._name == NO_CAMERA else Hint.NO_PICTURE)
            return
        self._watch.want(wanted)
        self._follow()

    def stop(self) -> None:
        """Closes the camera for good; no picture is kept, no thread runs."""
        self._ticks.stop()
        self._watch = Supervision(self._clock)
        self._stop_looking()
        while self._ending:
            self._ending.pop().join()
        if self._source is not None:
            self._source.close()
            self._source.deleteLater()
            self._source = None

    @Slot()
    def tick(self) -> None:
        """Time passed: a camera that is stuck is closed, one that was is tried again."""
        self._watch.tick()
        self._follow()

    # -- the source ----------------------------------------------------------------------------------------------
    def _open_multimedia(self, parent: QObject) -> "CameraSource":
        from kiosk.ui.camera.source import CameraSource

        return CameraSource(self._name, parent)

    def _load(self) -> bool:
        if self._name == NO_CAMERA:
            return False
        try:
            self._source = source = self._make_source(self)
        except ImportError:
            log.warning("camera: QtMultimedia cannot be loaded")
            self._tell_state(DeviceState.TROUBLE)
            return False
        source.came.connect(self._take_frame)
        source.failed.connect(self._fail)
        source.devices_changed.connect(self._count_devices)
        self._watch.devices(present=source.is_present())
        self._ticks.start()
        return True

    @Slot()
    def _count_devices(self) -> None:
        if self._source is not None:
            self._watch.devices(present=self._source.is_present())
            self._follow()

    @Slot(str)
    def _fail(self, error: str) -> None:
        log.warning("camera: %s", error)
        self._watch.fail()
        self._follow()

    def _follow(self) -> None:
        """Does what the supervision says: opens, closes, looks, tells."""
        source, watch = self._source, self._watch
        if source is None:
            return
        if source.is_open and not watch.open:
            source.close()
            watch.closed()
        elif watch.open and not source.is_open:
            watch.opened()
            source.open()
        if watch.wanted and source.is_open and self._worker is None:
            self._worker = Worker(self._make_looking, self._tell_picture, self._tell_look, mirrored=self._mirror)
        elif self._worker is not None and not (watch.wanted and source.is_open):
            self._stop_looking()
        self._tell_state(watch.state)
        if watch.wanted:
            self._tell_hint(self._present_hint())

    def _stop_looking(self) -> None:
        """Nobody waits here for the look that is under way; those of pages before are kept until they are over."""
        self._ending = [worker for worker in self._ending if worker.is_looking]
        if self._worker is not None:
            self._worker.stop()
            self._ending.append(self._worker)
        self._worker = self._last = None
        self._advice = Advice()

    # -- frames --------------------------------------------------------------------------------------------------
    @Slot(object)
    def _take_frame(self, frame: CameraFrame) -> None:
        self._watch.frame()
        if self._worker is not None:
            self._worker.put(frame)
        elif (gray := luminance(frame)) is not None:
            self._watch.light(brightness(gray))
        self._follow()

    def _tell_picture(self, worker: Worker, shown: QImage) -> None:
        """Called in the worker's thread."""
        self._shown.emit((worker, shown))

    def _tell_look(self, worker: Worker, look: Look, size: Size) -> None:
        """Called in the worker's thread."""
        self._looked.emit((worker, look, size))

    @Slot(object)
    def _take_picture(self, told: tuple[Worker, QImage]) -> None:
        worker, shown = told
        if worker is self._worker:
            self.frame_shown.emit(shown)

    @Slot(object)
    def _take_look(self, told: tuple[Worker, Look, Size]) -> None:
        worker, look, size = told
        if worker is not self._worker:
            return
        self._watch.light(look.brightness)
        self._tell_state(self._watch.state)
        self._advice = advise(self._advice, look, size, self._clock())
        self._tell_hint(self._present_hint())
        for found in look.found:
            self._tell_code(found)

    def _tell_code(self, found: Found) -> None:
        # Only a fingerprint of the last code is remembered, and only until the camera stops.
        fingerprint, now = hash(found.payload), self._clock()
        if self._last is not None and self._last[0] == fingerprint and now - self._last[1] < AGAIN_S:
            return
        self._last = (fingerprint, now)
        try:
            text = text_of(found.payload)
        except UnicodeDecodeError:
            log.info("camera: a code that is not UTF-8")
            return
        self.scanned.emit(CodeScanned(text))

    # -- what is told --------------------------------------------------------------------------------------------
    def _present_hint(self) -> Hint:
        if self._watch.state is DeviceState.ABSENT or self._watch.failed:
            return Hint.NO_PICTURE
        return self._advice.shown if self._watch.seeing else Hint.STARTING

    def _tell_hint(self, hint: Hint) -> None:
        if hint is not self._hint:
            self._hint = hint
            self.hint_changed.emit(hint)

    def _tell_state(self, state: DeviceState) -> None:
        if state is not self._state:
            log.info("camera: %s", state)
            self._state = state
            self.state_changed.emit(state)
