"""Keeps Rasa's libraries from filling a terminal or a log; call before Rasa is imported."""

import logging
import os
import warnings


def quiet(level: int = logging.ERROR) -> None:
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    # Silences Rasa's progress bars, which fill a log with hundreds of lines.
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    # Rasa's server switches deprecation warnings on when it is imported: that has to come first.
    import sanic  # noqa: F401

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    warnings.filterwarnings("ignore", message="The ``declarative_base")
    warnings.filterwarnings("ignore", message="Slot auto-fill has been removed")
    logging.basicConfig(level=level, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    import structlog

    # Rasa's debug log costs half a millisecond a turn, and would write what people type.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
