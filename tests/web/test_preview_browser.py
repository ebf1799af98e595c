"""Look at the preview's page in a real browser, while files change."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.axe import violations
from tests.commands import command, environment
from tests.offices import ISSUE, make_office
from tests.web.previews import ISSUE as FILE
from tests.web.previews import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
_IS_LOADED = """() => [...document.querySelectorAll("iframe")].every(frame =>
  [...frame.contentDocument.images].some(image => image.alt === "The lift"
    && image.complete && image.naturalWidth > 0))"""
STYLED = "body => getComputedStyle(body).backgroundColor"


class Watched:
    """A page with everything it complains of."""

    def __init__(self, page: Page, preview: Running) -> None:
        self.page = page
        self.preview = preview
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self) -> None:
        self.page.goto(self.preview.address)
        self.page.wait_for_selector("html[data-checked]")

    def frame(self, place: int = 0) -> FrameLocator:
        return self.page.frame_locator("iframe").nth(place)

    def sees(self, words: str, place: int = 0) -> None:
        self.frame(place).get_by_text(words).first.wait_for()


@pytest.fixture
def watched(browser: Browser, preview: Running) -> Iterator[Watched]:
    """The page, whose issue is as it was; nothing may stand in the console at the end."""
    preview.write(FILE, ISSUE)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    one = Watched(context.new_page(), preview)
    one.open()
    one.sees("the lift will be mended")
    yield one
    context.close()
    preview.write(FILE, ISSUE)
    assert one.complaints == []


def test_both_frames_show_the_issue_at_their_widths(watched: Watched) -> None:
    """A telephone's and a computer's, at once."""
    widths = []
    for place in (0, 1):
        watched.sees("Your trains", place)
        body = watched.frame(place).locator("html")
        widths.append(body.evaluate("html => html.ownerDocument.defaultView.innerWidth"))
    assert widths == [375, 680]
    modes = watched.frame().locator("html").evaluate("html => html.ownerDocument.compatMode")
    assert modes == "CSS1Compat"


def test_saving_the_issue_changes_what_is_shown(watched: Watched) -> None:
    """And the reader's place stays, since only what differs is touched."""
    long = ISSUE + "\n\n".join(f"Paragraph {n}." for n in range(80))
    watched.preview.write(FILE, long)
    watched.sees("Paragraph 79.")
    html = watched.frame().locator("html")
    html.evaluate("html => html.ownerDocument.defaultView.scrollTo(0, 500)")
    watched.preview.write(FILE, long.replace("Paragraph 3.", "The third."))
    watched.sees("The third.")
    assert html.evaluate("html => html.ownerDocument.defaultView.scrollY") == 500


def test_saving_a_template_or_the_office_changes_what_is_shown(watched: Watched) -> None:
    """Both belong to the look of the issue."""
    folder = watched.preview.folder
    office = (folder / "office.yaml").read_text("utf-8")
    try:
        watched.preview.write("office.yaml", office.replace("01632 960123", "01632 960999"))
        watched.sees("01632 960999")
        (folder / "templates").mkdir()
        watched.preview.write("templates/subject.txt.j2", "Another: {{ subject }}")
        watched.page.wait_for_function("() => document.title.startsWith('Another:')")
    finally:
        watched.preview.write("office.yaml", office)
        (folder / "templates" / "subject.txt.j2").unlink(missing_ok=True)
        (folder / "templates").rmdir()


def test_saving_a_picture_changes_what_is_shown(watched: Watched) -> None:
    """Though its name in the issue is the same."""
    file = watched.preview.folder / "issues" / "2019-02-18" / "lift.png"
    shutil.copy(ROOT / "logo.png", file)
    watched.preview.write(FILE, ISSUE + "\n![The lift](lift.png)\n")
    picture = watched.frame().get_by_role("img", name="The lift")
    picture.wait_for()
    first = picture.get_attribute("src")
    assert first
    watched.page.wait_for_function(_IS_LOADED)
    shutil.copy(ROOT / "issues" / "2019-03-08" / "platform.png", file)
    watched.frame().locator(f"img[alt='The lift']:not([src='{first}'])").wait_for()
    watched.page.wait_for_function(_IS_LOADED)
    watched.page.keyboard.press("p")
    watched.frame().locator("img[alt='The lift']:not([src])").wait_for()


def test_whoever_wants_less_motion_gets_less(browser: Browser, preview: Running) -> None:
    """What is mended is gone at once."""
    preview.write(FILE, ISSUE + "\nIt was was late.\n")
    page = browser.new_page(reduced_motion="reduce")
    page.goto(preview.address)
    finding = page.locator("#findings li", has_text="was was")
    finding.wait_for()
    page.evaluate(
        "() => { window.seen = 0; new MutationObserver(all => all.forEach(each =>"
        " { window.seen += each.target.matches?.('.is-mended') ? 1 : 0; }))"
        ".observe(document.querySelector('#findings'),"
        " {subtree: true, attributes: true}); }"
    )
    preview.write(FILE, ISSUE)
    finding.wait_for(state="detached")
    assert page.evaluate("() => window.seen") == 0
    page.close()


def test_a_mistake_is_told_over_the_last_good_email_and_goes_when_mended(
    watched: Watched,
) -> None:
    """A page that is merely stale would be believed."""
    page, preview = watched.page, watched.preview
    clear = page.locator("#clear")
    clear.wait_for()
    preview.write(FILE, ISSUE.replace("number: 268", "number: many"))
    box = page.locator("#mistakes")
    box.wait_for()
    assert not clear.is_visible()
    assert "issue.md:2" in box.inner_text()
    assert "not a whole number" in box.inner_text()
    watched.sees("the lift will be mended")
    preview.write(FILE, ISSUE.replace("the lift", "the door"))
    box.wait_for(state="hidden")
    watched.sees("the door will be mended")
    office = (preview.folder / "office.yaml").read_text("utf-8")
    preview.write("office.yaml", office.replace("approvals: 0", "approvals: many"))
    box.wait_for()
    assert "office.yaml:" in box.inner_text()
    page.get_by_text("Waiting for office.yaml to be mended").wait_for()
    preview.write("office.yaml", office)
    box.wait_for(state="hidden")
    clear.wait_for()


def test_the_line_of_a_mistake_can_be_read_below_its_sentence(watched: Watched) -> None:
    """Most mistakes are in the first lines, where the sentence would cover them."""
    page, preview = watched.page, watched.preview
    page.keyboard.press("5")
    preview.write(FILE, ISSUE.replace("number: 268", "number: many"))
    box = page.locator("#mistakes")
    box.wait_for()
    page.locator("#source li", has_text="number: many").wait_for()
    # Asked in one breath, for what is shown may be drawn anew between two questions.
    page.wait_for_function(
        """() => {
          const place = (selector) => document.querySelector(selector).getBoundingClientRect();
          const [ends, begins] = [place("#mistakes").bottom, place("#source li").top];
          return ends > 0 && begins >= ends;
        }"""
    )
    preview.write(FILE, ISSUE)
    box.wait_for(state="hidden")
    page.keyboard.press("1")


def test_the_line_that_is_read_keeps_its_mark_while_another_is_mended(watched: Watched) -> None:
    """Whoever reads the source beside their editor would look for it again at each save."""
    page, preview = watched.page, watched.preview
    wrong = ISSUE.replace("number: 268", "number: many")
    preview.write(FILE, wrong)
    page.locator("#mistakes button").click()
    page.locator("#source .here", has_text="number: many").wait_for()
    page.evaluate("() => { window.line = document.querySelector('#source .here'); }")
    preview.write(FILE, wrong.replace("the lift", "the door"))
    page.locator("#source li", has_text="the door will be mended").wait_for()
    assert page.evaluate("() => window.line === document.querySelector('#source .here')")
    preview.write(FILE, ISSUE)
    page.locator("#source li", has_text="number: 268").wait_for()
    assert page.evaluate("() => document.querySelector('#source .here')") is None
    page.keyboard.press("1")


def test_every_mistake_is_listed_and_reached_by_the_keys(watched: Watched) -> None:
    """On a small screen, too: whoever mends three would wait for the next three else."""
    page, preview = watched.page, watched.preview
    page.set_viewport_size({"width": 1024, "height": 700})
    links = "\n\n".join(f"Paragraph {n}: [here](www.example{n}.org)." for n in range(9))
    preview.write(FILE, ISSUE.replace("number: 268", "number: many") + "\n" + links + "\n")
    box = page.locator("#mistakes")
    box.get_by_role("button", name="www.example8.org").wait_for()
    assert box.get_by_role("button").count() == 10
    alert = box.get_by_role("alert")
    assert alert.inner_text().startswith("10 mistakes. Until they are mended you see the last")
    assert "issue.md:2 “number” is not a whole number" in (alert.text_content() or "")
    page.keyboard.press("j")
    chosen = box.locator("[aria-current]")
    assert "issue.md:2" in chosen.inner_text()
    page.keyboard.press("k")
    page.locator("#source .here", has_text="www.example8.org").wait_for()
    page.wait_for_function(
        """() => {
          const place = (selector) => document.querySelector(selector).getBoundingClientRect();
          const [box, chosen, line] = ["#mistakes", "#mistakes [aria-current]", "#source .here"].map(place);
          return chosen.bottom <= box.bottom && line.top >= box.bottom && line.bottom <= innerHeight;
        }"""
    )
    # What is mended meanwhile takes neither the choice nor the keys away.
    preview.write(FILE, preview.read().replace("number: many", "number: 268"))
    page.locator("#mistakes strong", has_text="9 mistakes").wait_for()
    assert "www.example8.org" in chosen.inner_text()
    page.keyboard.press("j")
    page.locator("#source .here", has_text="www.example0.org").wait_for()
    preview.write(FILE, ISSUE)
    box.wait_for(state="hidden")
    page.keyboard.press("1")


def test_findings_come_worst_first_lead_to_their_place_and_leave_when_mended(
    watched: Watched,
) -> None:
    """A click names the file and line, and scrolls both frames there."""
    page, preview = watched.page, watched.preview
    filler = "\n\n".join(f"Paragraph {n} says this." for n in range(60))
    preview.write(FILE, f"{ISSUE}\n{filler}\n\nTODO: thank them. It was was late.\n")
    error = page.locator("#findings .error button", has_text="TODO")
    error.wait_for()
    severities = page.locator("#findings .severity").all_inner_texts()
    assert severities == sorted(severities, key=["Error", "Warning", "Note"].index)
    page.keyboard.press("j")
    assert page.locator("#findings [aria-current]").count() == 1
    error.click()
    page.locator("#status", has_text=re.compile(r"issue\.md:\d+: “TODO”")).wait_for()
    for place in (0, 1):
        mark = page.locator(".screen").nth(place).locator(".mark")
        mark.wait_for(state="attached")
        view = watched.frame(place).locator("html")
        page.wait_for_function(
            "() => document.querySelectorAll('iframe')[0].contentWindow.scrollY"
        )
        assert view.evaluate("html => html.ownerDocument.defaultView.scrollY") > 0
    preview.write(FILE, preview.read().replace("TODO: thank them. ", "Thank you. "))
    error.wait_for(state="detached")
    page.locator("#findings .warning", has_text="was was").wait_for()
    page.keyboard.press("5")
    page.locator("#source .warning", has_text="It was was late").wait_for()
    page.locator("#findings button").first.click()
    page.locator("#source .here").wait_for()


def test_every_view_shows_what_readers_get(watched: Watched) -> None:
    """By the keys 1 to 6, and by clicking."""
    page = watched.page
    for key, shown, words in (
        ("2", "#text", "On Tuesday I asked when the lift will be mended."),
        ("4", "#inbox", "Your trains and a vote that matters"),
        ("5", "#source", "funding: parliamentary"),
        ("6", "#raw", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
    ):
        page.keyboard.press(key)
        page.locator(shown, has_text=words).wait_for()
        assert page.locator("[data-view][aria-pressed=true]").inner_text().endswith(key)
    assert page.locator("#raw").inner_text().startswith("Date: Mon, 18 Feb 2019 12:00:00 +0000")
    page.keyboard.press("3")
    watched.sees("Reply to this by email")
    page.get_by_role("button", name="Email 1").click()
    watched.sees("Dear reader,")


def test_the_inbox_is_shown_in_three_widths(watched: Watched) -> None:
    """Subject and preheader are cut off where the programs cut them off."""
    watched.page.keyboard.press("4")
    rows = watched.page.locator("#inbox .row")
    rows.first.wait_for()
    for text in rows.all_inner_texts():
        assert "Your trains and a vote that matters" in text
        assert "What I asked the Secretary of State" in text
    widths = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().width)")
    assert len(set(widths)) == 3


def test_the_email_is_seen_dark_bare_and_without_pictures(watched: Watched) -> None:
    """Each as the mail programs do it."""
    body = watched.frame().locator("body")
    light = body.evaluate(STYLED)
    watched.page.keyboard.press("d")
    watched.page.wait_for_selector("#floor.is-dark")
    assert body.evaluate(STYLED) != light
    watched.page.keyboard.press("d")
    watched.page.wait_for_selector("#floor:not(.is-dark)")
    styles = watched.frame().locator("style")
    assert styles.count() > 0
    watched.page.keyboard.press("s")
    styles.first.wait_for(state="detached")
    watched.page.keyboard.press("s")
    styles.first.wait_for(state="attached")
    watched.page.get_by_role("button", name="No pictures").click()
    assert watched.page.locator("#blocked").get_attribute("aria-pressed") == "true"


def test_the_frames_grow_and_shrink(watched: Watched) -> None:
    """The width inside stays, or the email would be laid out anew."""
    watched.page.get_by_label("Zoom").select_option("0.5")
    box = watched.page.locator(".screen").nth(1).bounding_box()
    assert box is not None
    assert round(box["width"]) == 340
    inside = watched.frame(1).locator("html")
    assert inside.evaluate("html => html.ownerDocument.defaultView.innerWidth") == 680


def test_a_link_says_where_it_leads_and_is_not_followed(watched: Watched) -> None:
    """A frame that went away would show another site as if it were the issue."""
    watched.preview.write(FILE, ISSUE + "\n[The timetable](https://example.org/times)\n")
    watched.frame().get_by_role("link", name="The timetable").click()
    lead = watched.page.locator("#lead")
    lead.wait_for()
    assert "https://example.org/times" in lead.inner_text()
    watched.sees("the lift will be mended")
    lead.get_by_role("button", name="Close").click()
    lead.wait_for(state="hidden")


def test_keys_work_while_the_email_has_the_focus(watched: Watched) -> None:
    """People click into the email and go on typing."""
    watched.frame().locator("body").click(position={"x": 5, "y": 300})
    watched.page.keyboard.press("2")
    watched.page.locator("#text").wait_for()
    watched.page.keyboard.press("?")
    watched.page.locator("#help-dialog[open]").wait_for()
    watched.page.keyboard.press("1")
    assert watched.page.locator("#text").is_visible()
    watched.page.keyboard.press("Escape")


def test_issues_are_listed_and_changed_between(watched: Watched) -> None:
    """With date, title and state; the address of the page says which it is."""
    folder = watched.preview.folder / "issues" / "2019-02-25"
    folder.mkdir()
    later = ISSUE.replace("268", "269").replace("the lift", "the bridge")
    (folder / "issue.md").write_text(later.replace("Your trains and", "Bridges and"), "utf-8")
    try:
        watched.page.click("#issue")
        items = watched.page.locator("#issue-list button")
        items.first.wait_for()
        assert items.all_inner_texts() == [
            "Monday 25 February 2019\nDraft\n269. Bridges and a vote that matters",
            "Monday 18 February 2019\nDraft\n268. Your trains and a vote that matters",
        ]
        items.first.click()
        watched.sees("the bridge will be mended")
        assert watched.page.url.endswith("?issue=2019-02-25")
        watched.page.reload()
        watched.sees("the bridge will be mended")
    finally:
        (folder / "issue.md").unlink()
        folder.rmdir()


def test_buttons_send_a_test_and_approve_what_is_seen(watched: Watched) -> None:
    """With a question before, and what came of it after."""
    page, preview = watched.page, watched.preview
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.locator("#status", has_text="The link is copied").wait_for()
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link == "https://update.example.org/2019-02-18/"
    page.get_by_role("button", name="Send me a test").click()
    dialog = page.get_by_role("dialog", name="Send me a test")
    dialog.get_by_label("Your email address").fill("ann@example.org")
    dialog.get_by_role("button", name="Send it").click()
    page.locator("#status", has_text="1 test copy lies in outbox/.").wait_for()
    assert len(list((preview.folder / "outbox").glob("**/*.eml"))) == 1
    page.get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog", name="Approve this edition")
    # What is approved is what was seen, though the file has changed meanwhile.
    preview.write(FILE, ISSUE.replace("the lift", "the door"))
    watched.sees("the door will be mended")
    dialog.get_by_label("Your name").fill("Ann Example")
    dialog.get_by_role("button", name="Approve").click()
    dialog.get_by_text("The issue is not the one that you saw").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Approve").click()
    dialog.get_by_label("Your name").fill("Ann Example")
    dialog.get_by_role("button", name="Approve").click()
    page.locator("#status", has_text="Approved by Ann Example.").wait_for()
    page.locator("#issue-state.approved").wait_for()
    preview.write(FILE, ISSUE.replace("the lift", "the gate"))
    page.locator("#issue-state.draft").wait_for()
    (preview.folder / "newsletter.db").unlink()
    # Chromium itself says in the console that the first approval was refused.
    watched.complaints = [words for words in watched.complaints if "409" not in words]


def test_a_hostile_issue_and_template_run_nothing(browser: Browser, tmp_path: Path) -> None:
    """Whoever sends the office a draft or a template is not let into the browser."""
    issue = ISSUE + (
        "\n<script>document.title='taken'</script>\n\n<iframe src='https://example.org'></iframe>\n"
        "\n<img src=x onerror=\"parent.document.title='taken'\">\n"
    )
    folder = make_office(tmp_path / "office", issue=issue)
    (folder / "templates").mkdir()
    source = (ROOT / "templates" / "web.html.j2").read_text("utf-8")
    hostile = (
        "<script>top.document.title='taken'</script><iframe src='//example.org'></iframe>"
        "<a id=bad href=\"javascript:top.document.title='taken'\">x</a>"
        "<img src=x onerror=\"top.document.title='taken'\">"
        "<form action=https://example.org><button id=go>go</button></form>"
        "<meta http-equiv=refresh content='0;url=https://example.org'>"
        "<svg onload=\"top.document.title='taken'\"></svg><article>"
    )
    (folder / "templates" / "web.html.j2").write_text(
        source.replace("<article>", hostile), "utf-8"
    )
    with running(folder) as preview:
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(preview.address)
        page.wait_for_selector("html[data-checked]")
        page.frame_locator("iframe").first.get_by_text("<script>document.title").wait_for()
        page.keyboard.press("3")
        inside = page.frame_locator("iframe").first
        inside.locator("#bad").click()
        inside.locator("#go").click()
        page.wait_for_timeout(300)
        assert page.title() == "Your trains and a vote that matters – preview"
        assert [url for url in asked if not url.startswith(preview.origin)] == []
        assert [frame.url for frame in page.frames if "example" in frame.url] == []
        page.close()


def test_the_page_says_when_the_preview_has_ended(browser: Browser, tmp_path: Path) -> None:
    """A page that no longer follows must not look as if it did."""
    with running(make_office(tmp_path / "office")) as preview:
        page = browser.new_page()
        page.goto(preview.address)
        page.wait_for_selector("html[data-checked]")
    page.locator("#status.is-lost", has_text="The preview has ended").wait_for()
    assert preview.process.returncode == 0
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1024, 1440])
def test_axe_finds_nothing(
    browser: Browser,
    preview: Running,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    """The page that shows others' emails to be accessible is so itself."""
    preview.write(FILE, f"{ISSUE}\nTODO: thank them. It was was late.\n")
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(preview.address)
    page.locator("#findings .error").wait_for()
    found = []
    for step in ("1", "2", "4", "5", "6", "?", "broken"):
        if step == "broken":
            page.keyboard.press("Escape")
            preview.write(FILE, ISSUE.replace("number: 268", "number: many"))
            page.locator("#mistakes").wait_for()
        else:
            page.keyboard.press(step)
        page.wait_for_timeout(400)
        # The email in the frames is looked at by the tests of rendering.
        found += [(step, *broken) for broken in violations(page, "{iframes: false}")]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), step
    assert found == []
    page.close()


def test_a_subscriber_is_found_by_name_and_their_copy_is_shown(
    browser: Browser, tmp_path: Path
) -> None:
    """Nobody is listed before they are searched for."""
    folder = make_office(tmp_path / "office")
    _import(folder)
    with running(folder) as preview:
        page = browser.new_page()
        page.goto(preview.address)
        page.wait_for_selector("html[data-checked]")
        box = page.get_by_role("combobox", name="As")
        page.keyboard.press("/")
        assert page.locator("#readers li").count() == 0
        box.fill("gwen")
        option = page.get_by_role("option", name="Gwen Price")
        option.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        inside = page.frame_locator("iframe").first
        inside.get_by_text("Dear Gwen,").wait_for()
        box.press("Escape")
        inside.get_by_text("Dear reader,").wait_for()
        page.close()


def _import(folder: Path) -> None:
    (folder / "people.csv").write_text(
        "email,first_name,last_name,status,consent_at,consent_source,consent_wording\n"
        "gwen@constituents.example,Gwen,Price,confirmed,2018-05-14,website,Please\n"
        "left@constituents.example,Gwen,Left,unsubscribed,2018-05-14,website,Please\n",
        encoding="utf-8",
    )
    subprocess.run(  # noqa: S603  # our own program
        command("subscribers", "import", "people.csv"),
        cwd=folder,
        env=environment({}),
        check=True,
        capture_output=True,
    )
