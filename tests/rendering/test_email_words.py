"""Check what the email says: everything that was typed, and what belongs around it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from newsletter.authoring.office import Colours, Parliament
from newsletter.rendering.view import telephone
from tests.rendering.editions import make_edition
from tests.rendering.emails import (
    FRONT,
    blocks_alone,
    parsed,
    render_email,
    sample_office,
    tree,
    words,
)

if TYPE_CHECKING:
    from newsletter.authoring.office import Office


def test_whatever_is_typed_arrives_as_it_was_typed() -> None:
    """Curly quotes, Welsh, Arabic, emoji with joiners, and words that look like markup."""
    shown = words(tree("torture").xpath("//main")[0])
    for typed in (
        "“us”",
        "Symbols that have gone wrong before: < > & \" ' \\ @@f0@@ {{ name }} {% raw %} %7B",
        "½ £1,234.50 100 % — – … ‘a’ “b”",
        "mae’r tŷ wedi’i werthu, mae’r dŵr yn oer",
        "يمكنكم الكتابة إليّ باللغة العربية",
        "👩‍👩‍👧‍👦",
        "👩🏽‍🦽‍➡️",
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "中文、日本語、한국어、हिन्दी、ไทย、עברית",
        "reopens & “everyone” <cheers>",
        "“the chair” of <the> committee & others",
        "<b>with markup</b> & more",
    ):
        assert " ".join(typed.split()) in shown, typed


def test_arabic_runs_from_the_right() -> None:
    """Its full stop would else stand at the wrong end."""
    right = tree("torture").xpath("//p[@dir='rtl']")
    assert len(right) == 3
    assert all("text-align:right" in paragraph.get("style") for paragraph in right)


def test_links_of_one_day_can_be_told_apart() -> None:
    """Two surgeries on a Friday are nothing unusual, and a list of links names no others."""
    block = "```{}\ndate: 2019-03-29\n{}\n{}: https://example.org/{}\n```\n\n"
    edition = make_edition(
        block.format("surgery", 'starts: "10:00"', "book", 1)
        + block.format("surgery", 'starts: "14:00"', "book", 2)
        + block.format("event", "title: Fair", "register", 3)
        + "```event\ntitle: Alone\ndate: 2019-03-30\n```"
    )
    wanted = [
        "Book for 29 March 2019, 10 am",
        "Add 29 March 2019, 10 am to your calendar",
        "Book for 29 March 2019, 2 pm",
        "Add 29 March 2019, 2 pm to your calendar",
        "Book a place for 29 March 2019 (Fair)",
        "Add 29 March 2019 (Fair) to your calendar",
        "Add 30 March 2019 to your calendar",
    ]
    for page in (edition.html, edition.web):
        links = (" ".join(a.text_content().split()) for a in parsed(page).iter("a"))
        assert [link for link in links if "March" in link] == wanted
    said = " ".join(edition.text.split())
    assert all(link in said for link in wanted)


def test_links_to_questions_and_quotations_can_be_told_apart() -> None:
    """Two questions of one day whose numbers are not known yet, two quotations without a source."""
    item = "  - {{question: Why?, to: The Treasury, asked: 2019-02-26, url: https://example.org/q{}}}\n"
    quote = "```quote\ntext: {0}\nurl: https://example.org/{0}\n```\n\n"
    edition = make_edition(
        "".join(f"```questions\nitems:\n{item.format(n)}```\n\n" for n in (1, 2))
        + quote.format("Yes")
        + quote.format("No")
    )
    wanted = [
        "Follow the question of 26 February 2019 (1 of 2)",
        "Follow the question of 26 February 2019 (2 of 2)",
        "Read the whole of “Yes”",
        "Read the whole of “No”",
    ]
    for page in (edition.html, edition.web):
        links = (" ".join(a.text_content().split()) for a in parsed(page).iter("a"))
        assert [
            link for link in links if link.startswith(("Follow the q", "Read the w"))
        ] == wanted
    said = " ".join(edition.text.split())
    assert all(link in said for link in wanted)


def test_an_appointment_says_how_things_stand() -> None:
    """First “to be confirmed”, then the place, then thanks: whenever it is rendered."""
    before, after = (words(tree(name)) for name in ("event-1", "event-2"))
    assert "Venue to be confirmed" in before
    assert "Saturday 30 March 2019 midnight to noon" in before
    assert "Book a place for 30 March 2019" in before
    assert "This has taken place" in after
    assert "Diolch yn fawr!" in after
    assert "Neuadd y Dref" in after
    assert "Book" not in after
    assert "A note that no longer matters" in after  # no written word is lost
    assert "Add 30 March 2019 to your calendar" in before
    assert "calendar" not in after
    confirmed = words(tree("2019-03-08"))
    assert "Confirmed Second public meeting with Robin Halloway" in confirmed
    assert "Weavers’ Hall 3 Sample Lane, Ashcombe AE1 2EX" in confirmed


def test_a_leaf_of_the_calendar_is_not_read_twice() -> None:
    """The text beside it says the day in full."""
    (leaf,) = tree("event-1").xpath("//table[contains(@class, 'leaf')]")
    assert leaf.get("aria-hidden") == "true"
    assert words(leaf) == "Mar 30"


def test_votes_are_told_in_words() -> None:
    """Absence is no opinion, and colour alone tells nothing to many."""
    shown = words(tree("votes-1")) + words(tree("votes-2"))
    for phrase in (
        "Voted Aye One",
        "Voted No Two",
        "Teller for the Ayes Three",
        "Teller for the Noes Four",
        "Voted both Aye and No",
        "Did not vote Six",
    ):
        assert phrase in shown
    assert "abst" not in shown.lower()


def test_questions_stand_with_their_answers_or_say_that_there_is_none() -> None:
    """A question without an answer is news, too."""
    first, second = (words(tree(name)) for name in ("questions-1", "questions-2"))
    assert "Answered on Monday 21 January 2019 Two:" in first
    assert "Read the question and answer of 14 January 2019" in first
    assert "When? No answer yet Follow the question of 15 January 2019" in first
    assert "Answered Because." in second
    assert second.count("No answer yet") == 1


def test_a_video_is_a_picture_and_a_link_never_a_player() -> None:
    """Players do not play in mail; and the play mark must survive blocked pictures."""
    root = tree("video-1")
    films = root.xpath("//a[@href='https://example.org/film?a=1&b=2']")
    assert len(films) == 2
    assert films[0].xpath("./img/@alt") == [
        "Robin Halloway in front of a sign too long for the frame"
    ]
    assert words(films[1]).startswith("▶\ufe0e Watch: Two minutes in Llanfair")
    assert "(2 minutes)" in words(films[1])


def test_contact_gives_the_office_what_the_block_leaves_out() -> None:
    """Email, telephone and post, each of which somebody needs."""
    links = tree("contact-1").xpath("//td//td//a/@href")
    assert links[:2] == ["mailto:robin@example.org", "tel:01632960123"]
    assert "12 Example Row, Ashcombe AE1 5BQ" in words(tree("contact-1"))


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("01632 960123", "tel:01632960123"),
        ("+44 (0)1632 960123, ext. 45", "tel:+441632960123"),
        ("01632 960123 or 01632 960124", "tel:01632960123"),
        ("Text 01632 960123 x45", "tel:01632960123"),
        ("by appointment", ""),
    ],
)
def test_a_telephone_number_can_be_rung(number: str, address: str) -> None:
    """People write numbers for people; a telephone wants the digits of one."""
    assert telephone(number) == address


# The edges of the letter


def test_the_masthead_says_who_writes_which_number_and_when() -> None:
    """A reader should know the sender before the first sentence."""
    shown = words(tree("2019-03-08").xpath("//main")[0])
    assert (
        "The Ashcombe East Update Robin Halloway MP, Ashcombe East "
        "Number 270, Friday 8 March 2019 Eleven weeks without a station lift "
        "-nl_greeting_html- On Friday 21 December 2018"
    ) in shown


def test_the_footer_says_what_the_law_and_good_manners_ask_for() -> None:
    """Imprint, why, the way out, privacy, and the page on the web."""
    root = tree("2019-02-18")
    footer = words(root.xpath("//td[contains(@class, 'footer')]")[0])
    assert footer == (
        "Share this issue Email · WhatsApp · Facebook · Bluesky · LinkedIn · X "
        "Write or ring robin@example.org · 01632 960123 12 Example Row, Ashcombe AE1 5BQ "
        "Follow Robin Halloway Mastodon "
        "-nl_why_html- Unsubscribe · Your data · Read this on the web · How we use your data "
        "Promoted by Robin Halloway, 12 Example Row, Ashcombe AE1 5BQ. "
        "Published by Robin Halloway, 12 Example Row, Ashcombe AE1 5BQ. "
        "© 2019 Robin Halloway MP, Independent, Ashcombe East"
    )
    addresses = {words(a): a.get("href") for a in root.xpath("//td[@class]//a")}
    assert addresses["Unsubscribe"] == "-nl_unsubscribe_html-"
    assert addresses["Your data"] == "-nl_my_data_html-"
    assert addresses["Read this on the web"] == "https://update.example.org/2019-02-18/"
    assert addresses["How we use your data"] == "https://update.example.org/privacy"


def small(office: Office, *, day: date = date(2019, 2, 18)) -> str:
    return render_email(f"{FRONT}# A title\n\nWords.\n", day=day, office=office).html


def test_an_old_issue_keeps_the_party_of_its_day() -> None:
    """The member changed party; the past did not."""
    html = small(sample_office(), day=date(2018, 1, 1))
    assert "© 2018 Robin Halloway MP, Example Party, Ashcombe East" in words(parsed(html))


def test_before_the_first_party_none_is_named() -> None:
    """A blank between two commas would look like a mistake."""
    html = small(sample_office(), day=date(2014, 1, 1))
    assert "© 2014 Robin Halloway MP, Ashcombe East" in words(parsed(html))


def test_nobody_is_a_member_while_parliament_is_dissolved() -> None:
    """Every seat is vacant then."""
    dissolved = Parliament(status="dissolved", since=date(2019, 1, 1))
    html = small(sample_office().model_copy(update={"parliament": dissolved}))
    assert re.search(r"\bMP\b", words(parsed(html))) is None


def test_an_office_with_next_to_nothing_still_has_a_whole_letter() -> None:
    """No logo, no accounts, no share links, no title, and a telephone that cannot ring."""
    office = sample_office()
    bare = office.model_copy(
        update={
            "title": None,
            "social": [],
            "share": [],
            "look": office.look.model_copy(update={"logo": None}),
            "contact": office.contact.model_copy(update={"phone": "by appointment"}),
        }
    )
    root = parsed(small(bare))
    shown = words(root)
    assert root.xpath("//img") == []
    assert "News from Robin Halloway" in shown
    assert "by appointment" in shown
    assert "Share" not in shown
    assert "Follow" not in shown


def test_a_newsletter_in_arabic_runs_from_the_right() -> None:
    """`language: ar` turns the letter round."""
    html = small(sample_office().model_copy(update={"language": "ar"}))
    root = parsed(html)
    (letter,) = root.xpath("//*[@role='article']")
    assert (root.get("dir"), letter.get("dir"), root.get("lang")) == ("rtl", "rtl", "ar")
    assert root.xpath("//td[contains(@class, 'prose')]/@align") == ["right"] * 2
    assert "direction:ltr" not in html


def test_the_colours_of_the_office_are_those_of_the_letter() -> None:
    """A pale yellow gives black words on the button, and a darker yellow for links."""
    office = sample_office()
    look = office.look.model_copy(update={"colours": Colours(primary="#ffd700")})
    text = f"{FRONT}# A title\n\n[A link](https://example.org/)\n\n{blocks_alone()['button-1']}"
    root = parsed(render_email(text, office=office.model_copy(update={"look": look})).html)
    (button,) = root.xpath("//a[.='Tell us']")
    (link,) = root.xpath("//a[.='A link']")
    assert "background-color:#ffd700" in button.getparent().get("style")
    assert "color:#000;" in button.get("style")
    assert "#ffd700" not in link.get("style")


def test_a_block_is_one_level_below_the_heading_before_it() -> None:
    """Level 2 where there is no heading yet, level 3 from the first of level 2 on."""
    block = blocks_alone()["news-1"]
    text = f"{FRONT}# A title\n\n{block}\n## A heading\n\n{block}"
    headings = parsed(render_email(text).html).xpath("//h2 | //h3 | //h4")
    assert [heading.tag for heading in headings] == [
        *("h2", "h3", "h3"),
        *("h2", "h3", "h4", "h4"),
    ]
