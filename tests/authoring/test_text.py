"""Show which bytes become text, and what is said of the others."""

import pytest

from newsletter.authoring.text import LARGEST, LONGEST_LINE, decode
from tests.authoring.samples import told

NOT_UTF8 = (
    "The file is not in UTF-8: a character here cannot be read",
    "In your editor choose “Save as”, encoding UTF-8.",
)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfa", "a"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\u2028b\u2029c\x85d".encode(), "a b c d"),
        ("é “x” 🙂\tb".encode(), "é “x” 🙂\tb"),
        (b"a" * LONGEST_LINE, "a" * LONGEST_LINE),
    ],
)
def test_utf_8_is_read_with_plain_line_ends(data: bytes, text: str) -> None:
    """Windows writes a mark at the beginning and two characters for a line end."""
    assert decode(data, file="issue.md") == (text, [])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"one\ntwo \xa35\n", [("issue.md:2", *NOT_UTF8)]),
        (b"one\r\ntwo\r\n\x93x\x94", [("issue.md:3", *NOT_UTF8)]),
        ("a".encode("utf-16"), [("issue.md:1", *NOT_UTF8)]),
        (b"\xed\xa0\x80", [("issue.md:1", *NOT_UTF8)]),
        (
            b"a\x00b\n\x1bc\n\xc2\x80\n",
            [
                (
                    f"issue.md:{line}",
                    f"There is an invisible control character (U+{code})",
                    "Delete it; pasting often brings it along.",
                )
                for line, code in ((1, "0000"), (2, "001B"), (3, "0080"))
            ],
        ),
        (
            b"a\n" + b"b" * (LONGEST_LINE + 1),
            [
                (
                    "issue.md:2",
                    "The line is 5,001 characters long, and 5,000 are the most",
                    "Break it into paragraphs.",
                )
            ],
        ),
        (
            b"a" * 1_000_000,
            [
                (
                    "issue.md",
                    "The file is longer than 100,000 bytes",
                    "Split it, or look for something pasted into it by accident.",
                )
            ],
        ),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(
    data: bytes, expected: list[tuple[str, str, str]]
) -> None:
    """An editor shows such characters as boxes, or not at all."""
    text, findings = decode(data, file="issue.md")
    assert text is None
    assert told(findings) == expected


def test_the_largest_file_is_read() -> None:
    """The limit is the first size that is refused, less one."""
    assert decode(b"a\n" * (LARGEST // 2), file="issue.md")[1] == []
