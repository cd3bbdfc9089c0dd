"""`python -m bot` runs one worker."""

import asyncio
import ctypes
import gc
import logging
import os

# One sentence at a time is too little work to share: numpy's threads would wait for each other in busy loops.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Looking for garbage among what is only being imported costs half a second.
gc.disable()

from bot.quiet import quiet

quiet(logging.WARNING)

from bot.lean_rasa import leave_out_what_no_worker_uses

leave_out_what_no_worker_uses()

import uvloop

from bot.brain import Brain
from bot.training import newest_model
from bot.turn import rehearse
from bot.worker import TurnWorker
from conversations import spans
from onboarding.database import build_engine, session_factory
from onboarding.settings import SettingInvalid, Settings


def _give_back_memory() -> None:
    """What loading a model needed for a moment stays with glibc otherwise; other libraries need no telling."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


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
        gc.collect()
        _give_back_memory()
        gc.freeze()
        gc.enable()
        runner.run(worker.run())


if __name__ == "__main__":
    main()
