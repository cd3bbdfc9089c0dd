"""Which documents an application would need: for the store type, category, country and standing named."""

from dataclasses import dataclass

import pycountry

from actions import wording
from actions.turn import Turn
from onboarding.names import Category, Declares, DocumentType, Stage, StoreType
from onboarding.programme import programme
from onboarding.requirements import Requirement, rules_for
from onboarding.wording import inside_a_sentence, listed

_NAMED_BY = ("store_type", "category", "country", "entity_type")
_REMEMBERED = ("store_type", "category", "country")
_SECTIONS: tuple[Stage | None, ...] = (Stage.SUBMITTED, Stage.APPROVED, Stage.CONTRACT_AND_FEES, None)


@dataclass(frozen=True)
class SupposedCase:
    store_type: StoreType | None
    category: Category | None
    country: str | None
    declares: Declares | None

    def requirements(self) -> list[Requirement]:
        return rules_for(self.store_type, self.category, self.country, self.declares)

    def unknown(self) -> list[str]:
        unknown = {
            "store_type": self.store_type, "category": self.category, "declares": self.declares,
        }  # fmt: skip
        return [name for name, value in unknown.items() if value is None]

    def in_words(self) -> str:
        figures = programme()
        parts = [
            figures.categories[self.category] if self.category else "",
            figures.store_types[self.store_type].label if self.store_type else "",
            figures.declares[self.declares] if self.declares else "",
            wording.phrase("line_case_from", country=_country_name(self.country)) if self.country else "",
        ]
        known = ", ".join(inside_a_sentence(part) for part in parts if part)
        return known or wording.phrase("line_any_case")


def names_a_case(turn: Turn) -> bool:
    return any(turn.heard.entity(name) for name in _NAMED_BY)


def tell(turn: Turn) -> None:
    case = _supposed(turn)
    named = turn.heard.entity("document_type")
    if named:
        _tell_one(turn, case, DocumentType(named))
        return
    turn.say(
        "utter_requirements",
        case=case.in_words(),
        sections="\n\n".join(_sections(case.requirements())),
        ask=_what_it_depends_on(case),
        translation=programme().files.translation.value,
        **_source(),
    )


def _supposed(turn: Turn) -> SupposedCase:
    """What this message says, else what was said before: "and for wine?"."""
    said = {name: turn.heard.entity(name) or turn.slot(name) for name in _REMEMBERED}
    turn.remember(**said)
    entity_type = turn.heard.entity("entity_type")
    return SupposedCase(
        StoreType(said["store_type"]) if said["store_type"] else None,
        Category(said["category"]) if said["category"] else None,
        said["country"],
        Declares(entity_type.upper()) if entity_type else None,
    )


def _tell_one(turn: Turn, case: SupposedCase, document: DocumentType) -> None:
    found = next((need for need in case.requirements() if need.document == document), None)
    words = programme().documents[document]
    turn.say(
        f"utter_requirement_{found.compulsory if found else 'not_asked'}",
        document=words.label,
        hint=hint(document),
        case=case.in_words(),
        by=wording.phrase(f"line_by_{found.needed_by}") if found and found.needed_by else "",
        condition=_condition(document),
        **_source(),
    )


def hint(document: DocumentType) -> str:
    """What the document is, and how old it may be."""
    told = programme().documents[document].hint
    if document is not DocumentType.BANK_PROOF:
        return told
    months = programme().files.bank_proof_months.value
    return told + " " + wording.phrase("line_at_most_old", age=wording.counted(months, "month"))


def _sections(requirements: list[Requirement]) -> list[str]:
    sections = []
    for stage in _SECTIONS:
        needs = [_named(need) for need in requirements if need.needed_by == stage]
        if needs:
            sections.append(wording.phrase(f"line_needed_{stage}", lines="\n".join(needs)))
    return sections


def _named(need: Requirement) -> str:
    condition = _condition(need.document) if need.compulsory == "depends" else ""
    return wording.phrase("line_need", document=need.label, condition=f": {condition}" if condition else "")


def _condition(document: DocumentType) -> str:
    """What the rule for this document depends on, in words."""
    figures = programme()
    rule = next((rule for rule in figures.requirements.value if rule.document == document), None)
    if rule is None:
        return ""
    parts = {
        "store_types": [figures.store_types[store_type].label for store_type in rule.store_types or ()],
        "categories": [figures.categories[category] for category in rule.categories or ()],
        "declares": [figures.declares[declares] for declares in rule.declares or ()],
    }
    told = [
        wording.phrase(
            f"line_depends_{on}", values=listed([inside_a_sentence(value) for value in values], "or")
        )
        for on, values in parts.items()
        if values
    ]
    return " ".join(told)


def _what_it_depends_on(case: SupposedCase) -> str:
    unknown = [wording.phrase(f"line_unknown_{name}") for name in case.unknown()]
    return " " + wording.phrase("line_tell_me", unknown=listed(unknown)) if unknown else ""


def _source() -> dict[str, str]:
    return wording.source_of(programme().requirements)


def _country_name(code: str) -> str:
    country = pycountry.countries.get(alpha_2=code)
    return str(getattr(country, "common_name", country.name)) if country else code
