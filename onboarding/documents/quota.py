"""How much one brand may keep with us, over all its applications: files and bytes, proofs of payment included."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.documents.wording import FileRefused
from onboarding.models import Application, DocumentFile, DocumentSubmission, Invoice, PaymentProof
from onboarding.programme import programme

_BYTES_IN_MEGABYTE = 1024 * 1024


def require_room(session: Session, brand_id: int, size_bytes: int) -> None:
    """Raises FileRefused where the brand has no room for this file."""
    rules = programme().files
    files, kept_bytes = _kept(session, brand_id)
    if files >= rules.brand_files.value:
        raise FileRefused("too_many_kept", files=rules.brand_files.value)
    if kept_bytes + size_bytes > rules.brand_megabytes.value * _BYTES_IN_MEGABYTE:
        raise FileRefused("too_much_kept", megabytes=rules.brand_megabytes.value)


def _kept(session: Session, brand_id: int) -> tuple[int, int]:
    documents = session.execute(
        select(func.count(DocumentFile.id), func.coalesce(func.sum(DocumentFile.size_bytes), 0))
        .join(DocumentSubmission, DocumentSubmission.id == DocumentFile.submission_id)
        .join(Application, Application.id == DocumentSubmission.application_id)
        .where(Application.brand_id == brand_id, DocumentFile.virus.is_(None))
    ).one()
    proofs = session.execute(
        select(func.count(PaymentProof.id), func.coalesce(func.sum(PaymentProof.size_bytes), 0))
        .join(Invoice, Invoice.id == PaymentProof.invoice_id)
        .join(Application, Application.id == Invoice.application_id)
        .where(Application.brand_id == brand_id)
    ).one()
    return documents[0] + proofs[0], int(documents[1]) + int(proofs[1])
