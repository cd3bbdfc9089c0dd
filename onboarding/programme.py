"""The programme's figures, rules and words, read from programme.yml."""

from functools import cache
from pathlib import Path
from typing import get_type_hints

from onboarding import programme_sections as sections
from onboarding.names import Category, Declares, DocumentType, ReasonCode, Stage, StoreType
from onboarding.programme_registration import registration
from onboarding.programme_types import Programme
from onboarding.yaml_fields import Field, Figure, ProgrammeInvalid, read_fields

__all__ = ["Figure", "Programme", "ProgrammeInvalid", "load_programme", "programme"]

PROGRAMME_FILE = Path(__file__).parents[1] / "programme.yml"


@cache
def programme() -> Programme:
    return load_programme(PROGRAMME_FILE)


def load_programme(path: Path) -> Programme:
    """Raises ProgrammeInvalid naming file, line and field."""
    root = read_fields(path)
    parts = root.record(*(name for name in get_type_hints(Programme) if name != "figures"))
    return Programme(
        name=parts["name"].text(),
        installed_base=sections.installed_base(parts["installed_base"]),
        opening=sections.opening(parts["opening"]),
        incubation=sections.incubation(parts["incubation"]),
        livestream=sections.livestream(parts["livestream"]),
        fees=sections.fees(parts["fees"]),
        office_hours=sections.office_hours(parts["office_hours"]),
        stages=parts["stages"].table(Stage, Field.text),
        store_types=parts["store_types"].table(StoreType, sections.store_type),
        declares=parts["declares"].table(Declares, Field.text),
        categories=parts["categories"].table(Category, Field.text),
        documents=parts["documents"].table(DocumentType, sections.document),
        requirements=sections.requirements(parts["requirements"]),
        registration=registration(parts["registration"]),
        reasons=parts["reasons"].table(ReasonCode, sections.reason),
        files=sections.files(parts["files"]),
        reminders=sections.reminders(parts["reminders"]),
        operations=sections.operations(parts["operations"]),
        desk=sections.desk(parts["desk"]),
        privacy=sections.privacy(parts["privacy"]),
        figures=root.figures,
    )
