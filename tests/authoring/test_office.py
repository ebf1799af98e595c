"""Show what an office becomes, and what it is on which day."""

from datetime import date

import pytest

from newsletter.authoring.fields import MOST_ENTRIES
from newsletter.authoring.office import Colours, Look, Parliament, Share, parse_office
from newsletter.authoring.text import decode
from tests.authoring.samples import OFFICE, ROOT, read_office, told


def test_the_sample_office_holds_no_mistake() -> None:
    """Newcomers copy it."""
    text, findings = decode((ROOT / "office.yaml").read_bytes(), file="office.yaml")
    assert text is not None
    office, more = parse_office(text)
    assert (findings, more) == ([], [])
    assert office is not None
    assert office.share == list(Share)


def test_what_is_left_out_has_a_safe_default() -> None:
    """Nobody is tracked by accident."""
    office = read_office()
    assert (office.style, office.title, office.language) == ("MP", None, "en-GB")
    assert (office.social, office.share, office.postcodes) == ([], [], None)
    assert (office.tracking, office.approvals) == (False, 0)
    assert office.parliament == Parliament(status="sitting", since=None)
    assert office.look == Look(
        colours=Colours(primary="#1d4f91", text="#1a1a1a", background="#ffffff"), logo=None
    )
    assert office.privacy.text == "How we use your data"
    assert office.base_url == "https://update.example.org"


@pytest.mark.parametrize(
    ("day", "party"),
    [
        (date(2015, 5, 6), ""),
        (date(2015, 5, 7), "Example Party"),
        (date(2019, 2, 17), "Example Party"),
        (date(2019, 2, 18), "Independent"),
    ],
)
def test_an_old_issue_keeps_the_party_of_its_day(day: date, party: str) -> None:
    """The order in which they are written does not matter."""
    assert read_office().affiliation(day) == party
    lines = OFFICE.splitlines(keepends=True)
    lines[3], lines[4] = lines[4], lines[3]
    assert read_office("".join(lines)).affiliation(day) == party


@pytest.mark.parametrize(
    ("parliament", "day", "name"),
    [
        ("{status: sitting}", date(2019, 11, 6), "Robin Halloway MP"),
        ("{status: dissolved, since: 2019-11-06}", date(2019, 11, 5), "Robin Halloway MP"),
        ("{status: dissolved, since: 2019-11-06}", date(2019, 11, 6), "Robin Halloway"),
        ("{status: dissolved, since: 2019-11-06}", date(2019, 12, 1), "Robin Halloway"),
    ],
)
def test_nobody_is_an_mp_while_parliament_is_dissolved(
    parliament: str, day: date, name: str
) -> None:
    """From the day of the dissolution on, the style falls away."""
    assert read_office(f"{OFFICE}parliament: {parliament}").styled_name(day) == name


@pytest.mark.parametrize(
    ("word", "is_on"), [("true", True), ("yes", True), ("no", False), ("false", False)]
)
def test_tracking_is_on_only_if_it_says_so(word: str, *, is_on: bool) -> None:
    """`no` is a word, and means no."""
    assert read_office(f"{OFFICE}tracking: {word}").tracking is is_on


def test_colours_are_written_the_same_way_whoever_typed_them() -> None:
    """The same office renders to the same bytes."""
    office = read_office(f"{OFFICE}look: {{colours: {{primary: '#1D4F9A'}}}}")
    assert office.look.colours.primary == "#1d4f9a"


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "http://localhost:8000/"])
def test_the_service_on_ones_own_machine_needs_no_https(site: str) -> None:
    """It is where the service is tried out."""
    office = read_office(OFFICE.replace("https://update.example.org/\n", f"{site}\n"))
    assert office.base_url == site.rstrip("/")


def test_a_warning_does_not_stop_an_office() -> None:
    """What is left out may be meant to be."""
    office, findings = parse_office(f"{OFFICE}title: Our #1 letter")
    assert office is not None
    assert office.title == "Our"
    assert told(findings) == [
        (
            "office.yaml:13",
            "Everything after # is left out here",
            "If readers should see it, put the whole value in quotation marks.",
        )
    ]


def test_a_list_has_an_end() -> None:
    """Nobody has more accounts than that."""
    _, findings = parse_office(f"{OFFICE}share: [{'email, ' * MOST_ENTRIES}x]")
    assert "“share” has too many items" in [finding.message for finding in findings]


def test_all_mistakes_of_an_office_are_told_at_once_from_top_to_bottom() -> None:
    """A newcomer makes several."""
    text = OFFICE.replace("name: Robin Halloway\n", "").replace("https://update", "update", 1)
    _, findings = parse_office(f"{text}tracking: maybe\nsite: again\nlanguages: cy-GB\n")
    assert [(finding.place, finding.message) for finding in findings] == [
        ("office.yaml:1", "“name” is missing"),
        ("office.yaml:7", "“site”: “update.example.org/” does not say where it is"),
        ("office.yaml:12", "“tracking” is neither true nor false"),
        ("office.yaml:13", "“site” is here twice, first in line 7"),
        ("office.yaml:14", "There is no “languages” here"),
    ]
