"""Opens and clicks are counted where the office turned that on, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from newsletter.database.editions import freeze, thaw
from newsletter.rendering.edition import Edition, Tracking
from newsletter.transports.sendgrid import payload
from tests.offices import OFFICE
from tests.rendering.editions import make_edition
from tests.transports.samples import people

PERSONAL = r'<a [^>]*href="-nl_(?:unsubscribe|my_data)_html-"[^>]*>'


def tracked() -> Edition:
    return make_edition("Hello.", office=f"{OFFICE}tracking: true\n")


def settings(edition: Edition) -> dict[str, dict[str, bool]]:
    settings: dict[str, dict[str, bool]] = payload(edition, people(1), "d-1")["tracking_settings"]
    return settings


@pytest.mark.parametrize(
    ("edition", "watched"), [(make_edition("Hello."), False), (tracked(), True)]
)
def test_the_carrier_counts_only_where_the_office_says_so(
    edition: Edition, *, watched: bool
) -> None:
    """Whatever the account is set to: PECR regulation 6 asks for consent. Nothing else is added."""
    assert settings(edition) == {
        "click_tracking": {"enable": watched, "enable_text": False},
        "open_tracking": {"enable": watched},
        "subscription_tracking": {"enable": False},
        "ganalytics": {"enable": False},
    }


def test_personal_links_never_lead_through_the_counter() -> None:
    """A token in the carrier's records would open a person's data to it.

    The attribute stands before the address, as the vendor asks:
    https://www.twilio.com/docs/sendgrid/ui/analytics-and-reporting/click-tracking-html-best-practices
    """
    links = re.findall(PERSONAL, tracked().html)
    assert len(links) == 2
    assert all(link.startswith('<a clicktracking="off" href=') for link in links)
    assert "clicktracking" not in make_edition("Hello.").html


def test_an_approval_does_not_outlast_a_change_of_tracking() -> None:
    """Whoever signed off an edition that watches nobody did not sign off one that does."""
    plain = make_edition("Hello.")
    assert replace(plain, tracking=Tracking.ON).digest != plain.digest


@pytest.mark.parametrize("tracking", Tracking)
def test_a_frozen_edition_is_carried_as_it_was_signed_off(tracking: Tracking) -> None:
    """Turning tracking on while a dispatch is under way changes nothing about it."""
    edition = replace(make_edition("Hello."), tracking=tracking)
    assert thaw(freeze(edition), edition.digest) == edition


def test_an_edition_frozen_before_there_was_tracking_watches_nobody() -> None:
    """It went out, or goes on, as it was."""
    edition = make_edition("Hello.")
    older = freeze(edition).replace(', "tracking": "off"', "")
    assert "tracking" not in older
    assert thaw(older, edition.digest).tracking is Tracking.OFF
