"""Reading what strangers send: whole mails, broken mails, automatic mails, and mails that came back."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from conversations.channels.email import bounces, received
from conversations.channels.email.automatic import NotAnswered, why_not_answered
from conversations.channels.email.received import MailMalformed
from tests.channels.email.mails import DESK, INGRID, bounce, mail, with_photo, written


def test_a_mail_is_read_with_its_thread():
    read = received.read(
        mail(
            "Why?\n\nOn Wed, Brand Desk wrote:\n> It was rejected.",
            In_Reply_To="<bd.7@brand.example>",
            References="<0@nordlys.example> <bd.7@brand.example>",
        )
    )

    assert (read.sender, read.sender_name, read.text) == (INGRID, "Ingrid Solberg", "Why?")
    assert read.message_id == "<1@nordlys.example>"
    assert read.in_reply_to == "<bd.7@brand.example>"
    assert read.references == ("<0@nordlys.example>", "<bd.7@brand.example>")
    assert DESK in read.recipients


def test_a_photo_is_an_attachment_and_the_logo_of_a_signature_is_none():
    message = written("Here is the letter")
    message.add_attachment(b"photo", maintype="image", subtype="jpeg", filename="../../letter.jpg")
    message.add_attachment(
        b"logo", maintype="image", subtype="png", filename="logo.png", disposition="inline"
    )
    message.get_payload()[-1]["Content-ID"] = "<logo>"

    attachments = received.read(message.as_bytes(policy=SMTP)).attachments

    assert [(file.name, file.media_type, file.data) for file in attachments] == [
        ("letter.jpg", "image/jpeg", b"photo")
    ]


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("application/pkcs7-signature", "smime.p7s"),
        ("application/pgp-signature", "signature.asc"),
        ("application/ms-tnef", "winmail.dat"),
        ("application/octet-stream", "winmail.dat"),
        ("text/calendar", "invite.ics"),
        ("text/vcard", "Ingrid.vcf"),
    ],
)
def test_what_mail_programs_add_is_no_attachment(media_type, name):
    message = written("I want a person")
    message.add_attachment(
        b"x",
        maintype=media_type.partition("/")[0],
        subtype=media_type.partition("/")[2],
        filename=name,
    )

    read = received.read(message.as_bytes(policy=SMTP))
    assert (read.text, read.attachments) == ("I want a person", ())


def test_a_logo_that_the_text_shows_is_no_attachment_whatever_the_program_calls_it():
    message = written("Hello")
    message.add_alternative('<p>Hello</p><img src="cid:logo@nordlys.example">', subtype="html")
    message.add_attachment(
        b"logo", maintype="image", subtype="png", filename="logo.png", cid="<logo@nordlys.example>"
    )
    message.add_attachment(
        b"scan", maintype="image", subtype="png", filename="scan.png", cid="<f_1@nordlys.example>"
    )

    attachments = received.read(message.as_bytes(policy=SMTP)).attachments

    assert [file.name for file in attachments] == ["scan.png"]


def test_of_a_mail_that_is_attached_the_files_count_and_not_the_words():
    forwarded = message_from_bytes(with_photo("I want to cancel everything"), policy=policy.default)
    message = written("See below", subject="Fwd: Our application")
    message.add_attachment(forwarded)

    read = received.read(message.as_bytes(policy=SMTP))

    assert read.text == "See below"
    assert [file.name for file in read.attachments] == ["letter.jpg"]


def test_a_photo_without_words_has_no_words():
    assert received.read(with_photo(text="")).text == ""


def test_a_mail_without_words_says_its_subject():
    assert received.read(mail("\n", subject="How many days are left?")).text == "How many days are left?"


def test_an_html_mail_is_read_as_text():
    message = EmailMessage()
    message["From"], message["Message-ID"] = INGRID, "<2@nordlys.example>"
    message.set_content("<p>How many<br>days?</p><div class='gmail_quote'>Hello</div>", subtype="html")

    assert received.read(message.as_bytes(policy=SMTP)).text == "How many\ndays?"


def test_a_mail_without_an_id_is_the_same_mail_the_second_time():
    raw = mail().replace(b"Message-ID: <1@nordlys.example>\r\n", b"")

    assert received.read(raw).message_id == received.read(raw).message_id
    assert received.read(raw).message_id != received.read(raw + b"more").message_id


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: no sender",
        b"From: a@nordlys.example\r\nFrom: b@evil.example",
        b"From: a@nordlys.example, b@evil.example",
        b"From: <a@nordlys.example> <b@evil.example>",
        b"From: undisclosed",
        b"From: =?utf-8?q?a=40nordlys=2Eexample?=",
        b"",
    ],
)
def test_a_mail_that_does_not_come_from_exactly_one_address_is_refused(head):
    with pytest.raises(MailMalformed):
        received.read(head + b"\r\n\r\nHello")


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: =?utf-8?b?####?=",
        b"Subject: =?no-such-charset?q?abc?=",
        b"Content-Type: text/plain; charset=no-such-charset",
        b"Content-Type: multipart/mixed",
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
        b"Subject: \xff\xfe\x00",
        b"To: <<<>>>, @@@",
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_goes(head):
    read = received.read(b"From: " + INGRID.encode() + b"\r\n" + head + b"\r\n\r\nH\xffello\x00")

    assert read.sender == INGRID


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, NotAnswered.AUTOMATIC),
        ({"Auto_Submitted": "auto-generated; x=y"}, NotAnswered.AUTOMATIC),
        ({"X_Auto_Response_Suppress": "All"}, NotAnswered.AUTOMATIC),
        ({"X_Autoreply": "yes"}, NotAnswered.AUTOMATIC),
        ({"sender": "no-reply@nordlys.example"}, NotAnswered.AUTOMATIC),
        ({"Precedence": "bulk"}, NotAnswered.LIST),
        ({"List_Id": "<all.nordlys.example>"}, NotAnswered.LIST),
        ({"Return_Path": "<>"}, NotAnswered.BOUNCE),
        ({"sender": DESK}, NotAnswered.OWN),
        ({"sender": "desk+abcdef@brand.example"}, NotAnswered.OWN),
        ({"Auto_Submitted": "no", "Return_Path": f"<{INGRID}>"}, None),
        ({}, None),
    ],
)
def test_nobody_answers_what_a_machine_wrote(headers, why):
    assert why_not_answered(received.read(mail(**headers)), DESK) is why


def test_a_bounce_names_the_mail_that_came_back():
    raw = bounce("<bd.7.abc@brand.example>")

    assert why_not_answered(received.read(raw), DESK) is NotAnswered.BOUNCE
    read = bounces.read(received.read(raw).message)
    assert read == bounces.Bounce(("<bd.7.abc@brand.example>",), "5.1.1", is_final=True)


@pytest.mark.parametrize(
    ("status", "action"), [("4.4.1", "delayed"), ("2.0.0", "delivered"), ("4.2.2", "failed")]
)
def test_a_delay_and_a_receipt_are_no_failures(status, action):
    assert not bounces.read(received.read(bounce("<bd.7@x>", status, action)).message).is_final


def test_a_bounce_without_a_report_is_read_from_its_words():
    raw = mail("Your mail came back:\nMessage-ID: <bd.7.abc@brand.example>", Return_Path="<>")

    assert bounces.read(received.read(raw).message).message_ids == ("<bd.7.abc@brand.example>",)


def test_a_mail_of_many_html_parts_says_no_more_than_one_of_plain_text():
    message = EmailMessage()
    message["From"] = INGRID
    message.set_content("<p>first</p>", subtype="html")
    message.make_mixed()
    for _ in range(30):
        message.attach(EmailMessage())
        message.get_payload()[-1].set_content("<p>word</p>" * 5_000, subtype="html")

    assert len(received.read(message.as_bytes(policy=SMTP)).text) < 100_000


@pytest.mark.parametrize(
    "body",
    [
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(900)
        ),
        b"\r\n" + b"a\n" * 700_000,
        b"\r\n" + b"a\r" * 700_000,
    ],
    ids=["parts within parts", "lines", "bare returns"],
)
def test_a_mail_that_would_take_very_long_to_be_parsed_is_refused(body):
    began = time.process_time()

    with pytest.raises(MailMalformed):
        received.read(b"From: " + INGRID.encode() + b"\r\n" + body + b"a\n" * 20_000)

    assert time.process_time() - began < 1
