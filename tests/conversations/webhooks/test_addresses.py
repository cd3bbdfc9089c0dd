"""No webhook leads into a network, whatever its address looks like or turns into."""

import asyncio
import socket
import threading
from collections.abc import Callable

import pytest

from conversations.webhooks.addresses import AddressRefused, PublicResolver, require_address


@pytest.mark.parametrize(
    "url",
    [
        "http://integrator.example/",
        "ftp://integrator.example/",
        "https://",
        "https://user:word@integrator.example/",
        "https://integrator.example/#part",
        "https://integrator.example:port/",
        "https://integ rator.example/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://0.0.0.0/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[2002:a00:1::]/",
        "https://[64:ff9b::a00:1]/",
        "https://169。254。169。254/",
        "https://127．0．0．1/",
        "https://10｡0｡0｡1/",
        "https://１０.0.0.5:8443/",
        "https://①②⑦.0.0.1/",
        "https://１２７。１/",
        "https://0x7f。1/",
        "https://127%2E0%2E0%2E1/",
        "https://%31%30.0.0.1/",
        "https://integrator.example@10.0.0.1/",
        "https://10.0.0.1\\@integrator.example/",
        "http://127.0.0.1/",
        "https://" + "a" * 3000,
    ],
)
def test_an_address_inside_a_network_is_refused_in_production(url: str) -> None:
    with pytest.raises(AddressRefused):
        require_address(url, loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "https://integrator.example/hook?a=1",
        "https://8.8.8.8/",
        "https://a.example:8443/",
        "https://bücher.example/",
    ],
)
def test_an_address_of_the_internet_is_taken(url: str) -> None:
    require_address(url, loopback=False)


def test_this_machine_is_taken_in_a_demonstration_alone() -> None:
    require_address("http://127.0.0.1:9000/hook", loopback=True)
    with pytest.raises(AddressRefused):
        require_address("http://10.0.0.1/", loopback=True)


def answering(*addresses: str) -> Callable[..., list[tuple[object, ...]]]:
    """As the owner of a name likes."""
    return lambda host, port, **_: [(2, 1, 6, "", (address, port)) for address in addresses]


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["169.254.169.254"], []]
)
async def test_a_name_that_leads_into_a_network_is_refused_when_it_is_looked_up(
    monkeypatch, addresses
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", answering(*addresses))

    with pytest.raises(AddressRefused):
        await PublicResolver(loopback=False).resolve("integrator.example", 443)


async def test_only_the_addresses_that_were_looked_at_are_connected_to(monkeypatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", answering("8.8.8.8"))

    (found,) = await PublicResolver(loopback=False).resolve("integrator.example", 443)

    assert (found["host"], found["port"]) == ("8.8.8.8", 443)


@pytest.fixture
def silent_names(monkeypatch):
    """Names whose servers never answer, until the test is over; all others are found."""
    over, find = threading.Event(), socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        if str(host).endswith("silent.example"):
            over.wait()
        return find(host, *args, **kwargs)

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    yield [f"{number}.silent.example" for number in range(40)]
    over.set()


async def test_names_that_are_never_found_hold_up_nobody_elses(silent_names) -> None:
    resolver = PublicResolver(loopback=True)
    hanging = [asyncio.create_task(resolver.resolve(name, 443)) for name in silent_names]
    await asyncio.sleep(0)

    async with asyncio.timeout(20):
        found = await asyncio.get_running_loop().getaddrinfo("localhost", 443)
        own = await resolver.resolve("localhost", 443)

    assert found
    assert own
    for task in hanging:
        task.cancel()


async def test_a_name_is_looked_up_for_a_few_seconds_at_most(silent_names, monkeypatch) -> None:
    monkeypatch.setattr("conversations.webhooks.lookups._LONGEST_SECONDS", 0.01)

    with pytest.raises(OSError, match="not found in time"):
        await PublicResolver(loopback=False).resolve(silent_names[0], 443)
