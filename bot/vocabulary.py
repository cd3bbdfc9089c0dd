"""What can be known of a message without learning: names, codes and numbers that mean one thing."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

import pycountry
import yaml

_DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*|[€$£¥]")
_POSSESSIVE = re.compile(r"['’]s$")
_CHINA = "CN"
# A typing error is forgiven in long words only: short ones become other words.
_FORGIVING_FROM = 7
_FORGIVING_FROM_IN_COUNTRIES = 6
_REGIONS_OF_CITIES = frozenset(("Africa", "America", "Asia", "Australia", "Europe"))


@dataclass(frozen=True)
class Found:
    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class _Word:
    text: str
    plain: str
    start: int
    end: int


Phrase = tuple[str, ...]


@dataclass
class Vocabulary:
    """Phrases by their plain words; `strict` ones count only as they are written."""

    phrases: dict[Phrase, dict[str, str]] = field(default_factory=dict)
    strict: dict[str, dict[str, str]] = field(default_factory=dict)
    nearly: dict[str, str] = field(default_factory=dict)
    longest: int = 1

    def add(self, phrase: str, entity: str, value: str) -> None:
        if len(phrase) == 2 and phrase.isupper():
            self.strict[phrase] = {entity: value}
            return
        words = tuple(word.plain for word in _words(phrase))
        for form in (words, (*words[:-1], words[-1] + "s")):
            self.phrases.setdefault(form, {}).setdefault(entity, value)
        self.longest = max(self.longest, len(words))
        enough = _FORGIVING_FROM_IN_COUNTRIES if entity == "country" else _FORGIVING_FROM
        if len(words) == 1 and len(words[0]) >= enough:
            self._forgive(words[0])

    def _forgive(self, word: str) -> None:
        for shorter in _one_letter_less(word):
            self.nearly.setdefault(shorter, word)

    def meaning(self, words: list[_Word], shouted: bool) -> dict[str, str]:
        if len(words) == 1 and words[0].text in self.strict and not shouted:
            return self.strict[words[0].text]
        plain = tuple(word.plain for word in words)
        return self.phrases.get(plain) or (self._misspelt(plain[0]) if len(plain) == 1 else {})

    def _misspelt(self, word: str) -> dict[str, str]:
        """One letter wrong, missing or too many."""
        if len(word) < _FORGIVING_FROM_IN_COUNTRIES:
            return {}
        shorter = list(_one_letter_less(word))
        near = next((self.nearly[form] for form in (word, *shorter) if form in self.nearly), None)
        if near is None and len(word) > _FORGIVING_FROM:
            near = next((form for form in shorter if (form,) in self.phrases), None)
        return self.phrases[(near,)] if near else {}


def known_phrases(text: str) -> list[Found]:
    """The longest phrases of the vocabulary, from left to right, none inside another."""
    words, found, at = list(_words(text)), [], 0
    while at < len(words):
        length, meaning = _longest_at(words, at, text.isupper())
        span = (words[at].start, words[at + max(length, 1) - 1].end)
        found += [Found(entity, value, *span) for entity, value in meaning.items()]
        at += max(length, 1)
    return found


def _longest_at(words: list[_Word], at: int, shouted: bool) -> tuple[int, dict[str, str]]:
    vocabulary = the_vocabulary()
    for length in range(min(vocabulary.longest, len(words) - at), 0, -1):
        meaning = vocabulary.meaning(words[at : at + length], shouted)
        if meaning:
            return length, meaning
    return 0, {}


@cache
def the_vocabulary() -> Vocabulary:
    vocabulary = Vocabulary()
    for entity, values in _read("vocabulary.yml").items():
        for value, phrases in values.items():
            for phrase in phrases:
                vocabulary.add(phrase, entity, value)
    for code, names in _read("countries.yml").items():
        for name in names:
            vocabulary.add(name, "country", code)
    for code, name in _names_of_countries():
        vocabulary.add(name, "country", code)
    for zone, city in _cities_of_zones():
        vocabulary.add(city, "time_zone", zone)
    return vocabulary


def _names_of_countries() -> Iterator[tuple[str, str]]:
    for country in pycountry.countries:
        if country.alpha_2 == _CHINA:
            continue
        yield country.alpha_2, country.name.partition(",")[0]
        if common_name := getattr(country, "common_name", None):
            yield country.alpha_2, common_name


def _cities_of_zones() -> Iterator[tuple[str, str]]:
    for zone in sorted(available_timezones()):
        region, _, city = zone.partition("/")
        if region in _REGIONS_OF_CITIES and "/" not in city:
            yield zone, city.replace("_", " ")


def _read(name: str) -> dict[str, dict[str, list[str]]]:
    with (_DATA / name).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        yield _Word(match[0], _plain(match[0]), *match.span())


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", word.lower()))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _one_letter_less(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))
