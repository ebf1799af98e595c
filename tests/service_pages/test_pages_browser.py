"""Every page of the service, as people see it who see little, point badly or use a small screen."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from newsletter.audience.subscriber import Consent, Subscriber
from newsletter.database.opening import open_database
from newsletter.delivery import State
from newsletter.links import Purpose, Signer
from tests.axe import violations
from tests.chromium import comes_to
from tests.database.samples import scheduled
from tests.offices import OFFICE
from tests.service.running import SECRET, running_service
from tests.service_pages.door import TOPICS, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.commands import Office
    from tests.service.running import Service

pytestmark = pytest.mark.browser

SIGNER = Signer((SECRET,))
# Links within sentences may be as high as their line (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), .choice")]
  .filter((one) => !one.closest(".trap") && !one.matches(".skip, .choice input"))
  .filter((one) => !one.matches("main li a, main p:not(.actions):not(.small) a"))
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44)
  .map(([shown]) => shown)
"""
HELD = {"en": "has already been handed over", "cy": "eisoes wedi’i drosglwyddo"}
IN_FOCUS = "() => document.activeElement.id || document.activeElement.tagName"
CUT_OFF = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def now() -> datetime:
    return datetime.now(UTC)


def long_ago() -> datetime:
    return now() - timedelta(days=30)


@pytest.fixture
def serving(office: Office) -> Iterator[Service]:
    office.write("office.yaml", OFFICE + TOPICS)
    settings = {"NEWSLETTER_SECRET": SECRET}
    with running_service(office.folder, "--transport", "folder", settings=settings) as service:
        yield service


def person(folder: Path, name: str, *, is_confirmed: bool) -> str:
    """Put somebody on the list of the running service; return their key."""
    with open_database("sqlite:///newsletter.db", folder=folder) as database:
        consent = Consent(now(), "website form", WORDS)
        one = Subscriber(
            f"{name}@a-rather-long-name-of-a-domain.constituents.example",
            first_name="Angharad",
            last_name="Featherstonehaugh-Cholmondeley",
            postcode="AE1 5BQ",
            segments=("trains", "ward:Castle"),
        )
        key = database.signing_up.ask(one, consent, recorded_by="test")
        if is_confirmed:
            database.signing_up.confirm(key, consent, recorded_by="test")
        return key


def hand_over(folder: Path) -> None:
    """Have the carrier hold an issue about trains for those who asked for it."""
    with open_database("sqlite:///newsletter.db", folder=folder) as database:
        at = now() + timedelta(days=1)
        dispatch = scheduled(database, at, segment="trains", batch_size=1000)
        with database.dispatches.take(dispatch) as ledger:
            ledger.slips.add("slip")
            batch = ledger.claim()
            assert batch is not None
            ledger.settle(batch, State.ACCEPTED)


def paths(folder: Path) -> dict[str, str]:
    """Return the address of every page, by what it is."""
    ann = person(folder, "ann", is_confirmed=True)
    pat = person(folder, "pat", is_confirmed=False)
    person(folder, "pat", is_confirmed=False)  # once more, which waits for the click

    def fresh(purpose: Purpose, key: str) -> str:
        return SIGNER.passing_token(purpose, key, now=now)

    opened = f"/my-data/open/{fresh(Purpose.DATA_ACCESS, ann)}"
    stale = SIGNER.passing_token(Purpose.DATA_ACCESS, ann, now=long_ago)
    return {
        "the form": "/join",
        "after the form": "/join/sent",
        "the last step": f"/join/confirm/{fresh(Purpose.CONFIRM, pat)}",
        "the welcome": f"/join/confirm/{fresh(Purpose.CONFIRM, ann)}",
        "the way out": f"/unsubscribe/{SIGNER.token(Purpose.UNSUBSCRIBE, ann)}",
        "a broken link": "/unsubscribe/broken",
        "the notice": "/privacy",
        "asking for one's data": "/my-data",
        "the link of an issue": f"/my-data/{SIGNER.token(Purpose.MY_DATA, ann)}",
        "after asking": "/my-data/sent",
        "one's data": opened,
        "one's data, and what waits": f"/my-data/open/{fresh(Purpose.DATA_ACCESS, pat)}",
        "erasing": f"{opened}/erase",
        "a stale link": f"/my-data/open/{stale}",
        "no page": "/no/such/page",
    }


def follow(button: Locator) -> None:
    """Click a button, and wait for the page that answers; it may have the same address."""
    button.evaluate("button => { button.ownerDocument.documentElement.dataset.left = 'true'; }")
    page = button.page
    button.click()
    page.wait_for_selector("html:not([data-left])", state="attached")
    page.wait_for_load_state()


def look(page: Page, name: str) -> None:
    """Hold a page to what every page has to be."""
    assert violations(page) == [], name
    assert page.locator("h1").count() == 1, name
    assert not page.evaluate(CUT_OFF), name
    assert page.evaluate(SMALL_TARGETS) == [], name
    sizes = page.evaluate(
        "[...document.querySelectorAll('input:not([type=checkbox], [type=hidden])')]"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert all(size >= 16 for size in sizes), name  # smaller ones make a phone zoom in


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("en", "light", 320), ("cy", "dark", 1280)]
)
def test_every_page_is_good_to_use(
    browser: Browser, serving: Service, language: str, scheme: str, width: int
) -> None:
    """For axe-core, on the smallest screen and on a large one, light and dark, in both languages."""
    context = browser.new_context(
        base_url=serving.address,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
    )
    page = context.new_page()
    pages = paths(serving.folder)
    hand_over(serving.folder)
    held = page.locator("main p", has_text=HELD[language])
    for name, path in pages.items():
        page.goto(f"{path}?lang={language}")
        look(page, name)
        assert page.locator("html").get_attribute("lang") in {"en-GB", "cy"}, name
    page.goto(f"/join?lang={language}")
    follow(page.locator("main button"))
    expect(page.locator(".errors")).to_be_visible()
    look(page, "the form with mistakes")
    page.goto(f"{pages['the way out']}?lang={language}")
    page.locator("#topic-1").check()
    follow(page.locator("main .outline"))
    held.wait_for()
    look(page, "fewer topics")
    page.goto(f"{pages['the way out']}?lang={language}")
    follow(page.locator("main button").first)
    held.wait_for()
    look(page, "goodbye")
    page.goto(f"{pages['erasing']}?lang={language}")
    follow(page.locator("main button"))
    held.wait_for()
    look(page, "all erased")
    context.close()


def test_the_form_is_filled_in_by_keyboard_alone(browser: Browser, serving: Service) -> None:
    """From the address to the box and the button; a mistake takes one to what is said of it."""
    context = browser.new_context(base_url=serving.address, locale="en-GB")
    page = context.new_page()
    page.goto("/join")
    page.keyboard.press("Tab")
    comes_to(page, "() => document.activeElement.textContent", "Skip to the text")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#"))
    fields = ("email", "first_name", "last_name", "postcode", "topic-1", "topic-2", "agree")
    for name in (*fields, "A", "BUTTON"):
        page.keyboard.press("Tab")
        comes_to(page, IN_FOCUS, name)
    comes_to(page, "() => getComputedStyle(document.activeElement).outlineStyle", "solid")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
    comes_to(page, "() => document.activeElement.className", "errors")
    page.keyboard.press("Tab")
    comes_to(page, IN_FOCUS, "A")
    page.keyboard.press("Enter")
    comes_to(page, IN_FOCUS, "email")
    page.keyboard.type("ann@constituents.example")
    for name in fields[1:]:
        page.keyboard.press("Tab")
        comes_to(page, IN_FOCUS, name)
    page.keyboard.press("Space")
    expect(page.locator("#agree")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/join/sent"))
    context.close()
