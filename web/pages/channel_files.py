"""A file that an agent sent, for people on channels that carry none: by a link that is signed and expires."""

from uuid import UUID

from aiohttp import web
from sqlalchemy.orm import Session

from conversations.channels import sent_files
from conversations.desk.models import SentFile
from web import downloads
from web.database import in_database
from web.keys import DOCUMENTS, SECRET
from web.numbers import LARGEST_BIG_ID, whole_number


async def open_file(request: web.Request) -> web.StreamResponse:
    found = await in_database(request.app, _opened, request)
    if found is None:
        raise web.HTTPNotFound
    return downloads.kept_file(request.app[DOCUMENTS].path(found.stored_as), found.name, found.format)


def _opened(session: Session, request: web.Request) -> SentFile | None:
    asked = request.match_info
    until = whole_number(asked["until"], most=LARGEST_BIG_ID)
    if until is None:
        return None
    try:
        file_id = UUID(asked["file_id"])
    except ValueError:
        return None
    return sent_files.opened(session, request.app[SECRET], file_id, until, asked["mac"])
