"""The test that every channel has to pass: 500 messages, a tenth of them twice, the network cut twice."""

import asyncio
import random

from tests.channels.house import House
from tests.channels.provider import Hook

MESSAGES, USERS = 500, 20
_SEED = 7


async def plays_500_messages(house: House) -> None:
    """Each user writes in order; users write at once; what the provider believes lost it delivers again."""
    chance = random.Random(_SEED)
    of_user = {
        user: [
            house.provider.written(user, text, f"{user}-{text}")
            for text in (f"message {number}" for number in range(MESSAGES // USERS))
        ]
        for user in users()
    }
    lost = chance.sample([hook for hooks in of_user.values() for hook in hooks], 2 * USERS)
    await asyncio.gather(*(_write(house, hooks, chance) for hooks in of_user.values()))
    house.answer_all()
    house.provider.misbehave(*["cut"] * 7, "429", "500")
    # The answers to these were lost on the way: the provider delivers them again, hours later and in disorder.
    chance.shuffle(lost)
    await house.deliver(*lost[:USERS])
    await house.send_due()
    house.provider.misbehave(*["cut"] * 9, "429", "429")
    await house.deliver(*lost[USERS:])
    house.answer_all()
    await house.send_all()


def users() -> list[str]:
    return [f"U{number:03}" for number in range(USERS)]


def expected() -> dict[str, list[str]]:
    return {user: [f"echo message {number}" for number in range(MESSAGES // USERS)] for user in users()}


async def _write(house: House, hooks: list[Hook], chance: random.Random) -> None:
    for number, hook in enumerate(hooks):
        assert await house.deliver(hook) == [200]
        if number % 10 == 5:
            assert await house.deliver(hook, chance.choice(hooks[: number + 1])) == [200, 200]
