"""Who is counted: the visitor, and not the proxy that passes everybody on."""

import dataclasses

import pytest
from aiohttp import ClientSession

from tests.serving import serving
from web.app import create_app

MOST = 5


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, api_requests_in_a_minute=MOST)


@pytest.fixture
async def behind_a_proxy(settings):
    async with serving(create_app(dataclasses.replace(settings, proxies=1))) as server:
        yield server


async def guesses(server, how_many: int, *forwarded_for: str) -> int:
    """Wrong keys of the API; gives the last status."""
    headers = [("Authorization", "Bearer wrong"), *(("X-Forwarded-For", one) for one in forwarded_for)]
    status = 0
    async with ClientSession() as http:
        for _ in range(how_many):
            async with http.get(server.make_url("/api/v1/me"), headers=headers) as answer:
                status = answer.status
    return status


async def test_behind_a_proxy_each_visitor_is_counted_alone(behind_a_proxy):
    assert await guesses(behind_a_proxy, MOST, "192.0.2.1") == 401
    assert await guesses(behind_a_proxy, 1, "192.0.2.1") == 429
    assert await guesses(behind_a_proxy, 1, "192.0.2.2") == 401


@pytest.mark.parametrize("forwarded_for", [["198.51.100.7, 192.0.2.1"], ["198.51.100.7", "192.0.2.1"]])
async def test_what_a_visitor_wrote_before_the_proxy_makes_nobody_of_them(behind_a_proxy, forwarded_for):
    await guesses(behind_a_proxy, MOST, "192.0.2.1")

    assert await guesses(behind_a_proxy, 1, *forwarded_for) == 429


async def test_without_a_proxy_nobody_is_believed_to_be_somebody_else(server):
    await guesses(server, MOST, "192.0.2.1")

    assert await guesses(server, 1, "192.0.2.2") == 429
