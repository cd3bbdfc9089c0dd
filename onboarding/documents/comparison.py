"""What the first check found, field by field beside what was registered."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from onboarding import dates
from onboarding.documents.judging import FindingCode
from onboarding.documents.wording import texts
from onboarding.models import Application, DocumentCheck
from onboarding.names import DocumentType, ReasonCode
from onboarding.programme import programme
from onboarding.wording import in_words

Verdict = Literal["same", "differs", "unknown"]
_F = FindingCode


@dataclass(frozen=True)
class Compared:
    """`found` is what the paper says, `registered` what it should say."""

    label: str
    registered: str
    found: str
    verdict: Verdict


# The first finding that was made says how the field compares.
_FIELDS: dict[str, dict[FindingCode, Verdict]] = {
    "company": {_F.NAME_FOUND: "same", _F.NAME_DIFFERS: "differs", _F.NAME_NOT_FOUND: "differs"},
    "brand": {_F.BRAND_NOT_FOUND: "differs"},
    "expiry": {_F.EXPIRED: "differs", _F.IN_DATE: "same"},
    "issued": {_F.TOO_OLD: "differs", _F.RECENT: "same"},
    "language": {
        _F.TRANSLATION_MISSING: "differs",
        _F.TRANSLATION_FOUND: "unknown",
        _F.LANGUAGE_FINE: "same",
    },
    "pages": {
        _F.BLANK: "differs",
        _F.HARD_TO_READ: "differs",
        _F.SMALL_PICTURE: "differs",
        _F.BLANK_PAGES: "unknown",
        _F.NOT_ALL_READ: "unknown",
        _F.READABLE: "same",
    },
    "rows": {_F.COLUMNS_MISSING: "differs", _F.LIST_EMPTY: "differs", _F.LIST_FINE: "same"},
    "repeated": {_F.SAME_AS_OTHER: "differs"},
    "program": {_F.ACTIVE_CONTENT: "differs"},
}
_REASONS = {
    _F.NAME_DIFFERS: ReasonCode.NAME_MISMATCH,
    _F.EXPIRED: ReasonCode.EXPIRED,
    _F.TOO_OLD: ReasonCode.TOO_OLD,
    _F.TRANSLATION_MISSING: ReasonCode.TRANSLATION_MISSING,
    _F.SAME_AS_OTHER: ReasonCode.WRONG_DOCUMENT,
    _F.COLUMNS_MISSING: ReasonCode.TEMPLATE_NOT_USED,
    _F.BLANK: ReasonCode.UNREADABLE,
    _F.HARD_TO_READ: ReasonCode.UNREADABLE,
    _F.SMALL_PICTURE: ReasonCode.UNREADABLE,
}


def compared(application: Application, check: DocumentCheck) -> list[Compared]:
    """Of each field that could be told; what differs stands first."""
    found = {FindingCode(row["code"]): dict(row["values"]) for row in check.findings}
    rows = [row for field, codes in _FIELDS.items() if (row := _row(application, check, field, codes, found))]
    return sorted(rows, key=lambda row: ("differs", "unknown", "same").index(row.verdict))


def suggested_reason(check: DocumentCheck) -> ReasonCode | None:
    """What a refusal would most likely be for."""
    found = {FindingCode(row["code"]) for row in check.findings}
    return next((reason for code, reason in _REASONS.items() if code in found), None)


def _row(
    application: Application,
    check: DocumentCheck,
    field: str,
    codes: dict[FindingCode, Verdict],
    found: dict[FindingCode, dict[str, Any]],
) -> Compared | None:
    code = next((code for code in codes if code in found), None)
    if code is None:
        return None
    words = texts()["comparison"][field]
    values = _values(application, check, found[code])
    says = words["found"].get(code.value) or words["found"]["else"]
    return Compared(words["label"], words["registered"].format(**values), says.format(**values), codes[code])


def _values(application: Application, check: DocumentCheck, values: dict[str, Any]) -> dict[str, Any]:
    languages = texts()["languages"]
    said = {name: _in_words(name, value) for name, value in values.items()}
    return {
        "company": application.company.name,
        "brand": application.brand.name,
        "allowed": in_words(programme().files.languages.value, last="or"),
        "months": programme().files.bank_proof_months.value,
        "most_pages": programme().files.max_pages.value,
        "pages": check.facts.get("pages", 0),
        "language": languages.get(str(values.get("language")), languages["other"]),
    } | {name: value for name, value in said.items() if name != "language"}


def _in_words(name: str, value: Any) -> Any:
    if name == "date":
        return dates.day(date.fromisoformat(str(value)))
    return programme().documents[DocumentType(str(value))].label if name == "other" else value
