"""What a general answer means for the asker's own brand."""

from actions import wording
from actions.converted import all_converted
from actions.turn import Turn
from onboarding.incubation import Incubation, ReachedTier, incubation
from onboarding.livestreams import rank_of
from onboarding.models import Brand
from onboarding.money import Money, format_money
from onboarding.names import Category
from onboarding.programme import programme
from onboarding.wording import in_words

_ABOUT_BENEFITS = frozenset(("incubation_benefits", "commission_reduction", "special_events"))


def own_case(turn: Turn, intent: str) -> str:
    """A paragraph for an article, or nothing where there is nothing to say of one brand."""
    brand = _brand(turn)
    if intent == "ask_fees":
        return _fees(turn, brand)
    if brand is None:
        return ""
    if intent in _ABOUT_BENEFITS:
        return _benefits(turn, brand)
    if intent == "livestream_eligibility":
        return _rank(turn, brand)
    return _end(turn, brand) if intent == "incubation_graduation" else ""


def benefits_told(turn: Turn, sales: Incubation) -> str:
    """Tiers reached with what they brought, and the next one."""
    granted = {benefit.tier.code: turn.day(benefit.granted_on) for benefit in sales.benefits.granted}
    told = [_milestone(turn, reached, granted.get(reached.tier.code)) for reached in sales.milestones]
    if sales.next_tier:
        amount = format_money(sales.next_tier.amount)
        told.append(wording.phrase("line_next_tier", amount=amount, benefit=sales.next_tier.tier.benefit))
    return " ".join(told)


def _milestone(turn: Turn, reached: ReachedTier, granted_on: str | None) -> str:
    granted = (
        wording.phrase("line_granted", granted=granted_on)
        if granted_on
        else wording.phrase("line_not_granted")
    )
    return wording.phrase(
        "line_milestone",
        percent=f"{reached.tier.percent}%",
        reached=turn.day(reached.reached_on),
        benefit=reached.tier.benefit,
        granted=granted,
    )


def _brand(turn: Turn) -> Brand | None:
    own = turn.own_brands
    remembered = [brand for brand in own if brand.name == turn.slot("brand")]
    return (remembered or own)[0] if remembered or len(own) == 1 else None


def _fees(turn: Turn, brand: Brand | None) -> str:
    """Of the category that is named, else of the brand's own."""
    application = turn.application_of(brand) if brand else None
    named = turn.heard.entity("category")
    category = Category(named) if named else application.category if application else None
    if category is None:
        return all_converted(turn, _usual_fees())
    country = turn.heard.entity("country") or (application.company.country if application else None)
    fees = programme().fees
    deposit, annual = fees.deposit_for(category, country), fees.annual.value[category]
    told = wording.phrase(
        "line_own_fees",
        category=programme().categories[category],
        deposit=format_money(deposit),
        annual=format_money(annual),
        commission=in_words(fees.commission.value[category]),
    )
    return " ".join(part for part in (told, all_converted(turn, [annual, deposit])) if part)


def _usual_fees() -> list[Money]:
    fees = programme().fees
    amounts = {*fees.annual.value.values(), *fees.deposit.value.values()}
    return sorted(amounts, key=lambda amount: amount.minor)


def _benefits(turn: Turn, brand: Brand) -> str:
    sales = incubation(turn.session, brand)
    if sales is None:
        return ""
    return wording.phrase(
        "line_own_benefits",
        brand=brand.name,
        total=format_money(sales.total),
        as_of=turn.moment(sales.as_of),
        benefits=benefits_told(turn, sales),
    )


def _end(turn: Turn, brand: Brand) -> str:
    sales = incubation(turn.session, brand)
    if sales is None:
        return ""
    return wording.phrase(
        "line_own_end",
        brand=brand.name,
        last_day=turn.day(sales.last_day),
        total=format_money(sales.total),
        target=format_money(sales.target),
        as_of=turn.moment(sales.as_of),
    )


def _rank(turn: Turn, brand: Brand) -> str:
    rank = rank_of(turn.session, brand)
    if rank is None:
        return ""
    return wording.phrase(
        "line_own_rank_in" if rank.in_slots else "line_own_rank_out",
        brand=brand.name,
        rank=rank.rank,
        cohort=rank.cohort,
        slots=rank.slots,
        list=wording.phrase(f"line_list_{rank.list_status}"),
    )
