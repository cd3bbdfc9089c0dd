"""What schemathesis has to know: an Idempotency-Key is new for each request, a cursor comes from the page before."""

import re
from typing import Any
from uuid import uuid4

import schemathesis

_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,300}")
_VALID = re.compile(r"[\x21-\x7e]{1,200}")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    sent = (case.headers or {}).get("Idempotency-Key")
    if isinstance(sent, str) and _VALID.fullmatch(sent):
        case.headers["Idempotency-Key"] = str(uuid4())
    cursor = (case.query or {}).get("cursor")
    if isinstance(cursor, str) and _CURSOR.fullmatch(cursor):
        del case.query["cursor"]
