"""`kiosk demo`: simulators and the whole line."""

import sys
from argparse import Namespace

from kiosk.privacy import mask_name
from kiosk.settings import Settings
from kiosk.text import Language, say


def run(settings: Settings, given: Namespace) -> int:
    """Opens the window to play with, or does one check-in by itself.

    Raises:
        KioskError: SIMULATOR_UNAVAILABLE, OUTPUT_UNWRITABLE, or what the check-in broke on.
    """
    if not given.headless:
        from kiosk.app.demonstration import run_training

        return run_training(settings, given.out, pcsc=given.pcsc)

    from kiosk.app.headless import run_headless

    visit = run_headless(settings, given.out, pcsc=given.pcsc, number=given.person)
    check_in, printing = visit.done.check_in, visit.done.printing
    decision = check_in.decision
    facts = {
        "who": mask_name(check_in.full_name),
        "trust": check_in.trust.value,
        "insurance": say(f"decision.verdict.{decision.verdict.value}.title", Language.VI),
        "ticket": f"{check_in.ticket} · {check_in.room.name[Language.VI]}",
        "slip": f"{printing.state.value if printing else ''} · {given.out / 'slip.png'}",
        "screens": f"{len(visit.screens)} · {given.out / 'screens'}",
    }
    lines = [f"{say(f'command.demo.{name}', Language.VI)}: {fact}" for name, fact in facts.items()]
    lines.append(f"{say('command.demo.timings', Language.VI)}:")
    for step, seconds in visit.reached_s.items():
        lines.append(f"  {seconds * 1000:7.0f} ms  {say(f'command.demo.step.{step}', Language.VI)}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
