"""What other programs may do for a brand: keys, webhooks and sites, of each kind so many and no more."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.models import Brand


def add_one_at_a_time(session: Session, brand_id: int) -> None:
    """Whoever adds one waits for whoever is adding one: two who count at once would both find room."""
    session.execute(select(Brand.id).where(Brand.id == brand_id).with_for_update(key_share=True))
