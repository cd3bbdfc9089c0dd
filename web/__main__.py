"""Serves the site: `python -m web`."""

import gc
import logging
import sys

# Looking for garbage among what is only being imported takes a fifth of the start.
gc.disable()

import uvloop
from aiohttp import web

from conversations import spans
from onboarding.errors import DomainError
from onboarding.settings import Settings
from web.access_log import RouteLogger
from web.app import create_app

_SECONDS_TO_FINISH = 2.0


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # It tells of each job of each minute.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    # Both would write down letters of what people typed.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    try:
        settings = Settings.from_environment()
        spans.write_to(settings.traces_dir)
        app = create_app(settings)
    except DomainError as error:
        print(f"{error} {error.what_to_do}", file=sys.stderr)
        return 2
    gc.freeze()
    gc.enable()
    web.run_app(
        app,
        host="127.0.0.1",
        port=settings.port,
        access_log_class=RouteLogger,
        shutdown_timeout=_SECONDS_TO_FINISH,
        print=None,
        loop=uvloop.new_event_loop(),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
