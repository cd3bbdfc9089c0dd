"""Which brand a question is about: named, remembered, the only one, or asked for."""

import re
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select

from actions import wording
from actions.refusals import (
    ApplicationUnknown,
    DataOutOfReach,
    NoApplication,
    NoBrand,
    NotYourBrand,
    Refusal,
    Withdrawn,
)
from actions.turn import Turn
from onboarding.brands import (
    ApplicationNotFound,
    application_by_number,
    is_other_brand,
    withdrawn_of,
)
from onboarding.models import Brand, Company

_BOTH = re.compile(r"\bboth\b|\b(?:our|my|each of (?:our|my)|all (?:of )?(?:our|my)) brands\b", re.IGNORECASE)
_THE_OTHER = re.compile(r"\bthe other (?:one|brand|store)?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_CAPITALISED = re.compile(r"(?<=[^.!?] )[A-Z][^\W\d_]+")
_MOST_TO_CHOOSE = 6
_LONG_ENOUGH_TO_NAME = 4


class WhichBrand(Exception):
    def __init__(self, brands: list[Brand]) -> None:
        super().__init__("The question does not say which brand it is about.")
        self.brands = brands


def chosen(turn: Turn, *, overview: bool) -> list[Brand]:
    """Raises WhichBrand, or why the asker may not know."""
    own = turn.own_brands
    if turn.is_data_out_of_reach:
        raise DataOutOfReach
    named = named_in(turn)
    if named:
        return named
    if not own:
        raise NoBrand
    if len(own) == 1:
        return own
    remembered = [brand for brand in own if brand.name == turn.slot("brand")]
    if remembered or overview:
        return remembered or own
    raise WhichBrand(own)


def without_application(turn: Turn, brand: Brand) -> Refusal:
    """Why there is nothing to tell: the last application was withdrawn, or there never was one."""
    withdrawn = withdrawn_of(turn.session, brand)
    if withdrawn is None or withdrawn.withdrawn_at is None:
        return NoApplication(brand=brand.name)
    at = turn.moment(withdrawn.withdrawn_at)
    return Withdrawn(brand=brand.name, number=withdrawn.number, at=at)


def means_own(text: str) -> bool:
    """ "both", "our brands", "the other one": brands of the asker, without a name."""
    return bool(_BOTH.search(text) or _THE_OTHER.search(text))


def named_in(turn: Turn) -> list[Brand]:
    """By application number or by name; raises when what is named belongs to somebody else."""
    number = turn.heard.entity("application_no")
    if number:
        return [_brand_of_application(turn, number)]
    named = mentioned(turn.heard.entity("brand") or turn.heard.text, turn.own_brands)
    if named:
        return named
    if names_another(turn):
        raise NotYourBrand
    return _without_a_name(turn)


def _without_a_name(turn: Turn) -> list[Brand]:
    own, text = turn.own_brands, turn.heard.text
    if len(own) > 1 and _BOTH.search(text):
        return own
    others = [brand for brand in own if brand.name != turn.slot("brand")]
    return others if len(own) == 2 and len(others) == 1 and _THE_OTHER.search(text) else []


def names_another(turn: Turn) -> bool:
    """In full anywhere, or by its beginning where a capital letter shows that a name is meant."""
    if turn.is_data_out_of_reach or not _some_name_begins_with(turn, _words(turn.heard.text)):
        return False
    names = [name for name in _CAPITALISED.findall(turn.heard.text) if len(name) >= _LONG_ENOUGH_TO_NAME]
    return any(is_other_brand(turn.session, turn.contact, text) for text in (turn.heard.text, *names))


def _some_name_begins_with(turn: Turn, words: list[str]) -> bool:
    """Most messages name nobody: that is found out without reading every name."""
    return bool(turn.session.scalar(_names_beginning_with(), {"words": words}))


@cache
def _names_beginning_with() -> Select[tuple[bool]]:
    words: BindParameter[str] = bindparam("words", expanding=True)
    known = [
        select(named.id).where(func.lower(func.split_part(named.name, " ", 1)).in_(words))
        for named in (Brand, Company)
    ]
    return select(or_(*(query.exists() for query in known)))


def mentioned(text: str, own: list[Brand]) -> list[Brand]:
    """Brands named in a sentence, in full or by a first word that only one of them has."""
    words = _words(text)
    in_full = [brand for brand in own if _contains(words, _words(brand.name))]
    firsts = [_words(brand.name)[0] for brand in own]
    by_first = [
        brand
        for brand, first in zip(own, firsts, strict=True)
        if first in words and len(first) >= _LONG_ENOUGH_TO_NAME and firsts.count(first) == 1
    ]
    return in_full or by_first


def _contains(words: list[str], name: list[str]) -> bool:
    return any(words[at : at + len(name)] == name for at in range(len(words) - len(name) + 1))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _brand_of_application(turn: Turn, number: str) -> Brand:
    assert turn.contact is not None
    try:
        application = application_by_number(turn.session, turn.contact, number)
    except ApplicationNotFound:
        raise ApplicationUnknown(number=number) from None
    return turn.session.get_one(Brand, application.brand_id)


def keep_in_mind(turn: Turn, told: list[Brand]) -> None:
    """After an overview no brand is the one that is talked about: each gets a button of its own."""
    if len(told) == 1:
        turn.remember(brand=told[0].name)
        return
    turn.remember(brand=None)
    for said in turn.said:
        said.buttons.clear()
    for brand in told:
        title = wording.phrase("button_next_step_of", brand=brand.name)
        turn.offer("store_opening_next_step", title, brand=brand.name)


def ask_which(turn: Turn, intent: str, brands: list[Brand]) -> None:
    turn.say("utter_which_brand")
    for brand in brands[:_MOST_TO_CHOOSE]:
        turn.offer(intent, brand.name, most=_MOST_TO_CHOOSE, brand=brand.name)
    turn.remember(question={"asks": "brand", "for": intent})
