"""`python -m bot` runs one worker."""

import asyncio
import gc
import logging
import os
import sys

# One sentence at a time is too little work to share: numpy's threads would wait for each other in busy loops.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# scikit-learn imports it where it finds it, and a worker has no use for either: 28 MB and a third of a second.
sys.modules["pandas"] = None  # type: ignore[assignment]

# Looking for garbage among what is only being imported costs half a second.
gc.disable()

from bot.quiet import quiet

quiet(logging.WARNING)

import uvloop

from bot.brain import Brain
from bot.training import newest_model
from bot.turn import rehearse
from bot.worker import TurnWorker
from conversations import spans
from onboarding.database import build_engine, session_factory
from onboarding.settings import SettingInvalid, Settings


def main() -> None:
    settings = Settings.from_environment()
    if settings.database_url is None:
        raise SettingInvalid("DATABASE_URL", "", "the address of the onboarding database")
    spans.write_to(settings.traces_dir)
    engine = build_engine(settings.database_url, statement_seconds=5)
    brain = Brain.load(newest_model())
    sessions = session_factory(engine)
    worker = TurnWorker(brain, sessions, settings.database_url)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(brain.warm_up())
        runner.run(rehearse(brain, sessions))
        gc.freeze()
        gc.enable()
        runner.run(worker.run())


if __name__ == "__main__":
    main()
