"""Mails worded by templates; the first line of a template is the subject."""

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import mail
from web.keys import SETTINGS, TEMPLATES


def send_letter(session: Session, app: web.Application, to: str, template: str, **context: Any) -> None:
    """`path` in the context becomes `link`, with our address in front."""
    if "path" in context:
        context["link"] = app[SETTINGS].base_url + context.pop("path")
    words = app[TEMPLATES].get_template(f"mail/{template}.txt").render(**context)
    subject, _, body = words.partition("\n")
    mail.send_mail(session, to, subject.strip(), body.strip() + "\n")
