"""Whether the parts of the service work: for people as a page, for machines as JSON."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import readiness
from conversations.readiness import Phase
from web.database import in_database, is_outage
from web.rendering import render


@dataclass(frozen=True)
class Report:
    database: bool
    assistant: Phase | None

    @property
    def all_well(self) -> bool:
        return self.database and self.assistant is not None and self.assistant.name == readiness.READY


async def status(request: web.Request) -> web.Response:
    return render(request, "status.html", report=await _report(request.app))


async def health(request: web.Request) -> web.Response:
    report = await _report(request.app)
    assistant = report.assistant.name if report.assistant else "unknown"
    found = {"database": "up" if report.database else "down", "assistant": assistant}
    # The site is healthy while the assistant still gets ready: what is written is kept and answered.
    return web.json_response(found, status=200 if report.database else 503)


async def _report(app: web.Application) -> Report:
    try:
        return Report(True, await in_database(app, _phase))
    except Exception as error:
        if not is_outage(error):
            raise
        return Report(False, None)


def _phase(session: Session) -> Phase:
    return readiness.assistant_phase(session)
