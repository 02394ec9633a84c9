import pytest

from kiosk.dates import PartialDate
from kiosk.reader.document import Access, ChipDocument, Evidence, FaceImage, NationalData, Sex
from kiosk.reader.emrtd.mrz import parse_mrz

MRZ = "IDVNM0900001233999090000123<<2\n9001158M3001156VNM<<<<<<<<<<<4\nNGUYEN<<VAN<MAU<<<<<<<<<<<<<<<"


@pytest.fixture
def chip_document() -> ChipDocument:
    """The reference person's chip as it is read, its evidence not run yet."""
    return ChipDocument(
        access=Access.PACE_CAN,
        mrz=parse_mrz(MRZ),
        national=NationalData(
            personal_number="999090000123",
            full_name="Nguyễn Văn Mẫu",
            date_of_birth=PartialDate(1990, 1, 15),
            sex=Sex.MALE,
            nationality="Việt Nam",
            residence="Số 1, Phường Mẫu, Hà Nội",
        ),
        face=FaceImage("image/jpeg", b"\xff\xd8\xff"),
        evidence=Evidence(),
        files={},
    )
