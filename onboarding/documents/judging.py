"""What the first check makes of a file: findings that explain and warn; it decides nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from onboarding.documents import names_on_paper
from onboarding.documents.dates_on_paper import newest_date, valid_until
from onboarding.documents.facts import Facts
from onboarding.months import months_before
from onboarding.names import DocumentType, FileFormat
from onboarding.programme import programme

_D = DocumentType
_LISTS = frozenset((FileFormat.XLSX, FileFormat.CSV))
_NAMES_THE_COMPANY = frozenset(
    (
        _D.BUSINESS_REG,
        _D.AUTH_REP_STATEMENT,
        _D.BANK_PROOF,
        _D.TRADEMARK,
        _D.BRAND_AUTH,
        _D.TAX,
        _D.ADDRESS_PROOF,
        _D.ALIPAY_ACCOUNT,
        _D.FINANCIAL,
    )
)
_NAMES_THE_BRAND = frozenset((_D.TRADEMARK, _D.BRAND_AUTH))
_FEW_WORDS = 8
_SHORTEST_SIDE = 700
_LANGUAGE_CODES = {"English": "en", "Chinese": "zh"}
_COLUMNS = ("brand", "category", "name", "material", "price", "maker")


class FindingCode(StrEnum):
    """Keys of the findings in words.yml."""

    READABLE = "READABLE"
    HARD_TO_READ = "HARD_TO_READ"
    BLANK = "BLANK"
    BLANK_PAGES = "BLANK_PAGES"
    SMALL_PICTURE = "SMALL_PICTURE"
    NOT_ALL_READ = "NOT_ALL_READ"
    NAME_FOUND = "NAME_FOUND"
    NAME_DIFFERS = "NAME_DIFFERS"
    NAME_NOT_FOUND = "NAME_NOT_FOUND"
    BRAND_NOT_FOUND = "BRAND_NOT_FOUND"
    IN_DATE = "IN_DATE"
    EXPIRED = "EXPIRED"
    RECENT = "RECENT"
    TOO_OLD = "TOO_OLD"
    LANGUAGE_FINE = "LANGUAGE_FINE"
    TRANSLATION_MISSING = "TRANSLATION_MISSING"
    TRANSLATION_FOUND = "TRANSLATION_FOUND"
    SAME_AS_OTHER = "SAME_AS_OTHER"
    ACTIVE_CONTENT = "ACTIVE_CONTENT"
    COLUMNS_MISSING = "COLUMNS_MISSING"
    LIST_FINE = "LIST_FINE"
    LIST_EMPTY = "LIST_EMPTY"
    NOT_CHECKED = "NOT_CHECKED"


@dataclass(frozen=True)
class Finding:
    """`values` fill the gaps of its sentence; dates are written as in a database."""

    code: FindingCode
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """What a good file of this document says; `same_as` is another document that was sent as the very same file."""

    document: DocumentType
    file_format: FileFormat
    company: str
    brand: str
    today: date
    same_as: DocumentType | None = None


def judge(facts: Facts, expected: Expected) -> list[Finding]:
    """What to do first, then what is fine."""
    if facts.trouble is not None:
        return [Finding(FindingCode.NOT_CHECKED)]
    return [*_repeated(expected), *_content(facts, expected)]


def _content(facts: Facts, expected: Expected) -> Iterator[Finding]:
    if expected.file_format in _LISTS:
        yield from _list(facts)
        return
    if facts.has_program:
        yield Finding(FindingCode.ACTIVE_CONTENT)
    yield from _picture(facts)
    yield from _readable(facts)
    if len(facts.text.split()) < _FEW_WORDS:
        return
    yield from _company(facts, expected)
    yield from _brand(facts.text, expected)
    yield from _dates(facts.text, expected)
    yield from _language(facts)


def _repeated(expected: Expected) -> Iterator[Finding]:
    if expected.same_as is not None:
        yield Finding(FindingCode.SAME_AS_OTHER, {"other": expected.same_as.value})


def _picture(facts: Facts) -> Iterator[Finding]:
    if facts.size_in_pixels and min(facts.size_in_pixels) < _SHORTEST_SIDE:
        width, height = facts.size_in_pixels
        yield Finding(FindingCode.SMALL_PICTURE, {"width": width, "height": height})


def _readable(facts: Facts) -> Iterator[Finding]:
    words = len(facts.text.split())
    blank = sum(not page.text.split() for page in facts.read)
    if not words:
        yield Finding(FindingCode.BLANK)
        return
    if words < _FEW_WORDS:
        yield Finding(FindingCode.HARD_TO_READ)
    else:
        yield Finding(FindingCode.READABLE, {"pages": len(facts.read)})
    if blank:
        yield Finding(FindingCode.BLANK_PAGES, {"blank": blank, "pages": len(facts.read)})
    if len(facts.read) < facts.pages:
        yield Finding(FindingCode.NOT_ALL_READ, {"read": len(facts.read), "pages": facts.pages})


def _company(facts: Facts, expected: Expected) -> Iterator[Finding]:
    if expected.document not in _NAMES_THE_COMPANY:
        return
    text = facts.text
    is_named = names_on_paper.names(text, expected.company)
    # A holding often bears the same first name, and the brand that of the company.
    is_certain = is_named and names_on_paper.names_in_full(text, expected.company)
    find_other = names_on_paper.related_company if is_named else names_on_paper.other_company
    other = None if is_certain else find_other(text, expected.company)
    if other is None and not is_named:
        other = names_on_paper.related_organisation(facts.organisations, expected.company)
    if is_named and other is None:
        yield Finding(FindingCode.NAME_FOUND, {"company": expected.company})
    elif other is None:
        yield Finding(FindingCode.NAME_NOT_FOUND, {"company": expected.company})
    else:
        yield Finding(FindingCode.NAME_DIFFERS, {"company": expected.company, "found": other})


def _brand(text: str, expected: Expected) -> Iterator[Finding]:
    if expected.document in _NAMES_THE_BRAND and not names_on_paper.names(text, expected.brand):
        yield Finding(FindingCode.BRAND_NOT_FOUND, {"brand": expected.brand})


def _dates(text: str, expected: Expected) -> Iterator[Finding]:
    end = valid_until(text)
    if end is not None:
        code = FindingCode.EXPIRED if end < expected.today else FindingCode.IN_DATE
        yield Finding(code, {"date": end.isoformat()})
    newest = newest_date(text, expected.today)
    if expected.document is DocumentType.BANK_PROOF and newest is not None:
        months = programme().files.bank_proof_months.value
        is_old = newest < months_before(expected.today, months)
        code = FindingCode.TOO_OLD if is_old else FindingCode.RECENT
        yield Finding(code, {"date": newest.isoformat(), "months": months})


def _language(facts: Facts) -> Iterator[Finding]:
    allowed = {_LANGUAGE_CODES[name] for name in programme().files.languages.value if name in _LANGUAGE_CODES}
    found = [page.language for page in facts.read if page.language is not None]
    foreign = [language for language in found if language not in allowed]
    if not found:
        return
    if not foreign:
        yield Finding(FindingCode.LANGUAGE_FINE, {"language": found[0]})
        return
    code = FindingCode.TRANSLATION_MISSING if len(foreign) == len(found) else FindingCode.TRANSLATION_FOUND
    yield Finding(code, {"language": foreign[0]})


def _list(facts: Facts) -> Iterator[Finding]:
    heads = " ".join(facts.columns).casefold()
    missing = [column for column in _COLUMNS if column not in heads]
    if missing:
        yield Finding(FindingCode.COLUMNS_MISSING, {"columns": ", ".join(missing)})
    if not facts.rows:
        yield Finding(FindingCode.LIST_EMPTY)
    if facts.rows and not missing:
        yield Finding(FindingCode.LIST_FINE, {"rows": facts.rows})
