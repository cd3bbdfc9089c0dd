"""Reading a mailbox: nothing twice, nothing lost, nothing old answered."""

import imaplib

import pytest

from conversations.channels.email import imap
from conversations.channels.email.imap import Mailbox, Place
from tests.channels.email.mails import mail
from tests.channels.email.servers import PASSWORD, Box, mailbox


@pytest.fixture
def box():
    with mailbox() as box:
        yield box


def at(box: Box) -> Mailbox:
    return Mailbox.at(box.url, PASSWORD)


def mails(count: int) -> list[bytes]:
    return [mail(f"Message {n}", message_id=f"<{n}@nordlys.example>") for n in range(1, count + 1)]


def read_on(box: Box, place: Place) -> tuple[list[bytes | None], Place]:
    fetched = imap.mails_after(at(box), place)
    return [one.raw for one in fetched], fetched[-1].place if fetched else place


def test_mails_come_once_and_in_order(box):
    box.put(*mails(3))
    first, place = read_on(box, Place(7, 0))
    box.put(mail("Message 4"))
    second, place = read_on(box, place)

    assert first == mails(3)
    assert second == [mail("Message 4")]
    assert read_on(box, place) == ([], place)


def test_what_lay_there_before_is_not_answered(box):
    box.put(*mails(3))

    assert imap.newest_place(at(box)) == Place(7, 3)


def test_an_empty_mailbox_begins_at_its_start(box):
    assert imap.newest_place(at(box)) == Place(7, 0)
    assert imap.mails_after(at(box), Place(7, 0)) == []


def test_many_mails_come_in_portions(box):
    box.put(*mails(120))
    seen, place = [], Place(7, 0)
    while (portion := read_on(box, place))[0]:
        seen += portion[0]
        place = portion[1]

    assert seen == mails(120)


def test_a_mailbox_made_anew_is_read_from_its_start(box):
    box.put(*mails(2))
    box.validity = 8

    raws, place = read_on(box, Place(7, 900))

    assert raws == mails(2)
    assert place == Place(8, 2)


def test_a_mail_that_is_too_large_is_passed_by(box, monkeypatch):
    monkeypatch.setattr(imap, "LARGEST_MAIL", 2_000)
    box.put(mail("x" * 3_000), mail("short"))

    assert read_on(box, Place(7, 0))[0] == [None, mail("short")]


def test_a_cut_connection_is_an_error_and_the_next_look_gets_everything(box):
    box.put(*mails(5))
    box.hang_up_after = 3

    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        imap.mails_after(at(box), Place(7, 0))
    assert read_on(box, Place(7, 0))[0] == mails(5)


def test_a_wrong_password_is_an_error(box):
    with pytest.raises(imaplib.IMAP4.error):
        imap.newest_place(Mailbox.at(box.url, "wrong"))


def test_the_password_is_in_no_representation(box):
    assert PASSWORD not in repr(at(box))
