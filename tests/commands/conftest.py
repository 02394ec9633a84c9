"""The command line as scripts use it: in this process where that is quick, else as a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.__main__ import main
from kiosk.app.clock import now
from kiosk.checkin.officers import Officers
from kiosk.checkin.pin import Cost
from kiosk.simulator.gateway import GatewaySandbox
from kiosk.simulator.people import Person
from tests.patience import WITHIN_S
from tests.warm_python import RunWarm

ENDS_WITHIN_S = WITHIN_S
ACCOUNT = {
    "KIOSK_GATEWAY_USERNAME": GatewaySandbox.username,
    "KIOSK_GATEWAY_PASSWORD": GatewaySandbox.password,
    "KIOSK_OFFICER_NAME": GatewaySandbox.officer_name,
    "KIOSK_OFFICER_ID": GatewaySandbox.officer_number,
}
"""The sandbox's account in the environment that the design names."""
_LIMITS = ("lookup.connect_timeout_s", "lookup.read_timeout_s", "lookup.total_timeout_s")
PATIENT = tuple(f"{limit}={WITHIN_S}" for limit in _LIMITS)
QUICK = tuple(f"{limit}=1" for limit in _LIMITS)
"""For a gateway that never answers: where one does, a busy machine would make it late."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How one command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout, of a command that is done."""
        assert (self.status, self.err) == (0, "")
        [line] = self.out.splitlines()
        return json.loads(line)

    @property
    def told(self) -> str:
        """The code of a failure that was told without `--json`: one line on stderr, nothing on stdout."""
        assert (self.status, self.out) == (1, "")
        [line] = self.err.splitlines()
        program, code, message = line.split(": ", 2)
        assert program == "kiosk"
        assert message
        return code

    @property
    def error(self) -> str:
        """The code of a failure that was told with `--json`: one object on stdout, nothing on stderr."""
        assert (self.status, self.err) == (1, "")
        [line] = self.out.splitlines()
        error = json.loads(line)["error"]
        assert set(error) == {"code", "message"}
        assert error["message"]
        return str(error["code"])


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run_here(*words: str | Path) -> Ran:
        capsys.readouterr()
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run_here


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without a display and with `changes`."""
    here = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY", *ACCOUNT}}
    return {**here, **changes}


@pytest.fixture
def run_process() -> Run:
    """Runs a command as its own process, as a shell does.

    It loads all that it needs, which is most of what it does. So this is for what a start itself may break (locales,
    limits, a missing display or card service) and for one or two runs of every family of commands, so that nothing is
    proved by forks alone; `run_forked` is for the others that want a process of their own.
    """

    def run_there(
        *words: str | Path, env: dict[str, str] | None = None, through: Sequence[str] = (), **options: Any
    ) -> Ran:
        done = subprocess.run(
            [*through, sys.executable, "-m", "kiosk", *words],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
            env=env or environment(), timeout=ENDS_WITHIN_S, check=False, encoding="utf-8",
        )  # fmt: skip
        return Ran(done.returncode, done.stdout or "", done.stderr or "")

    return run_there


@pytest.fixture
def run_forked(request: pytest.FixtureRequest) -> Run:
    """Runs a command as its own process that has loaded the kiosk before: a fork, where the system has forks."""
    if not hasattr(os, "fork"):
        return cast("Run", request.getfixturevalue("run_process"))
    run_warm: RunWarm = request.getfixturevalue("run_warm")

    def run_there(*words: str | Path, env: dict[str, str] | None = None, **options: Any) -> Ran:
        done = run_warm("-m", "kiosk", *words, env=env or environment(), **options)
        return Ran(done.status, done.out, done.err)

    return run_there


@contextmanager
def simulated(*words: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `kiosk simulate …` and its first line; interrupted at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk", "simulate", *words],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().rstrip("\n")
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(ENDS_WITHIN_S)


Simulated = Callable[..., Any]


@pytest.fixture
def simulate() -> Simulated:
    """Starts simulators as scripts do: see `simulated`."""
    return simulated


@pytest.fixture(scope="session")
def gateway_of() -> Iterator[Callable[[date], str]]:
    """The address of a running `kiosk simulate gateway` that began on this day; for as long as the tests run."""
    with ExitStack() as running:
        yield cache(lambda _: running.enter_context(simulated("gateway"))[1])


@pytest.fixture
def gateway(gateway_of: Callable[[date], str]) -> str:
    """The address of one whose cards are good today; whoever puts a fault in force takes it away."""
    return gateway_of(now().date())


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox's account in this process's environment."""
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """No account in this process's environment."""
    for name in ACCOUNT:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs are hashed cheaply, for tests about other things; those of `kiosk officer` pay what it costs."""
    defaults = Officers.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "cost", Cost(n=2))


def flags(*settings: str) -> list[str]:
    """`--set` for each."""
    return [word for setting in settings for word in ("--set", setting)]


@pytest.fixture
def desk(gateway: str, tmp_path: Path, account: None, patient_with_printers: None) -> list[str]:
    """The words before a command that give it the sandbox, a store of its own, no printer and no camera."""
    return flags(
        f"lookup.base_url={gateway}", f"store.url=sqlite:///{tmp_path}/kiosk.db", "printer.target=none",
        "store.encryption=off",  # tests look into it with another program
        "camera.name=none", *PATIENT,
    )  # fmt: skip


Settings = Callable[..., list[str]]


@pytest.fixture
def settings() -> Settings:
    """Makes `--set` words."""
    return flags


@pytest.fixture
def impatient() -> list[str]:
    """The words for a gateway that never answers."""
    return flags(*QUICK)


@pytest.fixture
def env() -> Callable[..., dict[str, str]]:
    """Makes environments for processes."""
    return environment


@pytest.fixture
def account_env() -> dict[str, str]:
    """The sandbox's account for the environment of a process."""
    return dict(ACCOUNT)


@pytest.fixture
def answered(people: Sequence[Person]) -> Callable[[str], Person]:
    """Somebody whose lookup is answered with a code."""
    return lambda code: next(person for person in people if person.insurance and person.insurance.code == code)


@pytest.fixture
def typed() -> Callable[[Person], list[str]]:
    """The words that state a person."""
    return lambda person: [
        "--id", person.number, "--name", person.full_name, "--dob", person.date_of_birth.isoformat(),
    ]  # fmt: skip
