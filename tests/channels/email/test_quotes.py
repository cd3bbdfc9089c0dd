"""What is cut from a mail, and what must not be."""

import time

import pytest

from conversations.channels.email.markup import as_text
from conversations.channels.email.quotes import written_now

QUESTION = "How many days are left?"


@pytest.mark.parametrize(
    "rest",
    [
        "On Wed, 25 Nov 2026 at 10:00, Brand Desk <desk@brand.example> wrote:\n> Hello\n> there",
        "On Wed, 25 Nov 2026 at 10:00, Brand Desk\n<desk@brand.example> wrote:\n\n> Hello",
        "Am 25.11.2026 um 10:00 schrieb Brand Desk:\n> Hallo",
        "Le mer. 25 nov. 2026 à 10:00, Brand Desk a écrit :\n> Bonjour",
        "Il giorno mer 25 nov 2026 alle 10:00 Brand Desk ha scritto:\n> Ciao",
        "2026年11月25日 10:00,Brand Desk <desk@brand.example> 写道:\n> 你好",
        "2026年11月25日 10:00,Brand Desk <desk@brand.example> 写道\uff1a\n> 你好",
        "发件人\uff1aBrand Desk\n发送时间\uff1a星期三\n收件人\uff1aIngrid\n主题\uff1ax\n\n你好",
        "From: Brand Desk <desk@brand.example>\nSent: Wednesday\nTo: Ingrid\nSubject: Re: x\n\nHello",
        "Von: Brand Desk\nGesendet: Mittwoch\nAn: Ingrid\nBetreff: x\n\nHallo",
        "-----Original Message-----\nFrom: Brand Desk\n\nHello",
        "________________________________\nFrom: Brand Desk\nHello",
        "> Hello\n> there",
        "-- \nIngrid Solberg\nNordlys Skincare",
        "Best regards,\nIngrid Solberg\nNordlys Skincare\n+47 22 00 00 00",
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Kind regards\nIngrid\n\nOn Wed, 25 Nov 2026, Brand Desk wrote:\n> Hello",
    ],
)
def test_only_what_was_written_now_is_kept(rest):
    assert written_now(f"{QUESTION}\n\n{rest}\n") == QUESTION
    assert written_now(f"{QUESTION}\r\n\r\n{rest}".replace("\n", "\r\n")) == QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you and you wrote: nothing. What now?",
        "Thank you",
        "Best regards is what they wrote. Why was it rejected?",
        "From: our side all is well.",
        "Thanks\n\nOne more question: how much is the deposit?",
        "First point\n-- not a signature, a dash\nSecond point",
    ],
)
def test_words_that_only_look_like_a_quote_stay(text):
    assert written_now(text) == text


def test_answers_between_quoted_lines_keep_what_they_answer():
    text = "On Wed, Brand Desk wrote:\n> What is your VAT number?\nNO 123 456\n> And the name?\nNordlys"

    assert "> What is your VAT number?\nNO 123 456" in written_now(text)
    assert written_now(text).endswith("Nordlys")


def test_a_quote_above_with_the_answer_below_it_keeps_both():
    text = "On Wed, Brand Desk wrote:\n> Which brand?\n\nNordlys, please"

    assert "> Which brand?" in written_now(text)
    assert written_now(text).endswith("Nordlys, please")


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 50_000,
        "On " * 20_000,
        "> " * 20_000,
        "On a\n" * 2_000,
        "From: x\n" * 5_000,
        "wrote:" * 9_000,
        "On aaaa wrote:\n" * 3_000 + "> q\n" + "a\n" * 25_000,
        "On aaaa wrote:\n> q\na\n" * 4_000,
        "a\n" + "Thanks\n" * 14_000,
        "a\n" * 50_000,
    ],
    ids=[
        "empty lines",
        "on",
        "marks",
        "introductions",
        "from",
        "wrote",
        "introductions before one quote",
        "introductions with quotes",
        "closings",
        "short lines",
    ],
)
def test_no_mail_keeps_the_desk_busy(text):
    began = time.process_time()

    written_now(text)

    assert time.process_time() - began < 2


def test_html_becomes_the_lines_that_were_seen():
    html = (
        "<html><head><title>x</title><style>p {color: red}</style></head><body>"
        "<p>Hello&nbsp;desk,</p><div>one<br>two <b>three</b></div><ul><li>a</li><li>b</li></ul>"
        '<p>See <a href="https://nordlys.example/x">our page</a></p>'
        '<span style="display:none">unseen</span><script>alert(1)</script></body></html>'
    )

    text = "Hello desk,\n\none\ntwo three\n- a\n- b\nSee our page (https://nordlys.example/x)"
    assert as_text(html) == text


@pytest.mark.parametrize(
    "quoted",
    [
        '<div class="gmail_quote"><div>On Wed, Brand Desk wrote:<br></div><blockquote>Hello</blockquote></div>',
        "<blockquote type=cite>Hello<br>there</blockquote>",
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Desk<br></div><p>Hello</p>',
        '<hr id="x"><div id="divRplyFwdMsg">From: Desk</div><div>Hello</div>',
    ],
)
def test_quotes_of_html_mails_are_cut_too(quoted):
    assert written_now(as_text(f"<p>{QUESTION}</p>{quoted}")) == QUESTION


@pytest.mark.parametrize(
    "unit",
    [
        "<a ",
        "<a a=",
        '<a b="',
        "<a href='",
        "<!--",
        "<![CDATA[",
        "<?",
        "</",
        "<div>",
        "<p></p>",
        "a<b></b>",
        "</x>",
        "&#",
        "<a href=http://x>a</a>",
        f"<{'x' * 390}>",
        "a ",
        "class =",
    ],
)
def test_no_html_keeps_the_desk_busy(unit):
    html = "<div>" * 400 + unit * (100_000 // len(unit))
    began = time.process_time()

    as_text(html)

    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p title="a > b">seen</p>', "seen"),
        ("<p title='it\"s'>seen</p>", "seen"),
        ("<p title=it's>seen</p>", "seen"),
        ("5 < 7 and 9 > 7", "5 < 7 and 9 > 7"),
        ("<!--[if mso]><p>unseen</p><![endif]-->seen", "seen"),
        ("<![if !mso]>seen<![endif]>", "seen"),
        ("<?xml version='1.0'?><!doctype html>seen", "seen"),
        ("<SPAN STYLE = 'Display : None'>unseen</SPAN>seen", "seen"),
        ("<a href=https://nordlys.example/?a=1&amp;b=2>page</a>", "page (https://nordlys.example/?a=1&b=2)"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
    ],
)
def test_html_is_read_as_browsers_show_it(html, text):
    assert as_text(html) == text


@pytest.mark.parametrize(
    "html", ["<p>a</b></p></div>b", "<<p>", "<!-- x", "<div>" * 5_000 + "a", "&#xfffffff;"]
)
def test_broken_html_is_read_as_far_as_it_goes(html):
    assert isinstance(as_text(html), str)
