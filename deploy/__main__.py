"""`python -m deploy` (or `make run`) runs everything on one machine, until Ctrl-C."""

import signal
import sys
from contextlib import ExitStack
from threading import Event

from deploy.household import Household, answers, say
from onboarding.errors import DomainError
from onboarding.settings import Settings

_REFUSED = 2


class PortTaken(DomainError):
    code = "port_taken"
    what_to_do = "Set PORT to another number, such as 8090."


def main() -> int:
    try:
        settings = Settings.from_environment()
        if answers(settings.port):
            raise PortTaken(f"Port {settings.port} is in use by another program.")
    except DomainError as error:
        say(f"{error} {error.what_to_do}")
        return _REFUSED
    stopping = Event()
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop_signal, lambda *_: stopping.set())
    with ExitStack() as on_the_way_out:
        Household(settings, stopping, on_the_way_out).run()
    say("Everything is stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
