"""`python -m bench.pages` opens every page as the right person, at 320 and 1280 px, and says what it found.

Bytes are those that come over the wire with an empty cache: of the page itself, and of everything that it loads.
With PICTURES set to a folder, each page is kept there as a picture.
"""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page

from bench.pages_of_people import People, Visit, made_up
from bench.pages_of_staff import with_staff
from conversations.embedded_postgres import EmbeddedPostgres
from onboarding.database import build_engine, session_factory
from tests.chromium import opened
from tests.whole_house import house
from web import routing

_AXE = Path(__file__).resolve().parents[1] / "tests" / "web" / "vendor" / "axe.min.js"
_WIDTHS = (1280, 320)
_NOW = "2026-05-20T08:00Z"
# Answered with a file, with data, or by sending the reader on.
_NO_PAGES = re.compile(
    r"/(download|file|invoice|summary|sample|template|plan\.pdf|health|socket|panel|original)$|\{(file_id|proof_id|version|page)\}"
)


@dataclass
class Loaded:
    """What came over the wire, by the address it came from."""

    bytes_of: dict[str, int] = field(default_factory=dict)
    _address_of: dict[str, str] = field(default_factory=dict)

    def listen(self, wire: CDPSession) -> None:
        wire.on("Network.responseReceived", self._began)
        wire.on("Network.loadingFinished", self._ended)

    def _began(self, event: dict[str, Any]) -> None:
        self._address_of[event["requestId"]] = event["response"]["url"]

    def _ended(self, event: dict[str, Any]) -> None:
        address = self._address_of.get(event["requestId"])
        if address is not None:
            self.bytes_of[address] = int(event["encodedDataLength"])


@dataclass(frozen=True)
class Row:
    visit: Visit
    status: int
    page_bytes: int
    all_bytes: int
    violations: list[str]
    too_wide: list[int]


def main() -> int:
    rows = asyncio.run(_look_at_everything())
    print(f"{'who':<10} {'page':<52} {'status':>6} {'page B':>7} {'all B':>7} {'axe':>4} too wide")
    for row in rows:
        print(_line(row))
    for route in _not_looked_at(row.visit for row in rows):
        print(f"Not looked at: {route}")
    return 1 if any(row.violations or row.too_wide for row in rows) else 0


async def _look_at_everything() -> list[Row]:
    with TemporaryDirectory() as folder:
        async with house(Path(folder), workers=1, BRANDDESK_NOW=_NOW) as running, opened() as browser:
            people = _people(Path(folder))
            return [row async for row in _rows(browser, running.address, people)]


def _people(data_dir: Path) -> People:
    postgres = EmbeddedPostgres(data_dir)
    engine = build_engine(postgres.start())
    with session_factory(engine).begin() as session:
        people = with_staff(session, made_up(session))
    engine.dispose()
    postgres.stop()
    return people


async def _rows(browser: Browser, address: str, people: People) -> AsyncIterator[Row]:
    for who, token in people.tokens.items():
        context = await browser.new_context(base_url=address)
        if token:
            await context.add_cookies([{"name": people.cookie_of(who), "value": token, "url": address}])
        for visit in people.visits_of(who):
            yield await _look_at(context, visit)
        await context.close()


async def _look_at(context: BrowserContext, visit: Visit) -> Row:
    page = await context.new_page()
    wire, loaded = await context.new_cdp_session(page), Loaded()
    loaded.listen(wire)
    await wire.send("Network.enable")
    await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.set_viewport_size({"width": _WIDTHS[0], "height": 900})
    answer = await page.goto(visit.path, wait_until="load")
    assert answer is not None
    violations, too_wide = [], []
    for width in _WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        violations += [f"{name} at {width}" for name in await _axe(page)]
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(width)
        await _keep_picture(page, f"{visit.who}-{visit.name}-{width}")
    await page.close()
    sizes = loaded.bytes_of
    return Row(visit, answer.status, sizes.get(answer.url, 0), sum(sizes.values()), violations, too_wide)


async def _axe(page: Page) -> list[str]:
    await page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
    return found


async def _keep_picture(page: Page, name: str) -> None:
    folder = os.environ.get("PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def _line(row: Row) -> str:
    found = f" {', '.join(row.violations)}" if row.violations else ""
    wide = ", ".join(str(width) for width in row.too_wide) or "no"
    return (
        f"{row.visit.who:<10} {row.visit.path[:52]:<52} {row.status:>6} {row.page_bytes:>7,} {row.all_bytes:>7,}"
        f" {len(row.violations):>4} {wide}{found}"
    )


def _not_looked_at(visits: Iterable[Visit]) -> Iterator[str]:
    """Routes of pages that no visit came to."""
    paths = [visit.path.partition("?")[0] for visit in visits]
    for route in routing.ROUTES + routing.DEMONSTRATION_ROUTES:
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(route.path))
        is_page = route.method == "GET" and not _NO_PAGES.search(route.path)
        if is_page and not any(re.fullmatch(pattern, path) for path in paths):
            yield route.path


if __name__ == "__main__":
    sys.exit(main())
