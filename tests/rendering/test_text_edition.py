"""The plain-text part says what the HTML says, and reads well in a terminal and aloud."""

from __future__ import annotations

import re
from collections import Counter
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from newsletter.rendering.lines import WIDTH, columns
from tests.offices import OFFICE
from tests.rendering.editions import SAMPLES, make_edition, sample_edition

if TYPE_CHECKING:
    from collections.abc import Iterator

ADDRESS_OR_TAG = re.compile(r"://|@|-nl_")

MASTHEAD = """\
What I asked the Secretary of State on Tuesday

The Ashcombe East Update
Robin Halloway MP, Ashcombe East
Number 268, Monday 18 February 2019

Trains
======

-nl_greeting_text-

"""

FOOTER = """

------------------------------------------------------------------------

Write or ring
robin@example.org
01632 960123
12 Example Row, Ashcombe

-nl_why_text-

Unsubscribe <-nl_unsubscribe_text->
Your data <-nl_my_data_text->
Read this on the web <https://update.example.org/2019-02-18/>
How we use your data <https://update.example.org/privacy>

Promoted by Robin Halloway, 12 Example Row, Ashcombe AE1 5BQ.
Published by Robin Halloway, 12 Example Row, Ashcombe AE1 5BQ.

© 2019 Robin Halloway MP, Independent, Ashcombe East
"""

BLOCKS = {
    "an event that is to come": (
        """
        ```event
        title: Public meeting
        date: 2019-03-30
        starts: "14:00"
        ends: "16:00"
        venue: Weavers’ Hall
        address: 3 Sample Lane, Ashcombe AE1 2EX
        register: https://example.org/meeting
        note: Level access, and a [hearing loop](https://example.org/loop).
        thanks: Thank you.
        ```
        """,
        """
        Public meeting
        --------------
        Confirmed
        When: Saturday 30 March 2019, 2 pm to 4 pm
        Where: Weavers’ Hall, 3 Sample Lane, Ashcombe AE1 2EX

        Level access, and a hearing loop <https://example.org/loop>.

        Book a place for 30 March 2019 <https://example.org/meeting>
        Add 30 March 2019 to your calendar
        <https://update.example.org/2019-02-18/public-meeting-2019-03-30.ics>
        """,
    ),
    "an event without a place": (
        """
        ```event
        title: Public meeting
        date: 2019-03-30
        venue: tbc
        ```
        """,
        """
        Public meeting
        --------------
        Venue to be confirmed
        When: Saturday 30 March 2019

        Add 30 March 2019 to your calendar
        <https://update.example.org/2019-02-18/public-meeting-2019-03-30.ics>
        """,
    ),
    "an event that is over": (
        """
        ```event
        title: Litter pick
        date: 2019-02-16
        venue: Ashcombe Lock
        register: https://example.org/late
        note: Bring gloves.
        thanks: Thank you all.
        ```
        """,
        """
        Litter pick
        -----------
        This has taken place
        When: Saturday 16 February 2019
        Where: Ashcombe Lock

        Bring gloves.

        Thank you all.
        """,
    ),
    "surgeries": (
        """
        ```surgery
        date: 2019-03-15
        starts: "16:00"
        address: 8 Sample Lane
        book: tel:+441632960123
        ```

        ```surgery
        title: Street surgery
        date: 2019-02-15
        venue: Market Place
        book: https://example.org/late
        ```
        """,
        """
        Advice surgery
        --------------
        Place to be confirmed
        When: Friday 15 March 2019, 4 pm
        Where: 8 Sample Lane

        Book for 15 March 2019 <01632 960123>
        Add 15 March 2019 to your calendar
        <https://update.example.org/2019-02-18/advice-surgery-2019-03-15.ics>

        Street surgery
        --------------
        This has taken place
        When: Friday 15 February 2019
        Where: Market Place
        """,
    ),
    "a button": (
        """
        ```button
        text: Tell us
        url: https://example.org/tell?a=1&b=2
        ```
        """,
        "Tell us <https://example.org/tell?a=1&b=2>",
    ),
    "quotes": (
        """
        ```quote
        text: I can cross the county more easily than I can cross my own station.
        by: A constituent
        source: From a letter
        url: https://example.org/letter
        ```

        ```quote
        text: Yes.
        source: Overheard
        ```

        ```quote
        text: No.
        url: https://example.org/no
        ```
        """,
        """
            “I can cross the county more easily than I can cross my own
            station.”

            A constituent
            From a letter <https://example.org/letter>

            “Yes.”

            Overheard

            “No.”

            Read the whole of “No.” <https://example.org/no>
        """,
    ),
    "news": (
        """
        ```news
        items:
          - {title: Older, date: 2019-02-01}
          - {title: Newer, date: 2019-02-15, url: "https://example.org/new", summary: "It is *so*."}
        ```
        """,
        """
        Latest news
        -----------

        * Newer <https://example.org/new>
          Friday 15 February 2019
          It is so.

        * Older
          Friday 1 February 2019
        """,
    ),
    "stats": (
        """
        ```stats
        title: Your cases
        items:
          - {value: "412", label: letters answered}
          - {value: 6 days, label: typical wait}
        note: From our own records.
        ```

        ```stats
        items: [{value: "1", label: case}]
        ```
        """,
        """
        Your cases
        ----------

           412  letters answered
        6 days  typical wait

        From our own records.

        1  case
        """,
    ),
    "votes": (
        """
        ```votes
        items:
          - title: "Station Access Bill, new clause 4: lifts to be mended within 28 days"
            date: 2019-02-15
            vote: aye
            result: Rejected by 296 votes to 287
            why: A limit helps everybody.
            url: https://example.org/divisions/station-access
          - {title: Regulations, date: 2019-02-14, vote: did not vote}
        ```
        """,
        """
        How I voted
        -----------

        * Voted Aye
          Station Access Bill, new clause 4: lifts to be mended within 28 days
          <https://example.org/divisions/station-access>
          Friday 15 February 2019
          Rejected by 296 votes to 287
          A limit helps everybody.

        * Did not vote
          Regulations
          Thursday 14 February 2019
        """,
    ),
    "questions": (
        """
        ```questions
        items:
          - question: How many lifts are out of use?
            to: Transport minister
            asked: 2019-01-26
            answer: There were 63.
            answered: 2019-02-05
            url: https://example.org/q/1
          - {question: Why?, to: Health minister, asked: 2019-01-28, url: "https://example.org/q/2"}
          - {question: When?, to: Health minister, asked: 2019-01-29, answer: Soon.}
        ```
        """,
        """
        Questions I asked
        -----------------

        * To: Transport minister, Saturday 26 January 2019
          How many lifts are out of use?

          Answered on Tuesday 5 February 2019
          There were 63.

          Read the question and answer of 26 January 2019
          <https://example.org/q/1>

        * To: Health minister, Monday 28 January 2019
          Why?

          No answer yet

          Follow the question of 28 January 2019 <https://example.org/q/2>

        * To: Health minister, Tuesday 29 January 2019
          When?

          Answered
          Soon.
        """,
    ),
    "videos": (
        """
        ```video
        title: On the platform
        url: https://example.org/film
        picture: still.jpg
        alt: The member beside the lift
        length: 2 minutes
        ```

        ```video
        title: In the House
        url: https://example.org/speech
        picture: still.jpg
        alt: The chamber
        ```
        """,
        """
        [Picture: The member beside the lift]
        Watch: On the platform (2 minutes) <https://example.org/film>

        [Picture: The chamber]
        Watch: In the House <https://example.org/speech>
        """,
    ),
    "notices": (
        """
        ```notice
        title: A false message
        text: Ring **us** first.
        ```

        ```notice
        text: "The office is closed on Monday, and every caseworker with it, until ten."
        ```
        """,
        """
            A false message
            ---------------

            Ring us first.

            The office is closed on Monday, and every caseworker with it, until
            ten.
        """,
    ),
    "contacts": (
        """
        ```contact
        text: We can help.
        ```

        ```contact
        title: In Thornmere
        email: thornmere@example.org
        phone: 01632 960124
        post: 4 Specimen Green
        ```
        """,
        """
        How to get help
        ---------------

        We can help.

        Email: robin@example.org
        Telephone: 01632 960123
        Post: 12 Example Row, Ashcombe

        In Thornmere
        ------------

        Email: thornmere@example.org
        Telephone: 01632 960124
        Post: 4 Specimen Green
        """,
    ),
    "columns": (
        """
        ```columns
        items:
          - {title: In the House, text: A third reading., url: "https://example.org/b", link: Read it}
          - {text: A visit.}
        ```
        """,
        """
        In the House
        ------------

        A third reading.

        Read it <https://example.org/b>

        A visit.
        """,
    ),
    "pictures": (
        """
        ![A dark lift](lift.png "Platform 2 at dusk")

        [![A map](map.png)](https://example.org/map)
        """,
        """
        [Picture: A dark lift]
        Platform 2 at dusk

        [Picture: A map] <https://example.org/map>
        """,
    ),
    "a block below a heading": (
        """
        ## Diary

        ```event
        title: Public meeting
        date: 2019-03-30
        ```
        """,
        """
        Diary
        -----

        Public meeting
        ~~~~~~~~~~~~~~
        Venue to be confirmed
        When: Saturday 30 March 2019

        Add 30 March 2019 to your calendar
        <https://update.example.org/2019-02-18/public-meeting-2019-03-30.ics>
        """,
    ),
}


@pytest.mark.parametrize("block", BLOCKS)
def test_each_block_is_laid_out_for_a_terminal(block: str) -> None:
    """The whole mail is compared: nothing comes in before or after a block unseen."""
    written, shown = BLOCKS[block]

    edition = make_edition(dedent(written))

    assert edition.text == f"{MASTHEAD}{_as_written(shown)}{FOOTER}"


def _as_written(shown: str) -> str:
    """Return lines without the eight blanks that this file sets them in by."""
    return "\n".join(line.removeprefix(" " * 8) for line in shown.split("\n")).strip("\n")


def test_sharing_names_the_networks_and_gives_the_page_once() -> None:
    """Six encoded addresses would be read aloud sign by sign."""
    edition = make_edition("Words.", office=f"{OFFICE}share: [email, whatsapp, x]\n")

    assert "Share this issue: Email, WhatsApp or X <https://update.example.org/2019-02-18/>" in (
        edition.text.replace("\n", " ")
    )
    assert "%" not in edition.text


def test_accounts_are_listed_with_their_addresses() -> None:
    """A terminal has no buttons."""
    accounts = 'social: [{network: mastodon, url: "https://example.social/@robin"}]\n'
    edition = make_edition("Words.", office=OFFICE + accounts)

    assert (
        "\n\nFollow Robin Halloway\nMastodon <https://example.social/@robin>\n\n" in edition.text
    )


def test_nobody_is_a_member_of_a_dissolved_house() -> None:
    """Not in the masthead, and not in the footer."""
    dissolved = OFFICE.replace("status: sitting", "status: dissolved, since: 2019-02-01")
    edition = make_edition("Words.", office=dissolved)

    assert "\nRobin Halloway, Ashcombe East\n" in edition.text
    assert not re.search(r"\bMP\b", edition.text)


@pytest.mark.parametrize("name", SAMPLES)
def test_lines_fit_and_stand_apart_by_one_empty_line(name: str) -> None:
    """Only an address may be longer, since a broken one leads nowhere."""
    text = sample_edition(name).text
    lines = text.split("\n")

    assert [
        line for line in lines if columns(line) > WIDTH and not ADDRESS_OR_TAG.search(line)
    ] == []
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\n\n\n" not in text
    assert text.endswith("East\n")


@pytest.mark.parametrize("name", ["2019-02-18", "2019-03-08"])
def test_no_markup_is_left(name: str) -> None:
    """Neither HTML's, nor Markdown's, nor Jinja's."""
    text = sample_edition(name).text

    assert (
        re.findall(r"</?[a-z]+[ >/]|&[a-z]+;|&#|\*\*|\]\(|```|\{\{|\{%|@@f\d|: None", text) == []
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_everything_the_html_says_is_in_the_text(name: str) -> None:
    """A reader of plain text is no lesser reader."""
    edition = sample_edition(name)
    text = _letters(edition.text)

    assert [said for said in _said(edition.html) if _letters(said) not in text] == []


@pytest.mark.parametrize("name", ["2019-02-18", "2019-03-08"])
def test_no_word_of_the_html_is_said_less_often(name: str) -> None:
    """Two blocks may share their words."""
    edition = sample_edition(name)
    said = Counter(_words(" ".join(_said(edition.html))))

    assert said - Counter(_words(edition.text)) == Counter()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_keeps_the_order_of_the_page(name: str) -> None:
    """An answer must not come before its question. A wide table is told row by row."""
    edition = sample_edition(name)
    text = _letters(edition.text)
    position = 0
    for said in _said(edition.web, runs="//article//text()[not(ancestor::table)]"):
        found = text.find(_letters(said), position)
        assert found >= 0, said
        position = found + len(_letters(said))


def _said(markup: str, runs: str = "//body//text()") -> Iterator[str]:
    """Yield each run of text that a reader of the HTML is meant to read."""
    tree: Any = html.document_fromstring(re.sub(r"(?s)<!--.*?-->", "", markup))
    for unseen in tree.xpath("//*[@aria-hidden='true'] | //style"):
        unseen.drop_tree()
    for run in tree.xpath(runs):
        said = str(run).replace("_html-", "_text-").strip(" \u00b7\u034f\u2007\n")
        if said:
            yield said


def _letters(text: str) -> str:
    """Return a text without its blanks, so that it does not matter where lines end."""
    return "".join(text.split())


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)
