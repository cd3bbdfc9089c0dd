"""The applications of the key's brand, and what is missing for them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import promise, requirements, stages
from onboarding.brands import ApplicationNotFound
from onboarding.errors import NotFound
from onboarding.models import Application
from onboarding.requirements import ChecklistItem
from web.api import models
from web.api.operations import Call

NUMBER = r"BD-[0-9]{4}-[0-9]{6}"


class NotOfThisBrand(NotFound):
    """Also where it does not exist."""

    code = ApplicationNotFound.code


def applications(session: Session, call: Call) -> models.ApplicationPage:
    query = select(Application).where(Application.brand_id == call.caller.brand.id)
    if call.after is not None:
        query = query.where(Application.id < int(call.after))
    found = session.scalars(query.order_by(Application.id.desc()).limit(call.limit + 1)).all()
    shown, next_cursor = call.page(found, lambda one: str(one.id))
    return models.ApplicationPage(data=[_shown(session, one) for one in shown], next_cursor=next_cursor)


def application(session: Session, call: Call) -> models.Application:
    return _shown(session, named(session, call))


def checklist(session: Session, call: Call) -> models.Checklist:
    asked = named(session, call)
    found = requirements.checklist(session, asked)
    names = ("currently_due", "eventually_due", "past_due", "with_platform", "accepted", "optional")
    return models.Checklist(
        application=asked.number,
        items=[_item(item) for item in found.items + found.optional],
        **{name: [item.document for item in getattr(found, name)] for name in names},
    )


def named(session: Session, call: Call) -> Application:
    """Raises NotOfThisBrand, for another brand's of the same person as well: a key is for one brand."""
    found = session.scalar(
        select(Application).where(
            Application.brand_id == call.caller.brand.id, Application.number == call.values["number"]
        )
    )
    if found is None:
        raise NotOfThisBrand("There is no such application.")
    return found


def _shown(session: Session, application: Application) -> models.Application:
    clock = promise.opening_clock(session, application) if application.submitted_at else None
    return models.Application(
        number=application.number,
        stage=application.stage,
        turn=stages.turn_of(session, application),
        store_type=application.store_type,
        category=application.category,
        declares=application.declares,
        created_at=application.created_at,
        submitted_at=application.submitted_at,
        target_on=clock.target_on if clock else None,
        days_left=clock.days_left if clock else None,
    )


def _item(item: ChecklistItem) -> models.ChecklistItem:
    return models.ChecklistItem(
        document=item.document,
        label=item.label,
        status=item.status,
        turn=item.turn,
        needed_by=item.needed_by,
        reason_code=item.reason_code,
        reason_text=item.reason_text,
        send_instead=item.send_instead,
        deadline_at=item.deadline_at,
    )
