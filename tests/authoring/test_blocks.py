"""Show that every block can be written, in its shortest form and in full."""

from datetime import date, time

import pytest

from newsletter.authoring.blocks import BLOCKS, Contact, Event, Stats, Surgery, Vote, Votes
from newsletter.authoring.fields import Prose, Written
from newsletter.authoring.issue import Placed
from newsletter.authoring.mistakes import validate
from newsletter.authoring.yaml import Located
from tests.authoring.samples import FULL, MINIMAL, block, read_issue, told, told_of_body


def _read(kind: str, text: str) -> object:
    (placed,) = read_issue(block(kind, text)).body
    assert isinstance(placed, Placed)
    assert placed.line == 9
    return placed.block


def test_the_blocks_are_those_of_the_design() -> None:
    """People and sample files rely on these names."""
    assert list(BLOCKS) == list(MINIMAL) == list(FULL)


@pytest.mark.parametrize("kind", MINIMAL)
def test_a_block_needs_no_more_than_this(kind: str) -> None:
    """Whoever writes in haste leaves out what can be left out."""
    assert isinstance(_read(kind, MINIMAL[kind]), BLOCKS[kind])


@pytest.mark.parametrize("kind", FULL)
def test_a_block_can_hold_all_this(kind: str) -> None:
    """Every name that the schema prints can be used."""
    value = _read(kind, FULL[kind])
    assert isinstance(value, BLOCKS[kind])
    assert value.model_fields_set == set(BLOCKS[kind].model_fields)


def test_an_event_becomes_dates_times_and_words() -> None:
    """Nothing after this has to read text again."""
    assert _read("event", FULL["event"]) == Event(
        title="Public meeting",
        date=date(2019, 3, 30),
        starts=time(14),
        ends=time(16),
        venue="Corn Hall",
        address="1 Placeholder Square",
        note=Prose("Bring *questions*."),
        register="https://example.org/meeting",
        thanks=Prose("Thank you."),
    )


def test_a_vote_is_what_was_written_even_if_it_is_no() -> None:
    """YAML 1.1 would read `no` as false."""
    votes = _read("votes", MINIMAL["votes"])
    assert isinstance(votes, Votes)
    assert votes.items[0].vote is Vote.NO


def test_figures_and_telephone_numbers_stay_as_they_were_typed() -> None:
    """A telephone number without its first nought reaches nobody."""
    stats, contact = _read("stats", MINIMAL["stats"]), _read("contact", "phone: 01632960123")
    assert isinstance(stats, Stats)
    assert isinstance(contact, Contact)
    assert (stats.items[0].value, contact.phone) == ("412", "01632960123")


@pytest.mark.parametrize(
    ("venue", "is_known"),
    [
        ("Corn Hall", True),
        ("to be confirmed", False),
        ("TBC.", False),
        ("To be announced", False),
        ("details to follow", False),
    ],
)
def test_a_venue_to_be_confirmed_is_no_venue(venue: str, *, is_known: bool) -> None:
    """Readers would otherwise look for it on a map."""
    surgery = _read("surgery", f"date: 2019-03-15\nvenue: {venue}")
    assert isinstance(surgery, Surgery)
    assert surgery.is_place_known is is_known


def test_a_surgery_without_a_venue_has_none_that_is_known() -> None:
    """A surgery can be by telephone."""
    surgery = _read("surgery", "date: 2019-03-15")
    assert isinstance(surgery, Surgery)
    assert not surgery.is_place_known


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "HTTPS://EXAMPLE.ORG/",
        "https://xn--bcher-kva.example/",
        "http://127.0.0.1:8000/",
        "http://localhost/",
        "mailto:robin@example.org?subject=Trains",
        "mailto:a@example.org,b@example.org",
        "tel:+44-1632-960123",
        "tel:01632960123;ext=4",
    ],
)
def test_a_link_that_a_reader_can_follow_is_taken(link: str) -> None:
    """A rule about links must not stand in the way of good ones."""
    _read("button", f'text: Go\nurl: "{link}"')


def test_words_that_are_too_long_are_counted() -> None:
    """A writer has to know how much to take out."""
    body = block("notice", f"title: {'x' * 501}\ntext: |\n" + f"  {'x' * 1000}\n" * 5)
    assert told_of_body(body) == [
        ("issue.md:10", "“title” is 501 characters long", "Shorten it: 500 are the most."),
        ("issue.md:11", "“text” is 5,005 characters long", "Shorten it: 5,000 are the most."),
    ]


def test_a_number_that_no_computer_holds_is_no_number() -> None:
    """Python refuses to read more than 4,300 digits."""
    front = f"number: {'9' * 4990}\nsubject: x\npreheader: y\nfunding: party\n"
    assert told_of_body("Words.", front) == [
        ("issue.md:2", "“number” is not a whole number", "Write a number such as 2, in digits.")
    ]


def test_a_mistake_of_a_kind_that_nobody_foresaw_still_has_a_line_and_a_hint() -> None:
    """A new kind of field must not bring pydantic's own words to a writer."""

    class _Rate(Written):
        rate: float

    value, findings = validate(_Rate, Located({"rate": "x"}, {(): 1, ("rate",): 2}), file="f.yaml")
    assert value is None
    assert told(findings) == [
        (
            "f.yaml:2",
            "“rate” cannot be used as it is",
            "Compare it with the sample issues.",
        )
    ]
