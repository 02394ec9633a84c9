import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from kiosk.commands.scan import describe, scan
from kiosk.reader.codes import Found
from kiosk.reader.payload import parse
from kiosk.simulator.codes import qr_image
from kiosk.text import Language, catalog
from tests.patience import WITHIN_S

if TYPE_CHECKING:
    from tests.commands.conftest import Run

CITIZEN = "999090000123|012345678|Nguyễn Văn Mẫu|15011990|Nam|Số 1, Phường Mẫu, Hà Nội|10052021"
INSURANCE = (
    "DN4010000000123|4e677579e1bb856e2056c4836e204de1baab75|1990|1|48c3a0204ee1bb9969|01 - 043"
    "|01/01/2017|31/12/2017|05/01/2017|01000000000000|-|5|01/01/2020|0123456789abcdef-7102|$"
)
MRZ = "IDVNM0900001233999090000123<<2\n9001158M3001156VNM<<<<<<<<<<<4\nNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"


def picture(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    qr_image(text).save(path)
    return path


def scanned(*images: Path) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    counted = scan(images, as_json=True, out=out, jobs=1)
    return counted.failed, [json.loads(line) for line in out.getvalue().splitlines()]


def listed(*images: Path) -> str:
    out = io.StringIO()
    scan(images, as_json=False, out=out, jobs=1)
    return out.getvalue()


def test_citizen_card_is_told_with_its_text_and_fields(tmp_path: Path) -> None:
    image = picture(tmp_path, "thẻ.png", CITIZEN)
    assert scanned(image) == (
        0,
        [
            {
                "image": str(image),
                "found": [
                    {
                        "kind": "citizen-card",
                        "text": CITIZEN,
                        "fields": {
                            "personal_number": "999090000123",
                            "previous_number": "012345678",
                            "previous_number_raw": "012345678",
                            "full_name": "Nguyễn Văn Mẫu",
                            "full_name_raw": "Nguyễn Văn Mẫu",
                            "date_of_birth": "1990-01-15",
                            "date_of_birth_raw": "15011990",
                            "sex": "male",
                            "sex_raw": "Nam",
                            "residence": "Số 1, Phường Mẫu, Hà Nội",
                            "residence_raw": "Số 1, Phường Mẫu, Hà Nội",
                            "date_of_issue": "2021-05-10",
                            "date_of_issue_raw": "10052021",
                        },
                    }
                ],
            }
        ],
    )


def test_insurance_card_is_told_with_dates_as_far_as_known(tmp_path: Path) -> None:
    _, [report] = scanned(picture(tmp_path, "card.png", INSURANCE))
    assert report["found"][0]["kind"] == "insurance-card"
    assert report["found"][0]["fields"] == {
        "card_number": "DN4010000000123",
        "full_name": "Nguyễn Văn Mẫu",
        "full_name_raw": "4e677579e1bb856e2056c4836e204de1baab75",
        "date_of_birth": "1990",
        "date_of_birth_raw": "1990",
        "sex": "male",
        "sex_raw": "1",
        "address": "Hà Nội",
        "address_raw": "48c3a0204ee1bb9969",
        "facility": "01043",
        "facility_raw": "01 - 043",
        "valid_from": "2017-01-01",
        "valid_from_raw": "01/01/2017",
        "valid_to": "2017-12-31",
        "valid_to_raw": "31/12/2017",
        "issued": "2017-01-05",
        "issued_raw": "05/01/2017",
        "managing_code": "01000000000000",
        "managing_code_raw": "01000000000000",
        "guardian_raw": "-",
        "area": "K1",
        "area_raw": "5",
        "five_year_date": "2020-01-01",
        "five_year_date_raw": "01/01/2020",
        "extra": ["0123456789abcdef-7102"],
        "extra_raw": ["0123456789abcdef-7102"],
    }


def test_every_other_kind_is_named(tmp_path: Path) -> None:
    texts = ["999090000123", "0123456789", "DN4010000000123", MRZ, "https://example.vn"]
    _, reports = scanned(*(picture(tmp_path, f"{at}.png", text) for at, text in enumerate(texts)))
    found = [report["found"][0] for report in reports]
    assert [one["text"] for one in found] == texts
    assert [one["kind"] for one in found] == [
        "personal-number",
        "social-insurance-number",
        "insurance-card-number",
        "mrz",
        "unknown",
    ]
    assert found[0]["fields"] == {"personal_number": "999090000123"}
    assert found[1]["fields"] == {"social_insurance_number": "0123456789"}
    assert found[2]["fields"] == {"card_number": "DN4010000000123"}
    assert found[3]["fields"]["surname"] == "NGUYEN"
    assert found[3]["fields"]["date_of_expiry"] == "2030-01-15"
    assert found[4]["fields"] == {}


def test_odd_code_is_told_with_its_doubts() -> None:
    kind, fields = describe(parse("999091000123|x|=1+1|15011990|Nam||10052021||Trần Thị Nguồn||"))
    assert kind == "citizen-card"
    assert fields["doubts"] == ["previous-number", "full-name", "personal-number-year"]
    assert fields["extra"] == ["", "Trần Thị Nguồn", "", ""]
    assert "full_name" not in fields
    assert fields["full_name_raw"] == "=1+1"
    assert fields["previous_number_raw"] == "x"


def test_code_that_may_be_vneids_dynamic_one_is_told_so_and_what_to_do(tmp_path: Path) -> None:
    image = picture(tmp_path, "dynamic.png", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA")
    _, [report] = scanned(image)
    assert (report["found"][0]["kind"], report["found"][0]["fields"]) == ("unknown", {"may_be_vneid": True})
    text = listed(image)
    assert "Nội dung: eyJhbGciOiJFUzI1NiJ9.e30.AAAA" in text
    assert "Mở VNeID → QR thẻ CCCD, hoặc đặt thẻ lên đầu đọc." in text


def test_text_is_what_the_code_says_exactly(tmp_path: Path) -> None:
    text = "CCCD:" + CITIZEN + " \t**##\r\n"
    _, [report] = scanned(picture(tmp_path, "card.png", text))
    assert report["found"][0]["text"] == text
    assert report["found"][0]["fields"]["personal_number"] == "999090000123"


def test_bytes_that_are_no_text_are_told_as_hex(tmp_path: Path) -> None:
    _, [report] = scanned(picture(tmp_path, "card.png", b"\xff\xfe\x80"))
    assert report["found"] == [{"kind": "unknown", "text": "", "fields": {"payload_hex": "fffe80"}}]


def test_image_without_a_code_has_nothing_found_and_is_no_failure(tmp_path: Path) -> None:
    Image.new("RGB", (80, 60), "white").save(tmp_path / "empty.png")
    assert scanned(tmp_path / "empty.png") == (0, [{"image": str(tmp_path / "empty.png"), "found": []}])


def test_file_that_is_no_image_is_told_in_its_place_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("no picture")
    last = picture(tmp_path, "card.png", CITIZEN)
    status, reports = scanned(tmp_path / "absent.png", tmp_path / "notes.png", last)
    assert status == 2
    assert [report.get("error", {}).get("code") for report in reports] == ["image-unreadable", "image-unreadable", None]
    assert all(report["error"]["message"] for report in reports[:2])
    assert "found" not in reports[0]
    assert reports[2]["found"][0]["kind"] == "citizen-card"


def test_each_report_is_one_printable_line_whatever_the_code_says(tmp_path: Path) -> None:
    out = io.StringIO()
    text = "Mẫu\r\nb\u2028c\x85d\x1b[2J\u202e\U000e0001"
    image = picture(tmp_path, "odd.png", text)
    scan([image, image], as_json=True, out=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].isprintable()
    assert "Mẫu" in lines[0]
    assert json.loads(lines[0])["found"][0]["text"] == text


def test_listing_for_people_names_kind_and_fields(tmp_path: Path) -> None:
    text = listed(picture(tmp_path, "card.png", CITIZEN), picture(tmp_path, "other.png", "https://example.vn"))
    assert "Mã QR trên thẻ căn cước" in text
    assert "Họ và tên: Nguyễn Văn Mẫu" in text
    assert "Giới tính: Nam" in text
    assert "Nội dung: https://example.vn" in text


def test_listing_tells_doubts_in_words_and_shows_what_is_written(tmp_path: Path) -> None:
    text = listed(picture(tmp_path, "odd.png", "999190000123|x|Nguyễn\u200b Văn Mẫu|15011990|Nam|Ðà Nẵng|10052021"))
    assert "Số cũ, nguyên văn: x\n" in text
    assert "Họ và tên: Nguyễn Văn Mẫu\n" in text
    assert "Họ và tên, nguyên văn: Nguyễn� Văn Mẫu\n" in text
    assert "Ngày sinh, nguyên văn" not in text
    assert (
        "Điểm cần kiểm tra: Số cũ: có ghi nhưng không đọc được; Họ và tên: có ký tự ẩn; Nơi cư trú: có chữ cái lạ "
        "trông giống chữ Đ; Giới tính trong số định danh khác mục giới tính" in text
    )


def test_listing_tells_of_nothing_found_and_of_failures(tmp_path: Path) -> None:
    Image.new("L", (80, 60)).save(tmp_path / "empty.png")
    empty, absent = listed(tmp_path / "empty.png", tmp_path / "absent.png").splitlines()
    assert empty == f"{tmp_path / 'empty.png'}: không tìm thấy mã nào"
    assert absent.startswith(f"{tmp_path / 'absent.png'}: ")


def test_listing_gives_no_control_character_to_the_terminal(tmp_path: Path) -> None:
    text = listed(picture(tmp_path, "odd.png", "x\x1b]0;title\x07\r\u202e"))
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(text)


@pytest.mark.parametrize(
    "text", [CITIZEN + "|012345678", INSURANCE, MRZ, "999090000123", "0123456789", "x"], ids=str.__len__
)
def test_every_kind_and_field_has_its_words(text: str) -> None:
    kind, fields = describe(parse(text))
    words = catalog(Language.VI)
    assert f"command.scan.kind.{kind}" in words
    labels = [name.removesuffix("_raw") for name in fields if name != "may_be_vneid"]
    assert [name for name in labels if f"command.scan.field.{name}" not in words] == []


def test_found_codes_stay_silent_in_a_repr() -> None:
    assert repr(Found(CITIZEN.encode(), ((0, 0), (1, 0), (1, 1), (0, 1)), "zxing")) == "<Found>"


class TestCommand:
    def test_each_image_is_an_object_on_its_line(self, run: "Run", tmp_path: Path) -> None:
        images = [picture(tmp_path, f"{at}.png", text) for at, text in enumerate((CITIZEN, INSURANCE))]
        ran = run("scan", *images, "--json")
        assert (ran.status, ran.err) == (0, "")
        reports = [json.loads(line) for line in ran.out.splitlines()]
        assert [list(report) for report in reports] == [["image", "found"]] * 2
        assert [list(report["found"][0]) for report in reports] == [["kind", "text", "fields"]] * 2

    def test_image_that_cannot_be_opened_is_told_in_its_object(self, run: "Run", tmp_path: Path) -> None:
        ran = run("scan", tmp_path / "absent.png", picture(tmp_path, "card.png", CITIZEN), "--json")
        assert (ran.status, ran.err) == (1, "")
        first, second = (json.loads(line) for line in ran.out.splitlines())
        assert first["error"]["code"] == "image-unreadable"
        assert second["found"]

    def test_image_that_cannot_be_opened_is_one_line_beside_the_listing(self, run: "Run", tmp_path: Path) -> None:
        ran = run("scan", tmp_path / "absent.png", picture(tmp_path, "card.png", CITIZEN))
        assert ran.status == 1
        assert "absent.png" in ran.out
        assert "Nguyễn Văn Mẫu" in ran.out
        [line] = ran.err.splitlines()
        assert line.startswith("kiosk: image-unreadable: ")

    def test_folder_is_scanned_in_order_with_a_summary_beside_the_objects(self, run: "Run", tmp_path: Path) -> None:
        (tmp_path / "b").mkdir()
        images = [picture(tmp_path, name, CITIZEN) for name in ("a.png", "b/1.png", "b/2.png", "c.png")]
        Image.new("L", (80, 60)).save(tmp_path / "d.png")
        (tmp_path / "notes.txt").write_text("no picture")
        ran = run("scan", tmp_path, "--json", "--jobs", "2")
        assert (ran.status, ran.err) == (0, "kiosk: 5 pictures scanned: 4 codes in 4 of them; 0 could not be read.\n")
        reports = [json.loads(line) for line in ran.out.splitlines()]
        assert [report["image"] for report in reports] == [*map(str, images), str(tmp_path / "d.png")]
        assert [len(report["found"]) for report in reports] == [1, 1, 1, 1, 0]

    def test_folder_with_a_broken_picture_goes_on_and_ends_with_one_line(self, run: "Run", tmp_path: Path) -> None:
        for name in ("a.png", "c.png"):
            picture(tmp_path, name, CITIZEN)
        (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
        ran = run("scan", tmp_path, "--jobs", "2")
        assert ran.status == 1
        assert ran.out.count("Nguyễn Văn Mẫu") == 2
        [line] = ran.err.splitlines()
        assert line.startswith("kiosk: image-unreadable: ")
        assert "Đã quét 3 ảnh: 2 mã trong 2 ảnh; 1 ảnh không đọc được." in line

    def test_picture_that_unpacks_to_far_too_much_is_told_and_no_library_adds_to_it(
        self, run_process: "Run", tmp_path: Path
    ) -> None:
        Image.new("1", (10_000, 10_000)).save(tmp_path / "bomb.png")
        picture(tmp_path, "card.png", CITIZEN)
        ran = run_process("scan", tmp_path, "--json")
        assert ran.status == 1
        assert [line.startswith("kiosk: 2 pictures") for line in ran.err.splitlines()] == [True]

    def test_empty_folder_has_nothing_to_tell_but_the_summary(self, run: "Run", tmp_path: Path) -> None:
        ran = run("scan", tmp_path)
        assert (ran.status, ran.out, ran.err) == (
            0,
            "",
            "kiosk: Đã quét 0 ảnh: 0 mã trong 0 ảnh; 0 ảnh không đọc được.\n",
        )

    @pytest.mark.parametrize("jobs", ["0", "-1", "1000", "10000", "x", "１", ""])
    def test_number_of_jobs_that_is_none_is_refused(self, run: "Run", tmp_path: Path, jobs: str) -> None:
        assert run("scan", tmp_path, f"--jobs={jobs}").told == "input-invalid"

    @pytest.mark.skipif(sys.platform == "win32", reason="no broken pipes")
    def test_reader_that_goes_away_ends_the_scan_silently(self, env: Any, tmp_path: Path) -> None:
        for number in range(60):
            picture(tmp_path, f"{number:03}.png", CITIZEN)
        with subprocess.Popen(
            [sys.executable, "-m", "kiosk", "scan", tmp_path, "--json", "--jobs", "2"],
            env=env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert process.stderr is not None
            assert json.loads(process.stdout.readline())["found"]
            process.stdout.close()
            assert process.stderr.read() == ""
            assert process.wait(WITHIN_S) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes among files")
def test_picture_that_never_ends_is_told_at_its_time_and_the_others_come(tmp_path: Path) -> None:
    endless = tmp_path / "endless.png"
    os.mkfifo(endless)
    images = [picture(tmp_path, f"{number}.png", CITIZEN) for number in range(2)]
    for limit_s in (4.0, 16.0, WITHIN_S):
        out = io.StringIO()
        counted = scan([images[0], endless, images[1]], as_json=True, out=out, jobs=1, limit_s=limit_s)
        first, second, third = (json.loads(line) for line in out.getvalue().splitlines())
        if counted.failed == 1:
            break  # else this machine was too busy for the others, too
    assert first["found"]
    assert third["found"]
    assert second["error"]["code"] == "image-unreadable"
    assert "time limit" in second["error"]["message"]
    assert (counted.pictures, counted.codes, counted.failed) == (3, 2, 1)


def test_results_are_written_as_they_come(tmp_path: Path) -> None:
    images = [picture(tmp_path, f"{number}.png", CITIZEN) for number in range(3)]
    written: list[str] = []

    class Watched(io.StringIO):
        def flush(self) -> None:
            written.append(self.getvalue())

    scan(images, as_json=True, out=Watched(), jobs=1)
    assert [text.count("\n") for text in written] == [1, 2, 3]


def test_defect_in_one_picture_is_told_there_by_its_place_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def defect(frame: Image.Image) -> None:
        raise ValueError("Nguyễn Văn Mẫu")

    monkeypatch.setattr("kiosk.commands.scan.decode", defect)
    failed, [report] = scanned(picture(tmp_path, "card.png", CITIZEN))
    assert failed == 1
    assert report["error"]["code"] == "internal"
    assert "(ValueError test_scan.py:" in report["error"]["message"]
    assert "Nguyễn" not in report["error"]["message"]


def pages(path: Path, *texts: str | None) -> Path:
    """An image file with a code, or nothing, in each of its frames."""
    first, *others = (Image.new("L", (300, 300), 255) for _ in texts)
    for page, text in zip((first, *others), texts, strict=True):
        if text is not None:
            page.paste(qr_image(text, 4), (20, 20))
    first.save(path, save_all=True, append_images=others, lossless=True)
    return path


@pytest.mark.parametrize("suffix", [".tiff", ".gif", ".webp", ".png"])
def test_each_frame_of_an_image_is_read_and_a_code_is_told_once_with_its_frame(tmp_path: Path, suffix: str) -> None:
    image = pages(tmp_path / f"pages{suffix}", None, CITIZEN, "0123456789", CITIZEN)
    failed, [report] = scanned(image)
    assert failed == 0
    assert [(one["frame"], one["text"]) for one in report["found"]] == [(2, CITIZEN), (3, "0123456789")]
    assert (report["frames_read"], report["frames_left"]) == (4, False)
    told = listed(image)
    assert f"Trang 2: {catalog(Language.VI)['command.scan.kind.citizen-card']}" in told
    assert "chỉ đọc" not in told


def test_image_of_one_frame_says_nothing_of_frames(tmp_path: Path) -> None:
    for suffix in (".tiff", ".gif", ".webp", ".png"):
        _, [report] = scanned(pages(tmp_path / f"page{suffix}", CITIZEN))
        assert report.keys() == {"image", "found"}
        assert report["found"][0].keys() == {"kind", "text", "fields"}


def test_more_frames_than_the_limit_are_left_and_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.commands.scan.MAX_FRAMES", 2)
    image = pages(tmp_path / "pages.tiff", None, CITIZEN, "0123456789")
    _, [report] = scanned(image)
    assert [one["frame"] for one in report["found"]] == [2]
    assert (report["frames_read"], report["frames_left"]) == (2, True)
    assert "chỉ đọc 2 trang đầu" in listed(image)


def test_no_further_frame_is_begun_when_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.commands.scan.FRAMES_LIMIT_S", 0.0)
    _, [report] = scanned(pages(tmp_path / "pages.tiff", "0123456789", CITIZEN))
    assert [one["text"] for one in report["found"]] == ["0123456789"]
    assert (report["frames_read"], report["frames_left"]) == (1, True)


def test_what_was_read_before_a_broken_frame_is_told(tmp_path: Path) -> None:
    image = pages(tmp_path / "pages.gif", "0123456789", CITIZEN)
    whole = image.read_bytes()
    image.write_bytes(whole[: len(whole) * 3 // 4])
    failed, [report] = scanned(image)
    assert failed == 0
    assert [one["text"] for one in report["found"]] == ["0123456789"]
    assert report["frames_left"]


def test_small_pictures_within_a_phones_jpeg_are_not_read(tmp_path: Path) -> None:
    image = tmp_path / "phone.jpg"
    qr_image("0123456789").save(image, format="MPO", save_all=True, append_images=[qr_image(CITIZEN)])
    _, [report] = scanned(image)
    assert [one["text"] for one in report["found"]] == ["0123456789"]
    assert "frames_read" not in report
