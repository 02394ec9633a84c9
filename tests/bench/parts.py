"""Single parts: decoding of pictures, a lookup's own time, the journal's commits."""

import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from types import MappingProxyType

import requests
from PIL import Image

from kiosk.app.training import people_of_config, person_of, sandbox_account
from kiosk.checkin.clinic import Clinic, load_clinic
from kiosk.checkin.journal import SqlJournal
from kiosk.checkin.record import CheckIn, CheckInRequest, Priority
from kiosk.checkin.store.store import open_store
from kiosk.dates import PartialDate
from kiosk.eligibility.decision import Decision, Verdict
from kiosk.identity.identify import identify
from kiosk.identity.person import Trust
from kiosk.lookup.answer import CardAnswer, NotAsked
from kiosk.lookup.codec import Token, login_fields, lookup_credentials, lookup_fields, read_answer, read_token
from kiosk.lookup.gateway import Gateway
from kiosk.lookup.options import Account, GatewayOptions, Officer
from kiosk.lookup.question import question_for
from kiosk.reader.codes import FrameDecoder, decode
from kiosk.reader.document import TypedDocument
from kiosk.settings import config_folder
from kiosk.simulator.codes import citizen_payload, qr_image
from kiosk.simulator.gateway import GatewaySandbox

REFERENCE = "999090000123"
FRAMES = MappingProxyType({"720p": (1280, 720), "1080p": (1920, 1080)})


def median_ms(action: Callable[[], object], times: int) -> float:
    """The median duration of `action`, after one that warms up."""
    action()
    taken = []
    for _ in range(times):
        started_s = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started_s)
    return median(taken) * 1000


def decoding() -> list[tuple[str, float, float, float]]:
    """By size of the picture, in milliseconds: a camera's frame without a code, with one, and a still without one."""
    code = qr_image(citizen_payload(person_of(people_of_config(), REFERENCE)), 5)
    measured = []
    for name, size in FRAMES.items():
        empty = _room(size)
        seen = empty.copy()
        seen.paste(code, ((size[0] - code.width) // 2, (size[1] - code.height) // 2))
        camera = FrameDecoder().decode
        if camera(empty) or not camera(seen):
            raise SystemExit("the benchmark's frames are not what they are meant to be")
        without_ms = median_ms(partial(camera, empty), 20)
        measured.append((name, without_ms, median_ms(partial(camera, seen), 20), median_ms(partial(decode, empty), 2)))
    return measured


def _room(size: tuple[int, int]) -> Image.Image:
    """A frame as a camera gives it of a room: light that changes, edges, and grain."""
    light = Image.radial_gradient("L").resize(size)
    grain = Image.effect_noise(size, 40)
    shelf = Image.linear_gradient("L").resize((size[0] // 3, size[1] // 2))
    frame = Image.blend(light, grain, 0.35)
    frame.paste(shelf, (size[0] // 8, size[1] // 4))
    return frame


def lookups(times: int = 60) -> tuple[float, float]:
    """Milliseconds of one lookup: by `requests.post` alone, and by the client; in turns, the same question."""
    account = sandbox_account()
    person = person_of(people_of_config(), REFERENCE)
    born = PartialDate(person.date_of_birth.year, person.date_of_birth.month, person.date_of_birth.day)
    now = datetime.now(UTC)
    question = question_for(identify(TypedDocument(person.number, person.full_name, born)), now)
    if isinstance(question, NotAsked):
        raise SystemExit("the benchmark's person cannot be looked up")
    asking = Account(account.username, account.password)
    officer = Officer(account.officer_name, account.officer_number)
    with GatewaySandbox([person], account=account) as sandbox:
        options = GatewayOptions(base_url=sandbox.base_url)
        with Gateway(options, asking, officer) as gateway, requests.Session() as session:
            login = session.post(
                options.base_url + options.token_path,
                data=login_fields(asking, options.password_md5_case),
                timeout=5,
            )
            token = read_token(login.content, now)
            if not isinstance(token, Token):
                raise SystemExit("the sandbox did not let the benchmark in")
            address = options.base_url + options.lookup_path
            query = lookup_credentials(asking, options.password_md5_case, token)
            body = json.dumps(lookup_fields(question, officer))

            def post() -> float:
                started_s = time.perf_counter()
                reply = session.post(address, params=query, data=body, headers={"Content-Type": "application/json"},
                                     timeout=5)  # fmt: skip
                taken_s = time.perf_counter() - started_s
                if not isinstance(read_answer(reply.content, now), CardAnswer):
                    raise SystemExit("the sandbox's answer is none")
                return taken_s

            def look_up() -> float:
                started_s = time.perf_counter()
                answer = gateway.look_up(question)
                taken_s = time.perf_counter() - started_s
                if not isinstance(answer, CardAnswer):
                    raise SystemExit("the lookup had no answer")
                return taken_s

            post(), look_up()
            pairs = [(post(), look_up()) for _ in range(times)]
    return median(raw for raw, _ in pairs) * 1000, median(whole for _, whole in pairs) * 1000


def journal_rate(folder: Path, seconds: float = 3.0) -> float:
    """Durable check-ins per second from one desk: each a transaction that survives a power cut."""
    clinic = _clinic()
    counted = 0
    with open_store(f"sqlite:///{folder / 'rate.db'}", key=bytes(32)) as store:
        journal = SqlJournal(store, clinic, lambda: datetime.now(UTC))
        started_s = time.perf_counter()
        while time.perf_counter() - started_s < seconds:
            document = TypedDocument(f"9990900{counted:05}", "Nguyễn Văn Mẫu", PartialDate(1990, 1, 15))
            service = clinic.services[counted % len(clinic.services)]
            journal.check_in(CheckInRequest(identify(document), Decision(Verdict.COVERED), service.code))
            counted += 1
        taken_s = time.perf_counter() - started_s
    return counted / taken_s


def _clinic() -> Clinic:
    return load_clinic(config_folder() / "clinics" / "mau.toml")


def _check_in(clinic: Clinic) -> CheckIn:
    return CheckIn(
        visit_id="0123456789abcdef" * 2,
        business_day=date(2026, 11, 20),
        ticket="A042",
        number=42,
        service=clinic.services[0],
        priority=Priority.NONE,
        full_name="Nguyễn Văn Mẫu",
        birth_year=1990,
        trust=Trust.CHIP_VERIFIED,
        decision=Decision(Verdict.COVERED, benefit_percent=80),
        created_at=datetime(2026, 11, 20, 7, 32, tzinfo=UTC),
    )
