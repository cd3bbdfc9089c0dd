"""What our mails look like to the programs that get them."""

import base64
from datetime import UTC, datetime
from email import message_from_bytes, policy

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from conversations.channels.email import composing, received
from conversations.channels.email.automatic import NotAnswered, why_not_answered
from conversations.channels.email.composing import Kind, Letter, Sender, Thread
from tests.channels.email.mails import DESK, INGRID, mail

SENDER = Sender(DESK, "Brand Desk", "desk+tag@brand.example")
AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
THREAD = Thread(INGRID, "Our application", "<1@nordlys.example>", ("<0@nordlys.example>",))


def letter(text: str = "**12 days** are left.", **more) -> Letter:
    return Letter("<bd.7.abc@brand.example>", text, AT, **more)


def sent(thread: Thread = THREAD, *args, **more):
    return message_from_bytes(
        composing.as_bytes(composing.compose(SENDER, thread, letter(*args, **more))), policy=policy.default
    )


def test_an_answer_stays_in_its_thread():
    message = sent()

    assert message["Subject"] == "Re: Our application"
    assert message["In-Reply-To"] == "<1@nordlys.example>"
    assert message["References"] == "<0@nordlys.example> <1@nordlys.example>"
    assert message["Message-ID"] == "<bd.7.abc@brand.example>"
    assert (message["To"], message["Reply-To"]) == (INGRID, "Brand Desk <desk+tag@brand.example>")
    assert message["Date"] == "Thu, 26 Nov 2026 09:30:00 +0000"


def test_a_reply_to_a_reply_is_not_called_re_re():
    assert sent(Thread(INGRID, "RE: Our application"))["Subject"] == "RE: Our application"


def test_an_answer_is_both_text_and_html():
    message = sent(
        THREAD, "**12 days** are left.\n\n1. [Documents](https://desk.example/d)\n2. Person\n\n<b>x</b>"
    )

    plain = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = message.get_body(("html",)).get_content()
    assert plain.startswith(
        "12 days are left.\n\n1. Documents (https://desk.example/d)\n2. Person\n\n<b>x</b>\n"
    )
    assert "<strong>12 days</strong>" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


@pytest.mark.parametrize("kind", [Kind.ANSWER, Kind.PROACTIVE])
def test_no_machine_answers_what_a_machine_of_ours_writes(kind):
    raw = composing.as_bytes(composing.compose(SENDER, THREAD, letter(kind=kind)))

    assert why_not_answered(received.read(raw), "another@desk.example") is NotAnswered.AUTOMATIC


def test_what_a_person_of_ours_writes_is_no_machines_mail():
    assert sent(kind=Kind.OF_A_PERSON)["Auto-Submitted"] == "no"


def test_only_what_nobody_asked_for_offers_to_stop():
    assert (
        sent(kind=Kind.PROACTIVE)["List-Unsubscribe"] == "<mailto:desk+tag@brand.example?subject=unsubscribe>"
    )
    assert sent()["List-Unsubscribe"] is None


def test_a_file_goes_along():
    message = sent(files=[("checklist.pdf", "application/pdf", b"%PDF")])

    assert [(part.get_filename(), part.get_content()) for part in message.iter_attachments()] == [
        ("checklist.pdf", b"%PDF")
    ]


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: everybody@evil.example", "x" * 5_000, "Über 你好", ""])
def test_no_subject_of_a_stranger_becomes_another_header(subject):
    message = sent(Thread(INGRID, subject))

    assert message["Bcc"] is None
    assert len(message["Subject"]) < 300


def test_the_thread_is_kept_with_the_correspondent():
    read = received.read(mail(References="<0@nordlys.example>"))
    thread = Thread(read.sender, read.subject, read.message_id, read.references)

    assert Thread.of(thread.as_address()) == thread


@pytest.mark.parametrize(
    "pasted", [str, lambda key: key.replace("\n", ""), lambda key: key.replace("\n", " ")]
)
def test_a_mail_is_signed_with_the_configured_key(pasted):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    raw = composing.as_bytes(composing.compose(SENDER, THREAD, letter("Grüße 你好")), pasted(pem), "s1")

    def published(name, timeout=5):
        return record if name == b"s1._domainkey.brand.example." else None

    assert dkim.verify(raw, dnsfunc=published)
    assert not dkim.verify(raw.replace(b"Our application", b"Their application"), dnsfunc=published)
