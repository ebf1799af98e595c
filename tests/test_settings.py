"""The environment is read in one place, and never shown."""

from __future__ import annotations

from dataclasses import fields

import pytest

from newsletter.settings import Settings, from_environment


def test_without_a_word_everything_can_be_tried() -> None:
    """No account, no server: SQLite in the office's folder, and no key."""
    assert from_environment({}) == Settings(
        sendgrid_api_key="",
        sendgrid_host="https://api.sendgrid.com",
        secret="",
        database_url="sqlite:///newsletter.db",
        webhook_key="",
        parliament_api_base="https://{api}.parliament.uk",
    )


def test_every_variable_is_read_and_trimmed() -> None:
    """A key is often copied with a line end."""
    settings = from_environment(
        {
            "SENDGRID_API_KEY": " SG.key\n",
            "SENDGRID_HOST": " https://api.eu.sendgrid.com ",
            "NEWSLETTER_SECRET": "\ta secret ",
            "NEWSLETTER_DATABASE_URL": " postgresql://host/name ",
            "NEWSLETTER_WEBHOOK_KEY": "MFkw,MFkx\n",
            "PARLIAMENT_API_BASE": " http://127.0.0.1:8000 ",
            "HOME": "/home/robin",
        }
    )
    assert settings == Settings(
        sendgrid_api_key="SG.key",
        sendgrid_host="https://api.eu.sendgrid.com",
        secret="a secret",  # noqa: S106  # of nobody
        database_url="postgresql://host/name",
        webhook_key="MFkw,MFkx",
        parliament_api_base="http://127.0.0.1:8000",
    )


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_what_is_empty_is_not_there(blank: str) -> None:
    """`export SENDGRID_HOST=` is how one takes it back."""
    names = (
        "SENDGRID_API_KEY",
        "SENDGRID_HOST",
        "NEWSLETTER_SECRET",
        "NEWSLETTER_DATABASE_URL",
        "NEWSLETTER_WEBHOOK_KEY",
        "PARLIAMENT_API_BASE",
    )
    assert from_environment(dict.fromkeys(names, blank)) == Settings()


def test_the_environment_of_this_process_is_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a test gives another."""
    monkeypatch.setenv("SENDGRID_HOST", "http://127.0.0.1:1")
    assert from_environment().sendgrid_host == "http://127.0.0.1:1"


def test_settings_do_not_show_themselves() -> None:
    """A repr ends up in logs and in error reports."""
    settings = Settings(*(f"secret-{field.name}" for field in fields(Settings)))
    assert "secret" not in f"{settings!r} {settings}"
