"""What proves that a mail is from whom it says, and what does not."""

import time
from datetime import date, timedelta

import pytest

from conversations.channels.email import authentication, received, signs
from tests.channels.email.mails import DESK, INGRID, mail

OURS = "mx.brand.example"
SECRET = "secret-of-the-test"
TODAY = date(2026, 11, 26)


def is_authentic(*results: str) -> bool:
    raw = b"".join(b"Authentication-Results: " + result.encode() + b"\r\n" for result in results) + mail()
    return authentication.is_authentic(received.read(raw), OURS)


@pytest.mark.parametrize(
    "result",
    [
        f"{OURS}; dmarc=pass header.from=nordlys.example",
        f"{OURS} 1; spf=fail smtp.mailfrom=x@y.example; dmarc=pass (p=REJECT; dis=none) header.from=nordlys.example",
        f"{OURS.upper()}; dkim=pass header.d=nordlys.example header.s=s1",
        f"{OURS}; dkim=fail header.d=nordlys.example; dkim=pass header.i=@nordlys.example",
        f'{OURS}; spf=pass smtp.mailfrom="ingrid@nordlys.example"',
        f"{OURS};\r\n dkim=pass\r\n header.d=nordlys.example",
        f'{OURS}; x=fail (a "quote (of) one mark); dkim=pass header.d=nordlys.example',
        f"{OURS}; x=fail (a \\) of a comment); dkim=pass header.d=nordlys.example",
        f'{OURS}; spf=pass smtp.mailfrom="a (b; \\"c"@evil.example; dkim=pass header.d=nordlys.example',
        f'{OURS}; dkim=pass(good)header.d="nordlys.example"',
        f'"{OURS}"; dkim=pass header.d=nordlys.example',
    ],
)
def test_what_our_own_server_found_is_proof(result):
    assert is_authentic(result)


@pytest.mark.parametrize(
    "result",
    [
        "mx.evil.example; dmarc=pass header.from=nordlys.example",
        f"{OURS}.evil.example; dmarc=pass header.from=nordlys.example",
        f"{OURS}; dmarc=fail header.from=nordlys.example; dkim=pass header.d=nordlys.example",
        f"{OURS}; dmarc=pass header.from=evil.example",
        f"{OURS}; dkim=pass header.d=evil.example",
        f"{OURS}; dkim=pass header.d=www.nordlys.example",
        f"{OURS}; dkim=pass header.d=example",
        f"{OURS}; dkim=pass header.d=lys.example",
        f"{OURS}; spf=pass smtp.mailfrom=x@evil.example",
        f"{OURS}; spf=pass smtp.mailfrom=nordlys.example.evil.example",
        f"{OURS}; spf=softfail smtp.mailfrom=ingrid@nordlys.example",
        f"{OURS}; x=fail (dmarc=pass header.from=nordlys.example)",
        f'{OURS}; x=fail reason="; dmarc=pass header.from=nordlys.example"',
        f"{OURS}; auth=pass smtp.auth=ingrid@nordlys.example",
        f"{OURS}; none",
        f'{OURS}; spf=pass smtp.mailfrom="\\"; dkim=pass header.d=nordlys.example; ("@evil.example; dkim=none; '
        "dmarc=fail (p=NONE sp=NONE) header.from=nordlys.example",
        f'{OURS}; spf=pass smtp.mailfrom="x smtp.mailfrom=i@nordlys.example y"@evil.example',
        f'{OURS}; spf=pass smtp.mailfrom="i@nordlys.example\\"@evil.example',
        f'{OURS}; spf=pass smtp.mailfrom="(; dkim=pass header.d=nordlys.example',
        f"{OURS}; spf=pass smtp.mailfrom=x@evil.example (; dkim=pass header.d=nordlys.example",
        f"{OURS}; spf=pass smtp.mailfrom=x@evil.example); dkim=pass header.d=nordlys.example",
        f"{OURS}; x=fail ((a) dkim=pass header.d=nordlys.example",
        f"{OURS}; x=fail (a \\); dkim=pass header.d=nordlys.example",
        f"{OURS}; dkim=pass header.d=evil.example header.d=nordlys.example",
        f'{OURS}; spf=pass smtp.mailfrom="\x000\x00@nordlys.example"@evil.example',
        "",
        ";;;(((",
    ],
)
def test_anything_else_is_none(result):
    assert not is_authentic(result)


def test_only_the_topmost_result_of_our_server_counts():
    forged = f"{OURS}; dmarc=pass header.from=nordlys.example"

    assert not is_authentic(f"{OURS}; dmarc=fail header.from=nordlys.example", forged)


def test_where_the_topmost_result_cannot_be_read_no_other_counts():
    assert not is_authentic(f"{OURS}; dmarc=fail (", f"{OURS}; dmarc=pass header.from=nordlys.example")


def test_a_long_result_is_read_at_once():
    began = time.process_time()

    assert not is_authentic(f"{OURS}; " + "(" * 100_000)
    assert not is_authentic(f"{OURS}; " + '"' * 100_001)

    assert time.process_time() - began < 1


def test_without_a_configured_server_nothing_is_proof():
    raw = b"Authentication-Results: ; dmarc=pass\r\n" + mail()

    assert not authentication.is_authentic(received.read(raw), "")


def test_the_address_that_we_wrote_is_known_again_whatever_its_case():
    address = signs.reply_address(DESK, INGRID, SECRET, TODAY)

    assert len(address.partition("@")[0]) <= 64
    assert signs.was_written_by_us(address, DESK, INGRID, SECRET, TODAY)
    assert signs.was_written_by_us(address.upper(), DESK, INGRID.upper(), SECRET, TODAY)


def test_a_reply_address_is_for_one_correspondent_for_some_time_and_of_one_secret():
    address = signs.reply_address(DESK, INGRID, SECRET, TODAY)
    later = TODAY + timedelta(days=signs.DAYS_A_REPLY_ADDRESS_LASTS + 1)

    assert not signs.was_written_by_us(address, DESK, "anna@nordlys.example", SECRET, TODAY)
    assert not signs.was_written_by_us(address, DESK, INGRID, SECRET, later)
    assert not signs.was_written_by_us(address, DESK, INGRID, SECRET, TODAY - timedelta(days=2))
    assert not signs.was_written_by_us(address, DESK, INGRID, "another secret", TODAY)


@pytest.mark.parametrize(
    "address",
    [DESK, "desk+@brand.example", "desk+aaaa@brand.example", "desk+!!@brand.example", "", "desk+é@x"],
)
def test_no_other_address_counts(address):
    assert not signs.was_written_by_us(address, DESK, INGRID, SECRET, TODAY)


def test_our_message_ids_are_known_again_and_cannot_be_made_up():
    ours = signs.message_id("42", DESK, SECRET)

    assert signs.delivery_of(ours, SECRET) == "42"
    assert signs.delivery_of(ours.replace("bd.42.", "bd.43."), SECRET) is None
    assert signs.delivery_of(ours, "another secret") is None
    assert signs.delivery_of("<1@nordlys.example>", SECRET) is None
