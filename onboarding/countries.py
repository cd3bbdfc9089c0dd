"""Countries and regions by their two-letter codes and the names people use for them."""

from functools import cache
from importlib.resources import files
from typing import Any

import pycountry

# Names in daily use that the standard does not know.
_ALSO = {
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "turkey": "TR",
    "macau": "MO",
    "korea": "KR",
    "holland": "NL",
}

_CALLED = {"CN": "China (mainland)"}
UNKNOWN_ZONE = "UTC"
# The table of zones lists these from east to west or west to east, not by where most people live.
_SPREAD_OUT = frozenset({"AU", "BR", "CA", "RU"})


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Code and name, sorted by name."""
    named = [(country.alpha_2, _name(country)) for country in pycountry.countries]
    return tuple(sorted(named, key=lambda pair: pair[1]))


def country_name(code: str) -> str:
    found = pycountry.countries.get(alpha_2=code)
    return _name(found) if found else code


def country_code(typed: str) -> str | None:
    """From a code or any of its English names; None where none fits."""
    wanted = typed.strip()
    by_name = {name.casefold(): code for code, name in countries()} | _ALSO
    if wanted.casefold() in by_name:
        return by_name[wanted.casefold()]
    try:
        return str(pycountry.countries.lookup(wanted).alpha_2)
    except LookupError:
        return None


def time_zone_of(code: str) -> str:
    """A first guess, which the person may correct."""
    return UNKNOWN_ZONE if code in _SPREAD_OUT else _zones().get(code, UNKNOWN_ZONE)


@cache
def _zones() -> dict[str, str]:
    """Of each country the zone listed first."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {row[0]: row[2] for row in reversed(rows)}


def _name(country: Any) -> str:
    return _CALLED.get(country.alpha_2) or str(getattr(country, "common_name", country.name))
