"""What an agent sends to a brand, with a file or without: once, however often the form arrives."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from conversations import lookup, mail, messages, ownership, texts
from conversations.channels import outbox, templates
from conversations.channels.outbox import Way
from conversations.channels.reach import Reach, reach
from conversations.channels.templates import TemplateUnknown
from conversations.channels.whatsapp import LONGEST_VARIABLE, as_variable
from conversations.desk import files, queue, saved_replies
from conversations.desk.files import ArrivedFile
from conversations.messages import MessageView
from conversations.models import Conversation
from conversations.names import Resolution
from onboarding.errors import DomainError
from onboarding.models import Staff


class NowhereToSend(DomainError):
    """Neither the website nor a mail reaches them."""

    code = "nowhere_to_send"
    what_to_do = "Send an approved template, or wait until they write again."


class TooLongForTemplate(DomainError):
    """The window of the channel has closed, so that it goes inside a template."""

    code = "too_long_for_template"
    what_to_do = f"Shorten it to {LONGEST_VARIABLE:,} characters, or wait until they write again."


def reply(
    session: Session,
    conversation_id: UUID,
    text: str,
    form_id: UUID,
    file: ArrivedFile | None,
    *,
    by: Staff,
    is_settled: bool = False,
    is_elsewhere: bool = False,
) -> MessageView:
    """Claims what nobody of the team has; `form_id` is the one of the form that was sent.

    With `is_settled` the conversation is resolved as answered, both or neither. With `is_elsewhere` it goes to the
    website and by mail instead of to the channel.

    Raises FieldsLeft, NowhereToSend, TooLongForTemplate, and what `ownership.agent_says` does.
    """
    external_id = f"{by.id}:{form_id}"
    before = messages.written_before(session, ownership.DESK, external_id)
    if before is not None:
        return before
    saved_replies.require_filled(text)
    # The page may still be that of a visitor who has signed in meanwhile.
    conversation = lookup.locked(session, conversation_id)
    where = _elsewhere(session, conversation) if is_elsewhere else None
    if where is None:
        _require_room(session, conversation, text)
    way = outbox.ON_WEBSITE if where else outbox.ON_CHANNEL
    said = _say(session, conversation.id, files.with_link(text, file), external_id, way, by, is_settled)
    if file is not None:
        files.keep(session, conversation.id, said.seq, file, by=by)
    if where is not None and where.mail_to is not None:
        mail_answer(session, where, said.text, by=by)
    return said


def send_template(
    session: Session,
    conversation_id: UUID,
    template_id: int,
    values: Mapping[str, str],
    form_id: UUID,
    *,
    by: Staff,
) -> MessageView:
    """The brand reads the same on the website. Raises TemplateUnknown, GapsLeft, TemplateTooLong, and what
    `ownership.agent_says` does.
    """
    external_id = f"{by.id}:{form_id}"
    before = messages.written_before(session, ownership.DESK, external_id)
    if before is not None:
        return before
    conversation = lookup.locked(session, conversation_id)
    where = reach(session, conversation)
    if where is None:
        raise TemplateUnknown("The brand wrote on the website last.")
    template = templates.find(session, where.account_id, template_id)
    text, taken = templates.filled(template, values)
    way = Way(settings=templates.settings(template, taken))
    return _say(session, conversation.id, text, external_id, way, by, is_settled=False)


def mail_answer(session: Session, where: Reach, text: str, *, by: Staff) -> None:
    assert where.mail_to is not None
    subject, body = texts.elsewhere_mail(
        on_website=where.on_website, name=by.name, text=text, channel=where.channel
    )
    mail.send_mail(session, where.mail_to, subject, body)


def _say(
    session: Session,
    conversation_id: UUID,
    text: str,
    external_id: str,
    way: Way,
    by: Staff,
    is_settled: bool,
) -> MessageView:
    said = ownership.agent_says(session, conversation_id, by, text, external_id, way=way)
    queue.mark_read(session, by, conversation_id, said.seq)
    if is_settled:
        ownership.resolve(session, conversation_id, by, Resolution.ANSWERED)
    return said


def _require_room(session: Session, conversation: Conversation, text: str) -> None:
    where = reach(session, conversation)
    length = len(as_variable(text))
    if where is not None and where.says_in_template and length > where.longest_in_template:
        raise TooLongForTemplate(f"The message has {length:,} characters, and goes inside a template.")


def _elsewhere(session: Session, conversation: Conversation) -> Reach | None:
    where = reach(session, conversation)
    if where is not None and not where.is_elsewhere:
        raise NowhereToSend("They have no account here and left no address.")
    return where
