"""`kiosk doctor`: each thing is examined for real, and found bad where a check-in would break on it."""

import json
import os
import socket
import sqlite3
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from serial.tools.list_ports_common import ListPortInfo

from kiosk.app.clock import HO_CHI_MINH
from kiosk.app.doctor.examinations import EXAMINATIONS
from kiosk.app.doctor.finding import Health
from kiosk.app.doctor.machine import EARLIEST, judge_clock
from kiosk.app.doctor.printer import examine_printers
from kiosk.commands.doctor import gun as listening_gun
from kiosk.reader import zbar
from kiosk.reader.gun import Way
from kiosk.reader.gun.trial import TEST_TEXT
from kiosk.settings import load_settings
from kiosk.simulator.cups import CupsTape
from kiosk.simulator.pcscd import READER_NAMES
from kiosk.simulator.pki import Pki
from kiosk.simulator.printer import PrinterTape
from kiosk.simulator.printer_pty import PrinterPty
from kiosk.slip.printers.cups import CupsSpooler
from kiosk.slip.printers.escpos_printer import EscPosPrinter
from kiosk.slip.printers.limits import Limits
from kiosk.slip.printers.target import open_printer
from kiosk.slip.printers.usb import UsbPrinter
from kiosk.text import Language, catalog
from kiosk.ui.gun_search import BAUDS, FoundGun, find_gun
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

Examine = Callable[..., dict[str, Any]]
NOON = datetime(2027, 3, 1, 12, tzinfo=HO_CHI_MINH)
HOUR = timedelta(hours=1)
GOODBYE = b"goodbye"


@pytest.fixture
def examine(run: "Run", desk: list[str], settings: "Settings") -> Examine:
    """What the doctor finds of one thing with changed settings."""

    def one(name: str, *changes: str) -> dict[str, Any]:
        ran = run(*desk, *settings(*changes), "doctor", "--json")
        checks = read(ran.out)
        assert ran.err == ""
        assert ran.status == (1 if any(check["health"] == "bad" for check in checks.values()) else 0)
        return checks[name]

    return one


def read(out: str) -> dict[str, dict[str, Any]]:
    [line] = out.splitlines()
    return {check["name"]: check for check in json.loads(line)["checks"]}


def write_signer(file: Path, ends: datetime) -> None:
    """A country signer of a country that does not exist, its key thrown away."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"), x509.NameAttribute(NameOID.COMMON_NAME, "X")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), serial_number=1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=HO_CHI_MINH))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(certificate.public_bytes(Encoding.DER))


def test_every_thing_is_told_with_its_health_detail_and_cure(run: "Run", desk: list[str]) -> None:
    checks = read(run(*desk, "doctor", "--json").out)
    assert list(checks) == list(EXAMINATIONS)
    for check in checks.values():
        assert list(check) == ["name", "health", "detail", "cure"]
        assert check["health"] in {"good", "attention", "bad"}
        assert check["detail"]
        assert bool(check["cure"]) == (check["health"] != "good")


def test_listing_has_one_line_each_in_vietnamese(run: "Run", desk: list[str]) -> None:
    lines = run(*desk, "doctor").out.splitlines()
    assert len(lines) == len(EXAMINATIONS)
    assert {line[0] for line in lines} <= set("✔!✘")
    assert any("Máy in phiếu: none" in line for line in lines)


def test_desk_that_is_set_up_is_done(run: "Run", desk: list[str]) -> None:
    assert run(*desk, "doctor").status == 0


def test_desk_that_is_not_set_up_is_not(run: "Run", settings: "Settings", tmp_path: Path, no_account: None) -> None:
    ran = run(*settings(f"store.url=sqlite:///{tmp_path}/kiosk.db"), "doctor", "--json")
    checks = read(ran.out)
    assert ran.status == 1
    assert {name for name, check in checks.items() if check["health"] == "bad"} == {"printer", "gateway"}
    assert "KIOSK_OFFICER_ID" in checks["gateway"]["detail"]


def test_settings_that_cannot_be_read_are_the_one_thing_told(run: "Run", settings: "Settings", tmp_path: Path) -> None:
    assert run("--config", tmp_path / "absent.toml", "doctor").told == "settings-invalid"
    assert run(*settings("printer.width_dots=100"), "doctor", "--json").error == "settings-invalid"


def test_every_examination_has_its_name_in_words() -> None:
    words = catalog(Language.VI)
    assert [name for name in EXAMINATIONS if f"command.doctor.name.{name}" not in words] == []


class TestMachine:
    def test_authorities_file_that_is_not_there_is_bad(self, examine: Examine) -> None:
        assert examine("settings", "lookup.ca_file=absent.pem")["health"] == "bad"

    def test_clinic_that_is_still_the_invented_one_calls_for_attention(self, examine: Examine) -> None:
        found = examine("clinic")
        assert found["health"] == "attention"
        assert "99001" in found["detail"]

    def test_clinic_of_ones_own_is_good(self, examine: Examine, tmp_path: Path) -> None:
        written = (Path(__file__).parents[2] / "config" / "clinics" / "mau.toml").read_text("utf-8")
        own = tmp_path / "own.toml"
        own.write_text(written.replace('"99001"', '"01001"'), "utf-8")
        assert examine("clinic", f"clinic.file={own}")["health"] == "good"

    def test_clinic_file_that_is_wrong_is_bad(self, examine: Examine, tmp_path: Path) -> None:
        (tmp_path / "wrong.toml").write_text("level = 1", "utf-8")
        assert examine("clinic", f"clinic.file={tmp_path}/wrong.toml")["health"] == "bad"

    def test_family_that_is_not_installed_is_replaced_and_told(self, examine: Examine) -> None:
        found = examine("fonts", "screen.font=No Such Family")
        assert found["health"] == "attention"
        assert "No Such Family" in found["detail"]

    def test_store_is_opened_and_counted(self, examine: Examine) -> None:
        assert examine("store") == {"name": "store", "health": "good", "detail": "0", "cure": ""}

    def test_store_that_lost_a_ticket_is_bad(
        self, examine: Examine, run: "Run", desk: list[str], reference_person: Any, tmp_path: Path
    ) -> None:
        words = ["--id", reference_person.number, "--name", reference_person.full_name, "--dob", "1990", "--json"]
        assert run(*desk, "check-in", *words).status == 0
        store = sqlite3.connect(tmp_path / "kiosk.db")
        store.execute("delete from visit")
        store.commit()
        store.close()
        found = examine("store")
        assert found["health"] == "bad"
        assert "backup" in found["cure"]

    def test_store_that_is_no_database_is_bad(self, examine: Examine, tmp_path: Path) -> None:
        (tmp_path / "kiosk.db").write_bytes(b"garbage" * 1000)
        assert examine("store")["health"] == "bad"

    def test_store_from_the_future_shows_that_the_clock_is_behind(self, examine: Examine, tmp_path: Path) -> None:
        assert examine("clock")["health"] == "good"
        ahead = (datetime.now(HO_CHI_MINH) + timedelta(days=3)).timestamp()
        os.utime(tmp_path / "kiosk.db", (ahead, ahead))
        # A database in WAL mode is not written by looking at it.
        assert examine("clock")["health"] == "bad"

    @pytest.mark.parametrize(
        ("now", "newest", "health"),
        [
            (NOON, NOON - 100 * HOUR, "good"),
            (NOON, NOON + HOUR, "good"),
            (NOON, NOON + 3 * HOUR, "bad"),
            (NOON.replace(year=2000), NOON.replace(year=1999), "bad"),
            (datetime.combine(EARLIEST, datetime.min.time(), HO_CHI_MINH) - HOUR, NOON.replace(year=2020), "bad"),
            (NOON.replace(year=2061), NOON, "bad"),
        ],
        ids=["right", "file-just-written", "file-of-the-future", "battery-dead", "before-the-program", "far-ahead"],
    )
    def test_clock_is_judged(self, now: datetime, newest: datetime, health: str) -> None:
        assert judge_clock(now, newest).health == health


class TestCodes:
    def test_both_decoders_read_vietnamese_letters(self, examine: Examine) -> None:
        assert examine("codes") == {"name": "codes", "health": "good", "detail": "zxing, zbar", "cure": ""}

    def test_zbar_without_binary_mode_calls_for_attention(
        self, examine: Examine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(zbar, "_library", lambda: None)
        found = examine("codes")
        assert found["health"] == "attention"
        assert "libzbar" in found["cure"]


class TestChip:
    def test_service_that_does_not_run_calls_for_attention(
        self, run_process: "Run", env: Callable[..., dict[str, str]], account_env: dict[str, str], desk: list[str]
    ) -> None:
        alone = env(PCSCLITE_CSOCK_NAME="/nonexistent/pcscd.comm", **account_env)
        ran = run_process(*desk, "doctor", "--json", env=alone)
        checks = read(ran.out)
        assert (ran.status, checks["pcsc"]["health"], checks["reader"]["health"]) == (0, "attention", "attention")
        assert "pcscd" in checks["pcsc"]["cure"]

    @pytest.mark.pcsc
    def test_readers_are_named(self, examine: Examine, pcscd: object) -> None:
        assert examine("pcsc")["detail"] == ", ".join(READER_NAMES)
        assert examine("reader", f"reader.name={READER_NAMES[1]}")["detail"] == READER_NAMES[1]

    @pytest.mark.pcsc
    def test_reader_of_another_name_calls_for_attention(self, examine: Examine, pcscd: object) -> None:
        found = examine("reader", "reader.name=Another")
        assert (found["health"], found["detail"]) == ("attention", "Another")

    def test_nobody_trusted_calls_for_attention(self, examine: Examine) -> None:
        found = examine("csca")
        assert found["health"] == "attention"
        assert "CSCA" in found["cure"]

    def test_signers_are_counted(self, examine: Examine, tmp_path: Path) -> None:
        write_signer(tmp_path / "csca.cer", ends=datetime(2040, 1, 1, tzinfo=HO_CHI_MINH))
        found = examine("csca", f"reader.csca_folder={tmp_path}")
        assert (found["health"], found["detail"]) == ("good", f"1: {tmp_path}")

    def test_signer_that_is_out_of_date_calls_for_attention(self, examine: Examine, tmp_path: Path) -> None:
        write_signer(tmp_path / "csca.cer", ends=datetime(2021, 1, 1, tzinfo=HO_CHI_MINH))
        found = examine("csca", f"reader.csca_folder={tmp_path}")
        assert found["health"] == "attention"
        assert "anchor-expired" in found["detail"]

    def test_signer_of_the_training_mode_is_bad(self, examine: Examine, tmp_path: Path, pki: Pki) -> None:
        pki.write_csca(tmp_path / "csca")
        assert examine("csca", f"reader.csca_folder={tmp_path}/csca")["health"] == "bad"

    def test_signer_that_is_no_certificate_is_bad(self, examine: Examine, tmp_path: Path) -> None:
        (tmp_path / "odd.cer").write_bytes(b"nothing")
        assert examine("csca", f"reader.csca_folder={tmp_path}")["health"] == "bad"


class TestPrinter:
    @pytest.mark.parametrize(
        ("fault", "health", "detail"),
        [
            ("", "good", "ready, TAPE"),
            ("near-end", "attention", "ready, near-end, TAPE"),
            ("narrow", "attention", "ready, TM-P20: 384"),
            ("overheated", "bad", "overheated"),
            ("silent", "attention", "status-unknown"),
            ("garbage-status", "attention", "status-unknown"),
            ("paper-out", "bad", "paper-out"),
            ("cover-open", "bad", "cover-open"),
            ("cutter", "bad", "cutter"),
            ("offline", "bad", "offline"),
        ],
    )
    def test_state_is_asked_and_nothing_printed(
        self, examine: Examine, monkeypatch: pytest.MonkeyPatch, fault: str, health: str, detail: str
    ) -> None:
        if detail == "status-unknown":
            monkeypatch.setattr(open_printer, "__defaults__", (Limits(),))  # nobody waits for it any longer than a desk
        with PrinterTape(fault=fault) as tape:
            found = examine("printer", f"printer.target={tape.target}")
            assert (found["health"], found["detail"]) == (health, f"{tape.target}: {detail}")
            assert tape.jobs == []

    def test_printer_that_refuses_is_bad(self, examine: Examine) -> None:
        with PrinterTape(fault="refuses") as tape:
            assert examine("printer", f"printer.target={tape.target}")["health"] == "bad"

    @pytest.mark.parametrize("line", ["serial", "usb"])
    def test_printer_at_another_line_is_asked_too(self, examine: Examine, line: str) -> None:
        with PrinterPty() as pty:
            target = pty.serial_target if line == "serial" else pty.usb_target
            found = examine("printer", f"printer.target={target}")
            assert (found["health"], found["detail"]) == ("good", f"{target}: ready, TAPE")
        assert examine("printer", f"printer.target={target}")["health"] == "bad"

    def test_width_that_the_model_does_not_have_is_told(self, examine: Examine) -> None:
        with PrinterTape(fault="narrow") as tape:
            changes = [f"printer.target={tape.target}", "printer.width_dots=576"]
            assert "ruler" in examine("printer", *changes)["cure"]
            assert examine("printer", changes[0], "printer.width_dots=384")["health"] == "good"

    def test_template_that_cannot_be_used_is_told_by_file_key_and_what_would_be_right(
        self, examine: Examine, tmp_path: Path
    ) -> None:
        assert "mau.toml: 72 × " in examine("slip")["detail"]
        (tmp_path / "mine.toml").write_text('[[line]]\nshow = "number"\nsize_pt = 500\n', "utf-8")
        found = examine("slip", f"printer.template={tmp_path}/mine.toml")
        assert found["health"] == "bad"
        assert found["detail"] == "mine.toml: line[1].size_pt: 500 is not 36 to 120"

    def test_missing_target_is_bad(self, examine: Examine) -> None:
        found = examine("printer", "printer.target=")
        assert found["health"] == "bad"
        assert "printer.target" in found["cure"]

    def test_file_is_good_where_it_can_be_written_and_is_not_written(self, examine: Examine, tmp_path: Path) -> None:
        (tmp_path / "slips").mkdir()
        assert examine("printer", f"printer.target=file:{tmp_path}/slips/slip.bin")["health"] == "good"
        assert list((tmp_path / "slips").iterdir()) == []

    @pytest.mark.parametrize("place", ["absent/slip.bin", "."])
    def test_file_that_cannot_be_written_is_bad(self, examine: Examine, tmp_path: Path, place: str) -> None:
        assert examine("printer", f"printer.target=file:{tmp_path}/{place}")["health"] == "bad"


class TestPrinters:
    """What is found is told as lines for the settings."""

    def test_usb_serial_and_system_printers_are_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ports = [ListPortInfo("/dev/ttyUSB0"), ListPortInfo("/dev/ttyS9")]
        ports[0].description = "USB-Serial Controller"
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: ports)
        epson = UsbPrinter(Path("/dev/usb/lp0"), 0x04B8, 0x0202, "EPSON TM-T88V")
        monkeypatch.setattr("kiosk.app.doctor.printer.usb_printers", lambda _: (epson,))
        queues = CupsSpooler(CupsTape("Van-phong").run)
        monkeypatch.setattr("kiosk.app.doctor.printer.system_spooler", lambda: queues)
        found = examine_printers(load_settings(overrides=["gun.port=/dev/ttyS9"]))
        assert found.health is Health.GOOD
        assert found.detail == (
            'target = "usb:04b8:0202" (EPSON TM-T88V); '
            'target = "serial:/dev/ttyUSB0?baud=115200" (USB-Serial Controller); '
            'target = "system:Van-phong"'
        )
        usb, serial, _ = (told.partition('"')[2].partition('"')[0] for told in found.detail.split("; "))
        assert isinstance(open_printer(usb), EscPosPrinter)
        assert isinstance(open_printer(serial), EscPosPrinter)

    def test_machine_with_none_says_so(self, examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("serial.tools.list_ports.comports", list)
        monkeypatch.setattr("kiosk.app.doctor.printer.usb_printers", lambda _: ())
        queues = CupsSpooler(CupsTape("", "no-commands").run)
        monkeypatch.setattr("kiosk.app.doctor.printer.system_spooler", lambda: queues)
        assert examine("printers")["detail"] == "–"


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A port that takes connections, and what came first over each until it was closed."""
    heard: list[bytes] = []

    def serve() -> None:
        while True:
            line, _ = server.accept()
            with line:
                said = line.recv(1024)
            if said == GOODBYE:
                return
            heard.append(said)

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield port, heard
        finally:
            with socket.create_connection(("127.0.0.1", port)) as last:
                last.sendall(GOODBYE)
            thread.join()


class SerialLine:
    """A serial gun that sends at one speed: whoever listens at another one gets other bytes."""

    def __init__(self, baud: int, code: bytes) -> None:
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.path = os.ttyname(self._theirs)
        self._speed, self._code = getattr(termios, f"B{baud}"), code

    def scan(self) -> None:
        right = termios.tcgetattr(self._theirs)[5] == self._speed
        os.write(self._ours, self._code if right else b"\xff\x80\xfe" * 9)

    def close(self) -> None:
        os.close(self._ours)
        os.close(self._theirs)


@pytest.fixture
def serial_line() -> Iterator[Callable[..., SerialLine]]:
    made: list[SerialLine] = []

    def plugged(baud: int = 9600, code: bytes = TEST_TEXT.encode() + b"\r") -> SerialLine:
        made.append(SerialLine(baud, code))
        return made[-1]

    yield plugged
    for one in made:
        one.close()


@pytest.mark.usefixtures("qapp")
class TestGun:
    def test_gun_without_a_port_is_a_keyboard(self, examine: Examine) -> None:
        found = examine("gun")
        assert found["health"] == "good"
        assert found["detail"].startswith("keyboard, 80 ms; USB: ")

    def test_port_that_opens_is_good(self, examine: Examine, serial_line: Callable[..., SerialLine]) -> None:
        path = serial_line().path
        found = examine("gun", f"gun.port={path}")
        assert found["health"] == "good"
        assert found["detail"].startswith(f"{path}, 9600; ")

    def test_port_that_is_not_there_calls_for_attention(self, examine: Examine, tmp_path: Path) -> None:
        found = examine("gun", f"gun.port={tmp_path}/absent")
        assert found["health"] == "attention"
        assert "--listen-gun" in found["cure"]

    def test_speed_that_no_port_has_is_refused(self, run: "Run", settings: "Settings") -> None:
        assert run(*settings("gun.baud=1"), "doctor", "--json").error == "settings-invalid"

    @pytest.mark.parametrize("baud", [9600, 115200, 38400])
    def test_port_and_speed_are_found_while_somebody_scans(
        self, serial_line: Callable[..., SerialLine], baud: int
    ) -> None:
        gun, silent = serial_line(baud), serial_line()
        tried: list[int] = []

        def scan_again(_port: str, next_baud: int) -> None:
            tried.append(next_baud)
            gun.scan()

        found = find_gun([silent.path, gun.path], WITHIN_S, listening=lambda _ports: gun.scan(), heard_noise=scan_again)
        assert found == FoundGun(gun.path, baud, Way.SERIAL)
        assert tried == list(BAUDS[1 : BAUDS.index(baud) + 1])

    def test_gun_in_another_encoding_is_found_and_told(self, serial_line: Callable[..., SerialLine]) -> None:
        gun = serial_line(code=TEST_TEXT.encode().decode("latin-1").encode() + b"\r")
        found = find_gun([gun.path], WITHIN_S, listening=lambda _ports: gun.scan())
        assert found is not None
        assert found.way is Way.SERIAL_OTHER

    def test_nothing_heard_is_nothing_found(self, serial_line: Callable[..., SerialLine], tmp_path: Path) -> None:
        assert find_gun([serial_line().path], 0.1) is None
        assert find_gun([str(tmp_path / "absent")], WITHIN_S) is None

    def test_listening_tells_the_settings(
        self, run: "Run", settings: "Settings", serial_line: Callable[..., SerialLine], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gun, ask = serial_line(), listening_gun._ask

        def scans_when_asked(key: str, **values: object) -> None:
            ask(key, **values)
            gun.scan()

        monkeypatch.setattr(listening_gun, "_ask", scans_when_asked)
        ran = run(*settings(f"gun.port={gun.path}"), "doctor", "--listen-gun", f"{WITHIN_S:.0f}")
        assert ran.status == 0
        assert ran.out == f'[gun]\nport = "{gun.path}"\nbaud = 9600\n'
        assert gun.path in ran.err

    def test_listening_in_vain_says_what_to_do(
        self, run: "Run", settings: "Settings", serial_line: Callable[..., SerialLine]
    ) -> None:
        ran = run(*settings(f"gun.port={serial_line().path}"), "doctor", "--listen-gun", "1", "--json")
        assert ran.status == 1
        told = json.loads(ran.out)
        assert told["gun"] is None
        assert "COM port" in told["cure"]


class TestGateway:
    def test_reachable_gateway_is_good_and_hears_nothing(self, examine: Examine) -> None:
        with listening() as (port, heard):
            found = examine("gateway", f"lookup.base_url=http://127.0.0.1:{port}")
        assert found["health"] == "good"
        assert heard == [b""]

    def test_gateway_that_is_away_is_bad(self, examine: Examine) -> None:
        assert examine("gateway", "lookup.base_url=http://127.0.0.1:1")["health"] == "bad"

    def test_gateway_that_speaks_no_tls_is_bad(self, examine: Examine) -> None:
        with listening() as (port, heard):
            found = examine("gateway", f"lookup.base_url=https://127.0.0.1:{port}")
        assert found["health"] == "bad"
        assert heard[0].startswith(b"\x16\x03")  # a greeting of TLS, and no login
        assert len(heard) == 1

    def test_proxy_is_what_must_be_reached(self, examine: Examine) -> None:
        with listening() as (port, heard):
            words = ["lookup.base_url=https://egw.example", f"lookup.proxy=http://127.0.0.1:{port}"]
            assert examine("gateway", *words)["health"] == "good"
        assert heard == [b""]

    def test_plain_address_elsewhere_calls_for_attention(self, examine: Examine) -> None:
        with listening() as (port, _):
            words = ["lookup.base_url=http://egw.example", f"lookup.proxy=http://127.0.0.1:{port}"]
            found = examine("gateway", *words)
        assert found["health"] == "attention"
        assert "https" in found["cure"]

    def test_unconfigured_gateway_names_what_is_missing(self, examine: Examine) -> None:
        found = examine("gateway", "lookup.base_url=")
        assert (found["health"], found["detail"]) == ("bad", "lookup.base_url")
