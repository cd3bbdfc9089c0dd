from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock, livestreams
from onboarding.models import Brand, LivestreamEdition, LivestreamRanking
from onboarding.money import Money
from onboarding.names import ListStatus
from tests.onboarding.people import brand


def ranked(session: Session, rank: int) -> Brand:
    query = (
        select(Brand)
        .join(LivestreamRanking, LivestreamRanking.brand_id == Brand.id)
        .join(LivestreamEdition, LivestreamEdition.id == LivestreamRanking.edition_id)
    )
    may = LivestreamEdition.month == date(2026, 5, 1)
    return session.scalars(query.where(may, LivestreamRanking.rank == rank)).one()


def test_the_next_livestream_is_on_the_21st_at_eight_in_the_evening_in_china(session: Session) -> None:
    found = livestreams.next_livestream(session)
    assert found.held_on == date(2026, 5, 21)
    assert found.starts_at == datetime(2026, 5, 21, 12, tzinfo=UTC)
    assert found.cut_off_on == date(2026, 5, 14)


@pytest.mark.parametrize(
    ("now", "held_on"),
    [
        (datetime(2026, 5, 21, 15, 59, tzinfo=UTC), date(2026, 5, 21)),
        (datetime(2026, 5, 21, 16, 0, tzinfo=UTC), date(2026, 6, 21)),
        (datetime(2026, 12, 25, tzinfo=UTC), date(2027, 1, 21)),
    ],
)
def test_after_the_day_in_china_the_next_month_follows(
    session: Session, now: datetime, held_on: date
) -> None:
    clock.freeze(session, now)
    assert livestreams.next_livestream(session).held_on == held_on


def test_any_month_can_be_asked_for(session: Session) -> None:
    found = livestreams.livestream_in(session, date(2026, 9, 3))
    assert (found.held_on, found.cut_off_on) == (date(2026, 9, 21), date(2026, 9, 14))


def test_a_brand_among_the_first_has_a_slot(session: Session) -> None:
    found = livestreams.rank_of(session, brand(session, "Kumo"))
    assert found is not None
    assert (found.rank, found.cohort, found.slots, found.in_slots) == (7, 64, 10, True)
    assert (found.list_status, found.rank_as_of) == (ListStatus.FINAL, date(2026, 5, 14))
    assert (found.month, found.gap_to_slot) == (date(2026, 5, 1), None)


def test_a_brand_behind_learns_its_gap_but_not_the_sales_of_another(session: Session) -> None:
    found = livestreams.rank_of(session, ranked(session, 11))
    assert found is not None
    assert not found.in_slots
    assert found.gap_to_slot is not None
    assert found.gap_to_slot.minor % Money.of(1000).minor == 0
    assert found.gap_to_slot.minor > 0


def test_a_brand_that_is_not_ranked_has_no_rank(session: Session) -> None:
    assert livestreams.rank_of(session, brand(session, "Nordlys Skincare")) is None


def test_an_earlier_month_keeps_its_own_list(session: Session) -> None:
    april = livestreams.rank_of(session, brand(session, "Kumo"), date(2026, 4, 30))
    assert april is not None
    assert (april.month, april.list_status) == (date(2026, 4, 1), ListStatus.FINAL)
    assert livestreams.rank_of(session, brand(session, "Kumo"), date(2026, 6, 1)) is None


def test_until_there_is_a_new_list_the_last_one_is_told(session: Session) -> None:
    clock.freeze(session, datetime(2026, 5, 25, tzinfo=UTC))
    found = livestreams.rank_of(session, brand(session, "Kumo"))
    assert found is not None
    assert found.month == date(2026, 5, 1)
