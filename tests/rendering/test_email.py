"""Check that every email, and each block alone, keeps the rules that all readers rely on."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from lxml import etree
from typing_extensions import override

from newsletter.authoring.blocks import BLOCKS
from tests.rendering.emails import SAMPLES, blocks_alone, email, parsed, tree, words

ALONE = sorted(blocks_alone())
EMAILS = [*SAMPLES, "torture", *ALONE]
GMAIL_STYLES = 16_384  # characters: from there on Gmail drops them
SAMPLE_SIZE = 60_000  # bytes

each_email = pytest.mark.parametrize("name", EMAILS)


def as_outlook_reads(html: str) -> str:
    """Return the HTML with what stands in comments for classic Outlook taken as text."""
    shown = re.sub(r"<!--\[if (?:mso|mso \| IE|lte mso 11)\]>(.*?)<!\[endif\]-->", r"\1", html)
    return re.sub(r"(?s)<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", "", shown)


class Nesting(HTMLParser):
    """Say which tags are closed in another order than they were opened."""

    VOID = frozenset({"br", "hr", "img", "meta", "link", "o:allowpng"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.wrong += self.open

    @override
    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        if tag not in self.VOID:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: object) -> None:
        del tag, attrs

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(f"</{tag}>")


def test_the_torture_issue_uses_every_block_twice() -> None:
    """What it does not use is not tested."""
    used = Counter(name.rsplit("-", 1)[0] for name in ALONE)
    assert {kind for kind in BLOCKS if used[kind] < 2} == set()


# Structure


@each_email
def test_language_and_direction_stand_on_the_document_and_on_the_letter(name: str) -> None:
    """A screen reader needs the language, and webmail throws the outer one away."""
    root = tree(name)
    (letter,) = root.xpath("//body//*[@role='article']")
    expected = {"lang": "en-GB", "dir": "ltr"}
    assert {key: root.get(key) for key in expected} == expected
    assert {key: letter.get(key) for key in expected} == expected
    assert letter.get("aria-roledescription") == "email"
    assert letter.get("aria-label") == email(name).subject


@each_email
def test_the_whole_letter_is_one_landmark(name: str) -> None:
    """A screen reader goes there with one key, where the email is a document of its own."""
    body = tree(name).xpath("//body")[0]
    assert [element.tag for element in body] == ["main"]
    assert len(tree(name).xpath("//main")) == 1


@each_email
def test_the_title_is_the_subject(name: str) -> None:
    """Where an email is opened in a tab, this names it."""
    assert [title.text for title in tree(name).xpath("//head/title")] == [email(name).subject]


@each_email
def test_there_is_one_title_and_no_level_of_headings_is_skipped(name: str) -> None:
    """People who cannot see the page move through it by its headings."""
    headings = tree(name).xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")
    levels = [int(heading.tag[1]) for heading in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(heading.text_content().strip() for heading in headings)


@each_email
def test_tables_are_layout_and_say_so_unless_they_hold_data(name: str) -> None:
    """Else every box would be read out as a table of so many rows and columns."""
    unsaid = [
        etree.tostring(table)[:120]
        for table in parsed(as_outlook_reads(email(name).html)).xpath("//table[not(.//th)]")
        if table.get("role") != "presentation"
    ]
    assert unsaid == []


@each_email
def test_every_picture_has_its_size_and_its_words(name: str) -> None:
    """Pictures are blocked in many inboxes, and Outlook knows no other sizes."""
    for picture in tree(name).xpath("//img"):
        assert int(picture.get("width")) > 0
        assert int(picture.get("height")) > 0
        assert picture.get("alt") is not None
        assert picture.get("src").startswith("https://update.example.org/")
        if picture.xpath("ancestor::a"):
            assert picture.get("alt").strip()


@each_email
def test_every_link_leads_somewhere_and_has_words(name: str) -> None:
    """“Visit our website at” with nothing after it is the commonest mishap."""
    for link in tree(name).xpath("//a"):
        href = link.get("href")
        personal = ("-nl_unsubscribe_html-", "-nl_my_data_html-")
        assert href.startswith(("https://", "mailto:", "tel:", *personal)), href
        spoken = link.text_content().strip() or "".join(link.xpath(".//img/@alt"))
        assert spoken
        assert spoken.lower() not in {"here", "click here", "read more", "link", "more"}


@each_email
def test_no_two_links_of_the_same_words_lead_to_different_places(name: str) -> None:
    """A list of links, as screen readers offer it, would be a list of riddles."""
    places: dict[str, set[str]] = {}
    for link in tree(name).xpath("//a"):
        if spoken := " ".join(link.text_content().split()):
            # A number is the same with and without the country's.
            places.setdefault(spoken, set()).add(link.get("href").replace("tel:+44", "tel:0"))
    assert {spoken for spoken, found in places.items() if len(found) > 1} == set()


@each_email
def test_nothing_of_the_machinery_shows(name: str) -> None:
    """A tag shown raw to every reader is the mistake everybody remembers."""
    html = email(name).html.replace("&#123;", "{")
    if name == "torture":  # whose words look like machinery, and must stay words
        assert html.count("@@f0@@") == html.count("{{ name }}") == html.count("{% raw %}") == 1
        html = html.replace("@@f0@@", "").replace("{{ name }}", "").replace("{% raw %}", "")
    leaked = re.findall(r"@@f|\{\{|\{%|\{#|data-at=|data-premailer|mj-text>|Undefined", html)
    assert leaked == []


@each_email
def test_tags_nest_for_browsers_and_for_classic_outlook(name: str) -> None:
    """One </td> too many in a comment for Outlook moves the whole letter."""
    html = email(name).html
    assert html.count("<!--[if") == html.count("<![endif]-->")
    assert Nesting(html).wrong == []
    assert Nesting(as_outlook_reads(html)).wrong == []


# Robustness


@each_email
def test_styles_are_in_the_head_and_within_what_gmail_takes(name: str) -> None:
    """Gmail drops all styles that are longer, and each block with an at-rule in another."""
    root = tree(name)
    styles = [style.text or "" for style in root.xpath("//style")]
    assert root.xpath("//body//style | //link | //script | //form | //iframe | //video") == []
    assert sum(map(len, styles)) < GMAIL_STYLES
    for style in styles:
        depth = 0
        for mark in re.findall(r"@[a-z-]+|[{}]", style):
            assert not (mark.startswith("@") and depth)
            depth += {"{": 1, "}": -1}.get(mark, 0)
        assert depth == 0


@each_email
def test_nothing_is_fetched_but_pictures(name: str) -> None:
    """A web font or a style sheet would tell somebody who reads what, and when."""
    root = tree(name)
    fetched = root.xpath("//@src | //@srcset | //@background | //@poster | //link/@href")
    assert all(address.startswith("https://update.example.org/") for address in fetched)
    assert re.findall(r"url\(|@import|@font-face", email(name).html) == []


@each_email
def test_inline_styles_are_those_that_classic_outlook_understands(name: str) -> None:
    """Outlook for Windows draws with Word, until 2029 at least."""
    inline = "; ".join(tree(name).xpath("//body//@style | //body/@style"))
    assert (
        re.findall(r"rgba?\(|calc\(|\d(?:rem|em|vw|vh)\b|flex|grid|position|float", inline) == []
    )


@each_email
def test_what_is_said_in_the_text_does_not_need_the_styles_of_the_head(name: str) -> None:
    """Gmail's app shows other providers' mail without them: nothing may hang on a class."""
    hidden = tree(name).xpath("//*[contains(@style, 'display:none')]")
    # The names of a wide table's columns stand above them, too.
    heads = [element for element in hidden if element.get("class") == "head"]
    assert [element.get("class") for element in hidden if element not in heads] == ["preheader"]
    for head in heads:
        (table,) = head.xpath("ancestor::table[@class='many']")
        assert words(head).removesuffix(":") in {words(cell) for cell in table.iter("th")}
    for block in tree(name).xpath("//body//p | //body//h1 | //body//h2 | //body//h3"):
        assert block.get("style"), etree.tostring(block)[:120]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_far_from_where_gmail_cuts(name: str) -> None:
    """At 102 kB the unsubscribe link and the imprint would be cut off."""
    assert len(email(name).html.encode()) < SAMPLE_SIZE


@each_email
def test_both_schemes_are_declared(name: str) -> None:
    """Else Apple Mail guesses, and turns a designed page grey."""
    metas = {meta.get("name"): meta.get("content") for meta in tree(name).xpath("//meta[@name]")}
    assert metas["color-scheme"] == metas["supported-color-schemes"] == "light dark"
    styles = "".join(tree(name).xpath("//style/text()"))
    assert "color-scheme: light dark" in styles
    assert "(prefers-color-scheme: dark)" in styles
    assert "[data-ogsc]" in styles
    assert "[data-ogsb]" in styles
    assert "<o:PixelsPerInch>96</o:PixelsPerInch>" in email(name).html


@each_email
def test_the_preheader_comes_first_and_fills_its_line(name: str) -> None:
    """An inbox shows the beginning of the text: the rest of its line must stay empty."""
    (hidden,) = tree(name).xpath("//div[@class='preheader']")
    text = hidden.text
    assert words(tree(name).xpath("//body")[0]).startswith(email(name).preheader)
    assert text.startswith(email(name).preheader)
    filling = text.removeprefix(email(name).preheader)
    assert set(filling) <= {"\u2007", "\u034f"}
    assert len(email(name).preheader) + len(filling) // 2 == 150
    assert "mso-hide:all" in hidden.get("style")
