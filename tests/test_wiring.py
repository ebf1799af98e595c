"""Settings, files, database and transports are joined in one place."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newsletter import wiring
from newsletter.errors import ConfigurationError
from newsletter.links import TRIAL_SECRET, Signer
from newsletter.settings import Settings
from newsletter.transports.folder import FolderTransport
from newsletter.transports.sendgrid import SendGridTransport
from tests.transports.samples import edition, person

if TYPE_CHECKING:
    from pathlib import Path

WITH_KEY = Settings(sendgrid_api_key="SG.key", secret="a secret of the tests")  # noqa: S106


@pytest.mark.parametrize(
    ("settings", "chosen", "name"),
    [
        (Settings(), None, "folder"),
        (WITH_KEY, None, "sendgrid"),
        (WITH_KEY, "folder", "folder"),
        (Settings(), "sendgrid", "sendgrid"),
    ],
)
def test_without_a_key_messages_go_to_a_folder(
    settings: Settings, chosen: str | None, name: str
) -> None:
    """Everything can be tried with no account; a carrier that is named is meant."""
    assert wiring.transport_name(settings, chosen) == name
    assert wiring.letter_transport_name(settings, chosen) == name


def test_a_mail_server_carries_letters_unasked_and_issues_where_it_is_named() -> None:
    """An issue to thousands is not sent by what was set up for single messages."""
    settings = Settings(smtp_url="smtp://127.0.0.1:9")
    assert wiring.transport_name(settings, None) == "folder"
    assert wiring.transport_name(settings, "smtp") == "smtp"
    assert wiring.letter_transport_name(settings, None) == "smtp"


def test_each_name_has_its_transport(tmp_path: Path) -> None:
    """The core knows neither of them."""
    assert isinstance(wiring.transport(tmp_path, WITH_KEY, "sendgrid"), SendGridTransport)
    folder = wiring.transport(tmp_path, Settings(), "folder")
    assert isinstance(folder, FolderTransport)
    years = {datetime.now(UTC).year}
    folder.send(edition(), [person()], dispatch="d-1")
    years.add(datetime.now(UTC).year)
    (file,) = (tmp_path / "outbox" / "2019-02-18").iterdir()
    year = re.search(rb"(?m)^Date: .* (\d{4}) ", file.read_bytes())
    assert year
    assert int(year[1]) in years


def test_sendgrid_without_a_key_is_a_matter_of_configuration(tmp_path: Path) -> None:
    """With the name of what is missing."""
    with pytest.raises(ConfigurationError, match="There is no key") as caught:
        wiring.transport(tmp_path, Settings(), "sendgrid")
    assert "SENDGRID_API_KEY" in caught.value.hint


def test_only_the_folder_needs_no_secret() -> None:
    """It mails nobody, so that its links need lead nowhere."""
    assert wiring.signer(Settings(), "folder") == Signer((TRIAL_SECRET,))
    settings = Settings(secret="the-newest-secret, the-oldest-secret")  # noqa: S106  # of nobody
    both = Signer(("the-oldest-secret", "the-newest-secret"))
    assert wiring.signer(settings, "folder") == wiring.signer(settings, "sendgrid") == both
    for name in ("sendgrid", "smtp"):
        with pytest.raises(ConfigurationError, match="NEWSLETTER_SECRET"):
            wiring.signer(Settings(), name)


def test_a_secret_of_commas_alone_is_none() -> None:
    """It must not pass for one."""
    with pytest.raises(ConfigurationError):
        wiring.signer(Settings(secret=",,"), "sendgrid")  # noqa: S106  # that is the fault


def test_the_office_is_a_folder(tmp_path: Path) -> None:
    """A file of that name, or nothing, is a slip in --office."""
    assert wiring.office_folder(tmp_path).root == tmp_path
    (tmp_path / "file").write_text("")
    for name in ("file", "nowhere"):
        with pytest.raises(ConfigurationError, match="There is no folder") as caught:
            wiring.office_folder(tmp_path / name)
        assert "--office" in caught.value.hint


def test_the_database_lies_in_the_offices_folder(tmp_path: Path) -> None:
    """And is made on first use."""
    with wiring.database(tmp_path, Settings()) as database:
        assert database.subscribers.counts()["confirmed"] == 0
    assert (tmp_path / "newsletter.db").is_file()


def test_all_that_a_dispatch_is_carried_with(tmp_path: Path) -> None:
    """Eight requests at once is what SendGrid takes with ease."""
    carriage = wiring.carriage(tmp_path, WITH_KEY, "sendgrid", "https://update.example.org")
    assert isinstance(carriage.transport, SendGridTransport)
    assert (carriage.base_url, carriage.parallel) == ("https://update.example.org", 8)
    assert carriage.signer == Signer(("a secret of the tests",))
    assert carriage.sleep(0) is None  # type: ignore[func-returns-value]  # it is called at all
