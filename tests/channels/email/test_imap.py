"""Reading a mailbox: nothing twice, nothing lost, nothing old answered."""

import imaplib
from datetime import timedelta

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
    fetched = list(imap.mails_after(at(box), place))
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

    assert imap.newest_place(at(box)) == Place(7, 3, "desk@127.0.0.1/INBOX", box.now)


def test_an_empty_mailbox_begins_at_its_start(box):
    place = imap.newest_place(at(box))

    assert (place.validity, place.uid) == (7, 0)
    assert place.arrived is not None
    assert list(imap.mails_after(at(box), Place(7, 0))) == []


def test_many_mails_come_in_portions(box):
    box.put(*mails(120))
    seen, place = [], Place(7, 0)
    while (portion := read_on(box, place))[0]:
        seen += portion[0]
        place = portion[1]

    assert seen == mails(120)


def test_of_a_mailbox_made_anew_only_what_arrived_since_is_read(box):
    box.put(*mails(2))
    box.now += timedelta(hours=1)
    box.put(mail("the last one that was read"))
    place = read_on(box, Place(7, 2))[1]
    box.make_anew()
    assert read_on(box, place)[0] == [mail("the last one that was read")]
    box.now += timedelta(hours=1)
    box.put(mail("new"))
    raws, place = read_on(box, place)

    assert raws == [mail("the last one that was read"), mail("new")]
    assert (place.validity, place.uid) == (8, 104)
    assert read_on(box, place)[0] == []


def test_in_a_mailbox_made_anew_old_mails_are_not_read_later_either(box):
    box.put(*mails(1))
    place = imap.newest_place(at(box))
    box.make_anew()
    box.now += timedelta(hours=1)
    box.put(mail("new"))
    place = read_on(box, place)[1]
    box.now -= timedelta(days=300)
    box.put(*mails(60))
    box.now += timedelta(days=300)
    box.put(mail("newer"))

    assert read_on(box, place)[0] == [mail("newer")]


def test_a_mail_deleted_meanwhile_is_left_out(box):
    box.put(*mails(3))
    fetched = imap.mails_after(at(box), Place(7, 0))
    first = next(fetched).raw
    del box.mails[2]

    assert [first, *(one.raw for one in fetched)] == [mails(3)[0], mails(3)[2]]


def test_mails_are_fetched_one_at_a_time(box):
    box.put(*mails(3))
    box.hang_up_after = 1
    fetched = imap.mails_after(at(box), Place(7, 0))

    assert next(fetched).raw == mails(3)[0]
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        next(fetched)


def test_a_mail_that_is_too_large_is_passed_by(box, monkeypatch):
    monkeypatch.setattr(imap, "LARGEST_MAIL", 2_000)
    box.put(mail("x" * 3_000), mail("short"))

    assert read_on(box, Place(7, 0))[0] == [None, mail("short")]


def test_a_cut_connection_is_an_error_and_the_next_look_gets_everything(box):
    box.put(*mails(5))
    box.hang_up_after = 3

    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        list(imap.mails_after(at(box), Place(7, 0)))
    assert read_on(box, Place(7, 0))[0] == mails(5)


def test_a_wrong_password_is_an_error(box):
    with pytest.raises(imaplib.IMAP4.error):
        imap.newest_place(Mailbox.at(box.url, "wrong"))


def test_the_password_is_in_no_representation(box):
    assert PASSWORD not in repr(at(box))
