"""Every row of a list becomes a person or a problem, whatever the list looks like."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.records import MOST_LINES, Lines, Problem, Record, records
from newsletter.audience.spreadsheet import COLUMNS, Row, Spreadsheet, read_spreadsheet
from newsletter.audience.subscriber import Consent, Subscriber, SubscriberState
from newsletter.errors import MistakeError

NOW = datetime(2019, 2, 18, 17, 3, tzinfo=UTC)
HEADER = ",".join(COLUMNS)
PROOF = "2019-02-01,website,I agree"


def sheet(text: str) -> Spreadsheet:
    return read_spreadsheet(io.StringIO(text, newline=""), now=NOW)


def read(*rows: str) -> list[Row | Problem]:
    return list(sheet("\n".join([HEADER, *rows])).rows)


def person(row: str) -> Row:
    (found,) = read(row)
    assert isinstance(found, Row)
    return found


def reason(row: str) -> str:
    (found,) = read(row)
    assert isinstance(found, Problem)
    assert "@" not in found.reason
    return found.reason


def lines(found: list[Row | Problem]) -> list[tuple[int, bool]]:
    return [(row.line, isinstance(row, Row)) for row in found]


def test_a_row_becomes_a_person_with_their_proof() -> None:
    """All that the columns hold arrives, tidied."""
    assert person(
        " Ann@EXAMPLE.org ,Ann  Marie,O'Neil,ae1  5bq, news ; WARD: Castle Hill;tag:news;,"
        "2019-02-01 10:30,web form,I agree,Confirmed"
    ) == Row(
        2,
        Subscriber(
            "Ann@example.org",
            "Ann Marie",
            "O'Neil",
            "AE1 5BQ",
            ("news", "ward:Castle Hill"),
            SubscriberState.CONFIRMED,
        ),
        Consent(datetime(2019, 2, 1, 10, 30, tzinfo=UTC), "web form", "I agree"),
    )


@pytest.mark.parametrize(
    ("rest", "state"),
    [
        (f"{PROOF},confirmed", "confirmed"),
        (f"{PROOF}, CONFIRMED ", "confirmed"),
        (f"{PROOF},", "confirmed"),
        (",,,", "pending"),
        (",,,pending", "pending"),
        ("2019-02-01,,,Pending", "pending"),
        (f"{PROOF},pending", "pending"),
        (f"{PROOF},unsubscribed", "unsubscribed"),
        (",,,UNSUBSCRIBED", "unsubscribed"),
    ],
)
def test_the_state_follows_from_status_and_proof(rest: str, state: str) -> None:
    """Only who is known to have asked is confirmed."""
    assert person(f"ann@example.org,,,,,{rest}").subscriber.state == state


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (f"{PROOF},inactive", "The status is none of confirmed, pending, unsubscribed."),
        (f"{PROOF},unconfirmed", "The status is none of confirmed, pending, unsubscribed."),
        (f"{PROOF},bob@example.org", "The status is none of confirmed, pending, unsubscribed."),
        (
            ",,,confirmed",
            (
                "Confirmed, yet without consent_at and consent_source and consent_wording: "
                "only proven consent is mailed."
            ),
        ),
        (
            "2019-02-01, ,I agree,confirmed",
            "Confirmed, yet without consent_source: only proven consent is mailed.",
        ),
        (
            "2019-02-01,web,,",
            "The consent lacks consent_wording: complete it, or write status pending.",
        ),
        (
            "2019-02-01,Casework,I agree,",
            "The consent_source will not do: casework addresses are not consent.",
        ),
        *(
            (
                f"2019-02-01,{source},I agree,",
                "The consent_source will not do: casework addresses are not consent.",
            )
            for source in ("case-work", "Case work", "old case_work files")
        ),
        (
            "2019-02-01,purchased list,I agree,pending",
            "The consent_source will not do: purchased addresses are not consent.",
        ),
        (
            "01/02/2019,web,I agree,",
            "The consent_at is not a date like 2019-02-18 or 2019-02-18T17:00.",
        ),
        (
            "0001-01-01T00:00+23:00,web,I agree,",
            "The consent_at is not a date like 2019-02-18 or 2019-02-18T17:00.",
        ),
        ("2019-02-18T17:03:01,web,I agree,", "The consent_at is in the future."),
        (
            f"2019-02-01,web,{'x' * 10_001},",
            "The consent_wording is longer than 10000 characters.",
        ),
    ],
)
def test_consent_that_proves_nothing_is_rejected(rest: str, words: str) -> None:
    """States are matched whole, and proof is complete, ours, and of the past."""
    assert reason(f"ann@example.org,,,,,{rest}") == words


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2019-02-18", datetime(2019, 2, 18, tzinfo=UTC)),
        ("2018-07-01", datetime(2018, 6, 30, 23, tzinfo=UTC)),
        ("2018-07-01T12:00", datetime(2018, 7, 1, 11, tzinfo=UTC)),
        ("2018-07-01 12:00:30", datetime(2018, 7, 1, 11, 0, 30, tzinfo=UTC)),
        ("2018-07-01T12:00:00Z", datetime(2018, 7, 1, 12, tzinfo=UTC)),
        ("2018-07-01T12:00:00-05:00", datetime(2018, 7, 1, 17, tzinfo=UTC)),
        ("2019-02-18T17:03", NOW),
    ],
)
def test_times_without_an_offset_are_londons(written: str, moment: datetime) -> None:
    """An office writes the time on its wall, in summer too."""
    consent = person(f"ann@example.org,,,,,{written},web,I agree,").consent
    assert consent == Consent(moment, "web", "I agree")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",Ann", "There is no email address."),
        (",,,,,,,,", "There is no email address."),
        ("ann(at)example.org", "The email address is not written as one can be."),
        ("ann@localhost", "The email address is not written as one can be."),
        ("a b@example.org", "The email address is not written as one can be."),
        (f"{'a' * 400}@example.org", "The email address is not written as one can be."),
        (
            '"ann@example.org\nbcc: x@example.org"',
            "The email address is not written as one can be.",
        ),
        ("ann@example.org,A\x00nn", "There is a control character in first_name."),
        ("ann@example.org,,A\u202enn", "There is a control character in last_name."),
        ("ann@example.org,\ud83d", "There is a control character in first_name."),
        (f"ann@example.org,{'x' * 201}", "The first_name is longer than 200 characters."),
        ("ann@example.org,,,,ward:", "A segment says ward: and names none."),
        (f"ann@example.org,,,,{'x' * 201}", "A segment is longer than 200 characters."),
        (
            "ann@example.org,,,," + ";".join(f"t{n}" for n in range(101)),
            "There are more than 100 segments.",
        ),
        ("ann@example.org,,,,,,,,,extra", "The row has more cells than the header."),
        ('ann@example.org,"Ann" Marie', "The quotation marks in this row do not pair up."),
        ('ann@example.org,"Ann', "The quotation marks in this row do not pair up."),
        (
            f"ann@example.org,{'x' * 131_073}",
            "The row is too long, or a quotation mark in it is never closed.",
        ),
        (
            f"ann@example.org{',' * 1_000_000}",
            "The row is too long, or a quotation mark in it is never closed.",
        ),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_no_address(row: str, words: str) -> None:
    """Reasons are shown and saved, addresses belong to people."""
    assert reason(row) == words


def test_a_word_that_only_holds_another_is_a_source_like_any() -> None:
    """A stall beside the workshop is where people do sign up."""
    found = person("ann@example.org,,,,,2019-02-01,showcase workshop,I agree,")
    assert found.consent is not None
    assert found.consent.source == "showcase workshop"


@pytest.mark.parametrize(
    ("told", "delimiter"),
    [("sep=;", ";"), ("SEP=,", ","), ('\ufeff"sep=|"', "|"), ("sep=\t", "\t"), ("\n\nsep=;", ";")],
)
def test_excel_s_line_that_tells_the_delimiter_is_followed(told: str, delimiter: str) -> None:
    """It stands before the header, and is no row."""
    rows = (["first_name", "email"], ["Ann", "ann@example.org"])
    text = "\r\n".join([told, *(delimiter.join(cells) for cells in rows)])
    found = sheet(text)
    assert found.columns == ("first_name", "email")
    (row,) = found.rows
    assert isinstance(row, Row)
    assert row.subscriber == Subscriber("ann@example.org", "Ann")
    assert row.line == text.count("\n") + 1


def test_a_list_that_ends_after_the_line_with_the_delimiter_is_empty() -> None:
    """There is nothing wrong with a header that is not there."""
    with pytest.raises(MistakeError, match="The file is empty"):
        sheet("sep=;\r\n\r\n")


@pytest.mark.parametrize(
    "cells",
    [
        "\x00,,,,yesterday,casework,,",
        f"{'x' * 201},,,,2030-01-01,,,",
        ",,,ward:,,,,",
    ],
)
def test_an_objection_counts_whatever_else_is_wrong_with_its_row(cells: str) -> None:
    """The right to object is absolute; a stray character in a name does not take it away."""
    assert person(f"ann@example.org,{cells}unsubscribed") == Row(
        2, Subscriber("ann@example.org", state=SubscriberState.UNSUBSCRIBED)
    )


def test_lines_are_physical_and_one_bad_row_never_stops_the_rest() -> None:
    """The line number is where the editor finds the row."""
    found = read(
        'ann@example.org,"Ann\r\nMarie",,,,2019-02-01,web,"I agree\r\nto all",',
        "",
        "nonsense",
        "   ",
        'bob@example.org,"Bob',
        "carol@example.org,Carol",
        'dan@example.org,"Dan",,',
        "eve@example.org,,,,,,,,",
    )
    assert lines(found) == [(2, True), (6, False), (8, False), (9, True), (10, True), (11, True)]
    assert isinstance(found[0], Row)
    assert found[0].subscriber.first_name == "Ann Marie"
    assert found[0].consent is not None
    assert found[0].consent.wording == "I agree\nto all"


def test_a_quotation_mark_that_is_never_closed_costs_one_row() -> None:
    """Otherwise everybody after it would be swallowed by one cell."""
    others = [f"reader{number}@example.org" for number in range(3 * MOST_LINES)]
    found = read('ann@example.org,"Ann', *others)
    assert lines(found) == [(2, False), *((3 + n, True) for n in range(len(others)))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n \n"])
def test_any_spreadsheet_programs_csv_is_understood(
    delimiter: str, ending: str, start: str
) -> None:
    """Continental Excel writes semicolons, others tabs; some begin with a mark."""
    header = delimiter.join([" Email ", "Status", '"Segments"'])
    row = delimiter.join(["ann@example.org", "pending", '"a;b"'])
    (found,) = sheet(start + header + ending + row + ending).rows
    assert isinstance(found, Row)
    assert found.subscriber.segments == ("a", "b")


def test_columns_stand_in_any_order_and_unknown_ones_are_named_once() -> None:
    """Exports of other systems carry much that is none of our business."""
    found = sheet(
        "Status,Member Rating,EMAIL,bob@example.org,First Name\n"
        "pending,5,ann@example.org,x,Ann\n"
        "pending,5,carol@example.org,x,Carol\n"
    )
    assert found.ignored == ("member_rating", "column 4")
    assert [row.subscriber.first_name for row in found.rows if isinstance(row, Row)] == [
        "Ann",
        "Carol",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty."),
        ("\ufeff\r\n \r\n", "The file is empty."),
        ("ann@example.org,Ann\n", "There is no email column."),
        ("name;address\n", "There is no email column."),
        ("email,status,Email\n", "The column email is there twice."),
        ('email,"status\n', "The header cannot be read."),
        (f"email,{'x' * 131_073}\n", "The header cannot be read."),
        (f"email{',' * 1_000_000}\n", "The header cannot be read."),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(text: str, words: str) -> None:
    """Nothing of it can be trusted, so nothing of it is stored."""
    with pytest.raises(MistakeError) as caught:
        sheet(text)
    assert caught.value.message == words


# No white space, which is tidied, and nothing that is refused.
words = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zs", "Zl", "Zp"]), max_size=12
)
people = st.builds(
    Row,
    line=st.just(0),
    subscriber=st.builds(
        Subscriber,
        email=st.from_regex(r"[a-z][a-z0-9]{0,20}@[a-z]{1,10}\.example", fullmatch=True),
        first_name=words,
        last_name=words,
        postcode=st.from_regex(r"[A-Z0-9]{0,8}", fullmatch=True),
        segments=st.lists(
            st.from_regex(r"(ward:)?[a-z0-9',\"]{1,9}", fullmatch=True), unique=True, max_size=3
        ).map(lambda found: tuple(sorted(found))),
        state=st.just(SubscriberState.CONFIRMED),
    ),
    consent=st.builds(
        Consent,
        at=st.datetimes(datetime(1990, 1, 1), datetime(2019, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
        source=words.map("form-{}".format),
        wording=st.lists(words.map("x{}".format), min_size=1, max_size=3).map("\n".join),
    ),
)


@given(st.lists(people, max_size=5), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_as_csv_is_read_back(rows: list[Row], delimiter: str, ending: str) -> None:
    """Whatever people are called and whatever they agreed to."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=ending)
    writer.writerow(COLUMNS)
    expected = []
    for row in rows:
        line = file.getvalue().replace("\r\n", "\n").count("\n") + 1
        consent = row.consent
        assert consent is not None
        writer.writerow(
            [
                row.subscriber.email,
                row.subscriber.first_name,
                row.subscriber.last_name,
                row.subscriber.postcode,
                ";".join(row.subscriber.segments),
                consent.at.isoformat(),
                consent.source,
                consent.wording,
                "confirmed",
            ]
        )
        expected.append(Row(line, row.subscriber, consent))
    file.seek(0)
    assert list(read_spreadsheet(file, now=NOW).rows) == expected


@given(
    st.lists(
        st.tuples(
            st.text(alphabet="ab@,;\t'\"\x00\x0b\x85\u2028 é"),
            st.sampled_from(["\n", "\r\n", "\r"]),
        ),
        max_size=12,
    ),
    st.sampled_from(",;\t"),
)
def test_lines_that_are_cut_without_the_csv_module_come_to_what_it_says(
    text: list[tuple[str, str]], delimiter: str
) -> None:
    """The short way saves most of the time of reading, and must not be a second grammar."""
    lines = ["".join(pair) for pair in text]
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return  # what is broken is told by the tests above
    kept = [cells for cells in rows if len(cells) > 1 or any(map(str.strip, cells))]
    found = list(records(Lines(lines), delimiter))
    assert [record.cells for record in found if isinstance(record, Record)] == kept
    assert len(found) == len(kept)


@given(st.lists(st.text(max_size=40), max_size=20))
def test_no_text_whatsoever_stops_the_reader(rows: list[str]) -> None:
    """Hostile lists are rejected row by row, and no reason repeats what a row held."""
    found = list(read_spreadsheet([HEADER, *rows], now=NOW).rows)
    assert all(isinstance(row, Row) or "@" not in row.reason for row in found)
    assert [row.line for row in found] == sorted({row.line for row in found})


@given(st.text(alphabet='ab@.,;"\n\r\x00 ', max_size=200))
def test_no_mixture_of_marks_stops_the_reader(text: str) -> None:
    """Quotation marks and line ends in the wrong places are the usual damage."""
    found = list(sheet(f"{HEADER}\n{text}").rows)
    assert [row.line for row in found] == sorted({row.line for row in found})
