"""E-mail through the front door: the webhook, the mailbox, the answers, and what must not be answered."""

import asyncio
from datetime import timedelta
from email.policy import SMTP
from threading import Event

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DataError, OperationalError

from conversations import jobs, lookup
from conversations.channels import accounts, files, incoming, linking, switching, work
from conversations.channels.email import polling
from conversations.channels.email.channel import EmailChannel
from conversations.channels.models import ChannelAccount, ChannelIdentity
from conversations.channels.names import AccountState, DeliveryStatus
from conversations.documents import NO_SCANNER
from conversations.handoff import ask_for_person
from conversations.messages import Reply
from conversations.names import HandoffReason
from onboarding import clock
from onboarding.database import session_factory
from onboarding.models import Contact
from tests.channels import game
from tests.channels.email.double import EmailDouble, proven
from tests.channels.email.mails import DESK, INGRID, bounce, mail, with_photo, written
from tests.channels.email.servers import mailbox
from tests.channels.house import House, house
from tests.channels.provider import Hook
from tests.web.staff import MEI, StaffVisitor
from tests.web.visitor import INGRID as OWNER

ANNA = "anna@elsewhere.example"
_JOBS = text(
    "DELETE FROM procrastinate_jobs WHERE task_name = 'background.fetch_channel_file' RETURNING args"
)


@pytest.fixture
async def desk(settings, sessions):
    async with EmailDouble() as provider, house(settings, sessions, EmailChannel(), provider) as opened:
        yield opened


@pytest.fixture
async def polled(settings, sessions):
    async with (
        EmailDouble(imap=True) as provider,
        house(settings, sessions, EmailChannel(), provider) as opened,
    ):
        yield opened


def poll(house: House) -> None:
    polling.poll_all(house.sessions, house.post.vault)


async def ask(
    house: House, text: str = "How many days are left?", external_id: str = "1@nordlys.example"
) -> None:
    assert await house.deliver(house.provider.written(INGRID, text, external_id)) == [200]


async def answer(house: House) -> None:
    house.answer_all()
    await house.send_all()


def addresses(monkeypatch) -> None:
    monkeypatch.setattr(game, "users", lambda: [f"u{number}@nordlys.example" for number in range(game.USERS)])


async def test_500_mails_are_answered_once_and_in_order(desk, monkeypatch):
    addresses(monkeypatch)
    await game.plays_500_messages(desk)

    assert desk.provider.texts_by_user() == game.expected()


async def test_a_conversation_is_one_thread_of_mails(desk):
    await ask(desk)
    await answer(desk)
    (first,) = desk.provider.mails_to(INGRID)
    reply = mail(
        "And the fees?\n\nOn Thu, Brand Desk wrote:\n> echo",
        message_id="<2@nordlys.example>",
        to=first["Reply-To"].addresses[0].addr_spec,
        In_Reply_To=first["Message-ID"],
        References=f"<1@nordlys.example> {first['Message-ID']}",
    )
    await desk.deliver(desk.provider.hook(reply))
    await answer(desk)

    second = desk.provider.mails_to(INGRID)[1]
    assert [view.text for view in desk.said(INGRID)][::2] == ["How many days are left?", "And the fees?"]
    assert second["In-Reply-To"] == "<2@nordlys.example>"
    assert second["References"].split() == ["<1@nordlys.example>", first["Message-ID"], "<2@nordlys.example>"]
    assert second["Subject"] == "Re: Our application"


async def test_forged_and_stale_mails_are_refused_and_their_words_not_logged(desk, caplog):
    provider = desk.provider
    good = provider.hook(proven(INGRID, "very private", "1"))
    hooks = [
        Hook(good.body),
        Hook(good.body + b"x", good.headers),
        provider.hook(good.body, secret="another"),
        provider.hook(good.body, age=400),
    ]

    assert await desk.deliver(*hooks, provider.hook(b"no mail")) == [401, 401, 401, 401, 400]
    assert {"signature_wrong", "timestamp_too_old", "mail_malformed"} <= set(
        caplog.text.replace(":", " ").split()
    )
    assert "private" not in caplog.text


async def test_a_mail_that_proves_nothing_is_a_strangers(desk):
    await ask(desk)
    await desk.deliver(desk.provider.hook(mail("And now?", message_id="<2@evil.example>")))

    assert [view.text for view in desk.said(INGRID)] == ["How many days are left?"]
    assert [view.text for view in desk.said(f"unproven:{INGRID}")] == ["And now?"]


async def test_machines_are_not_answered(desk):
    hooks = [
        desk.provider.hook(proven(INGRID, "I am on holiday", "1", Auto_Submitted="auto-replied")),
        desk.provider.hook(mail("Our newsletter", Precedence="bulk")),
        desk.provider.hook(mail("To myself", sender=DESK)),
    ]

    assert await desk.deliver(*hooks) == [200, 200, 200]
    assert desk.answer_all() == 0


async def test_two_machines_that_answer_each_other_come_to_an_end(desk):
    """The other one marks nothing as automatic."""
    for number in range(60):
        await ask(desk, f"Thank you for your mail {number}", f"{number}@machine.example")
        await answer(desk)

    assert 0 < len(desk.provider.mails_to(INGRID)) <= 30
    assert len(desk.said(INGRID)) > 60


async def test_while_a_mail_server_thinks_about_a_mail_nobody_sends_it_again(desk):
    await ask(desk)
    desk.answer_all()
    thinks, has_thought = Event(), Event()
    desk.provider.outbox.before_taken = lambda: thinks.set() or has_thought.wait(10)
    sending = asyncio.create_task(desk.send_due())
    assert await asyncio.to_thread(thinks.wait, 10)
    with desk.sessions.begin() as session:
        left = session.get_one(ChannelIdentity, desk.identity(INGRID).id).sending_until
        left -= clock.database_time(session)
    has_thought.set()
    await sending

    assert left > timedelta(minutes=10)
    assert len(desk.provider.mails_to(INGRID)) == 1


async def test_neither_files_nor_codes_nor_empty_mails_keep_two_machines_going(desk):
    """The other one signs each answer with a logo, or says nothing at all."""
    for number in range(40):
        logo = written(
            "link 123-456" if number % 3 == 0 else "", INGRID, message_id=f"<{number}@machine.example>"
        )
        if number % 3 != 1:
            logo.add_attachment(b"x", maintype="image", subtype="png", filename="logo.png")
        logo.replace_header("Subject", "")
        await desk.deliver(desk.provider.hook(logo.as_bytes(policy=SMTP)))
        with desk.sessions.begin() as session:
            due = session.scalars(_JOBS).all()
        for job in due:
            await files.take(desk.post, desk.post.store, **job)
        await answer(desk)

    assert 20 < len(desk.provider.mails_to(INGRID)) <= 42
    sent = len(desk.provider.mails_to(INGRID))
    await desk.deliver(desk.provider.hook(logo.as_bytes(policy=SMTP).replace(b"<39@", b"<40@")))
    await answer(desk)
    assert len(desk.provider.mails_to(INGRID)) == sent


async def test_a_long_mail_counts_as_one_and_is_answered_once(desk):
    await ask(desk, "word " * 20_000, "long@nordlys.example")
    await ask(desk, "And the fees?", "2@nordlys.example")
    await answer(desk)

    first, second = desk.provider.mails_to(INGRID)
    assert (first["In-Reply-To"], second["In-Reply-To"]) == ("<long@nordlys.example>", "<2@nordlys.example>")


async def test_a_wish_for_a_person_is_heard_beside_an_attachment(desk):
    message = written("I want a person", INGRID)
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="contract.pdf")
    await desk.deliver(desk.provider.hook(message.as_bytes(policy=SMTP)))

    asked = []
    desk.answer_all(lambda text: asked.append(text) or Reply("echo"))
    assert asked == ["I want a person"]


async def test_a_mail_that_came_back_is_on_its_delivery(desk):
    await ask(desk)
    await answer(desk)
    (ours,) = desk.provider.mails_to(INGRID)

    assert await desk.deliver(desk.provider.hook(bounce(ours["Message-ID"]))) == [200]
    (delivery,) = desk.deliveries()
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.FAILED, "bounced_5.1.1")


async def test_a_mailbox_is_read_from_the_moment_it_is_connected(polled):
    box = polled.provider.box
    box.put(proven(INGRID, "an old mail", "0"))
    poll(polled)
    box.put(proven(INGRID, "first", "1"), proven(INGRID, "second", "2"))
    poll(polled)
    poll(polled)
    await answer(polled)

    assert polled.provider.texts_to(INGRID) == ["echo first", "echo second"]


async def test_mails_in_a_mailbox_are_answered_once_and_in_order(polled, monkeypatch):
    """A tenth of them twice, the connection cut twice, and some once more by the webhook."""
    addresses(monkeypatch)
    monkeypatch.setattr(game, "MESSAGES", 200)
    poll(polled)
    box, users = polled.provider.box, game.users()
    for number in range(game.MESSAGES // game.USERS):
        for user in users:
            raw = proven(user, f"message {number}", f"{number}-{user}")
            box.put(*([raw, raw] if number % 10 == 5 else [raw]))
    for _ in range(2):
        box.hang_up_after = 7
        poll(polled)
    assert polled.account().last_error == polling.UNREACHABLE
    poll(polled)
    await polled.deliver(*(polled.provider.hook(raw) for raw in list(box.mails.values())[:50]))
    await answer(polled)

    assert polled.provider.texts_by_user() == game.expected()


def set_mailbox(house: House, imap_url: str) -> None:
    with house.sessions.begin() as session:
        account = session.get_one(ChannelAccount, house.account_id)
        account.settings = account.settings | {"imap_url": imap_url}


async def test_what_lies_in_another_mailbox_is_not_answered(polled):
    connect(polled, proven(INGRID, "first", "1"))
    poll(polled)
    with mailbox() as another:
        another.put(*(proven(INGRID, f"of last year {number}", f"old{number}") for number in range(5)))
        set_mailbox(polled, another.url.replace("127.0.0.1", "localhost"))
        poll(polled)
        another.put(proven(INGRID, "second", "2"))
        poll(polled)

    assert [view.text for view in polled.said(INGRID)] == ["first", "second"]


async def test_a_mailbox_that_gets_another_address_of_the_same_kind_is_read_on(polled):
    """Its port says nothing about which one it is."""
    connect(polled, proven(INGRID, "first", "1"))
    poll(polled)
    polled.provider.box.put(proven(INGRID, "second", "2"))
    set_mailbox(polled, polled.provider.box.url.replace("/INBOX", "/"))
    poll(polled)

    assert [view.text for view in polled.said(INGRID)] == ["first", "second"]


async def test_a_mailbox_known_from_before_its_name_was_kept_is_read_on(polled):
    connect(polled, proven(INGRID, "first", "1"))
    with polled.sessions.begin() as session:
        session.get_one(ChannelAccount, polled.account_id).cursor = {"validity": 7, "uid": 0}
    poll(polled)

    assert [view.text for view in polled.said(INGRID)] == ["first"]


async def test_a_mail_known_for_long_changes_nothing_when_it_comes_again(polled):
    connect(polled, proven(INGRID, "first", "1"), proven(INGRID, "second", "2"))
    poll(polled)
    polled.pass_time(timedelta(days=40))
    with polled.sessions.begin() as session:
        incoming.forget_receipts(session, clock.now(session))
    before = polled.identity(INGRID)
    await polled.deliver(polled.provider.hook(proven(INGRID, "first", "1", subject="Another subject")))
    after = polled.identity(INGRID)

    assert (after.address, after.last_in_at) == (before.address, before.last_in_at)
    assert [view.text for view in polled.said(INGRID)] == ["first", "second"]


async def test_a_mail_that_cannot_be_read_does_not_hold_up_the_others(polled):
    poll(polled)
    polled.provider.box.put(b"Subject: nobody\r\n\r\nHello", proven(INGRID, "first", "1"))
    poll(polled)

    assert polled.account().last_error == "mail_malformed"
    assert [view.text for view in polled.said(INGRID)] == ["first"]


def connect(house: House, *raws: bytes) -> None:
    """The mailbox is asked once, and these mails arrive."""
    poll(house)
    house.provider.box.put(*raws)


def take_badly(monkeypatch, *errors: Exception) -> None:
    """The next mails are not taken."""
    waiting, take = list(errors), incoming.take

    def taken(*args):
        if waiting:
            raise waiting.pop(0)
        return take(*args)

    monkeypatch.setattr(incoming, "take", taken)


async def test_no_mail_is_lost_while_the_database_is_away(polled, monkeypatch):
    connect(polled, proven(INGRID, "first", "1"), proven(INGRID, "second", "2"))
    take_badly(monkeypatch, OperationalError("INSERT", {}, Exception("deadlock detected")))
    poll(polled)
    assert (polled.account().cursor["uid"], polled.account().last_error) == (0, polling.NOT_TAKEN)
    poll(polled)

    assert [view.text for view in polled.said(INGRID)] == ["first", "second"]


async def test_a_mail_that_meets_a_lock_of_somebody_else_is_taken_the_next_time(polled):
    connect(polled, proven(INGRID, "first", "1"))
    poll(polled)
    polled.provider.box.put(proven(INGRID, "second", "2"))
    impatient = create_engine(polled.sessions.kw["bind"].url, connect_args={"options": "-c lock_timeout=300"})
    with polled.sessions.begin() as session:
        linking.locked(session, polled.identity(INGRID).id)
        polling.poll_all(session_factory(impatient), polled.post.vault)
    impatient.dispose()
    poll(polled)

    assert [view.text for view in polled.said(INGRID)] == ["first", "second"]


async def test_a_mail_that_fails_by_our_own_fault_holds_up_the_others_for_some_minutes_only(
    polled, monkeypatch
):
    connect(polled, proven(INGRID, "first", "1"), proven(INGRID, "second", "2"))
    take_badly(monkeypatch, *[KeyError("a mistake of ours")] * 5)
    for _ in range(4):
        poll(polled)
        assert polled.account().cursor["uid"] == 0
    poll(polled)

    assert [view.text for view in polled.said(INGRID)] == ["second"]


async def test_a_mail_whose_words_cannot_be_kept_is_passed_by_at_once(polled, monkeypatch):
    connect(polled, proven(INGRID, "first", "1"), proven(INGRID, "second", "2"))
    take_badly(monkeypatch, DataError("INSERT", {}, Exception("invalid byte sequence")))
    poll(polled)

    assert [view.text for view in polled.said(INGRID)] == ["second"]


async def test_what_comes_while_the_channel_is_switched_off_is_answered_once_it_is_on_again(
    polled, monkeypatch
):
    connect(polled, *(proven(INGRID, f"mail {number}", str(number)) for number in range(3)))
    take = incoming.take

    def switched_off_after_the_first(*args):
        taken = take(*args)
        monkeypatch.setattr(incoming, "take", take)
        switch(polled, AccountState.PAUSED)
        return taken

    monkeypatch.setattr(incoming, "take", switched_off_after_the_first)
    poll(polled)
    switch(polled, AccountState.ACTIVE)
    poll(polled)

    assert [view.text for view in polled.said(INGRID)] == ["mail 0", "mail 1", "mail 2"]
    assert polled.answer_all() == 3


def switch(house: House, state: AccountState) -> None:
    with house.sessions.begin() as session:
        switching.switch(session, session.get_one(ChannelAccount, house.account_id), state)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (
            {"settings": {"imap_url": "imaps://desk@imap.brand.example:99999", "address": DESK}},
            "imap_not_read",
        ),
        ({"secrets": "closed by another key"}, "secrets_unreadable"),
    ],
)
async def test_a_mailbox_that_cannot_be_asked_does_not_hold_up_the_others(polled, spoiled, said):
    with polled.sessions.begin() as session:
        first = session.get_one(ChannelAccount, polled.account_id)
        given = (first.settings, polled.provider.account_secrets())
        accounts.add(session, polled.post.vault, first.kind, "Another", *given)
    connect(polled, proven(INGRID, "first", "1"))
    with polled.sessions.begin() as session:
        for name, value in spoiled.items():
            setattr(session.get_one(ChannelAccount, polled.account_id), name, value)
    poll(polled)

    assert polled.account().last_error == said
    assert [view.text for view in polled.said(INGRID)] == ["first"]


def test_mailboxes_are_asked_by_one_job_at_a_time(polled):
    app = App(connector=InMemoryConnector())
    work.add_tasks(app, polled.post, polled.post.store, NO_SCANNER)

    assert app.tasks[jobs.POLL_MAILBOXES].lock == jobs.POLL_MAILBOXES


async def test_a_wrong_password_is_noted_with_the_account(polled):
    with polled.sessions.begin() as session:
        account = session.get_one(ChannelAccount, polled.account_id)
        accounts.rotate(session, polled.post.vault, account, {"imap_password": "wrong"})
    poll(polled)

    assert polled.account().last_error == polling.LOGIN_REFUSED


async def test_a_photo_by_mail_is_kept_with_its_words(desk):
    await desk.deliver(desk.provider.hook(with_photo("Here is the letter")))

    (view,) = desk.said(f"unproven:{INGRID}")
    assert view.text == "Here is the letter\n[File: letter.jpg]"


async def test_a_proven_mail_from_the_address_of_an_account_is_that_contacts(desk):
    await desk.deliver(
        desk.provider.hook(proven(OWNER, "How many days are left?", "1@nordlys-skincare.example"))
    )

    assert desk.identity(OWNER).contact_id == contact(desk).id


@pytest.mark.parametrize(
    ("raw", "user", "shown"),
    [
        (mail(), f"unproven:{INGRID}", f"“Ingrid Solberg” (unproven:{INGRID}) on E-mail."),
        (mail(sender=INGRID), f"unproven:{INGRID}", f"Writes as unproven:{INGRID} on E-mail."),
        (proven(f"Anna <{ANNA}>", "Hello", "1"), ANNA, f"“Anna” ({ANNA}) on E-mail."),
    ],
)
async def test_agents_see_whether_anything_proves_whose_a_mail_is(desk, raw, user, shown):
    await desk.deliver(desk.provider.hook(raw))
    conversation_id = desk.identity(user).conversation_id
    with desk.sessions.begin() as session:
        ask_for_person(session, lookup.locked(session, conversation_id), HandoffReason.ASKED_FOR_PERSON)

    async with StaffVisitor(desk.server) as mei:
        await mei.enter(MEI)
        page = await mei.open(f"/desk/conversations/{conversation_id}")
    assert shown in page.words


async def test_a_mail_that_only_says_so_is_a_strangers(desk):
    await desk.deliver(desk.provider.hook(mail("How many days are left?", OWNER)))

    assert desk.identity(f"unproven:{OWNER}").contact_id is None


async def test_who_changed_their_address_is_not_known_by_the_old_one_any_more(desk):
    await desk.deliver(desk.provider.hook(proven(OWNER, "first", "1@nordlys-skincare.example")))
    with desk.sessions.begin() as session:
        session.get_one(Contact, contact(desk).id).email = "new@nordlys-skincare.example"
    await desk.deliver(desk.provider.hook(proven(OWNER, "second", "2@nordlys-skincare.example")))

    assert desk.identity(OWNER).contact_id is None
    assert [view.text for view in desk.said(OWNER)] == ["second"]


async def test_who_unlinked_their_mails_stays_unlinked(desk):
    for number, words in enumerate(["first", "unlink", "second"]):
        hook = desk.provider.hook(proven(OWNER, words, f"{number}@nordlys-skincare.example"))
        assert await desk.deliver(hook) == [200]

    assert desk.identity(OWNER).contact_id is None


@pytest.mark.parametrize("from_address", ["anna@elsewhere.example", f"unproven:{OWNER}"])
async def test_no_code_links_another_mailbox(desk, from_address):
    with desk.sessions.begin() as session:
        code = linking.offer_code(session, session.get_one(Contact, contact(desk).id))
    plain = from_address.removeprefix("unproven:")
    raw = proven(plain, f"link {code}", "1@x") if plain == from_address else mail(f"link {code}", plain)
    await desk.deliver(desk.provider.hook(raw))

    with desk.sessions() as session:
        assert linking.waiting(session, contact(desk)) == []
    assert "only from the address of your account" in desk.said(from_address)[-1].text


def contact(house: House) -> Contact:
    with house.sessions() as session:
        return session.scalars(select(Contact).where(Contact.email == OWNER)).one()
