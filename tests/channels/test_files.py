"""A photo or file sent on a channel becomes a document of the linked contact's application."""

import pytest
from aiohttp import ClientConnectionError, web
from sqlalchemy import func, select, text

from conversations import documents as business
from conversations.channels import files, incoming, linking
from conversations.channels.models import ChannelFile
from conversations.channels.names import ChannelKind
from conversations.channels.shapes import Attachment, FetchLater, InboundMessage
from conversations.messages import Reply
from onboarding.models import DocumentFile, DocumentSubmission
from onboarding.names import DocumentStatus, DocumentType
from tests import papers
from tests.onboarding import people

INGRID, SLACK_INGRID = "771001", "U0INGRID"
_WAITING = text("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%channel_file'")
_JOBS = text(
    "DELETE FROM procrastinate_jobs WHERE task_name = 'background.fetch_channel_file' RETURNING args"
)


async def begin(desk, user):
    """The chat of a contact who has linked it."""
    await desk.deliver(desk.provider.written(user, "hello", "first"))
    desk.answer_all()
    with desk.sessions.begin() as session:
        identity = linking.locked(session, desk.identity(user).id)
        linking.join(session, identity, people.contact(session, people.INGRID))


async def work(desk, store):
    """What the background does with files."""
    with desk.sessions.begin() as session:
        jobs = session.scalars(_JOBS).all()
    for job in jobs:
        await files.take(desk.post, store, **job)
    await desk.send_all()


async def check(desk, store):
    """As the background does, and once more."""
    for submission_id in submissions(desk):
        business.check(desk.sessions, store, submission_id)
        files.tell_result(desk.sessions, submission_id)
        files.tell_result(desk.sessions, submission_id)
    await desk.send_all()


def submissions(desk) -> list[int]:
    with desk.sessions() as session:
        return list(session.scalars(select(DocumentFile.submission_id)))


def sent(desk) -> list[tuple[DocumentType, DocumentStatus]]:
    with desk.sessions() as session:
        query = select(DocumentSubmission.document_type, DocumentSubmission.status)
        rows = session.execute(query.join(DocumentFile, DocumentFile.submission_id == DocumentSubmission.id))
        return [row.tuple() for row in rows]


async def send_photo(telegram, content, caption="", external_id="photo", name="letter.jpg", size=None):
    telegram.provider.files[external_id] = content
    document = {"file_id": external_id, "file_name": name, "file_size": size or len(content)}
    message = telegram.provider.message(INGRID, external_id, document=document, caption=caption)
    await telegram.deliver(telegram.provider.update(external_id, message=message))


def heard(desk, user=INGRID):
    return desk.provider.texts_to(user)


async def test_a_photo_with_words_that_name_the_document_is_sent_checked_and_told(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), "here is our trademark registration")
    await work(telegram, store)
    assert sent(telegram) == [(DocumentType.TRADEMARK, DocumentStatus.CHECKING)]
    await check(telegram, store)

    assert sent(telegram) == [(DocumentType.TRADEMARK, DocumentStatus.IN_REVIEW)]
    received, checked = heard(telegram)[-2:]
    assert "I have it, and look at it now" in received
    assert "the first check is done" in checked
    assert "here is our trademark registration\n[File: letter.jpg]" in [
        view.text for view in telegram.said(INGRID)
    ]


async def test_the_assistant_does_not_answer_a_file(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), "trademark")

    assert telegram.answer_all() == 0


@pytest.mark.parametrize(
    "words", ["", "trademark", "Here is our trademark certificate, thank you", "letter.jpg"]
)
async def test_a_caption_is_not_answered(telegram, words):
    await send_photo(telegram, papers.scan(papers.CLEAN), words)

    assert telegram.answer_all() == 0


@pytest.mark.parametrize(
    "words",
    [
        "I want a person",
        "Our account is locked",
        "Here is our trademark. What else is missing?",
        "trademark?",
    ],
)
async def test_what_is_more_than_a_caption_is_answered_as_well(telegram, store, words):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), words, name="IMG_2041.jpg")
    asked = []
    telegram.answer_all(lambda text: asked.append(text) or Reply("echo"))
    await work(telegram, store)

    assert asked == [words]
    assert [view.text for view in telegram.said(INGRID)][-4:-2] == [words, "[File: IMG_2041.jpg]"]
    assert "echo" in heard(telegram)


async def test_a_file_beside_a_code_is_kept_too(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), "link 123-456", name="trademark.jpg")
    await work(telegram, store)

    assert "[File: trademark.jpg]" in [view.text for view in telegram.said(INGRID)]
    assert "I do not know whose they are" not in "".join(heard(telegram))
    assert sent(telegram) == [(DocumentType.TRADEMARK, DocumentStatus.CHECKING)]


async def test_words_and_names_of_many_files_are_kept_whole(telegram):
    names = [f"{'page of our trademark ' * 5}{number}.jpg" for number in range(30)]
    message = InboundMessage(
        external_id="many",
        external_user=INGRID,
        place=INGRID,
        address={"chat": INGRID},
        text="trademark " * 190,
        attachments=tuple(Attachment({"id": name}, name) for name in names),
    )
    with telegram.sessions.begin() as session:
        incoming.take(session, telegram.post.channels[ChannelKind.TELEGRAM], telegram.account_id, [message])

    said = "\n".join(view.text for view in telegram.said(INGRID))
    assert said.count("trademark") == 190 + 30 * 5
    assert all(f"[File: {name}]" in said for name in names)
    with telegram.sessions() as session:
        assert session.scalar(select(func.count()).select_from(ChannelFile)) == 30


async def test_where_it_is_unclear_we_ask_which_document_it_is(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), name="IMG_2041.jpg")
    await work(telegram, store)

    question = telegram.provider.heard[-1]
    assert question.text.startswith("Which document is this? (IMG_2041.jpg)")
    assert sent(telegram) == []
    await press(telegram, question, "rademark")
    await work(telegram, store)
    assert sent(telegram) == [(DocumentType.TRADEMARK, DocumentStatus.CHECKING)]
    assert telegram.answer_all() == 0


async def test_a_file_that_is_none_of_them_is_not_kept(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), name="IMG_2041.jpg")
    await work(telegram, store)
    await press(telegram, telegram.provider.heard[-1], "None of these")
    await work(telegram, store)

    assert sent(telegram) == []
    assert "not kept it as a document" in heard(telegram)[-1]


async def test_who_is_not_linked_is_told_how_and_nothing_is_fetched(telegram, store):
    await send_photo(telegram, papers.scan(papers.CLEAN), "trademark")
    await work(telegram, store)

    assert "I do not know whose they are" in heard(telegram)[0]
    assert sent(telegram) == []


async def test_a_file_of_the_wrong_type_is_refused_in_words(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, b"MZ\x90\x00" + bytes(4000), "trademark", name="letter.exe")
    await work(telegram, store)

    assert "must be a PDF, JPG or PNG" in heard(telegram)[-1]


async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), "trademark", size=900 * 1024 * 1024)
    telegram.provider.files.clear()
    await work(telegram, store)

    assert "must be smaller than" in heard(telegram)[-1]


async def test_a_file_that_telegram_does_not_give_out_is_said(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), "trademark")
    telegram.provider.files.clear()
    await work(telegram, store)

    assert "Telegram did not give the file out" in heard(telegram)[-1]


async def test_a_file_delivered_twice_is_one_document(telegram, store):
    await begin(telegram, INGRID)
    for _ in range(2):
        await send_photo(telegram, papers.scan(papers.CLEAN), "trademark")
    await work(telegram, store)

    assert len(sent(telegram)) == 1


async def test_a_file_that_is_not_given_out_at_the_moment_is_fetched_later(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), "trademark")
    telegram.provider.answers["/getFile"] = web.json_response({"ok": False}, status=503)
    with telegram.sessions() as session:
        job = session.scalars(_WAITING).one()
    with pytest.raises(FetchLater):
        await files.take(telegram.post, store, **job)
    await work(telegram, store)

    assert sent(telegram) == [(DocumentType.TRADEMARK, DocumentStatus.CHECKING)]
    assert not any("did not give" in said for said in heard(telegram))


async def test_while_the_provider_is_away_the_file_waits(telegram, store):
    await begin(telegram, INGRID)
    await send_photo(telegram, papers.scan(papers.CLEAN), "trademark")
    with telegram.sessions() as session:
        job = session.scalars(_WAITING).one()
    await telegram.provider._server.close()
    with pytest.raises(ClientConnectionError):
        await files.take(telegram.post, store, **job)

    await files.give_up(telegram.post, job["file_id"])
    assert "could not fetch your file" in telegram.said(INGRID)[-1].text


async def test_a_file_from_slack_is_fetched_with_the_bots_token(slack, store):
    await begin(slack, SLACK_INGRID)
    file = slack.provider.file("F1", "trademark.pdf", papers.pdf(papers.CLEAN), "application/pdf")
    message = slack.provider.message(SLACK_INGRID, "", "2", subtype="file_share", files=[file])
    await slack.deliver(slack.provider.event(message))
    await work(slack, store)

    assert sent(slack) == [(DocumentType.TRADEMARK, DocumentStatus.CHECKING)]


@pytest.mark.parametrize("address", ["https://evil.example/files/F1", "http://files.slack.com/F1"])
async def test_the_bots_token_is_shown_to_nobody_but_slack(slack, store, address):
    await begin(slack, SLACK_INGRID)
    file = slack.provider.file("F1", "trademark.pdf", papers.pdf(papers.CLEAN), "application/pdf")
    elsewhere = {**file, "url_private": address, "url_private_download": address}
    message = slack.provider.message(SLACK_INGRID, "", "2", subtype="file_share", files=[elsewhere])
    await slack.deliver(slack.provider.event(message))
    await work(slack, store)

    assert "The file is not at Slack" in heard(slack, SLACK_INGRID)[-1]


async def press(telegram, question, title):
    value = next(value for label, value in question.buttons if title in label)
    await telegram.deliver(telegram.provider.pressed(INGRID, value))
