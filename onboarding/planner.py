"""What five answers tell before any account: may we apply, with which store, at what cost, with what, by when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from onboarding import clock, incubation, requirements
from onboarding.incubation import Converted, CurrencyUnknown
from onboarding.money import Money
from onboarding.names import Applicant, Category, Declares, Stage, StoreType
from onboarding.programme import programme
from onboarding.programme_types import PercentRange
from onboarding.registration.errors import AnswerRefused, AnswersRefused
from onboarding.registration.fields import Field
from onboarding.registration.questions import planner_questions
from onboarding.registration.validators import accepted
from onboarding.requirements import Requirement


@dataclass(frozen=True)
class Situation:
    """The five answers; `country` is a code."""

    applicant: Applicant
    declares: Declares
    country: str
    category: Category
    products: str


@dataclass(frozen=True)
class Cost:
    """`shown` is what it comes to in the reader's currency, where there is a rate."""

    amount: Money
    shown: Converted | None


@dataclass(frozen=True)
class Plan:
    """`reasons` say why not; without any, the brand may apply. A person decides in the end."""

    answers: Situation
    reasons: list[str]
    to_know: list[str]
    store_type: StoreType
    why: str
    alternative: str
    deposit: Cost
    annual: Cost
    total: Cost
    commission: PercentRange
    documents: list[Requirement]
    submitted_on: date
    open_by: date
    currency: str

    @property
    def may_apply(self) -> bool:
        return not self.reasons

    @property
    def to_submit(self) -> list[Requirement]:
        return [one for one in self.documents if one.needed_by is Stage.SUBMITTED]

    @property
    def for_later(self) -> list[Requirement]:
        return [one for one in self.documents if one.needed_by not in (Stage.SUBMITTED, None)]

    @property
    def optional(self) -> list[Requirement]:
        return [one for one in self.documents if one.needed_by is None]


def situation(session: Session, typed: Mapping[Field, str]) -> Situation:
    """Raises AnswersRefused with all that is wrong."""
    today = clock.today_in_china(session)
    refused: dict[Field, AnswerRefused] = {}
    given: dict[Field, str] = {}
    for question in planner_questions():
        try:
            given[question.field] = accepted(question, typed.get(question.field, ""), today)
        except AnswerRefused as error:
            refused[question.field] = error
    if refused:
        raise AnswersRefused(refused)
    return Situation(
        Applicant(given[Field.APPLICANT]),
        Declares(given[Field.DECLARES]),
        given[Field.COUNTRY],
        Category(given[Field.CATEGORY]),
        given[Field.PRODUCTS],
    )


def plan(session: Session, answers: Situation, currency: str | None = None) -> Plan:
    """As if it were submitted today; `currency` is what the reader wants instead of their country's."""
    rules = programme()
    advice = rules.registration.advice.value[answers.declares]
    shown_in = (
        currency if currency in rules.incubation.shown_currencies.value else _currency_of(answers.country)
    )
    deposit = rules.fees.deposit_for(answers.category, answers.country)
    annual = rules.fees.annual.value[answers.category]
    today = clock.today_in_china(session)
    return Plan(
        answers=answers,
        reasons=_reasons(answers),
        to_know=_to_know(answers),
        store_type=advice.store_type,
        why=advice.why,
        alternative=advice.alternative,
        deposit=_cost(session, deposit, shown_in),
        annual=_cost(session, annual, shown_in),
        total=_cost(session, deposit + annual, shown_in),
        commission=rules.fees.commission.value[answers.category],
        documents=requirements.rules_for(
            advice.store_type, answers.category, answers.country, answers.declares
        ),
        submitted_on=today,
        open_by=today + timedelta(days=rules.opening.days.value),
        currency=shown_in,
    )


def _reasons(answers: Situation) -> list[str]:
    rules = programme().registration
    applicant = rules.applicants.value[answers.applicant]
    found = [] if applicant.may_apply else [applicant.why or applicant.label]
    if answers.country in rules.excluded_countries.value:
        found.append(rules.excluded_why.value)
    return found + _goods_named(answers.products, refused=True)


def _to_know(answers: Situation) -> list[str]:
    applicant = programme().registration.applicants.value[answers.applicant]
    own = [applicant.why] if applicant.may_apply and applicant.why else []
    return own + _goods_named(answers.products, refused=False)


def _goods_named(products: str, *, refused: bool) -> list[str]:
    """Guidance from the words that were used: a person looks at the goods themselves."""
    text = f" {' '.join(re.findall(r'[^\W_]+(?:-[^\W_]+)*', products.casefold()))} "
    return [
        rule.sentence
        for rule in programme().registration.goods.value
        if rule.refused is refused and any(f" {word} " in text for word in rule.words)
    ]


def _currency_of(country: str) -> str:
    by_country = programme().registration.currency_countries.value
    shown = programme().incubation.shown_currencies.value
    own = next((name for name, codes in by_country.items() if country in codes and name in shown), None)
    return own or next((name for name in shown if name not in by_country), shown[0])


def _cost(session: Session, amount: Money, currency: str) -> Cost:
    try:
        return Cost(amount, incubation.convert(session, amount, currency))
    except CurrencyUnknown:
        return Cost(amount, None)  # no rate is known yet: RMB alone is shown
