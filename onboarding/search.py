"""Finds articles by their words, for the help pages and for questions that fit no intent."""

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from onboarding.knowledge import Article, articles

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=\w{3})(?:ies|ing|ed|es|s|e|y)$")
_FUNCTION_WORDS = frozenset(
    _WORD.findall(
        "a about after all also am an and any are as ask at be been before but by can could did do does for from get"
        " give had has have hello help hi how i if in into is it its just know last let like may me mean my need new"
        " next no not now of on one or our out please s say shall should show so some take tell than thank thanks"
        " that the their them then there these they thing things this to too up us use want was we well what when"
        " where which who why will with would yes you your"
    )
)
# BM25's usual constants.
_SATURATION, _LENGTH_COUNTS = 1.2, 0.75
_TITLE_COUNTS = 3
_FEWEST_WORDS_FOUND = 2
_SHARE_FOUND = 0.7


@dataclass(frozen=True)
class Hit:
    """`found` is the share of what was asked for that stands in the article, rare words counting more."""

    article: Article
    score: float
    found: float
    words_found: int


@dataclass(frozen=True)
class _Index:
    counts: dict[str, Counter[str]]
    rarity: dict[str, float]
    usual_length: float


def search(query: str, most: int = 10) -> list[Hit]:
    """The best first; none where no word of the query stands in an article."""
    asked = set(_terms(query))
    hits = [hit for intent in _index().counts if (hit := _hit(articles()[intent], asked)).score > 0]
    return sorted(hits, key=lambda hit: -hit.score)[:most]


def article_that_fits(query: str) -> Article | None:
    """The article that has most of what is asked, or none: one word in common does not make an answer."""
    best = next(iter(search(query, most=1)), None)
    if best is None or best.words_found < _FEWEST_WORDS_FOUND or best.found < _SHARE_FOUND:
        return None
    return best.article


def has_words_of(article: Article, query: str) -> bool:
    """Whether any word of the query, function words aside, stands in the article."""
    return _hit(article, set(_terms(query))).words_found > 0


def _hit(article: Article, asked: set[str]) -> Hit:
    index = _index()
    counts = index.counts[article.intent]
    unknown = max(index.rarity.values())
    found = {term for term in asked if counts[term]}
    wanted = sum(index.rarity.get(term, unknown) for term in asked)
    length = sum(counts.values()) / index.usual_length
    score = sum(
        index.rarity[term]
        * counts[term]
        * (_SATURATION + 1)
        / (counts[term] + _SATURATION * (1 - _LENGTH_COUNTS + _LENGTH_COUNTS * length))
        for term in found
    )
    share = sum(index.rarity[term] for term in found) / wanted if wanted else 0.0
    return Hit(article, score, share, len(found))


@cache
def _index() -> _Index:
    counts = {intent: _counted(article) for intent, article in articles().items()}
    known = Counter(term for counted in counts.values() for term in counted)
    rarity = {term: math.log(1 + len(counts) / number) for term, number in known.items()}
    return _Index(counts, rarity, sum(map(Counter.total, counts.values())) / len(counts))


def _counted(article: Article) -> Counter[str]:
    text = " ".join([*[article.title] * _TITLE_COUNTS, article.short, article.full])
    return Counter(_terms(text))


def _terms(text: str) -> list[str]:
    words = [word for word in _WORD.findall(text.casefold()) if word not in _FUNCTION_WORDS]
    return [_ENDING.sub("", word) for word in words]
