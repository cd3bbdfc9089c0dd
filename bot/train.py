"""`python -m bot.train` trains where needed, and tells the site how far it is."""

import gc
import os
import sys

from bot.quiet import quiet
from bot.training import NotTrained, is_trained, train


def main() -> int:
    if is_trained():
        return 0
    quiet()
    # Rasa copies all examples several times; looking for garbage among them takes a fifth of the training.
    gc.disable()
    try:
        train(_announce)
    except NotTrained as error:
        print(str(error))
        return 1
    finally:
        gc.enable()
    _tell_the_site("starting")
    return 0


def _announce(step: str) -> None:
    print(step, flush=True)
    _tell_the_site("training", step)


def _tell_the_site(phase: str, detail: str = "") -> None:
    database_url = os.environ.get("DATABASE_URL")
    if not database_url:
        return
    # Imported here, since most starts find the model trained and need none of it.
    from conversations import readiness
    from onboarding.database import build_engine, session_factory

    engine = build_engine(database_url)
    with session_factory(engine).begin() as session:
        readiness.announce(session, phase, detail)
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
