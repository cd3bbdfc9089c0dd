"""Where a message's time goes: one trace from the site to the worker and back."""

import json
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from bot.worker import TurnWorker
from conversations import lookup, messages, notify, spans
from conversations.messages import Inbound

SECRET = "our margin is 41 percent"


@pytest.fixture
def kept(monkeypatch):
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(spans, "_tracer", provider.get_tracer("test"))
    return exporter


def receive(sessions, words):
    with sessions.begin() as session:
        conversation = lookup.open_for_visitor(session)
        return messages.receive(session, Inbound(conversation.id, "web", str(uuid4()), words))


def job_arguments(sessions):
    with sessions() as session:
        return session.scalar(text("SELECT args FROM procrastinate_jobs ORDER BY id DESC LIMIT 1"))


class FakeContext:
    class job:  # noqa: N801
        attempts = 0


async def test_a_message_leaves_one_trace_over_site_and_worker(kept, brain, sessions, database_url):
    with spans.span(spans.RECEIVE):
        receive(sessions, SECRET)
    await TurnWorker(brain, sessions, database_url)._answer(FakeContext(), **job_arguments(sessions))

    found = kept.get_finished_spans()
    assert len({span.context.trace_id for span in found}) == 1
    assert {span.name for span in found} >= {
        spans.RECEIVE,
        spans.WAIT,
        spans.TURN,
        spans.READ,
        spans.UNDERSTAND,
        spans.DIALOGUE,
        spans.ACT,
        spans.WRITE,
    }


async def test_a_trace_never_holds_what_was_said(kept, brain, sessions, database_url):
    with spans.span(spans.RECEIVE):
        receive(sessions, SECRET)
    await TurnWorker(brain, sessions, database_url)._answer(FakeContext(), **job_arguments(sessions))

    assert "margin" not in "".join(span.to_json() for span in kept.get_finished_spans())


def test_without_a_collector_nothing_is_carried_along(sessions):
    receipt = receive(sessions, "hello")

    assert "trace" not in job_arguments(sessions)
    assert json.loads(notify.message_news(receipt.conversation_id, 1))["trace"] is None
