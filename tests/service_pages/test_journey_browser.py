"""The whole way on a phone: join, confirm, receive, look, leave; and the next issue stays away."""

from __future__ import annotations

import re
import time
from html import unescape
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.chromium import PATIENCE
from tests.offices import ISSUE, OFFICE
from tests.sendgrid_standin.server import KEY
from tests.service.running import SECRET, running_service
from tests.service_pages.door import TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.commands import Office
    from tests.sendgrid_standin.inbox import Received
    from tests.sendgrid_standin.server import StandIn
    from tests.service.running import Service

pytestmark = pytest.mark.browser

SITE = "https://update.example.org"
ANN, GWEN, BOB = (f"{name}@constituents.example" for name in ("ann", "gwen", "bob"))


@pytest.fixture
def serving(office: Office, sendgrid: StandIn) -> Iterator[Service]:
    """A service that mails by the stand-in, for an office with one subscriber, Bob."""
    office.environment.update(
        SENDGRID_HOST=sendgrid.host, SENDGRID_API_KEY=KEY, NEWSLETTER_SECRET=SECRET
    )
    office.write("office.yaml", OFFICE + TOPICS)
    office.write("issues/2019-02-25/issue.md", ISSUE.replace("268", "269"))
    office.write(
        "bob.csv",
        "email,first_name,consent_at,consent_source,consent_wording\n"
        f"{BOB},Bob,2018-05-14,paper form,Please send me the update\n",
    )
    assert office("subscribers", "import", "bob.csv").code == 0
    with running_service(office.folder, settings=office.environment) as service:
        yield service


@pytest.fixture
def phone(browser: Browser, serving: Service) -> Iterator[Page]:
    """A phone that runs no scripts at all."""
    context = browser.new_context(
        base_url=serving.address,
        viewport={"width": 375, "height": 667},
        is_mobile=True,
        has_touch=True,
        java_script_enabled=False,
        locale="en-GB",
    )
    page = context.new_page()
    yield page
    context.close()


def newest(sendgrid: StandIn, address: str, count: int) -> Received:
    """Return the newest of `count` messages once they lie in somebody's inbox."""
    until = time.monotonic() + PATIENCE / 1000
    while len(sendgrid.inbox.get(address, [])) < count and time.monotonic() < until:
        time.sleep(0.05)
    assert len(sendgrid.inbox.get(address, [])) == count
    return sendgrid.inbox[address][-1]


def path_of(message: Received, words: str) -> str:
    """Return where a link of an email leads, below the office's site."""
    found = re.search(rf'<a[^>]*href="{SITE}([^"]*)"[^>]*>\s*{words}\s*</a>', message.html)
    assert found is not None, message.html
    return unescape(found[1])


def arrived(page: Page, heading: str) -> None:
    """Wait until a page with this heading is there, down to its end."""
    expect(page.locator("h1")).to_have_text(heading)
    page.wait_for_load_state()


def join(page: Page, address: str, *, path: str = "/join") -> None:
    page.goto(path)
    page.locator("#email").fill(address)
    for box in ("#topic-1", "#agree"):
        page.locator(box).tap()
        expect(page.locator(box)).to_be_checked()
    page.locator("main button").tap()
    page.wait_for_url("**/join/sent*")


def test_a_person_joins_receives_and_leaves_on_a_phone(
    office: Office, sendgrid: StandIn, phone: Page
) -> None:
    """What all of the service is for, and without a single script."""
    join(phone, ANN)
    arrived(phone, "Look in your inbox")
    letter = newest(sendgrid, ANN, 1)
    assert letter.subject == "Please confirm: The Ashcombe East Update by email"
    phone.goto(path_of(letter, "Yes, send it to me"))
    arrived(phone, "One last step")
    expect(phone.locator("main")).to_contain_text("Trains and buses")
    phone.locator("main button").tap()
    arrived(phone, "You are on the list")

    sent = office("send", "--issue", "2019-02-18", "--yes")
    assert sent.code == 0, sent.err
    issue = newest(sendgrid, ANN, 2)
    assert issue.subject == "Your trains and a vote that matters"
    assert (len(sendgrid.inbox[BOB]), issue.headers["List-Unsubscribe-Post"]) == (
        1,
        "List-Unsubscribe=One-Click",
    )

    phone.goto(path_of(issue, "Your data"))
    assert ANN not in phone.content()
    phone.locator("main button").tap()
    phone.wait_for_url("**/my-data/sent*")
    phone.goto(path_of(newest(sendgrid, ANN, 3), "See your data"))
    expect(phone.locator("main")).to_contain_text(ANN)
    expect(phone.locator("main")).to_contain_text("18 February 2019")
    phone.locator("#first_name").fill("Annie")
    phone.locator("main button", has_text="Save").tap()
    phone.wait_for_selector("text=Saved.")
    expect(phone.locator("#first_name")).to_have_value("Annie")

    phone.goto(path_of(issue, "Unsubscribe"))
    arrived(phone, "Stop these emails")
    phone.locator("button", has_text="Stop all emails").tap()
    arrived(phone, "You are off the list")
    assert ANN not in phone.content()

    sent = office("send", "--issue", "2019-02-25", "--yes")
    assert sent.code == 0, sent.err
    assert (len(sendgrid.inbox[ANN]), len(sendgrid.inbox[BOB])) == (3, 2)


def test_a_person_joins_in_welsh_on_a_phone(sendgrid: StandIn, phone: Page) -> None:
    """They choose it once, and are answered in it to the end."""
    phone.goto("/join")
    phone.get_by_text("Cymraeg", exact=True).tap()
    phone.wait_for_url("**/join?lang=cy")
    join(phone, GWEN, path="/join?lang=cy")
    arrived(phone, "Edrychwch yn eich blwch derbyn")
    letter = newest(sendgrid, GWEN, 1)
    assert letter.subject == "Cadarnhewch: The Ashcombe East Update drwy e-bost"
    phone.goto(path_of(letter, "Ie, anfonwch ef ataf"))
    expect(phone.locator("main")).to_contain_text("Trenau a bysiau")
    phone.locator("main button").tap()
    arrived(phone, "Rydych ar y rhestr")
    expect(phone.locator("html")).to_have_attribute("lang", "cy")
