"""Forms of the desk whose words are judged by the business: here their token alone is."""

from dataclasses import dataclass

from aiohttp import web

from web.fields import several_lines
from web.security.forms import TokenForm, form_meta


@dataclass(frozen=True)
class Posted:
    """Text fields as they came, and what is wrong with the token."""

    values: dict[str, str]
    expired: str | None


async def posted(request: web.Request) -> Posted:
    fields = await request.post()
    form = TokenForm(fields, meta=form_meta(request))
    values = {name: several_lines(value) for name, value in fields.items() if isinstance(value, str)}
    return Posted(values, None if form.validate() else str(form["csrf_token"].errors[0]))
