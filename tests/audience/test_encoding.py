"""The bytes of a spreadsheet become text, or the file is refused before anything is stored."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from newsletter.audience.encoding import LONGEST_LINE, decode
from newsletter.errors import MistakeError

TEXT = "email,first_name\r\nsian@example.org,Siân\r\nzoe@example.org,Zoë “Z” €\r\n"
LINES = ["email,first_name\r\n", "sian@example.org,Siân\r\n", "zoe@example.org,Zoë “Z” €\r\n"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_usual_encoding_is_recognised(encoding: str) -> None:
    """Offices send what their spreadsheet program happened to save."""
    assert list(decode(io.BytesIO(TEXT.encode(encoding)))) == LINES


def test_utf_16_of_either_order_may_begin_with_a_mark() -> None:
    """Both orders exist, and the mark is no part of the first column's name."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert list(decode(io.BytesIO(mark + TEXT.encode(encoding)))) == LINES


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfee",
        b"\xef\xbb\xbf\xff",
        b"email\n\x81\n",
        "email,x".encode("utf-16-le")[:-1],
        b"email\n" + b"x" * 2_000_000 + b"\x9d",
    ],
)
def test_what_is_no_text_is_refused_before_the_first_line(data: bytes) -> None:
    """A file that turns out unreadable half-way would otherwise be half stored."""
    with pytest.raises(MistakeError, match="not text that can be read"):
        decode(io.BytesIO(data))


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_named_as_such(start: bytes) -> None:
    """The commonest slip of all: .xlsx instead of .csv."""
    with pytest.raises(MistakeError, match="workbook, not a CSV file"):
        decode(io.BytesIO(start + b"\x14\x00"))


def test_a_pipe_cannot_be_read_twice() -> None:
    """Reading it once would mean storing before knowing whether it can be read."""

    class Pipe(io.BytesIO):
        @override
        def seek(self, _offset: int, _whence: int = 0) -> int:
            raise io.UnsupportedOperation

    with pytest.raises(MistakeError, match="from a pipe"):
        decode(Pipe(b"email\n"))


def test_the_callers_file_stays_open() -> None:
    """Who opened it closes it."""
    stream = io.BytesIO(b"email\n")
    list(decode(stream))
    assert not stream.closed


def test_an_empty_file_has_no_lines() -> None:
    """That this is a mistake is for the reader of the header to say."""
    assert list(decode(io.BytesIO(b""))) == []


@pytest.mark.parametrize("size", [0, 1, 2, 3 * LONGEST_LINE])
def test_an_overlong_line_costs_no_more_memory_than_it_must(size: int) -> None:
    """The rest of it is thrown away, and the next line is the next line."""
    data = b"x" * (LONGEST_LINE + size) + b"\r\nlast\r\n"
    tracemalloc.start()
    lines = [(len(line), line[-1]) for line in decode(io.BytesIO(data))]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines[-1] == (6, "\n")
    assert lines[0][0] == LONGEST_LINE + 1
    assert peak < 20_000_000


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00\ufeff")))
def test_utf_8_is_read_back_line_by_line(text: str) -> None:
    """Nothing is lost or added, whatever the language."""
    lines = io.StringIO(text, newline="").readlines()
    assert list(decode(io.BytesIO(b"email\n" + text.encode()))) == ["email\n", *lines]
