"""A postcode says whether somebody lives in the seat, and never more than it can."""

from __future__ import annotations

import pytest

from newsletter.audience.seat import Seat, out_of_seat, read_seat
from newsletter.errors import MistakeError
from newsletter.findings import Severity

SEAT = Seat(frozenset({"AE15BQ", "AE15DT"}))


@pytest.mark.parametrize(
    ("postcode", "residence"),
    [
        ("AE1 5BQ", "in"),
        ("ae15bq", "in"),
        (" AE1  5DT ", "in"),
        ("AE9 9ZZ", "out"),
        ("SW1A 0AA", "out"),
        ("AE1", "unknown"),
        ("", "unknown"),
        ("D02 X285", "unknown"),
    ],
)
def test_a_postcode_is_in_or_out_or_tells_nothing(postcode: str, residence: str) -> None:
    """Half a postcode lies in many seats."""
    assert SEAT.residence(postcode) == residence


def test_people_are_counted_by_where_they_live() -> None:
    """Each is in one count, and every count is there."""
    counts = SEAT.count([("AE1 5BQ", 3), ("AE15DT", 1), ("", 4)])
    assert counts == {"in": 4, "out": 0, "unknown": 4}


@pytest.mark.parametrize(
    "lines",
    [
        ["AE1 5BQ", "ae15dt"],
        ["\ufeffPostcode", "AE1 5BQ", "", "AE15DT"],
        ["pcd,pcds,oseast1m", "AE1 5BQ,AE1 5BQ,1", "AE1 5DT,AE1 5DT,2"],
        ['"AE1 5BQ"', '"AE1 5DT","Castle"'],
        ["AE1 5BQ", "AE1 5BQ", "AE1 5DT"],
    ],
)
def test_the_usual_lists_of_postcodes_are_read(lines: list[str]) -> None:
    """A list typed by hand, or a piece of the ONS Postcode Directory."""
    assert read_seat(lines, file="postcodes.csv") == SEAT


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["AE1 5BQ", "AE1"], 2),
        (["ward,postcode", "Castle,AE1 5BQ", "Castle"], 3),
        (["Castle"], 1),
        ([], None),
        (["postcode"], None),
    ],
)
def test_what_is_no_list_of_postcodes_is_told_with_its_line(
    lines: list[str], line: int | None
) -> None:
    """Half a list would put constituents out of the seat."""
    with pytest.raises(MistakeError) as caught:
        read_seat(lines, file="postcodes.csv")
    assert (caught.value.file, caught.value.line) == ("postcodes.csv", line)


def test_recipients_out_of_the_seat_are_warned_of_where_parliament_pays() -> None:
    """IPSA pays for a member's work for constituents; a party's money goes where it likes."""
    one = out_of_seat({"in": 5, "out": 1}, funding="parliamentary")
    many = out_of_seat({"in": 5, "out": 1_200}, funding="parliamentary")
    assert one is not None
    assert many is not None
    assert (one.code, one.severity) == ("out-of-seat", Severity.WARNING)
    assert one.message.startswith("1 recipient lives outside the seat")
    assert many.message.startswith("1,200 recipients live outside the seat")
    assert out_of_seat({"in": 5, "out": 0}, funding="parliamentary") is None
    assert out_of_seat({"in": 5, "out": 9}, funding="party") is None
    assert out_of_seat({}, funding="parliamentary") is None
