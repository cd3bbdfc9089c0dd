"""Where a message's time goes: one trace a message, over the site, the queue and the worker.

The spans cost next to nothing until something collects them. They carry numbers, never what was said.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time_ns
from typing import Any

from opentelemetry import context, propagate, trace

RECEIVE = "receive"
WAIT = "wait for a worker"
TURN = "turn"
READ = "read"
UNDERSTAND = "understand"
DIALOGUE = "dialogue"
ACT = "act"
WRITE = "write"
DELIVER = "deliver"

# Goes from process to process beside the message, in the job and in the announcement: W3C trace context, and when.
Carrier = dict[str, Any]

_AT = "at"
_SECONDS_BETWEEN_WRITES = 0.5
_tracer = trace.get_tracer("brand_desk")


@contextmanager
def span(name: str, **attributes: int | str) -> Iterator[None]:
    with _tracer.start_as_current_span(name, attributes=attributes):
        yield


def carrier() -> Carrier | None:
    """What a process hands on, to be continued elsewhere; None where nothing is recorded."""
    if not trace.get_current_span().is_recording():
        return None
    carried: Carrier = {_AT: time_ns()}
    propagate.inject(carried)
    return carried


@contextmanager
def continued(carried: Carrier | None) -> Iterator[None]:
    """What is begun inside belongs to the trace that was handed on."""
    if carried is None:
        yield
        return
    token = context.attach(propagate.extract(carried))
    try:
        yield
    finally:
        context.detach(token)


def waited(name: str, carried: Carrier | None) -> None:
    """The time between handing on and now."""
    if carried is not None:
        with continued(carried):
            _tracer.start_span(name, start_time=int(carried[_AT])).end()


def write_to(folder: Path | None) -> None:
    """Keeps the spans of this process as lines of JSON, in a file of its own; None keeps none."""
    if folder is None:
        return
    # Loaded only where spans are kept.
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

    def line(kept: ReadableSpan) -> str:
        return f"{kept.to_json(indent=None)}\n"

    folder.mkdir(parents=True, exist_ok=True)
    # Open as long as the process lives.
    out = (folder / f"{os.getpid()}.jsonl").open("w", encoding="utf-8")
    provider = TracerProvider()
    provider.add_span_processor(
        BatchSpanProcessor(
            ConsoleSpanExporter(out=out, formatter=line),
            schedule_delay_millis=_SECONDS_BETWEEN_WRITES * 1000,
        )
    )
    trace.set_tracer_provider(provider)
