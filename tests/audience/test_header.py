"""Lists from other programs are understood, and nobody who left there is mailed here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsletter.audience.header import Wishes
from newsletter.audience.records import Problem, Problems
from newsletter.audience.spreadsheet import Row, Spreadsheet, prove, read_spreadsheet
from newsletter.audience.subscriber import Consent, Subscriber, SubscriberState
from newsletter.errors import MistakeError

NOW = datetime(2019, 2, 18, 17, 3, tzinfo=UTC)
PENDING, GONE = SubscriberState.PENDING, SubscriberState.UNSUBSCRIBED


def read(text: str, wishes: Wishes | None = None) -> Spreadsheet:
    lines = text.splitlines(keepends=True)
    return read_spreadsheet(lines, now=NOW, wishes=wishes or Wishes())


def people(text: str, wishes: Wishes | None = None) -> list[Subscriber]:
    found = list(read(text, wishes).rows)
    assert all(isinstance(row, Row) for row in found)
    return [row.subscriber for row in found if isinstance(row, Row)]


def test_mailchimps_export_is_understood() -> None:
    """Its tags stand in quotation marks, and its times prove no consent by themselves."""
    text = (
        '"Email Address","First Name","Last Name",TAGS,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME\n'
        'ann@example.org,Ann,Lee,"""news"",""Castle Hill""",2,2018-01-01 10:00:00,'
        "2018-01-01 10:00:00\n"
        'bob@example.org,Bob,,"""news""",2,,\n'
    )
    assert people(text) == [
        Subscriber("ann@example.org", "Ann", "Lee", "", ("Castle Hill", "news"), PENDING),
        Subscriber("bob@example.org", "Bob", "", "", ("news",), PENDING),
    ]
    assert read(text).ignored == ("member_rating", "optin_time", "confirm_time")


@pytest.mark.parametrize("column", ["UNSUB_TIME", "CLEAN_TIME"])
def test_whoever_left_at_mailchimp_has_left_here(column: str) -> None:
    """Its file of the unsubscribed has no column that says so in words."""
    text = (
        f"Email Address,First Name,{column}\nann@example.org,Ann,2018-05-25 09:00\n"
        "bob@example.org,Bob,\n"
    )
    assert [person.state for person in people(text)] == [GONE, PENDING]


def test_sendgrids_export_is_understood() -> None:
    """It writes its columns in capitals."""
    text = (
        "EMAIL,FIRST_NAME,LAST_NAME,POSTAL_CODE,CREATED_AT\n"
        "ann@example.org,Ann,Lee,ae1 5bq,2018-01-01\n"
    )
    assert people(text) == [Subscriber("ann@example.org", "Ann", "Lee", "AE1 5BQ")]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Subscribed", PENDING),
        ("active", PENDING),
        ("cleaned", GONE),
        ("Bounced", GONE),
        ("complained", GONE),
    ],
)
def test_other_programs_words_are_matched_whole(status: str, state: SubscriberState) -> None:
    """Whoever may be mailed there still has to prove it here."""
    assert people(f"email,status\nann@example.org,{status}\n")[0].state is state


@pytest.mark.parametrize(
    "status", ["inactive", "unsubscribed?", "not subscribed", "nonsubscribed"]
)
def test_a_word_that_only_contains_a_state_is_none(status: str) -> None:
    """Somebody else's importer reads “inactive” as “active”."""
    (row,) = read(f"email,status\nann@example.org,{status}\n").rows
    assert isinstance(row, Problem)
    assert row.cells == ("ann@example.org", status)


@pytest.mark.parametrize(
    "row", ["ann@example.org;Ann;", "ann@example.org;Ann", "ann@example.org;Ann;;;; ;"]
)
def test_any_column_can_be_named_and_any_text_can_hold_for_all_rows(row: str) -> None:
    """A sign-up sheet has one date, one place and one wording; and rows of any length."""
    text = f"E-post;Navn;Notes\n{row}\n"
    wishes = Wishes(
        {"email": "e-post", "first_name": "Navn"},
        {
            "consent_at": "2019-02-01",
            "consent_source": "fair",
            "consent_wording": "Yes",
            "status": "confirmed",
        },
    )
    assert list(read(text, wishes).rows) == [
        Row(
            2,
            Subscriber("ann@example.org", "Ann", state=SubscriberState.CONFIRMED),
            Consent(datetime(2019, 2, 1, tzinfo=UTC), "fair", "Yes"),
        )
    ]


def test_our_own_names_go_before_those_of_others() -> None:
    """A list may have both, and mean different things."""
    text = "Email Address,email,tags,segments\nx,ann@example.org,a,b\n"
    (person,) = people(text)
    assert (person.email, person.segments) == ("ann@example.org", ("b",))
    assert read(text).ignored == ("email_address", "tags")


def test_a_column_that_is_named_has_to_be_there() -> None:
    """A slip of the pen must not leave everybody without what it names."""
    with pytest.raises(MistakeError) as caught:
        read("email,name\n", Wishes({"first_name": "Vorname"}))
    assert caught.value.message == "There is no column “Vorname” in the list."


def test_problems_are_kept_small_and_complete() -> None:
    """A whole list may be rejected."""
    problems = Problems()
    for line in range(5):
        problems.append(Problem(line, f"reason {line % 2}", ("secret",)))
    assert len(problems) == 5
    assert list(problems) == [Problem(line, f"reason {line % 2}") for line in range(5)]
    assert problems[1] == Problem(1, "reason 1")
    assert problems[3:] == [Problem(3, "reason 1"), Problem(4, "reason 0")]
    assert "secret" not in repr(Problem(1, "", ("secret",)))


def test_a_broken_row_is_given_back_as_it_was() -> None:
    """The file of rejects is for mending."""
    (row,) = read('email,first_name\nann@example.org,"Ann" Lee\n').rows
    assert isinstance(row, Problem)
    assert row.cells == ('ann@example.org,"Ann" Lee',)


@pytest.mark.parametrize(
    ("source", "wording", "words"),
    [
        ("", "Yes", "The proof lacks consent_source."),
        ("card", " ", "The proof lacks consent_wording."),
        (
            "casework",
            "Yes",
            "The consent_source will not do: casework addresses are not consent.",
        ),
    ],
)
def test_proof_that_is_typed_in_has_to_prove_something(
    source: str, wording: str, words: str
) -> None:
    """The same rules as for a list."""
    with pytest.raises(MistakeError) as caught:
        prove(NOW, source, wording)
    assert caught.value.message == words
    assert prove(NOW, "card", "Yes") == Consent(NOW, "card", "Yes")
