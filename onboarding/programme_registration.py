"""The rules of programme.yml for who may register, for which store, and with which goods."""

from collections.abc import Mapping
from dataclasses import dataclass

from onboarding.names import Applicant, Declares, StoreType
from onboarding.yaml_fields import Field, Figure


@dataclass(frozen=True)
class ApplicantRule:
    """`why` tells those who may not apply, or what the others have to know, if anything."""

    label: str
    may_apply: bool
    why: str | None


@dataclass(frozen=True)
class Advice:
    store_type: StoreType
    why: str
    alternative: str


@dataclass(frozen=True)
class GoodsRule:
    """Goods named by any of `words`; those not refused are sold under conditions."""

    words: tuple[str, ...]
    refused: bool
    sentence: str


@dataclass(frozen=True)
class RegistrationRules:
    applicants: Figure[Mapping[Applicant, ApplicantRule]]
    excluded_countries: Figure[tuple[str, ...]]
    excluded_why: Figure[str]
    advice: Figure[Mapping[Declares, Advice]]
    fits: Figure[Mapping[StoreType, tuple[Declares, ...]]]
    goods: Figure[tuple[GoodsRule, ...]]
    currency_countries: Figure[Mapping[str, tuple[str, ...]]]


def registration(section: Field) -> RegistrationRules:
    return RegistrationRules(
        **section.figures_of(
            applicants=lambda table: table.table(Applicant, _applicant),
            excluded_countries=_codes,
            excluded_why=Field.text,
            advice=lambda table: table.table(Declares, _advice),
            fits=lambda table: table.table(StoreType, lambda listed: listed.several_of(Declares)),
            goods=lambda listed: tuple(_goods(item) for item in listed.items()),
            currency_countries=lambda table: {name: _codes(codes) for name, codes in table.entries()},
        )
    )


def _applicant(item: Field) -> ApplicantRule:
    parts = item.record("label", "may_apply", optional=("why",))
    why = parts["why"].text() if "why" in parts else None
    return ApplicantRule(parts["label"].text(), parts["may_apply"].boolean(), why)


def _advice(item: Field) -> Advice:
    parts = item.record("store_type", "why", "alternative")
    return Advice(parts["store_type"].one_of(StoreType), parts["why"].text(), parts["alternative"].text())


def _goods(item: Field) -> GoodsRule:
    parts = item.record("words", "refused", "sentence")
    return GoodsRule(
        tuple(word.text().casefold() for word in parts["words"].items()),
        parts["refused"].boolean(),
        parts["sentence"].text(),
    )


def _codes(listed: Field) -> tuple[str, ...]:
    return tuple(item.text() for item in listed.items())
