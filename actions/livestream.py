"""When the livestream is, and where the asker's brand ranks for it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from actions import suggestions, wording
from actions.base import LiveAction, Skill
from actions.periods import month_meant
from actions.turn import Turn
from onboarding import clock, dates, livestreams
from onboarding.livestreams import LivestreamDate
from onboarding.models import Brand
from onboarding.money import format_money
from onboarding.programme import programme


class ActionLivestreamDate(Skill):
    intent = "livestream_date"
    takes = frozenset(("month", "time_zone"))
    is_topic = True

    def respond(self, turn: Turn) -> None:
        month = _month(turn)
        coming = livestreams.next_livestream(turn.session)
        found = livestreams.livestream_in(turn.session, month) if month else coming
        turn.say(
            _when(turn, found, coming),
            starts=turn.moment(found.starts_at),
            elsewhere=_elsewhere(turn, found.starts_at),
            cut_off=_cut_off(turn, found),
            month=dates.month(found.held_on),
            day=programme().livestream.day.value,
            **wording.source_of(programme().livestream.day),
        )
        turn.suggest(
            *(["livestream_rank"] if turn.contact else []), "livestream_eligibility", "livestream_prepare"
        )


def _elsewhere(turn: Turn, at: datetime) -> str:
    """For each further place that is named."""
    zones = [ZoneInfo(name) for name in turn.heard.entities.get("time_zone", ())[1:]]
    return "".join(" " + wording.phrase("line_starts_elsewhere", at=turn.moment(at, zone)) for zone in zones)


def _cut_off(turn: Turn, found: LivestreamDate) -> str:
    cut_off = dates.end_of_day_in_china(found.cut_off_on)
    is_past = cut_off <= clock.now(turn.session)
    return wording.phrase(f"line_cut_off_{'past' if is_past else 'coming'}", cut_off=turn.moment(cut_off))


def _when(turn: Turn, found: LivestreamDate, coming: LivestreamDate) -> str:
    if found == coming:
        return "utter_livestream_date"
    is_past = found.starts_at <= clock.now(turn.session)
    return "utter_livestream_past" if is_past else "utter_livestream_of_month"


class ActionLivestreamRank(LiveAction):
    intent = "livestream_rank"
    takes = frozenset(("month",))

    def answer(self, turn: Turn, brand: Brand) -> None:
        month = _month(turn)
        rank = livestreams.rank_of(turn.session, brand, month)
        if rank is None:
            _tell_no_rank(turn, brand, month)
        else:
            turn.say("utter_rank_in" if rank.in_slots else "utter_rank_out", **_values(turn, brand, rank))
        turn.suggest(*suggestions.for_brand(turn, brand, besides=self.intent))


def _tell_no_rank(turn: Turn, brand: Brand, month: date | None) -> None:
    asked = livestreams.livestream_in(turn.session, month) if month else None
    cut_off = dates.end_of_day_in_china(asked.cut_off_on) if asked else None
    if asked and cut_off and cut_off > clock.now(turn.session):
        turn.say("utter_no_rank_yet", month=dates.month(asked.held_on), cut_off=turn.moment(cut_off))
    else:
        turn.say("utter_no_rank", brand=brand.name, days=programme().incubation.days.value)


def _month(turn: Turn) -> date | None:
    said = turn.heard.entity("month")
    return month_meant(said, clock.today_in_china(turn.session)) if said else None


def _values(turn: Turn, brand: Brand, rank: livestreams.Rank) -> dict[str, object]:
    gap = rank.gap_to_slot
    return {
        "brand": brand.name,
        "rank": rank.rank,
        "cohort": rank.cohort,
        "slots": rank.slots,
        "month": dates.month(rank.month),
        "starts": turn.moment(livestreams.livestream_in(turn.session, rank.month).starts_at),
        "list": wording.phrase(f"line_list_{rank.list_status}"),
        "gap": " " + wording.phrase("line_gap_to_slot", gap=format_money(gap)) if gap else "",
        "rank_as_of": turn.moment(dates.end_of_day_in_china(rank.rank_as_of)),
    }
