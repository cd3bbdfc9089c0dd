"""The links at the top of a page: what there is to see for this reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from onboarding.models import Brand
from web.brand_paths import brand_path
from web.security.sessions import reader


@dataclass(frozen=True)
class Item:
    label: str
    href: str
    current: bool = False


_WITH_PAGES_BELOW = ("Documents", "People")


def navigation(request: web.Request, brand: Brand | None, own: Sequence[Brand]) -> list[Item]:
    """On pages of no brand, those of the reader's only one."""
    who = reader(request)
    if brand is None and len(who.own) == 1:
        brand, own = who.own[0], who.own
    items = _for_contact(brand, own) if who.contact else _for_visitor()
    return [Item(item.label, item.href, _is_current(item, request.path)) for item in items]


def _is_current(item: Item, path: str) -> bool:
    """The pages below a brand's documents and people belong to them; those below its home have items of their own."""
    return path == item.href or (item.label in _WITH_PAGES_BELOW and path.startswith(f"{item.href}/"))


def _for_visitor() -> list[Item]:
    return [Item("How it works", "/#how"), Item("Costs", "/#costs"), Item("Help", "/help")]


def _for_contact(brand: Brand | None, own: Sequence[Brand]) -> list[Item]:
    rest = [Item("Messages", "/messages"), Item("Help", "/help")]
    if brand is None:
        return [Item("Your store", "/brands"), *rest]
    home = brand_path(brand, own)
    return [
        Item("Your store", home),
        Item("Documents", f"{home}/documents"),
        Item("People", f"{home}/people"),
        *rest,
    ]
