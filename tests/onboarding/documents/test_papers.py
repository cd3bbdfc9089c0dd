"""Samples and templates: they say what they are, and fit the rules that they show."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from onboarding.documents import papers, reading
from onboarding.documents.dates_on_paper import valid_until
from onboarding.documents.judging import Expected, FindingCode, judge
from onboarding.names import DocumentType, FileFormat

TODAY = date(2026, 5, 20)
SCANS = [document for document in DocumentType if document is not DocumentType.PRODUCT_LIST]
WARNINGS = {
    FindingCode.EXPIRED,
    FindingCode.TOO_OLD,
    FindingCode.NAME_NOT_FOUND,
    FindingCode.NAME_DIFFERS,
    FindingCode.BRAND_NOT_FOUND,
    FindingCode.TRANSLATION_MISSING,
    FindingCode.HARD_TO_READ,
    FindingCode.BLANK,
}


def words(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("document", SCANS)
def test_every_sample_is_marked_as_one_page_of_made_up_words(document: DocumentType) -> None:
    content = papers.sample(document, TODAY)

    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert "SAMPLE" in words(content)
    assert "It is not a real document." in words(content)


@pytest.mark.parametrize("document", SCANS)
def test_a_sample_passes_the_check_that_it_is_a_sample_for(document: DocumentType, tmp_path: Path) -> None:
    paper = tmp_path / "sample.pdf"
    paper.write_bytes(papers.sample(document, TODAY))
    expected = Expected(document, FileFormat.PDF, "Example Trading Ltd", "Example Brand", TODAY)

    found = {finding.code for finding in judge(reading.read(paper, FileFormat.PDF), expected)}

    assert not found & WARNINGS


def test_a_sample_is_never_out_of_date() -> None:
    later = TODAY + timedelta(days=5000)

    end = valid_until(words(papers.sample(DocumentType.BUSINESS_REG, later)))

    assert end is not None
    assert end > later


def test_the_sample_of_a_list_has_every_column_that_is_looked_for(tmp_path: Path) -> None:
    sample = tmp_path / "list.csv"
    sample.write_bytes(papers.sample(DocumentType.PRODUCT_LIST, TODAY))
    expected = Expected(DocumentType.PRODUCT_LIST, FileFormat.CSV, "A", "B", TODAY)

    found = judge(reading.read(sample, FileFormat.CSV), expected)

    assert [finding.code for finding in found] == [FindingCode.LIST_FINE]


def test_the_statement_has_the_companys_name_filled_in() -> None:
    content = papers.template(DocumentType.AUTH_REP_STATEMENT, "Nordlys Skincare AS", "BD-2026-004217")

    assert content is not None
    assert "Application: BD-2026-004217 Name of the company Nordlys Skincare AS" in words(content)


def test_a_name_that_the_template_cannot_write_is_left_to_a_pen() -> None:
    content = papers.template(DocumentType.AUTH_REP_STATEMENT, "株式会社雲", "BD-2026-001502")

    assert content is not None
    assert "Name of the company Registration number" in words(content)
