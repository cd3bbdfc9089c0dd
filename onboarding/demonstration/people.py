"""Made-up brands, companies and people from many countries."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unicodedata import combining, normalize

import yaml

from onboarding.demonstration.records import Person
from onboarding.names import Category, Role


@dataclass(frozen=True)
class Country:
    code: str
    zone: str
    region: str
    legal_form: str


@dataclass(frozen=True)
class Names:
    brand: str
    company: str
    country: str
    people: tuple[Person, ...]


class NameMaker:
    """Never the same brand twice, and every country before one comes again."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._taken: set[str] = set()
        self._countries: list[Country] = []

    def names(self, category: Category) -> Names:
        country = self._next_country()
        word = self._new_word(country.region)
        brand = self._with_noun(word, category)
        return Names(
            brand, f"{brand} {country.legal_form}", country.code, self._people(word.lower(), country)
        )

    def _next_country(self) -> Country:
        if not self._countries:
            self._countries = countries()
            self._random.shuffle(self._countries)
        return self._countries.pop()

    def _new_word(self, region: str) -> str:
        parts = _words()["regions"][region]
        while True:
            word: str = self._random.choice(parts["starts"]) + self._random.choice(parts["ends"])
            if word not in self._taken:
                self._taken.add(word)
                return word

    def _with_noun(self, word: str, category: Category) -> str:
        if self._random.random() < 0.4:
            return word
        return f"{word} {self._random.choice(_words()['nouns'][category])}"

    def _people(self, domain: str, country: Country) -> tuple[Person, ...]:
        roles = [Role.OWNER, self._random.choice([Role.EDITOR, Role.VIEWER])]
        wanted = roles if self._random.random() < 0.3 else roles[:1]
        first = self._random.sample(_words()["regions"][country.region]["first"], len(wanted))
        last = self._random.sample(_words()["regions"][country.region]["last"], len(wanted))
        return tuple(
            Person(f"{a} {b}", f"{_ascii(a)}@{_ascii(domain)}.example", country.zone, role)
            for a, b, role in zip(first, last, wanted, strict=True)
        )


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = _read("words.yml")
    return found


def countries() -> list[Country]:
    return [Country(*entry) for entry in _read("countries.yml")]


def _read(name: str) -> Any:
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def _ascii(text: str) -> str:
    plain = normalize("NFKD", text).replace("ł", "l").replace("Ł", "L").replace("ı", "i")
    return "".join(letter for letter in plain if not combining(letter)).lower().replace(" ", "")
