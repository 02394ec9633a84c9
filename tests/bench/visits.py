"""From the card to the slip: whole check-ins in process, without a window."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from kiosk.app.training import Training, open_training, person_of
from kiosk.settings import load_settings
from kiosk.simulator.people import Person
from kiosk.workflow import event as happened
from kiosk.workflow.line import Line
from kiosk.workflow.state import Done, Found, State, Waiting
from kiosk.workflow.visitor import Visitor


@dataclass(slots=True)
class Times:
    """Milliseconds from the card's insertion to the person's name, the number, the whole job, the confirmed print."""

    identity: float = 0.0
    number: float = 0.0
    job: float = 0.0
    printed: float = 0.0


def card_to_slip(out: Path, number: str) -> Times:
    """Medians over one check-in at each service of the clinic but the first, which warms up."""
    with open_training(load_settings(), out) as training:
        person = person_of(training.people, number)
        _, *visits = [_visit(training, person, service.code) for service in training.clinic.services]
    return Times(*(median(getattr(visit, name) for visit in visits) for name in Times.__slots__))


def _visit(training: Training, person: Person, service: str) -> Times:
    times, started_s = Times(), 0.0
    key = happened.CodeScanned(training.show_citizen_code(person))

    def elapsed_ms() -> float:
        return (time.perf_counter() - started_s) * 1000

    def see(state: State) -> None:
        nonlocal started_s
        match state:
            case Waiting() if not started_s:
                started_s = time.perf_counter()
                training.lay(person)
            case Found() if not times.identity:
                times.identity = elapsed_ms()
            case Done(_, None):
                times.number = elapsed_ms()
            case Done():
                times.printed = elapsed_ms()
        visitor.see(state)

    def wait_for_paper() -> None:
        training.tape.wait_for_job()
        times.job = elapsed_ms()

    line = Line(training.edges, on_state=see)
    visitor = Visitor(line.post, lambda _: line.stop(), key=key, service=service)
    paper = threading.Thread(target=wait_for_paper)
    paper.start()
    with training.listen(line):
        line.run()
    paper.join()
    training.slot.remove()
    if not times.printed:
        raise SystemExit("the benchmark's check-in did not end with a slip")
    return times
