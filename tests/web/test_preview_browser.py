"""Look at the preview's page in a real browser, while files change."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx
import pytest
from playwright.sync_api import expect

from tests.axe import violations
from tests.chromium import comes_to, resize
from tests.commands import command, environment
from tests.offices import ISSUE, make_office
from tests.web.previews import ISSUE as FILE
from tests.web.previews import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
_IS_LOADED = """() => [...document.querySelectorAll("iframe")].every(frame =>
  [...frame.contentDocument.images].some(image => image.alt === "The lift"
    && image.complete && image.naturalWidth > 0))"""
_INSIDE = (
    "() => [...document.querySelectorAll('iframe')].map(frame => frame.contentWindow.innerWidth)"
)
_SCROLLED = """() => [...document.querySelectorAll("iframe")].map(
  frame => frame.contentWindow.scrollY > 0)"""
_SEVERITIES = """() => [...document.querySelectorAll("#findings .severity")].map(
  each => each.textContent)"""
# What stays for a moment only is written down, for a busy machine looks too late.
_WITNESS = """if (window === top) {
  Object.assign(window, { said: [], titled: [], marked: [] });
  new MutationObserver((changes) => {
    titled.push(document.title);
    for (const { target, addedNodes } of changes) {
      for (const node of addedNodes) {
        if (target.id === "status") said.push(node.textContent);
        if (node.className === "mark") marked.push(Number(target.dataset.width));
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}"""


def settled(preview: Running, digest: str = "") -> str:
    """Wait until an edition, or this one, is shown with nothing to mend; return its digest."""
    with httpx.stream("GET", f"{preview.address}events", timeout=60) as stream:
        for line in stream.iter_lines():
            news = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
            edition = news.get("edition") or {"digest": None}
            is_whole = news.get("findings") == [] and not news["mistakes"]
            if is_whole and edition["digest"] in {digest or edition["digest"]} - {None}:
                return str(edition["digest"])
    raise AssertionError(preview.address)


class Watched:
    """A page with everything it complains of."""

    def __init__(self, page: Page, preview: Running) -> None:
        self.page = page
        self.preview = preview
        self.complaints: list[str] = []
        page.add_init_script(_WITNESS)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self) -> None:
        self.page.goto(self.preview.address)
        self.page.wait_for_selector("html[data-checked][data-shown]")

    def frame(self, place: int = 0) -> FrameLocator:
        return self.page.frame_locator("iframe").nth(place)

    def sees(self, words: str, place: int = 0) -> None:
        self.frame(place).get_by_text(words).first.wait_for()

    def says(self, words: str) -> None:
        """Wait for words in the status line, which soon gives way to others."""
        self.page.wait_for_function(
            "words => said.some((each) => new RegExp(words, 'u').test(each))", arg=words
        )

    def hold(self, button: Locator) -> None:
        """Press the mouse on a button, and keep it pressed."""
        button.hover()
        self.page.mouse.down()


@pytest.fixture(scope="module")
def original(preview: Running) -> str:
    """The digest of the issue as it was before any test."""
    return settled(preview)


@pytest.fixture
def untouched(preview: Running, original: str) -> Iterator[Running]:
    """The preview, which shows the issue as it was, and nothing that another test left."""
    preview.write(FILE, ISSUE)
    settled(preview, original)
    yield preview
    preview.write(FILE, ISSUE)


@pytest.fixture
def watched(browser: Browser, untouched: Running) -> Iterator[Watched]:
    """The page, at first with the issue as it was; nothing may stand in the console at the end."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    one = Watched(context.new_page(), untouched)
    one.open()
    one.sees("the lift will be mended")
    yield one
    context.close()
    assert one.complaints == []


def test_both_frames_show_the_issue_at_their_widths(watched: Watched) -> None:
    """A telephone's and a computer's, at once."""
    for place in (0, 1):
        watched.sees("Your trains", place)
    comes_to(watched.page, _INSIDE, [375, 680])
    modes = "() => [...document.querySelectorAll('iframe')].map(f => f.contentDocument.compatMode)"
    comes_to(watched.page, modes, ["CSS1Compat", "CSS1Compat"])


def test_saving_the_issue_changes_what_is_shown(watched: Watched) -> None:
    """And the reader's place stays, since only what differs is touched."""
    long = ISSUE + "\n\n".join(f"Paragraph {n}." for n in range(80))
    watched.preview.write(FILE, long)
    watched.sees("Paragraph 79.")
    watched.page.evaluate("() => document.querySelector('iframe').contentWindow.scrollTo(0, 500)")
    # Empty for an instant: the last good email stays, and so does the place in it.
    watched.preview.write_in_place(FILE, long.replace("Paragraph 3.", "The third."))
    watched.sees("The third.")
    comes_to(watched.page, "() => document.querySelector('iframe').contentWindow.scrollY", 500)


def test_saving_a_template_or_the_office_changes_what_is_shown(watched: Watched) -> None:
    """Both belong to the look of the issue."""
    folder = watched.preview.folder
    office = (folder / "office.yaml").read_text("utf-8")
    try:
        watched.preview.write("office.yaml", office.replace("01632 960123", "01632 960999"))
        watched.sees("01632 960999")
        (folder / "templates").mkdir()
        watched.preview.write("templates/subject.txt.j2", "Another: {{ subject }}")
        expect(watched.page).to_have_title(re.compile("^Another:"))
    finally:
        watched.preview.write("office.yaml", office)
        shutil.rmtree(folder / "templates", ignore_errors=True)


def test_saving_a_picture_changes_what_is_shown(watched: Watched) -> None:
    """Though its name in the issue is the same."""
    own, another = ROOT / "logo.png", ROOT / "issues" / "2019-03-08" / "platform.png"
    _put(own, watched.preview)
    watched.preview.write(FILE, ISSUE + "\n![The lift](lift.png)\n")
    picture = watched.frame().get_by_role("img", name="The lift")
    expect(picture).to_have_attribute("src", re.compile("lift"))
    first = picture.get_attribute("src")
    watched.page.wait_for_function(_IS_LOADED)
    _put(another, watched.preview)
    watched.frame().locator(f"img[alt='The lift'][src]:not([src='{first}'])").wait_for()
    watched.page.wait_for_function(_IS_LOADED)
    watched.page.keyboard.press("p")
    watched.frame().locator("img[alt='The lift']:not([src])").wait_for()


def _put(picture: Path, preview: Running) -> None:
    """Save a picture as programs for pictures do: never half of it."""
    folder = preview.folder / "issues" / "2019-02-18"
    half = folder / ".lift.png.tmp"
    shutil.copy(picture, half)
    half.replace(folder / "lift.png")


def test_whoever_wants_less_motion_gets_less(browser: Browser, untouched: Running) -> None:
    """What is mended is gone at once."""
    untouched.write(FILE, ISSUE + "\nIt was was late.\n")
    page = browser.new_page(reduced_motion="reduce")
    page.goto(untouched.address)
    finding = page.locator("#findings li", has_text="was was")
    finding.wait_for()
    page.evaluate(
        "() => { window.seen = 0; new MutationObserver(all => all.forEach(each =>"
        " { window.seen += each.target.matches?.('.is-mended') ? 1 : 0; }))"
        ".observe(document.querySelector('#findings'),"
        " {subtree: true, attributes: true}); }"
    )
    untouched.write(FILE, ISSUE)
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
    expect(box).to_contain_text("issue.md:2")
    expect(box).to_contain_text("not a whole number")
    expect(clear).to_be_hidden()
    watched.sees("the lift will be mended")
    preview.write(FILE, ISSUE.replace("the lift", "the door"))
    expect(box).to_be_hidden()
    watched.sees("the door will be mended")
    office = (preview.folder / "office.yaml").read_text("utf-8")
    preview.write("office.yaml", office.replace("approvals: 0", "approvals: many"))
    expect(box).to_contain_text("office.yaml:")
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
    # The button is pressed while the page draws anew what has not changed.
    watched.hold(page.locator("#mistakes button"))
    before = page.locator("html").get_attribute("data-shown")
    preview.write(FILE, wrong.replace("Your trains and", "Our trains and"))
    page.locator(f"html:not([data-shown='{before}'])").wait_for()
    page.mouse.up()
    page.locator("#source .here", has_text="number: many").wait_for()
    page.evaluate("() => { window.line = document.querySelector('#source .here'); }")
    preview.write(FILE, wrong.replace("the lift", "the door"))
    page.locator("#source li", has_text="the door will be mended").wait_for()
    assert page.evaluate("() => window.line === document.querySelector('#source .here')")
    preview.write(FILE, wrong.replace("number: many", "# A note.\nnumber: many"))
    page.locator("#source .here[value='3']", has_text="number: many").wait_for()
    preview.write(FILE, ISSUE)
    page.locator("#source li", has_text="number: 268").wait_for()
    expect(page.locator("#source .here")).to_have_count(0)
    page.keyboard.press("1")


def test_every_mistake_is_listed_and_reached_by_the_keys(watched: Watched) -> None:
    """On a small screen, too: whoever mends three would wait for the next three else."""
    page, preview = watched.page, watched.preview
    resize(page, 1024, 700)
    links = "\n\n".join(f"Paragraph {n}: [here](www.example{n}.org)." for n in range(9))
    preview.write(FILE, ISSUE.replace("number: 268", "number: many") + "\n" + links + "\n")
    box = page.locator("#mistakes")
    box.get_by_role("button", name="www.example8.org").wait_for()
    expect(box.get_by_role("button")).to_have_count(10)
    alert = box.get_by_role("alert")
    told = re.compile("^10 mistakes. Until they are mended you see the last")
    expect(alert).to_have_text(told, use_inner_text=True)
    expect(alert).to_contain_text("issue.md:2 “number” is not a whole number")
    # The second key is pressed before the first has had its answer: what is chosen last counts.
    page.keyboard.press("j")
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
    expect(box.locator("[aria-current]")).to_contain_text("www.example8.org")
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
    comes_to(page, _SEVERITIES, ["Error", "Warning"])
    page.keyboard.press("j")
    expect(page.locator("#findings [aria-current]")).to_have_count(1)
    error.click()
    watched.says(r"issue\.md:\d+: “TODO”")
    comes_to(page, "() => [...new Set(marked)].sort()", [375, 680])
    comes_to(page, _SCROLLED, [True, True])
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
        expect(page.locator("[data-view][aria-pressed=true]")).to_have_text(re.compile(f"{key}$"))
    begins = re.compile(r"^Date: Mon, 18 Feb 2019 12:00:00 \+0000")
    expect(page.locator("#raw pre")).to_have_text(begins)
    page.keyboard.press("3")
    watched.sees("Reply to this by email")
    page.get_by_role("button", name="Email 1").click()
    watched.sees("Dear reader,")


def test_the_inbox_is_shown_in_three_widths(watched: Watched) -> None:
    """Subject and preheader are cut off where the programs cut them off."""
    watched.page.keyboard.press("4")
    rows = watched.page.locator("#inbox .row")
    expect(rows).to_contain_text(["Your trains and a vote that matters"] * 3)
    expect(rows).to_contain_text(["What I asked the Secretary of State"] * 3)
    comes_to(
        watched.page,
        """() => new Set([...document.querySelectorAll("#inbox .row")].map(
          row => row.getBoundingClientRect().width)).size""",
        3,
    )


def test_the_email_is_seen_dark_bare_and_without_pictures(watched: Watched) -> None:
    """Each as the mail programs do it."""
    body = watched.frame().locator("body")
    light = body.evaluate("body => getComputedStyle(body).backgroundColor")
    watched.page.keyboard.press("d")
    watched.page.wait_for_selector("#floor.is-dark")
    expect(body).not_to_have_css("background-color", light)
    watched.page.keyboard.press("d")
    watched.page.wait_for_selector("#floor:not(.is-dark)")
    expect(body).to_have_css("background-color", light)
    styles = watched.frame().locator("style")
    expect(styles).not_to_have_count(0)
    watched.page.keyboard.press("s")
    expect(styles).to_have_count(0)
    watched.page.keyboard.press("s")
    expect(styles).not_to_have_count(0)
    watched.page.get_by_role("button", name="No pictures").click()
    expect(watched.page.locator("#blocked")).to_have_attribute("aria-pressed", "true")


def test_the_frames_grow_and_shrink(watched: Watched) -> None:
    """The width inside stays, or the email would be laid out anew."""
    watched.page.get_by_label("Zoom").select_option("0.5")
    comes_to(
        watched.page,
        """() => [...document.querySelectorAll(".screen")].map(
          screen => Math.round(screen.getBoundingClientRect().width))""",
        [188, 340],
    )
    comes_to(watched.page, _INSIDE, [375, 680])


def test_a_link_says_where_it_leads_and_is_not_followed(watched: Watched) -> None:
    """A frame that went away would show another site as if it were the issue."""
    watched.preview.write(FILE, ISSUE + "\n[The timetable](https://example.org/times)\n")
    watched.frame().get_by_role("link", name="The timetable").click()
    lead = watched.page.locator("#lead")
    expect(lead).to_contain_text("https://example.org/times")
    lead.get_by_role("button", name="Close").click()
    expect(lead).to_be_hidden()
    # The frame is where it was: it shows what is saved next.
    watched.preview.write(FILE, ISSUE.replace("the lift", "the door"))
    watched.sees("the door will be mended")


def test_keys_work_while_the_email_has_the_focus(watched: Watched) -> None:
    """People click into the email and go on typing."""
    watched.frame().locator("body").click(position={"x": 5, "y": 300})
    watched.page.keyboard.press("2")
    watched.page.locator("#text").wait_for()
    watched.page.keyboard.press("?")
    watched.page.locator("#help-dialog[open]").wait_for()
    watched.page.keyboard.press("1")
    watched.page.keyboard.press("Escape")
    expect(watched.page.locator("#help-dialog")).to_be_hidden()
    # The keys come in their order: what came before has had its answer.
    expect(watched.page.locator("[data-view][aria-pressed=true]")).to_have_text(
        re.compile("^Text")
    )
    expect(watched.page.locator("#text")).to_be_visible()


def test_issues_are_listed_and_changed_between(watched: Watched) -> None:
    """With date, title and state; the address of the page says which it is."""
    folder = watched.preview.folder / "issues" / "2019-02-25"
    folder.mkdir()
    later = ISSUE.replace("268", "269").replace("the lift", "the bridge")
    (folder / "issue.md").write_text(later.replace("Your trains and", "Bridges and"), "utf-8")
    try:
        watched.page.click("#issue")
        items = watched.page.locator("#issue-list button")
        listed = [
            "Monday 25 February 2019 Draft 269. Bridges and a vote that matters",
            "Monday 18 February 2019 Draft 268. Your trains and a vote that matters",
        ]
        expect(items).to_have_text(listed, use_inner_text=True)
        items.first.click()
        watched.sees("the bridge will be mended")
        expect(watched.page).to_have_url(re.compile(r"\?issue=2019-02-25$"))
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
    watched.says("The link is copied")
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link == "https://update.example.org/2019-02-18/"
    page.get_by_role("button", name="Send me a test").click()
    dialog = page.get_by_role("dialog", name="Send me a test")
    dialog.get_by_label("Your email address").fill("ann@example.org")
    dialog.get_by_role("button", name="Send it").click()
    watched.says(r"1 test copy lies in outbox/\.")
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
    watched.says(r"Approved by Ann Example\.")
    page.locator("#issue-state.approved").wait_for()
    preview.write(FILE, ISSUE.replace("the lift", "the gate"))
    page.locator("#issue-state.draft").wait_for()
    (preview.folder / "newsletter.db").unlink()
    # Chromium itself says in the console that the first approval was refused.
    watched.complaints = [words for words in watched.complaints if "409" not in words]


def test_what_has_arrived_but_is_not_drawn_yet_cannot_be_approved(watched: Watched) -> None:
    """Nobody has seen it: a name would stand under words that came while it was written."""
    page, preview = watched.page, watched.preview
    held: list[Route] = []
    page.route("**/view/email?*", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks the function
    preview.write(FILE, ISSUE.replace("Your trains and", "Our trains and"))
    expect(page).to_have_title(re.compile("^Our trains and"))
    page.get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog", name="Approve this edition")
    dialog.get_by_label("Your name").fill("Ann Example")
    dialog.get_by_role("button", name="Approve").click()
    dialog.get_by_text("The issue is not the one that you saw").wait_for()
    assert held
    # Chromium itself says in the console that the approval was refused.
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
        page.add_init_script(_WITNESS)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(preview.address)
        page.wait_for_selector("html[data-checked]")
        page.frame_locator("iframe").first.get_by_text("<script>document.title").wait_for()
        page.keyboard.press("3")
        inside = page.frame_locator("iframe").first
        inside.locator("#bad").click()
        inside.locator("#go").click()
        expect(page.locator("#lead")).to_contain_text("javascript:top")
        # Whatever was tried has been tried once the frames show what is saved after it.
        preview.write(FILE, issue.replace("the lift", "the door"))
        for frame in (inside, page.frame_locator("iframe").last):
            frame.get_by_text("the door will be mended").wait_for()
        expect(page).to_have_title("Your trains and a vote that matters – preview")
        assert "taken" not in page.evaluate("() => titled")
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
    untouched: Running,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    """The page that shows others' emails to be accessible is so itself."""
    untouched.write(FILE, f"{ISSUE}\nTODO: thank them. It was was late.\n")
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(untouched.address)
    page.locator("#findings .error").wait_for()
    page.frame_locator("iframe").last.get_by_text("the lift will be mended").wait_for()
    found = []
    for step, sign in (
        ("1", "#devices"),
        ("2", "#text pre:not(:empty)"),
        ("4", "#inbox .row"),
        ("5", "#source li"),
        ("6", "#raw pre:not(:empty)"),
        ("?", "#help-dialog[open]"),
        ("Escape", "body:not(:has(dialog[open]))"),
        ("broken", "#mistakes button"),
    ):
        if step == "broken":
            untouched.write(FILE, ISSUE.replace("number: 268", "number: many"))
        else:
            page.keyboard.press(step)
        page.locator(sign).first.wait_for()
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
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.keyboard.press("/")
        expect(box).to_be_focused()
        box.fill("gwen")
        expect(page.locator("#readers li")).to_have_text([re.compile("^Gwen Price")])
        searches = [url.partition("?")[2] for url in asked if "/readers" in url]
        assert searches == ["search=gwen"]
        page.keyboard.press("ArrowDown")
        expect(page.locator("#readers [aria-selected=true]")).to_have_count(1)
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
