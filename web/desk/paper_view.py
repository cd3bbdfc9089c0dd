"""How a reviewer looks at a paper: which page, how large, turned which way; every change is an address of its own."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web

from web.numbers import whole_number

SIZES = {"fit": 1000, "large": 1700, "full": 2600}
_NAMES = tuple(SIZES)
_TURNS = (0, 90, 180, 270)


@dataclass(frozen=True)
class PaperView:
    """`base` is the address of what is looked at."""

    base: str
    pages: int
    page: int = 1
    size: str = "fit"
    turned: int = 0

    @property
    def longest_side(self) -> int:
        return SIZES[self.size]

    @property
    def picture(self) -> str:
        return f"{self.base}/pages/{self.page}?{urlencode({'size': self.size, 'turned': self.turned})}"

    @property
    def here(self) -> str:
        return self._address(self)

    @property
    def next_page(self) -> str | None:
        return self._address(replace(self, page=self.page + 1)) if self.page < self.pages else None

    @property
    def page_before(self) -> str | None:
        return self._address(replace(self, page=self.page - 1)) if self.page > 1 else None

    @property
    def larger(self) -> str | None:
        place = _NAMES.index(self.size) + 1
        return self._address(replace(self, size=_NAMES[place])) if place < len(_NAMES) else None

    @property
    def smaller(self) -> str | None:
        place = _NAMES.index(self.size) - 1
        return self._address(replace(self, size=_NAMES[place])) if place >= 0 else None

    @property
    def turned_on(self) -> str:
        return self._address(replace(self, turned=(self.turned + 90) % 360))

    def _address(self, other: "PaperView") -> str:
        asked = {"page": other.page, "size": other.size, "turned": other.turned}
        return f"{self.base}?{urlencode(asked)}#paper"


def paper_view(request: web.Request, base: str, pages: int) -> PaperView:
    """What makes no sense is the first page as it is."""
    return PaperView(
        base,
        pages,
        page=min(pages, max(1, whole_number(request.query.get("page")) or 1)),
        size=size_asked(request),
        turned=turn_asked(request),
    )


def size_asked(request: web.Request) -> str:
    asked = request.query.get("size", _NAMES[0])
    return asked if asked in SIZES else _NAMES[0]


def turn_asked(request: web.Request) -> int:
    asked = whole_number(request.query.get("turned"))
    return asked if asked in _TURNS else 0


def page_asked(request: web.Request) -> int:
    return max(1, whole_number(request.match_info["page"]) or 1)
