"""Reads each section of programme.yml."""

from collections.abc import Mapping
from typing import get_type_hints

from onboarding.names import Category, Declares, DocumentType, Stage, StoreType
from onboarding.programme_types import (
    DeskRules,
    DocumentWords,
    Fees,
    Files,
    Holiday,
    IncubationRules,
    InstalledBase,
    LivestreamRules,
    OfficeHours,
    OpeningRules,
    Operations,
    PercentRange,
    PlanStep,
    Privacy,
    ReasonWords,
    Reminders,
    RequirementRule,
    StoreTypeWords,
    Tier,
)
from onboarding.yaml_fields import Field, Figure

_MOST_DRAFT_REMINDERS = 2


def _fields_of(section: Field, kind: type) -> Mapping[str, Field]:
    return section.record(*get_type_hints(kind))


def _texts(listed: Field) -> tuple[str, ...]:
    return tuple(item.text() for item in listed.items())


def _positive(number: Field) -> int:
    return number.whole_number(least=1)


def _percent(number: Field) -> int:
    return number.whole_number(least=0, most=100)


def _day_of_month(number: Field) -> int:
    return number.whole_number(least=1, most=28)


def installed_base(section: Field) -> InstalledBase:
    return InstalledBase(
        **section.figures_of(
            brands_at_least=_positive,
            countries=_positive,
            first_time_in_china_percent=_percent,
            new_brands_goal=_positive,
            new_brands_goal_months=_positive,
        )
    )


def opening(section: Field) -> OpeningRules:
    return OpeningRules(
        **section.figures_of(
            days=_positive,
            plan=lambda steps: tuple(_plan_step(step) for step in steps.items()),
            registration_minutes=_positive,
            company_age_months=Field.whole_number,
            payment_working_days=_positive,
            payment_account=Field.text,
            estimate_cases_at_least=_positive,
        )
    )


def _plan_step(step: Field) -> PlanStep:
    parts = _fields_of(step, PlanStep)
    from_day = parts["from_day"].whole_number(least=1)
    return PlanStep(
        stage=parts["stage"].one_of(Stage),
        label=parts["label"].text(),
        stages=parts["stages"].several_of(Stage),
        from_day=from_day,
        to_day=parts["to_day"].whole_number(least=from_day),
        who=parts["who"].text(),
    )


def incubation(section: Field) -> IncubationRules:
    return IncubationRules(
        **section.figures_of(
            days=_positive,
            target=Field.money,
            counting_rule=Field.text,
            tiers=_tiers,
            shown_currencies=_texts,
        )
    )


def _tiers(listed: Field) -> tuple[Tier, ...]:
    tiers = tuple(_tier(item) for item in listed.items())
    if not tiers or list(tiers) != sorted(tiers, key=lambda tier: tier.percent):
        raise listed.invalid("a list of tiers from the lowest percent to the highest")
    return tiers


def _tier(item: Field) -> Tier:
    parts = _fields_of(item, Tier)
    return Tier(
        code=parts["code"].text(),
        percent=parts["percent"].whole_number(least=1),
        commission_points=parts["commission_points"].decimal(),
        special_events=parts["special_events"].boolean(),
        benefit=parts["benefit"].text(),
    )


def livestream(section: Field) -> LivestreamRules:
    parts = _fields_of(section, LivestreamRules)
    day = parts["day"].figure(_day_of_month)
    return LivestreamRules(
        day=day,
        start=parts["start"].figure(Field.time_of_day),
        slots=parts["slots"].figure(_positive),
        cut_off_day=parts["cut_off_day"].figure(lambda field: field.whole_number(least=1, most=day.value)),
        gap_rounded_up_to=parts["gap_rounded_up_to"].figure(Field.money),
    )


def fees(section: Field) -> Fees:
    return Fees(
        **section.figures_of(
            registration=Field.money,
            deposit=lambda table: table.table(Category, Field.money),
            higher_deposit=Field.money,
            higher_deposit_countries=_texts,
            deposit_top_up_days=_positive,
            annual=lambda table: table.table(Category, Field.money),
            commission=lambda table: table.table(Category, _percent_range),
            alipay_percent=Field.decimal,
        )
    )


def _percent_range(pair: Field) -> PercentRange:
    limits = [item.decimal() for item in pair.items()]
    if len(limits) != 2 or limits[0] > limits[1]:
        raise pair.invalid("two percentages, the lower first")
    return PercentRange(*limits)


def office_hours(section: Field) -> OfficeHours:
    parts = _fields_of(section, OfficeHours)
    hours = OfficeHours(
        days=parts["days"].figure(_weekdays),
        opens=parts["opens"].figure(Field.time_of_day),
        closes=parts["closes"].figure(Field.time_of_day),
        first_reply_working_hours=parts["first_reply_working_hours"].figure(_positive),
        holidays=parts["holidays"].figure(lambda listed: tuple(_holiday(item) for item in listed.items())),
    )
    if hours.closes.value <= hours.opens.value:
        raise parts["closes"].invalid("later than office_hours.opens")
    return hours


def _weekdays(listed: Field) -> tuple[int, ...]:
    days = tuple(item.whole_number(least=1, most=7) for item in listed.items())
    if not days:
        raise listed.invalid("a list of at least one day, 1 being Monday")
    return days


def _holiday(item: Field) -> Holiday:
    parts = item.record("name", "from", "to")
    first, last = parts["from"].day(), parts["to"].day()
    if last < first:
        raise parts["to"].invalid("on or after the first day of the holiday")
    return Holiday(parts["name"].text(), first, last)


def store_type(words: Field) -> StoreTypeWords:
    parts = _fields_of(words, StoreTypeWords)
    return StoreTypeWords(parts["label"].text(), parts["definition"].text())


def document(words: Field) -> DocumentWords:
    parts = words.record("label", "format", "hint")
    if parts["format"].text() not in ("scan", "list"):
        raise parts["format"].invalid("scan or list")
    return DocumentWords(parts["label"].text(), parts["hint"].text(), parts["format"].text() == "list")


def reason(words: Field) -> ReasonWords:
    parts = _fields_of(words, ReasonWords)
    return ReasonWords(parts["label"].text(), parts["sentence"].text(), parts["send_instead"].text())


def requirements(section: Field) -> Figure[tuple[RequirementRule, ...]]:
    parts = section.record("rules", "valid_from", "source", "assumption")
    return Figure(
        tuple(_rule(item) for item in parts["rules"].items()),
        parts["valid_from"].day(),
        parts["source"].text(),
        parts["assumption"].boolean(),
    )


def _rule(item: Field) -> RequirementRule:
    parts = item.record("document", optional=("needed_by", "when"))
    when = parts["when"].record(optional=_CONDITIONS) if "when" in parts else {}
    return RequirementRule(
        document=parts["document"].one_of(DocumentType),
        needed_by=parts["needed_by"].one_of(Stage) if "needed_by" in parts else None,
        store_types=when["store_type"].several_of(StoreType) if "store_type" in when else None,
        categories=when["category"].several_of(Category) if "category" in when else None,
        countries=_texts(when["country"]) if "country" in when else None,
        declares=when["declares"].several_of(Declares) if "declares" in when else None,
    )


_CONDITIONS = ("store_type", "category", "country", "declares")


def files(section: Field) -> Files:
    return Files(
        **section.figures_of(
            scan_formats=_texts,
            list_formats=_texts,
            max_megabytes=_positive,
            brand_megabytes=_positive,
            brand_files=_positive,
            max_pages=_positive,
            bank_proof_months=_positive,
            correction_working_days=_positive,
            languages=_texts,
            translation=Field.text,
        )
    )


def reminders(section: Field) -> Reminders:
    return Reminders(**section.figures_of(draft_days=_draft_days, deadline_days_before=_positive))


def _draft_days(listed: Field) -> tuple[int, ...]:
    days = tuple(_positive(item) for item in listed.items())
    if len(days) > _MOST_DRAFT_REMINDERS or list(days) != sorted(set(days)):
        raise listed.invalid(f"at most {_MOST_DRAFT_REMINDERS} days, the earlier first")
    return days


def operations(section: Field) -> Operations:
    return Operations(
        **section.figures_of(
            order_limit=Field.money,
            yearly_limit=Field.money,
            tax_percent_of_normal=_percent,
            positive_list_lines=_positive,
            ship_within_hours=_positive,
            return_application_days=_positive,
            no_reason_return_days=_positive,
            settlement_currencies=_positive,
            insight_cell_at_least=_positive,
        )
    )


def desk(section: Field) -> DeskRules:
    return DeskRules(**section.figures_of(alert_minutes_before=_positive))


def privacy(section: Field) -> Privacy:
    return Privacy(
        **section.figures_of(
            invitation_days=_positive,
            access_answer_days=_positive,
            erasure_waiting_days=_positive,
            contract_years=_positive,
            mail_days=_positive,
        )
    )
