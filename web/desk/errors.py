"""What went wrong, told inside the desk."""

from aiohttp import web

from web.desk.rendering import render_desk

_HEADINGS = {
    "403": "This could not be done from here",
    "404": "This page was not found",
    "405": "This page cannot be opened so",
    "422": "This could not be done",
    "429": "Wait a moment",
    "500": "Something went wrong",
    "503": "The database is away for a moment",
    "not_allowed": "Your role does not include this",
}
_MESSAGES = {
    "403": "The request did not come from one of our own pages, or the page was open for too long.",
    "404": "If you followed a link, what it led to may have been moved or ended.",
    "405": "Go back and use the button on the page.",
    "413": "What was sent is larger than what this page takes.",
}


def desk_error_page(
    request: web.Request, name: str, status: int, retry_after: int | None, **context: str
) -> web.Response:
    message = (
        context.get("message") or _MESSAGES.get(name) or _in_a_while(retry_after, context.get("reference"))
    )
    return render_desk(
        request,
        "desk/error.html",
        status=status,
        heading=_HEADINGS.get(name, _HEADINGS["422"]),
        message=message,
        what_to_do=context.get("what_to_do"),
    )


def _in_a_while(retry_after: int | None, reference: str | None) -> str:
    if reference is not None:
        return f"We noted it. Tell an operator this reference: {reference}."
    return f"Try again in {retry_after} seconds. Nothing was lost."
