"""`kiosk read-card` and `kiosk check-in --card` through the real PC/SC service, with cards in vpcd's reader."""

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kiosk.reader import pcsc
from kiosk.simulator.card import BankCard, Card, VirtualCard
from kiosk.simulator.chip.personalization import Fid, personalize
from kiosk.simulator.codes import citizen_payload, insurance_payload
from kiosk.simulator.pcscd import READER_NAMES
from kiosk.simulator.people import Person
from kiosk.simulator.pki import Pki
from kiosk.simulator.vpcd import VpcdSlot
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.commands.conftest import Run, Settings

pytestmark = pytest.mark.pcsc

FILES = {
    "COM": Fid.COM, "SOD": Fid.SOD, "DG1": Fid.DG1, "DG2": Fid.DG2, "DG13": Fid.DG13, "DG14": Fid.DG14,
    "DG15": Fid.DG15,
}  # fmt: skip
READER, OTHER_READER = READER_NAMES
WRONG_CAN = "000000"


@pytest.fixture(scope="module")
def slot(pcscd: object) -> Iterator[VpcdSlot]:
    with VpcdSlot() as slot:
        yield slot


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> str:
    """The setting that trusts the invented state."""
    folder = tmp_path_factory.mktemp("csca")
    pki.write_csca(folder)
    return f"reader.csca_folder={folder}"


@pytest.fixture(scope="class")
def lay(slot: VpcdSlot) -> Iterator[Callable[[Card], None]]:
    """Lays a card and returns when the service has noticed it; none is left in the end."""

    def lay_and_wait(card: Card) -> None:
        slot.remove()
        eventually(lambda: READER not in pcsc.readers_with_card())
        slot.insert(card)
        eventually(lambda: READER in pcsc.readers_with_card())

    yield lay_and_wait
    slot.remove()
    eventually(lambda: READER not in pcsc.readers_with_card())


@pytest.fixture(scope="class")
def laid(lay: Callable[[Card], None], reference_person: Person, pki: Pki) -> None:
    """The reference person's card lies in the reader."""
    lay(VirtualCard(reference_person, pki))


def eventually(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WITHIN_S / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("did not happen in time")


@pytest.mark.usefixtures("laid")
class TestReadCard:
    @pytest.fixture
    def read(self, run: "Run", settings: "Settings", trusted: str) -> "Run":
        return lambda *words: run(*settings(trusted), "read-card", *words)

    def test_report_has_the_promised_shape(
        self, run_process: "Run", settings: "Settings", trusted: str, reference_person: Person
    ) -> None:
        report = run_process(*settings(trusted), "read-card", "--can", reference_person.can, "--json").json
        assert list(report) == [
            "document", "access", "identity", "evidence", "apdus", "bytes_up", "bytes_down", "seconds",
        ]  # fmt: skip
        assert report["access"] == "pace-can"
        assert report["identity"]["personal_number"] == reference_person.number
        assert report["identity"]["full_name"] == reference_person.full_name
        assert report["identity"]["date_of_birth"] == reference_person.date_of_birth.isoformat()
        assert list(report["evidence"]) == ["passive", "chip", "active"]
        assert report["evidence"]["passive"] == {"outcome": "passed"}
        assert 0 < report["seconds"]["identity"] < report["seconds"]["total"]
        assert 20 < report["apdus"] < 500
        assert report["bytes_down"] > sum(report["document"]["files"].values())
        assert report["bytes_up"] > 5 * report["apdus"]

    def test_number_opens_it(self, read: "Run", reference_person: Person) -> None:
        report = read("--id", reference_person.number, "--json").json
        assert (report["access"], report["identity"]["full_name"]) == ("pace-can", reference_person.full_name)

    def test_number_with_dates_opens_it(self, read: "Run", reference_person: Person) -> None:
        assert reference_person.date_of_expiry is not None
        dates = ["--dob", reference_person.date_of_birth.isoformat()]
        dates += ["--expiry", reference_person.date_of_expiry.isoformat()]
        assert read("--id", reference_person.number, *dates, "--json").json["identity"]

    @pytest.mark.parametrize("separator", ["\n", "\\n", ""], ids=["line-ends", "written-line-ends", "one-line"])
    def test_machine_readable_zone_opens_it(
        self, read: "Run", reference_person: Person, pki: Pki, separator: str
    ) -> None:
        text = personalize(reference_person, pki).mrz.text.replace("\n", "")
        mrz = separator.join(text[at : at + 30] for at in (0, 30, 60))
        report = read("--mrz", mrz, "--json").json
        assert report["access"] in {"pace-mrz", "bac"}
        assert report["identity"]["personal_number"] == reference_person.number

    def test_without_the_photo_less_is_read(self, read: "Run", reference_person: Person) -> None:
        whole = read("--can", reference_person.can, "--json").json
        less = read("--can", reference_person.can, "--no-photo", "--json").json
        assert (whole["document"]["photo"], less["document"]["photo"]) == ("image/jpeg", None)
        assert "DG2" not in less["document"]["files"]
        assert less["apdus"] < whole["apdus"]
        assert less["evidence"]["passive"] == {"outcome": "passed"}

    def test_photo_is_written_as_the_card_has_it(self, read: "Run", reference_person: Person, tmp_path: Path) -> None:
        file = tmp_path / "new" / "ảnh.jpg"
        assert read("--can", reference_person.can, "--photo", file, "--json").status == 0
        with Image.open(io.BytesIO(file.read_bytes())) as image:
            assert image.format == "JPEG"

    def test_photo_is_read_for_the_file_also_where_the_desk_goes_without(
        self, run: "Run", settings: "Settings", reference_person: Person, tmp_path: Path
    ) -> None:
        words = ["read-card", "--can", reference_person.can, "--photo", tmp_path / "photo.jpg", "--json"]
        assert run(*settings("reader.photo=false"), *words).json["document"]["photo"] == "image/jpeg"
        assert (tmp_path / "photo.jpg").stat().st_size

    def test_dump_is_the_chips_files_byte_for_byte(
        self, read: "Run", reference_person: Person, pki: Pki, tmp_path: Path
    ) -> None:
        folder = tmp_path / "dump"
        assert read("--can", reference_person.can, "--dump", folder, "--json").status == 0
        written = personalize(reference_person, pki).files
        expected = {f"{name}.bin": written[fid] for name, fid in FILES.items() if fid in written}
        assert {"DG1.bin", "SOD.bin", "COM.bin", "DG2.bin"} <= expected.keys()
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == expected

    def test_dump_without_photo_leaves_its_file_out(
        self, read: "Run", reference_person: Person, tmp_path: Path
    ) -> None:
        assert read("--can", reference_person.can, "--no-photo", "--dump", tmp_path / "dump", "--json").status == 0
        assert not (tmp_path / "dump" / "DG2.bin").exists()
        assert (tmp_path / "dump" / "SOD.bin").exists()

    def test_listing_for_people_says_it_in_vietnamese(self, read: "Run", reference_person: Person) -> None:
        ran = read("--can", reference_person.can, "--no-photo")
        assert (ran.status, ran.err) == (0, "")
        assert f"Họ và tên: {reference_person.full_name}" in ran.out
        assert "  Dữ liệu và chữ ký:\n    Kết quả: passed" in ran.out

    def test_nobody_trusted_leaves_the_issuer_unknown(self, run: "Run", reference_person: Person) -> None:
        report = run("read-card", "--can", reference_person.can, "--no-photo", "--json").json
        assert report["evidence"]["passive"]["outcome"] != "passed"
        assert report["evidence"]["passive"]["reason"]
        assert [*report["evidence"]["passive"]["meaning"][0]] == ["vi", "en"]

    def test_name_of_the_reader_is_taken_by_its_beginning(self, read: "Run", reference_person: Person) -> None:
        assert read("--reader", "Virtual PCD 00 00", "--can", reference_person.can, "--no-photo").status == 0

    @pytest.mark.parametrize("kind", ["dump", "photo"])
    def test_result_that_cannot_be_written_is_told_and_half_of_it_not_left(
        self, read: "Run", reference_person: Person, tmp_path: Path, kind: str
    ) -> None:
        folder = tmp_path / "dump"
        (folder / "SOD.bin").mkdir(parents=True)  # in the way of one file of several
        target = ["--dump", folder] if kind == "dump" else ["--photo", folder]
        assert read("--can", reference_person.can, *target).told == "output-unwritable"
        assert read("--can", reference_person.can, *target, "--json").error == "output-unwritable"
        assert [file.name for file in folder.iterdir()] == ["SOD.bin"]

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ([], "card-key-needed"),
            (["--can", WRONG_CAN], "card-key-wrong"),
            (["--can", "12345"], "input-invalid"),
            (["--id", "99909"], "input-invalid"),
            (["--mrz", "no zone"], "input-invalid"),
            (["--can", "000123", "--id", "999090000123"], "input-invalid"),
            (["--id", "999090000123", "--dob", "15/01/1990"], "input-invalid"),
            (["--can", "000123", "--no-photo", "--photo", "x"], "input-invalid"),
            (["--reader", "No Such Reader", "--can", "000123"], "reader-missing"),
            (["--reader", OTHER_READER, "--can", "000123"], "card-missing"),
        ],
    )
    def test_failure_is_one_line(self, read: "Run", words: list[str], code: str) -> None:
        assert read(*words).told == code
        assert read(*words, "--json").error == code

    def test_signers_folder_that_is_not_there_is_a_wrong_setting(self, run: "Run", settings: "Settings") -> None:
        words = [*settings("reader.csca_folder=/nowhere"), "read-card", "--can", "000123"]
        assert run(*words).told == "settings-invalid"


@pytest.mark.usefixtures("laid")
class TestCheckIn:
    @pytest.fixture
    def check_in(self, run: "Run", desk: list[str]) -> "Run":
        return lambda *words: run(*desk, "check-in", "--card", *words, "--json")

    @pytest.mark.parametrize("key", ["can", "id", "payload"])
    def test_chip_is_read_whatever_opens_it(self, check_in: "Run", reference_person: Person, key: str) -> None:
        keys = {
            "can": reference_person.can, "id": reference_person.number, "payload": citizen_payload(reference_person),
        }  # fmt: skip
        report = check_in(f"--{key}", keys[key]).json
        # Nobody is trusted at this desk, so the chip's issuer is unknown: received, and said to be that.
        assert (report["ticket"], report["verdict"], report["trust"]) == ("A001", "covered", "CHIP_UNVERIFIED")

    def test_desk_that_trusts_the_invented_state_is_refused(
        self, run: "Run", desk: list[str], settings: "Settings", trusted: str, reference_person: Person
    ) -> None:
        words = [*desk, *settings(trusted), "check-in", "--card", "--can", reference_person.can]
        assert run(*words, "--json").error == "settings-invalid"

    def test_wrong_number_does_not_open_it(self, check_in: "Run", tmp_path: Path) -> None:
        assert check_in("--can", WRONG_CAN).error == "card-key-wrong"

    def test_code_of_another_person_does_not_open_it(self, check_in: "Run", people: tuple[Person, ...]) -> None:
        assert check_in("--payload", citizen_payload(people[1])).error == "card-key-wrong"

    def test_insurance_code_opens_no_card(self, check_in: "Run", reference_person: Person) -> None:
        assert check_in("--payload", insurance_payload(reference_person)).error == "card-key-needed"

    def test_empty_reader_is_told(
        self, run: "Run", desk: list[str], settings: "Settings", reference_person: Person
    ) -> None:
        words = [*desk, *settings(f"reader.name={OTHER_READER}"), "check-in", "--card", "--can", "000123", "--json"]
        assert run(*words).error == "card-missing"


@pytest.fixture(scope="class")
def bank_card(lay: Callable[[Card], None]) -> None:
    """Somebody laid the wrong card."""
    lay(BankCard())


@pytest.fixture(scope="class")
def altered(lay: Callable[[Card], None], people: tuple[Person, ...], pki: Pki) -> Person:
    """Somebody whose chip was changed after signing; it lies in the reader."""
    person = next(person for person in people if person.chip == "altered")
    lay(VirtualCard(person, pki))
    return person


@pytest.mark.usefixtures("bank_card")
class TestBankCard:
    def test_it_is_told(self, run: "Run", desk: list[str]) -> None:
        assert run("read-card", "--can", "000123").told == "card-unsupported"
        assert run("read-card", "--can", "000123", "--json").error == "card-unsupported"
        assert run(*desk, "check-in", "--card", "--can", "000123").told == "card-unsupported"


class TestAlteredChip:
    def test_it_is_read_out_with_its_evidence(
        self, run: "Run", settings: "Settings", trusted: str, altered: Person
    ) -> None:
        report = run(*settings(trusted), "read-card", "--can", altered.can, "--no-photo", "--json").json
        assert report["evidence"]["passive"]["outcome"] == "failed"
        assert (report["identity"], report["refused"]) == (None, "card-altered")

    def test_it_is_not_checked_in(self, run: "Run", desk: list[str], altered: Person) -> None:
        words = [*desk, "check-in", "--card", "--can", altered.can]
        assert run(*words, "--json").error == "card-altered"
        assert run(*words).told == "card-altered"


def test_no_service_at_all_is_told(
    run_process: "Run", run_forked: "Run", env: Callable[..., dict[str, str]], account_env: dict[str, str],
    desk: list[str],
) -> None:  # fmt: skip
    alone = env(PCSCLITE_CSOCK_NAME="/nonexistent/pcscd.comm", **account_env)
    assert run_process("read-card", "--can", "000123", env=alone).told == "pcsc-missing"
    assert run_forked("read-card", "--can", "000123", "--json", env=alone).error == "pcsc-missing"
    assert run_forked(*desk, "check-in", "--card", "--can", "000123", "--json", env=alone).error == "pcsc-missing"
