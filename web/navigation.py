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


def navigation(request: web.Request, brand: Brand | None, own: Sequence[Brand]) -> list[Item]:
    items = _for_contact(brand, own) if reader(request).contact else _for_visitor()
    return [Item(item.label, item.href, item.href == request.path) for item in items]


def _for_visitor() -> list[Item]:
    return [Item("How it works", "/#how"), Item("Costs", "/#costs"), Item("Help", "/help")]


def _for_contact(brand: Brand | None, own: Sequence[Brand]) -> list[Item]:
    home = Item("Your store", brand_path(brand, own)) if brand else Item("Your store", "/brands")
    return [home, Item("Messages", "/messages"), Item("Help", "/help")]
