"""What the tests in Chromium share: signing in, looking with axe, the chat."""

from pathlib import Path

from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.web.visitor import Visitor

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
WIDTHS = (1280, 320)


async def sign_in(context: BrowserContext, server: TestServer, email: str) -> None:
    async with Visitor(server) as visitor:
        await visitor.sign_in(email)
        token = visitor.cookie()
    await context.add_cookies([{"name": "session", "value": token or "", "url": str(server.make_url("/"))}])


async def check(page: Page, path: str) -> None:
    """No violation that axe knows, and nothing sticks out of a narrow screen."""
    await page.goto(path)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} at {width}"
        await no_violations(page, f"{path} at {width}")


async def no_violations(page: Page, where: str) -> None:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
    )
    assert found == [], where


async def painted(page: Page) -> None:
    """The page is on the screen: Chromium drops the keys that are pressed before."""
    await page.evaluate("new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")


async def open_chat(page: Page) -> None:
    await page.get_by_role("button", name="Ask a question").click()
    await expect(page.get_by_label("Message to the assistant")).to_be_focused()


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Message to the assistant").fill(text)
    await page.keyboard.press("Enter")


async def stored(page: Page) -> None:
    """The server has what was written."""
    await expect(page.locator(".m-late")).to_have_count(0)


def said(page: Page) -> Locator:
    return page.locator(".m .txt")
