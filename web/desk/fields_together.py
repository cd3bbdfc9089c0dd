"""Fields of a channel that are of use together only, though its page asks for them in two forms."""

from collections.abc import Collection, Mapping

from conversations.channels.guides import Field, Guide


def wrong(
    guide: Guide, here: Mapping[str, Field], filled_in: Collection[str], known: Collection[str]
) -> dict[str, str]:
    """What to say at which field of a form with the fields `here`; `known` are those that are stored already.

    Secrets may be entered before the settings that go with them, but not after them: settings are used at once.
    """
    together = guide.together
    filled = set(filled_in) & set(together.names) if together else set()
    if together is None or not filled:
        return {}
    first, second = together.either
    given = filled | set(known)
    if second in filled and first in given:
        return {second: together.both}
    absent = [name for name in together.all if name not in given]
    if not given & {first, second}:
        absent.append(first)
    said = {name: here[name].missing for name in absent if name in here}
    first_filled = next(name for name in here if name in filled)
    for secret in guide.secrets:
        if secret.name in absent and secret.name not in here:
            said.setdefault(first_filled, f"First enter this under New secrets: {secret.label}")
    return said
