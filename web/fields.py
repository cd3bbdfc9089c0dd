"""Fields that several forms share, with what is said when they are filled in wrongly."""

import re
from collections.abc import Iterable
from enum import StrEnum
from unicodedata import category
from zoneinfo import available_timezones

from wtforms import RadioField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, Regexp

from onboarding.names import Role

LONGEST_EMAIL = 254
# Signs that would make one address several, or part of a mail's header.
_SIGN = r"[^@\s,;:<>()\[\]\"\\\x00-\x1f]"
_EMAIL = rf"{_SIGN}+@{_SIGN}+\.(?!.*\.){_SIGN}+$"
LONGEST_NAME = 120
_ROLES = [Role.VIEWER, Role.EDITOR, Role.OWNER]


def several_lines(typed: str | None) -> str:
    """Without control characters, of which NUL cannot even be stored."""
    return "".join(
        sign for sign in typed or "" if sign in "\n\t" or category(sign) not in ("Cc", "Cs")
    ).strip()


def one_line(typed: str | None) -> str:
    """Spaces and line breaks that came along with copying are dropped."""
    return several_lines(" ".join((typed or "").split()))


def without_spaces(typed: str | None) -> str:
    return re.sub(r"\s+", "", typed or "").lower()


def zone_named(typed: str | None) -> str:
    """ "europe/oslo", "Oslo" and "new york" are understood where one zone ends so."""
    wanted = "_".join((typed or "").split()).casefold()
    zones = available_timezones()
    fitting = [zone for zone in zones if zone.casefold() == wanted] or [
        zone for zone in zones if wanted and zone.casefold().endswith(f"/{wanted}") and zone.count("/") == 1
    ]
    return fitting[0] if len(fitting) == 1 else one_line(typed)


def zones_to_choose() -> list[str]:
    """All that a region names, and UTC: the rest are older names of the same."""
    regions = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/",
               "Indian/", "Pacific/")  # fmt: skip
    return ["UTC", *sorted(zone for zone in available_timezones() if zone.startswith(regions))]


def email_field(missing: str = "Enter your email address") -> StringField:
    return StringField(
        filters=[without_spaces],
        validators=[
            InputRequired(missing),
            Length(max=LONGEST_EMAIL, message="Enter a shorter email address"),
            Regexp(_EMAIL, message="Enter an email address like name@example.com"),
        ],
    )


def name_field(missing: str = "Enter your name") -> StringField:
    return StringField(
        filters=[one_line],
        validators=[
            InputRequired(missing),
            Length(max=LONGEST_NAME, message=f"Enter a name of at most {LONGEST_NAME} characters"),
            Regexp(r"[^<>]*$", message="Enter your name without the characters < and >"),
            Regexp(r".*[^\W\d_]", message="Enter your name with at least one letter"),
        ],
    )


def zone_field() -> StringField:
    return StringField(
        filters=[zone_named],
        validators=[
            InputRequired("Enter your time zone"),
            AnyOf(available_timezones(), message="Choose a time zone from the list, such as Europe/Oslo"),
        ],
    )


def role_field() -> RadioField:
    return choice_field(_ROLES, "Select a role")


def choice_field(names: Iterable[StrEnum], missing: str) -> RadioField:
    values = [name.value for name in names]
    return RadioField(
        choices=dict.fromkeys(values, ""),
        # Its own message speaks of valid choices.
        validate_choice=False,
        validators=[InputRequired(missing), AnyOf(values, message=missing)],
    )
