"""Mails as strangers and mail servers write them."""

from email.message import EmailMessage
from email.policy import SMTP

DESK = "desk@brand.example"
INGRID = "ingrid@nordlys.example"


def mail(
    text: str = "How many days are left?", sender: str = f"Ingrid Solberg <{INGRID}>", **headers
) -> bytes:
    return written(text, sender, **headers).as_bytes(policy=SMTP)


def written(text: str, sender: str = INGRID, **headers) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = headers.pop("to", DESK)
    message["Subject"] = headers.pop("subject", "Our application")
    message["Message-ID"] = headers.pop("message_id", "<1@nordlys.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def with_photo(text: str = "Here is the letter", data: bytes = b"\xff\xd8\xff photo") -> bytes:
    message = written(text)
    message.add_attachment(data, maintype="image", subtype="jpeg", filename="letter.jpg")
    return message.as_bytes(policy=SMTP)


def bounce(message_id: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    return "\r\n".join(
        [
            "Return-Path: <>",
            "From: Mail Delivery System <MAILER-DAEMON@mx.nordlys.example>",
            f"To: {DESK}",
            "Subject: Undelivered Mail Returned to Sender",
            "Message-ID: <b1@mx.nordlys.example>",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "I could not deliver your mail.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.nordlys.example",
            "",
            f"Final-Recipient: rfc822; {INGRID}",
            f"Action: {action}",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 no such user",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"From: {DESK}",
            f"Message-ID: {message_id}",
            "Subject: Re: Our application",
            "",
            "--b--",
            "",
        ]
    ).encode()
