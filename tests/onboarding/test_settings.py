"""What the environment may say: what makes no sense is refused by name, with what to do."""

from datetime import UTC, datetime

import pytest

from onboarding.settings import SettingInvalid, Settings

PRODUCTION = {
    "BRANDDESK_MODE": "production",
    "SMTP_URL": "smtps://desk@mail.example",
    "SECRET_KEY": "k" * 32,
    "BASE_URL": "https://desk.example/",
    "PROXIES": "1",
}


def test_nothing_need_be_said_for_a_demonstration():
    settings = Settings.from_environment({})

    assert (settings.port, settings.base_url, settings.mode) == (
        8080,
        "http://127.0.0.1:8080",
        "demonstration",
    )
    assert settings.proxies == 0


def test_a_complete_production_is_taken():
    settings = Settings.from_environment(PRODUCTION)

    assert (settings.in_production, settings.base_url, settings.proxies) == (True, "https://desk.example", 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "²"),
        ("WORKERS", "65"),
        ("PROXIES", "-1"),
        ("PROXIES", "11"),
        ("BRANDDESK_MODE", "testing"),
        ("DATABASE_URL", "mysql://localhost/"),
        ("SMTP_URL", "mail.example"),
        ("BASE_URL", "desk.example"),
        ("BRANDDESK_NOW", "tomorrow"),
        ("BRANDDESK_NOW", "2026-05-20T08:00"),
        ("CLAMD_ADDRESS", "localhost"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(name, value):
    with pytest.raises(SettingInvalid) as refused:
        Settings.from_environment({name: value})

    assert str(refused.value).startswith(f"{name} is ")
    assert refused.value.what_to_do.startswith(f"Set {name} to ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", ""),
        ("SECRET_KEY", "short"),
        ("BASE_URL", ""),
        ("BASE_URL", "http://desk.example"),
        ("PROXIES", ""),
        ("BRANDDESK_NOW", "2026-05-20T08:00Z"),
    ],
)
def test_production_is_refused_where_it_would_not_be_safe(name, value):
    with pytest.raises(SettingInvalid, match=f"^{name} is "):
        Settings.from_environment({**PRODUCTION, name: value})


def test_a_password_in_an_address_is_not_repeated():
    with pytest.raises(SettingInvalid) as refused:
        Settings.from_environment({"DATABASE_URL": "mysql://desk:very-secret@localhost/"})

    assert "very-secret" not in str(refused.value)


def test_a_moment_is_read_as_utc():
    settings = Settings.from_environment({"BRANDDESK_NOW": "2026-05-20T10:00+02:00"})

    assert settings.brand_desk_now == datetime(2026, 5, 20, 8, tzinfo=UTC)
