"""`python -m bench.thirty_brands` lets thirty brands write at once, and one agent serve them by keys in a browser.

The brands are made up, have submitted an application, ask the real assistant for a person and write again while they
wait. Counted are the keys besides the text of the reply, and how long the agent looks at what was there before.
"""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import monotonic

from playwright.async_api import Page, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import submission
from conversations.embedded_postgres import EmbeddedPostgres
from onboarding import clock, identity
from onboarding.database import build_engine, session_factory
from onboarding.models import Staff
from onboarding.names import SignedInBy
from onboarding.staff import sessions
from tests.chromium import opened
from tests.onboarding.registration import answers
from tests.whole_house import House, Visitor, house

_BRANDS = 30
_NOW = "2026-05-20T02:00Z"
_MEI = "mei.lin@desk.example"
_HOME = "/desk/conversations"
_QUEUE = "/desk/conversation-queue"
_ASKED = ("which documents do I need?", "I want to talk to a real person")
_WHILE_WAITING = "is anybody there?"
_SECONDS_BETWEEN_MESSAGES = (6.0, 14.0)
_SECONDS_TO_READ = 1.5
_MOST_MS = 30_000

_SHOWN = """before => document.getElementById("desk").dataset.conversation !== before
    && document.activeElement?.id === "text" """
_SENT = """text => [...document.querySelectorAll("#talk-log .m-you")].some(one => one.textContent.includes(text))
    && document.getElementById("talk-head").textContent.includes("Resolved")"""


@dataclass
class Measured:
    """Milliseconds, of each conversation or of each answer of the site."""

    keys: int = 0
    waits: dict[str, list[float]] = field(default_factory=lambda: {"next": [], "sent and resolved": []})
    answers: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "queue": []})
    sizes: dict[str, list[int]] = field(default_factory=lambda: {"page": [], "queue": []})

    async def note(self, request: Request) -> None:
        kind = _kind(request.url)
        if kind is None or request.method != "GET":
            return
        self.answers[kind].append(request.timing["responseEnd"])
        self.sizes[kind].append((await request.sizes())["responseBodySize"])


def main() -> int:
    found = asyncio.run(_serve_them_all())
    for line in _table(found):
        print(line)
    return 0


async def _serve_them_all() -> Measured:
    with TemporaryDirectory() as folder:
        async with house(Path(folder), workers=1, BRANDDESK_NOW=_NOW) as running:
            staff_token, tokens = _made_up(Path(folder))
            async with _agent(running, staff_token) as page, _writing(running, tokens):
                return await _serve(page)


def _made_up(data_dir: Path) -> tuple[str, list[str]]:
    """Sessions of the agent and of the brands."""
    postgres = EmbeddedPostgres(data_dir)
    engine = build_engine(postgres.start())
    with session_factory(engine).begin() as session:
        tokens = [_brand(session, number) for number in range(1, _BRANDS + 1)]
        mei = session.scalars(select(Staff).where(Staff.email == _MEI)).one()
        staff_token, _ = sessions.open_session(
            session, mei, "a benchmark", SignedInBy.LINK, second_factor_at=clock.now(session)
        )
    engine.dispose()
    postgres.stop()
    return staff_token, tokens


def _brand(session: Session, number: int) -> str:
    contact = answers.person(session, f"Person {number}", f"person{number}@brands.example")
    application = answers.filled(
        session, contact, brand_name=f"Brand {number}", company_name=f"Brand {number} AS"
    )
    answers.with_documents(session, application)
    submission.submit(session, contact, application, declared=True, base_url="http://desk.example")
    return identity.open_session(session, contact, "a benchmark", SignedInBy.LINK)[0]


@asynccontextmanager
async def _agent(running: House, token: str) -> AsyncIterator[Page]:
    async with opened() as browser:
        context = await browser.new_context(base_url=running.address, viewport={"width": 1280, "height": 900})
        await context.add_cookies([{"name": "staff", "value": token, "url": running.address}])
        context.set_default_timeout(_MOST_MS)
        yield await context.new_page()


@asynccontextmanager
async def _writing(running: House, tokens: list[str]) -> AsyncIterator[None]:
    """All of them called a person when this begins; they write on until it ends."""
    brands = [Visitor(running.address) for _ in tokens]
    for brand, token in zip(brands, tokens, strict=True):
        brand.sign_in(token)
    connected = [asyncio.create_task(brand.run()) for brand in brands]
    await asyncio.gather(*(_call(brand) for brand in brands))
    chatting = [asyncio.create_task(_write_on(brand, number)) for number, brand in enumerate(brands)]
    yield
    for task in [*chatting, *connected]:
        task.cancel()
    await asyncio.gather(*chatting, *connected, return_exceptions=True)


async def _call(brand: Visitor) -> None:
    for text in _ASKED:
        await brand.say(text)
    while brand.owner != "waiting":
        await asyncio.sleep(0.1)


async def _write_on(brand: Visitor, number: int) -> None:
    """Until somebody has come."""
    dice = random.Random(number)
    while brand.owner == "waiting":
        await asyncio.sleep(dice.uniform(*_SECONDS_BETWEEN_MESSAGES))
        if brand.owner == "waiting":
            await brand.say(_WHILE_WAITING)


async def _serve(page: Page) -> Measured:
    found = Measured()
    noting: list[asyncio.Task[None]] = []
    page.on("requestfinished", lambda request: noting.append(asyncio.create_task(found.note(request))))
    await page.goto(_HOME)
    for number in range(1, _BRANDS + 1):
        await _serve_one(page, found, f"Hello, this is answer {number}.")
    await asyncio.gather(*noting)
    return found


async def _serve_one(page: Page, found: Measured, text: str) -> None:
    before = await page.evaluate("document.getElementById('desk').dataset.conversation")
    with _timed(found.waits["next"]):
        await _press(page, found, "g")
        await page.wait_for_function(_SHOWN, arg=before)
    await asyncio.sleep(_SECONDS_TO_READ)
    await page.keyboard.insert_text(text)
    with _timed(found.waits["sent and resolved"]):
        await _press(page, found, "Control+Enter")
        await page.wait_for_function(_SENT, arg=text)


async def _press(page: Page, found: Measured, *keys: str) -> None:
    for key in keys:
        found.keys += 1
        await page.keyboard.press(key)


@contextmanager
def _timed(into: list[float]) -> Iterator[None]:
    began = monotonic()
    yield
    into.append((monotonic() - began) * 1000)


def _kind(url: str) -> str | None:
    if _QUEUE in url:
        return "queue"
    return "page" if _HOME in url else None


def _table(found: Measured) -> Iterator[str]:
    yield f"{'keys a conversation':<28} {found.keys / _BRANDS:>8.1f}"
    yield f"{'':<28} {'p50':>8} {'p95':>8}"
    for name, waited in found.waits.items():
        yield _line(f"ms until {name}", waited)
    each = [sum(waits) for waits in zip(*found.waits.values(), strict=True)]
    yield _line("ms waited a conversation", each)
    for kind, took in found.answers.items():
        yield _line(f"ms of the {kind}'s answer", took)
        yield f"{f'reads of the {kind} each':<28} {len(took) / _BRANDS:>8.1f}"
        yield f"{f'bytes of the {kind}':<28} {median(found.sizes[kind] or [0]):>8,.0f}"


def _line(name: str, values: list[float]) -> str:
    if len(values) < 2:
        return f"{name:<28} {'-':>8} {'-':>8}"
    return f"{name:<28} {median(values):>8,.0f} {quantiles(values, n=20)[-1]:>8,.0f}"


if __name__ == "__main__":
    sys.exit(main())
