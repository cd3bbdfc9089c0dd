"""The step of the product list: rows from the file that was sent or pasted, checked, kept, and done when none stops."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, stages
from onboarding.documents import reading
from onboarding.documents.storage import DocumentStore
from onboarding.models import Application, Contact, DocumentFile, DocumentSubmission, ProductCheck
from onboarding.names import DocumentType
from onboarding.opening import product_rows, steps
from onboarding.opening.names import ListSource, Step, StepStatus
from onboarding.opening.product_rows import Fault, Rows
from onboarding.opening.wording import FieldsRefused, OpeningRefused, texts
from onboarding.permissions import Permission, require

_FIELD = "rows"


def newest_file(session: Session, application: Application) -> DocumentFile | None:
    """Of the product list among the documents; what had a virus is not there any more."""
    return session.scalar(
        select(DocumentFile)
        .join(DocumentSubmission, DocumentSubmission.id == DocumentFile.submission_id)
        .where(
            DocumentSubmission.application_id == application.id,
            DocumentSubmission.document_type == DocumentType.PRODUCT_LIST,
            DocumentFile.virus.is_(None),
        )
        .order_by(DocumentSubmission.id.desc())
        .limit(1)
    )


def rows_of(store: DocumentStore, file: DocumentFile | None) -> list[list[str]]:
    """Reads the file in a process of its own; raises FieldsRefused where there is none or it cannot be read."""
    if file is None:
        raise _refused("no_file")
    rows = reading.rows(store.path(file.stored_as), file.format)
    if rows is None:
        raise _refused("unreadable")
    return rows


def check(
    session: Session,
    contact: Contact,
    application: Application,
    rows: Rows,
    source: ListSource,
) -> ProductCheck:
    """Keeps the rows with their faults; raises RoleTooLow, NotNow, or FieldsRefused where there are no products."""
    require(session, contact, application.brand_id, Permission.EDIT_DRAFT)
    application = stages.locked(session, application.id)
    steps.require_now(application, Step.PRODUCTS)
    if application.category is None:
        raise OpeningRefused("blocked")
    found = product_rows.products_in(rows)
    faults = product_rows.faults_in(found, application.brand.name, application.category)
    kept = ProductCheck(
        application_id=application.id,
        source=source,
        products=[list(product.cells.values()) for product in found],
        faults=[fault.as_json() for fault in faults],
        by=contact.name,
        contact_id=contact.id,
        at=clock.now(session),
    )
    session.add(kept)
    session.flush()
    _note(session, contact, application, faults)
    return kept


def newest_check(session: Session, application: Application) -> ProductCheck | None:
    return session.scalar(
        select(ProductCheck)
        .where(ProductCheck.application_id == application.id)
        .order_by(ProductCheck.id.desc())
        .limit(1)
    )


def faults_of(kept: ProductCheck) -> list[Fault]:
    """What stops first, then by row."""
    faults = [Fault(**fault) for fault in kept.faults]
    return sorted(faults, key=lambda fault: (not fault.stops, fault.row))


def _note(session: Session, contact: Contact, application: Application, faults: Sequence[Fault]) -> None:
    stopping = {fault.row for fault in faults if fault.stops}
    said = texts()["products"]["stopped"]
    steps.change(
        session,
        application,
        Step.PRODUCTS,
        StepStatus.PROBLEM if stopping else StepStatus.DONE,
        by=contact.name,
        contact=contact,
        reason=said["one" if len(stopping) == 1 else "many"].format(rows=len(stopping)) if stopping else None,
    )


def _refused(code: str) -> FieldsRefused:
    return FieldsRefused({_FIELD: texts()["products"]["refusals"][code]})
