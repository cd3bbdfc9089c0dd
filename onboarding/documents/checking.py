"""The first check of a file that was sent: asked for by a job, kept as rows, told in words.yml's sentences."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, dates, stages
from onboarding.documents.facts import Facts
from onboarding.documents.judging import Expected, Finding, FindingCode
from onboarding.documents.storage import DocumentStore
from onboarding.documents.wording import texts
from onboarding.models import Application, DocumentCheck, DocumentFile, DocumentSubmission
from onboarding.names import DocumentStatus, DocumentType, FileFormat
from onboarding.programme import programme
from onboarding.wording import in_words


@dataclass(frozen=True)
class ToCheck:
    path: Path
    stored_as: str
    file_format: FileFormat
    expected: Expected


@dataclass(frozen=True)
class ToldFinding:
    """`kind` is ok, warn or note."""

    kind: str
    sentence: str
    what_to_do: str | None


def what_to_check(session: Session, store: DocumentStore, submission_id: int) -> ToCheck | None:
    """None where it was checked already: jobs may come twice."""
    if session.get(DocumentCheck, submission_id) is not None:
        return None
    row = session.execute(
        select(DocumentFile, DocumentSubmission, Application)
        .join(DocumentSubmission, DocumentSubmission.id == DocumentFile.submission_id)
        .join(Application, Application.id == DocumentSubmission.application_id)
        .where(DocumentFile.submission_id == submission_id)
    ).one()
    file, submission, application = row.tuple()
    expected = Expected(
        document=submission.document_type,
        file_format=file.format,
        company=application.company.name,
        brand=application.brand.name,
        today=clock.today_in_china(session),
        same_as=_same_file_as(session, file, submission),
    )
    return ToCheck(store.path(file.stored_as), file.stored_as, file.format, expected)


def keep_result(session: Session, submission_id: int, facts: Facts, findings: list[Finding]) -> bool:
    """A person's turn begins: the document is in review, unless somebody was quicker.

    False where another job was quicker.
    """
    submission = session.get_one(DocumentSubmission, submission_id)
    stages.locked(session, submission.application_id)
    session.refresh(submission)
    if session.get(DocumentCheck, submission_id) is not None:
        return False
    session.add(
        DocumentCheck(
            submission_id=submission_id,
            findings=[asdict(finding) for finding in findings],
            facts=facts.figures(),
            finished_at=clock.now(session),
        )
    )
    submission.valid_until = submission.valid_until or _last_day(findings)
    if submission.status is DocumentStatus.CHECKING:
        submission.status = DocumentStatus.IN_REVIEW
    session.flush()
    return True


def told(check: DocumentCheck) -> list[ToldFinding]:
    """What to do first."""
    findings = [_told(Finding(FindingCode(row["code"]), row["values"])) for row in check.findings]
    return sorted(findings, key=lambda finding: finding.kind != "warn")


def _last_day(findings: list[Finding]) -> date | None:
    """A day in the past may be misread: whether it is, the reviewer decides."""
    said = (finding.values["date"] for finding in findings if finding.code is FindingCode.IN_DATE)
    return next((date.fromisoformat(str(day)) for day in said), None)


def _told(finding: Finding) -> ToldFinding:
    words = texts()["findings"][finding.code.value]
    values = {name: _in_words(name, value) for name, value in finding.values.items()} | _said(finding)
    what_to_do = words.get("what_to_do")
    return ToldFinding(
        words["kind"],
        words["sentence"].format(**values),
        what_to_do.format(**values) if what_to_do else None,
    )


def _in_words(name: str, value: str | int) -> str:
    match name:
        case "date":
            return dates.day(date.fromisoformat(str(value)))
        case "other":
            return programme().documents[DocumentType(str(value))].label
        case "language":
            languages: dict[str, str] = texts()["languages"]
            return languages.get(str(value), languages["other"])
    return str(value)


def _said(finding: Finding) -> dict[str, Any]:
    files = programme().files
    return {
        "allowed": in_words(files.languages.value, last="or"),
        "rule": files.translation.value,
        "pages_said": _counted(finding.values.get("pages", 0), "page"),
        "rows_said": _counted(finding.values.get("rows", 0), "product"),
    }


def _counted(number: str | int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _same_file_as(
    session: Session, file: DocumentFile, submission: DocumentSubmission
) -> DocumentType | None:
    return session.scalar(
        select(DocumentSubmission.document_type)
        .join(DocumentFile, DocumentFile.submission_id == DocumentSubmission.id)
        .where(
            DocumentFile.sha256 == file.sha256,
            DocumentSubmission.application_id == submission.application_id,
            DocumentSubmission.document_type != submission.document_type,
        )
        .limit(1)
    )
