"""What the first check finds on papers made for it; the reader runs as it does for a brand."""

from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from onboarding.documents import reading
from onboarding.documents.facts import Facts, Limits, PageText, Trouble
from onboarding.documents.judging import Expected, Finding, FindingCode, judge
from onboarding.names import DocumentType, FileFormat
from tests import papers

TODAY = date(2026, 5, 20)
F = FindingCode


def expected(document: DocumentType, file_format: FileFormat = FileFormat.PDF) -> Expected:
    return Expected(document, file_format, "Nordlys Skincare AS", "Nordlys Skincare", TODAY)


def checked(
    tmp_path: Path,
    content: bytes,
    file_format: FileFormat = FileFormat.PDF,
    document: DocumentType = DocumentType.BUSINESS_REG,
) -> list[Finding]:
    paper = tmp_path / "paper"
    paper.write_bytes(content)
    return judge(reading.read(paper, file_format), expected(document, file_format))


def codes(findings: list[Finding]) -> list[FindingCode]:
    return [finding.code for finding in findings]


def said(text: str, document: DocumentType = DocumentType.BUSINESS_REG) -> list[Finding]:
    """Of a page that says this, after a line that makes it long enough to be judged."""
    page = f"One two three four five six seven eight Nordlys Skincare AS.\n{text}"
    return judge(Facts(read=(PageText(page, language="en"),)), expected(document))


def test_a_clean_certificate_is_readable_in_the_right_name_in_date_and_in_english(tmp_path: Path) -> None:
    found = checked(tmp_path, papers.pdf(papers.CLEAN))

    assert codes(found) == [F.READABLE, F.NAME_FOUND, F.IN_DATE, F.LANGUAGE_FINE]
    assert found[2].values == {"date": "2027-12-31"}


def test_another_companys_name_is_told(tmp_path: Path) -> None:
    found = checked(tmp_path, papers.pdf(papers.OTHER_COMPANY))

    assert Finding(F.NAME_DIFFERS, {"company": "Nordlys Skincare AS", "found": "Nordlys Holding AS"}) in found


def test_an_expired_certificate_is_told_with_its_date(tmp_path: Path) -> None:
    assert Finding(F.EXPIRED, {"date": "2026-03-31"}) in checked(tmp_path, papers.pdf(papers.EXPIRED))


def test_a_norwegian_paper_needs_a_translation(tmp_path: Path) -> None:
    found = checked(tmp_path, papers.pdf(papers.NORWEGIAN))

    assert next(f for f in found if f.code is F.TRANSLATION_MISSING).values["language"] in (
        "no",
        "nb",
        "nn",
        "da",
    )
    assert F.NAME_FOUND in codes(found)


def test_a_scan_is_read_by_sight(tmp_path: Path) -> None:
    found = checked(tmp_path, papers.scan(papers.CLEAN), FileFormat.JPG)

    assert codes(found) == [F.READABLE, F.NAME_FOUND, F.IN_DATE, F.LANGUAGE_FINE]


def test_a_blank_scan_is_told(tmp_path: Path) -> None:
    assert codes(checked(tmp_path, papers.blank_scan(), FileFormat.PNG)) == [F.BLANK]


def test_a_small_photo_is_told(tmp_path: Path) -> None:
    assert F.SMALL_PICTURE in codes(checked(tmp_path, papers.small_photo(), FileFormat.JPG))


def test_a_complete_list_is_counted(tmp_path: Path) -> None:
    found = checked(tmp_path, papers.product_list(3), FileFormat.CSV, DocumentType.PRODUCT_LIST)

    assert found == [Finding(F.LIST_FINE, {"rows": 3})]


def test_a_list_without_a_column_or_a_product_is_told(tmp_path: Path) -> None:
    found = checked(tmp_path, b"Brand;Category;Name;Price\n", FileFormat.CSV, DocumentType.PRODUCT_LIST)

    assert found == [Finding(F.COLUMNS_MISSING, {"columns": "material, maker"}), Finding(F.LIST_EMPTY)]


@pytest.mark.parametrize(
    ("content", "file_format", "trouble"),
    [
        (papers.locked(papers.pdf(papers.CLEAN), "1234"), FileFormat.PDF, Trouble.ENCRYPTED),
        (b"%PDF-1.7 nothing", FileFormat.PDF, Trouble.BROKEN),
        (b"\x89PNG\r\n\x1a\n nothing", FileFormat.PNG, Trouble.BROKEN),
        (b"PK\x03\x04 nothing", FileFormat.XLSX, Trouble.BROKEN),
    ],
)
def test_what_cannot_be_opened_is_named(
    tmp_path: Path, content: bytes, file_format: FileFormat, trouble: Trouble
) -> None:
    paper = tmp_path / "paper"
    paper.write_bytes(content)

    assert reading.look(paper, file_format).trouble is trouble


def test_a_reader_that_needs_too_much_is_stopped_and_a_person_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "READ", Limits(seconds=1, seconds_to_wait=20, megabytes=3000))

    assert codes(checked(tmp_path, papers.scan(papers.CLEAN), FileFormat.JPG)) == [F.NOT_CHECKED]


def test_a_reader_that_is_not_done_in_time_is_stopped_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "READ", Limits(seconds=60, seconds_to_wait=0, megabytes=3000))

    assert codes(checked(tmp_path, papers.pdf(papers.CLEAN))) == [F.NOT_CHECKED]


def test_a_picture_that_unpacks_to_gigabytes_is_named_and_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    Image.new("1", (30_000, 30_000)).save(bomb)

    assert reading.look(bomb, FileFormat.PNG).trouble is Trouble.PICTURE_TOO_LARGE


def test_the_reader_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")

    assert not {"SECRET_KEY", "DATABASE_URL"} & reading._environment().keys()


@pytest.mark.parametrize(
    ("text", "code", "day"),
    [
        ("Expiry date: 31.12.2027", F.IN_DATE, "2027-12-31"),
        ("Expires on March 3rd, 2026", F.EXPIRED, "2026-03-03"),
        ("Valid from 1 May 2020 until 2 May 2026. Valid until 2 May 2026", F.EXPIRED, "2026-05-02"),
        ("Date of expiry / Date d'expiration 04 DEC 2029", F.IN_DATE, "2029-12-04"),
        ("Gyldig til 1. mai 2028", F.IN_DATE, "2028-05-01"),
        ("有效期至 2026年01月31日", F.EXPIRED, "2026-01-31"),
        ("X0000000<0NOR8001014M2905203<<<<<<<<<<<<<<04", F.IN_DATE, "2029-05-20"),
    ],
)
def test_the_end_of_validity_is_found_as_papers_write_it(text: str, code: FindingCode, day: str) -> None:
    assert Finding(code, {"date": day}) in said(text)


@pytest.mark.parametrize(
    "text", ["Date of issue: 1 May 2020", "Expires on 45.13.2027", "Registered 2019-02-30"]
)
def test_no_end_is_made_up(text: str) -> None:
    assert not {F.EXPIRED, F.IN_DATE} & set(codes(said(text)))


@pytest.mark.parametrize(("day", "code"), [("20 February 2026", F.RECENT), ("19 February 2026", F.TOO_OLD)])
def test_a_bank_proof_may_be_three_months_old(day: str, code: FindingCode) -> None:
    assert code in codes(said(f"Opened on 3 May 2014. Date: {day}", DocumentType.BANK_PROOF))


@pytest.mark.parametrize(
    "name",
    [
        "NORDLYS SKINCARE AS",
        "Nordlys Skincare",
        "NordlysSkincare AS",
        "Nord1ys Skincare AS",
        "Nordlys  Skin care",
    ],
)
def test_a_name_is_found_as_scans_and_registers_write_it(name: str) -> None:
    page = PageText(f"One two three four five six seven eight {name} nine", language="en")

    assert F.NAME_FOUND in codes(judge(Facts(read=(page,)), expected(DocumentType.BUSINESS_REG)))


def test_a_translation_in_the_same_file_is_left_to_a_reviewer() -> None:
    pages = (
        PageText("en to tre fire fem seks syv åtte ni", language="no"),
        PageText("one two", language="en"),
    )

    assert F.TRANSLATION_FOUND in codes(judge(Facts(pages=2, read=pages), expected(DocumentType.REP_ID)))


def test_the_same_file_for_two_documents_is_told() -> None:
    twice = Expected(
        DocumentType.REP_ID, FileFormat.PDF, "A", "B", TODAY, same_as=DocumentType.AUTH_REP_STATEMENT
    )

    assert F.SAME_AS_OTHER in codes(judge(Facts(read=(PageText("x"),)), twice))


def test_a_holding_without_a_legal_form_is_told_as_another_name(tmp_path: Path) -> None:
    lines = ("Certificate of registration", "The trademark AURORA is registered in the name of Nordlys Holding",
             "with its seat in Bergen, Norway, and is valid until 31 December 2027 in all classes named below.",
             "This certificate was issued by the Norwegian Industrial Property Office in Oslo.")  # fmt: skip
    found = checked(tmp_path, papers.pdf(lines))

    assert Finding(F.NAME_DIFFERS, {"company": "Nordlys Skincare AS", "found": "Nordlys Holding"}) in found


def test_an_office_that_issued_a_paper_is_not_taken_for_its_owner(tmp_path: Path) -> None:
    lines = ("Certificate of registration of a trademark, entered in the register on 3 March 2019.",
             "This certificate was issued by the Norwegian Industrial Property Office in Oslo, Norway,",
             "and is valid until 31 December 2027 in all classes that are named below.")  # fmt: skip
    assert F.NAME_NOT_FOUND in codes(checked(tmp_path, papers.pdf(lines)))
