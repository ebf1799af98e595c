"""Show what an issue becomes, and that its mistakes are told together."""

from datetime import date
from pathlib import Path

import pytest

from newsletter.authoring import prose
from newsletter.authoring.blocks import Button, Video
from newsletter.authoring.issue import FrontMatter, Funding, Passage, Picture, Placed, parse_issue
from newsletter.authoring.text import decode
from newsletter.findings import Finding, Severity
from tests.authoring.samples import (
    DAY,
    FRONT,
    FULL,
    ROOT,
    block,
    issue_text,
    read_issue,
    told,
    told_of_body,
)


def _words(body: str) -> str:
    (passage,) = read_issue(body).body
    assert isinstance(passage, Passage)
    return prose.plain(passage.tokens)


@pytest.mark.parametrize("folder", ["2019-02-18", "2019-03-08"])
def test_a_sample_issue_holds_no_mistake(folder: str) -> None:
    """Newcomers copy it."""
    path: Path = ROOT / "issues" / folder / "issue.md"
    text, findings = decode(path.read_bytes(), file=path.name)
    assert text is not None
    issue, more = parse_issue(text, date.fromisoformat(folder))
    assert (findings, more) == ([], [])
    assert issue is not None
    assert {name: (path.parent / name).is_file() for name in issue.pictures} == dict.fromkeys(
        issue.pictures, True
    )


def test_an_issue_is_front_matter_a_title_and_parts_in_order() -> None:
    """What is rendered stands where it was written."""
    issue = read_issue(
        "One *two*\nthree.\n\n"
        '![A platform](a%20b.png "Platform 2")\n\n'
        "[![Steps](steps.jpg)](https://example.org/)\n\n"
        + block("button", FULL["button"])
        + "\n## More\n\n- a\n- b\n\n"
        + block("video", FULL["video"])
    )
    assert issue.date == DAY
    assert issue.front == FrontMatter(
        number=268,
        subject="Your trains",
        preheader="What I asked",
        funding=Funding.PARLIAMENTARY,
        segment="all",
    )
    assert issue.title_words == "Your trains"
    first, picture, linked, button, more, video = issue.body
    assert isinstance(first, Passage)
    assert (prose.plain(first.tokens), first.line) == ("One two three.", 9)
    assert picture == Picture("a b.png", "A platform", "Platform 2", None, 12)
    assert linked == Picture("steps.jpg", "Steps", "", "https://example.org/", 14)
    assert button == Placed(Button(text="Write to me", url="mailto:robin@example.org"), 16)
    assert isinstance(more, Passage)
    assert (prose.plain(more.tokens), more.line) == ("Moreab", 21)
    assert isinstance(video, Placed)
    assert isinstance(video.block, Video)
    assert issue.pictures == {"a b.png": 12, "steps.jpg": 14, "stills/one.jpeg": 26}


def test_a_picture_that_is_shown_twice_is_known_by_its_first_line() -> None:
    """It is read once."""
    assert read_issue("![a](a.png)\n\n![b](a.png)").pictures == {"a.png": 9}


def test_an_underlined_title_and_windows_line_ends_are_fine() -> None:
    """They come from other editors."""
    data = f"---\n{FRONT}---\n\nYour trains\n===========\n".replace("\n", "\r\n").encode(
        "utf-8-sig"
    )
    text, _ = decode(data, file="issue.md")
    assert text is not None
    issue, findings = parse_issue(text, DAY)
    assert findings == []
    assert issue is not None
    assert issue.title_words == "Your trains"


@pytest.mark.parametrize(
    "words",
    [
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "<!-- note -->",
        "<mj-text>x</mj-text>",
        "{{ 7*7 }} {% raw %} {# x #}",
        "-first_name-",
        "a --- b",
    ],
)
def test_markup_and_template_signs_are_words(words: str) -> None:
    """Nothing that a writer types is evaluated, or reaches a reader as markup."""
    assert _words(words) == words


@pytest.mark.parametrize("body", ["```\n![a](b)\n# c\n```", "```python\nx\n```", "~~~\nx\n~~~"])
def test_a_fence_without_a_block_stays_code(body: str) -> None:
    """So that an issue can show what it is written in."""
    (passage,) = read_issue(body).body
    assert isinstance(passage, Passage)
    assert [token.type for token in passage.tokens] == ["fence"]


def test_a_misspelt_block_is_a_warning_and_its_text_stays() -> None:
    """It may be code in a language with such a name."""
    issue, findings = parse_issue(issue_text("```evnet\ntitle: x\n```"), DAY)
    assert issue is not None
    assert findings == [
        Finding(
            "block-name",
            Severity.WARNING,
            "“evnet” is no block, so its text is shown as code",
            "Did you mean “event”?",
            "issue.md",
            9,
        )
    ]


def test_bare_addresses_become_links_and_bare_words_do_not() -> None:
    """`data.uk` may be the end of one sentence and the beginning of another."""
    (passage,) = read_issue("https://example.org/a robin@example.org example.org").body
    assert isinstance(passage, Passage)
    links = [
        child.attrs["href"] for child in passage.tokens[1].children or () if "href" in child.attrs
    ]
    assert links == ["https://example.org/a", "mailto:robin@example.org"]


def test_all_mistakes_of_a_file_are_told_at_once_from_top_to_bottom() -> None:
    """Nobody wants to run it again for each."""
    body = "\n\n".join(
        [
            "One [two]().",
            block("event", "titel: x\ndate: soon\nstarts: noon"),
            "# Again",
            "![](a.png)",
            block("notice", "text: 'x"),
            "-nl_why_text-",
        ]
    )
    assert [(place, message) for place, message, _ in told_of_body(body, "number: x\n")] == [
        ("issue.md:1", "“subject” is missing"),
        ("issue.md:1", "“preheader” is missing"),
        ("issue.md:1", "“funding” is missing"),
        ("issue.md:2", "“number” is not a whole number"),
        ("issue.md:6", "A link leads nowhere"),
        ("issue.md:9", "There is no “titel” here"),
        ("issue.md:10", "“date”: “soon” is not a date"),
        ("issue.md:11", "“starts”: “noon” is not a time"),
        ("issue.md:15", "There is a second title"),
        ("issue.md:17", "A picture has no description"),
        ("issue.md:20", "A quotation mark is opened here and never closed"),
        (
            "issue.md:24",
            "“-nl_why_text-” stands for something personal and cannot be used as a word",
        ),
    ]


def test_what_an_empty_front_matter_lacks_is_told_and_the_rest_is_read() -> None:
    """The text may be finished before its subject."""
    found = told_of_body("![](a.png)", "x: [\n")
    assert [message for _, message, _ in found] == [
        "A bracket is opened here and not closed, or something is wrong between the brackets",
        "A picture has no description",
    ]


DEEP = (
    "issue.md:9",
    "Lists, quotations or emphasis stand inside one another too deeply",
    "Three levels are the most that a reader can follow.",
)
CROWDED = (
    "issue.md:9",
    "This paragraph has more than 5,000 characters, or too many such as * [ @ and /",
    "Break it into paragraphs, or look for something pasted into it by accident.",
)

BOMBS = {
    "quotations": (">" * 30_000 + " x", [DEEP]),
    "lists": ("- " * 30_000 + "x", [DEEP]),
    "numbered lists": ("1. " * 20_000 + "x", [DEEP]),
    "quoted lists": ("> - " * 20_000 + "x", [DEEP]),
    "emphasis": ("*a " * 100 + "x" + " a*" * 100, [DEEP]),
    "brackets": ("[" * 30_000, [CROWDED]),
    "pictures": ("![" * 30_000, [CROWDED]),
    "pictures in pictures": ("![[]](\n" * 12_000, [CROWDED]),
    "stars": ("*a **b\n" * 12_000, [CROWDED]),
    "backticks": ("`a\n" * 12_000, [CROWDED]),
    "addresses": ("http://a" * 30_000, [CROWDED]),
    "addresses of machines": ("http://[\n" * 10_000, [CROWDED]),
    "email addresses": ("a@b.cd " * 10_000, [CROWDED]),
    "a wall of words": ("word " * 1_001, [CROWDED]),
    "a title": ("\n\n", []),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_would_take_the_reader_minutes_is_refused(name: str) -> None:
    """30,000 addresses in one line took two minutes and a half."""
    body, expected = BOMBS[name]
    assert told_of_body(body) == expected


def test_a_title_that_is_too_much_is_told_once() -> None:
    """It is not empty, too."""
    text = issue_text().replace("# Your trains", "# " + "[a] " * 300)
    _, findings = parse_issue(text, DAY)
    assert told(findings) == [("issue.md:7", *CROWDED[1:])]


def test_signs_are_counted_over_the_whole_text() -> None:
    """Many paragraphs are as slow as a long one."""
    found = told_of_body("\n\n".join(["[a] " * 240] * 22))
    assert found == [("issue.md:49", *CROWDED[1:]), ("issue.md:51", *CROWDED[1:])]


def test_more_blocks_than_any_issue_has_are_refused_once() -> None:
    """Each costs time to read."""
    found = told_of_body((block("contact", "") + "\n") * 52)
    assert found == [
        ("issue.md:209", "There are more than 50 blocks", "Put the rest in another issue.")
    ]


@pytest.mark.parametrize("body", ["[](x)\n\n" * 300, "```evnt\n```\n" * 300])
def test_after_two_hundred_findings_one_says_that_there_are_more(body: str) -> None:
    """Nobody mends more in one go, and an issue that was not read to its end is none."""
    issue, findings = parse_issue(issue_text(body), DAY)
    assert issue is None
    assert len(findings) == 201
    assert told(findings[200:]) == [
        (
            findings[200].place,
            "There are more mistakes from here on",
            "Mend those above, then run this again.",
        )
    ]
    assert findings[200].severity is Severity.ERROR
