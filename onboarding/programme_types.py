"""What programme.yml says, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from onboarding.money import Money
from onboarding.names import Category, Declares, DocumentType, ReasonCode, Stage, StoreType, Turn
from onboarding.programme_registration import RegistrationRules
from onboarding.yaml_fields import Figure


@dataclass(frozen=True)
class InstalledBase:
    brands_at_least: Figure[int]
    countries: Figure[int]
    first_time_in_china_percent: Figure[int]
    new_brands_goal: Figure[int]
    new_brands_goal_months: Figure[int]


@dataclass(frozen=True)
class PlanStep:
    """One step of the way to the opening, which may take several stages; `who` says in words who acts."""

    stage: Stage
    label: str
    stages: tuple[Stage, ...]
    from_day: int
    to_day: int
    who: str

    @property
    def turn(self) -> Turn:
        return self.stage.turn


@dataclass(frozen=True)
class OpeningRules:
    days: Figure[int]
    plan: Figure[tuple[PlanStep, ...]]
    registration_minutes: Figure[int]
    company_age_months: Figure[int]
    payment_working_days: Figure[int]
    payment_account: Figure[str]
    estimate_cases_at_least: Figure[int]


@dataclass(frozen=True)
class Tier:
    """Reached at `percent` of the target."""

    code: str
    percent: int
    commission_points: Decimal
    special_events: bool
    benefit: str


@dataclass(frozen=True)
class IncubationRules:
    days: Figure[int]
    target: Figure[Money]
    counting_rule: Figure[str]
    tiers: Figure[tuple[Tier, ...]]
    shown_currencies: Figure[tuple[str, ...]]

    def tier_amount(self, tier: Tier) -> Money:
        return self.target.value.times(Decimal(tier.percent) / 100)


@dataclass(frozen=True)
class LivestreamRules:
    day: Figure[int]
    start: Figure[time]
    slots: Figure[int]
    cut_off_day: Figure[int]
    gap_rounded_up_to: Figure[Money]


@dataclass(frozen=True)
class PercentRange:
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Fees:
    registration: Figure[Money]
    deposit: Figure[Mapping[Category, Money]]
    higher_deposit: Figure[Money]
    higher_deposit_countries: Figure[tuple[str, ...]]
    deposit_top_up_days: Figure[int]
    annual: Figure[Mapping[Category, Money]]
    commission: Figure[Mapping[Category, PercentRange]]
    alipay_percent: Figure[Decimal]

    def deposit_for(self, category: Category, country: str | None = None) -> Money:
        if country in self.higher_deposit_countries.value:
            return self.higher_deposit.value
        return self.deposit.value[category]


@dataclass(frozen=True)
class Holiday:
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class OfficeHours:
    """`days` counts Monday as 1; times are China's."""

    days: Figure[tuple[int, ...]]
    opens: Figure[time]
    closes: Figure[time]
    first_reply_working_hours: Figure[int]
    holidays: Figure[tuple[Holiday, ...]]


@dataclass(frozen=True)
class StoreTypeWords:
    label: str
    definition: str


@dataclass(frozen=True)
class DocumentWords:
    label: str
    hint: str
    is_list: bool


@dataclass(frozen=True)
class ReasonWords:
    label: str
    sentence: str
    send_instead: str


@dataclass(frozen=True)
class RequirementRule:
    """A condition that is None always holds."""

    document: DocumentType
    needed_by: Stage | None
    store_types: tuple[StoreType, ...] | None
    categories: tuple[Category, ...] | None
    countries: tuple[str, ...] | None
    declares: tuple[Declares, ...] | None


@dataclass(frozen=True)
class Files:
    scan_formats: Figure[tuple[str, ...]]
    list_formats: Figure[tuple[str, ...]]
    max_megabytes: Figure[int]
    brand_megabytes: Figure[int]
    brand_files: Figure[int]
    max_pages: Figure[int]
    bank_proof_months: Figure[int]
    correction_working_days: Figure[int]
    languages: Figure[tuple[str, ...]]
    translation: Figure[str]


@dataclass(frozen=True)
class Reminders:
    """`draft_days` count from the last answer: one reminder for each, in their order."""

    draft_days: Figure[tuple[int, ...]]
    deadline_days_before: Figure[int]


@dataclass(frozen=True)
class Operations:
    order_limit: Figure[Money]
    yearly_limit: Figure[Money]
    tax_percent_of_normal: Figure[int]
    positive_list_lines: Figure[int]
    ship_within_hours: Figure[int]
    return_application_days: Figure[int]
    no_reason_return_days: Figure[int]
    settlement_currencies: Figure[int]
    insight_cell_at_least: Figure[int]


@dataclass(frozen=True)
class Privacy:
    invitation_days: Figure[int]
    access_answer_days: Figure[int]
    erasure_waiting_days: Figure[int]
    contract_years: Figure[int]
    mail_days: Figure[int]


@dataclass(frozen=True)
class DeskRules:
    """So long before a promise ends the staff are mailed, if nobody is at the desk."""

    alert_minutes_before: Figure[int]


@dataclass(frozen=True)
class Programme:
    """`figures` holds every figure once more, by its path in the file: "livestream.slots"."""

    name: str
    installed_base: InstalledBase
    opening: OpeningRules
    incubation: IncubationRules
    livestream: LivestreamRules
    fees: Fees
    office_hours: OfficeHours
    stages: Mapping[Stage, str]
    store_types: Mapping[StoreType, StoreTypeWords]
    declares: Mapping[Declares, str]
    categories: Mapping[Category, str]
    documents: Mapping[DocumentType, DocumentWords]
    requirements: Figure[tuple[RequirementRule, ...]]
    registration: RegistrationRules
    reasons: Mapping[ReasonCode, ReasonWords]
    files: Files
    reminders: Reminders
    operations: Operations
    desk: DeskRules
    privacy: Privacy
    figures: Mapping[str, Figure[Any]]
