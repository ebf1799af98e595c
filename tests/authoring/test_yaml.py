"""Show what YAML may hold, and what is refused before it does harm."""

import pytest

from newsletter.authoring.yaml import LARGEST, MOST_EVENTS, read_mapping
from newsletter.findings import Finding, Severity
from tests.authoring.samples import told

TOO_MUCH = (
    "This is longer, or nested deeper, than any block",
    "Look for brackets that are never closed, or split it.",
)

BOMBS = {
    "brackets": ("a: " + "[" * 30_000, "This is 30,003 characters long, and 30,000 are the most"),
    "brackets that fit": ("a: " + "[" * 20_000, TOO_MUCH[0]),
    "brackets in words": ("a: b\nc: " + "[a, " * 5_000, TOO_MUCH[0]),
    "groups": ("a: " + "{a: " * 5_000, TOO_MUCH[0]),
    "few brackets in each line": ("a:\n" + " [[[[\n" * 4_000, TOO_MUCH[0]),
    "dashes": ("- " * 14_000, TOO_MUCH[0]),
    "question marks": ("? " * 14_000, TOO_MUCH[0]),
    "indentation": ("".join(" " * n + "a:\n" for n in range(200)), TOO_MUCH[0]),
    "names": ("a:\n" * MOST_EVENTS, TOO_MUCH[0]),
    "laughter": ("a: &a [x]\nb: &b [*a, *a]\n", "A value may not start with & or *"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_would_take_the_parser_minutes_or_its_stack_is_refused(name: str) -> None:
    """A file can come from anywhere, and the parser recurses."""
    text, message = BOMBS[name]
    located, findings = read_mapping(text, file="f.yaml")
    assert located is None
    assert [finding.message for finding in findings] == [message]


def test_too_much_is_told_where_it_begins() -> None:
    """The line is what a writer looks for."""
    _, findings = read_mapping("a: b\nc: " + "[a, " * 200, file="f.yaml", first_line=10)
    assert told(findings) == [("f.yaml:11", *TOO_MUCH)]
    _, findings = read_mapping("a: " + "b" * LARGEST, file="f.yaml", first_line=10)
    assert told(findings) == [
        (
            "f.yaml:10",
            "This is 30,003 characters long, and 30,000 are the most",
            "Move the words into the text of the issue.",
        )
    ]


def test_values_are_the_words_that_were_typed() -> None:
    """YAML 1.1 made `no` a truth value, and a nought at the front an octal number."""
    text = """\
no: no
off: yes
starts: 14:00
phone: 01632960123
exponent: 1e3
hexadecimal: 0x1F
day: 2019-03-30
equals: =
merge: <<
folded: >-
  One
  two

  three
kept: |
  a
    b
quoted: "a\\tb"
single: 'it''s'
nothing:
none: ~
list: [a, [b]]
html: <b>&amp;
template: "{{ 7*7 }}"
"""
    located, findings = read_mapping(text, file="f.yaml")
    assert findings == []
    assert located is not None
    assert located.data == {
        "no": "no",
        "off": "yes",
        "starts": "14:00",
        "phone": "01632960123",
        "exponent": "1e3",
        "hexadecimal": "0x1F",
        "day": "2019-03-30",
        "equals": "=",
        "merge": "<<",
        "folded": "One two\nthree",
        "kept": "a\n  b\n",
        "quoted": "a\tb",
        "single": "it's",
        "nothing": None,
        "none": None,
        "list": ["a", ["b"]],
        "html": "<b>&amp;",
        "template": "{{ 7*7 }}",
    }


def test_each_name_and_item_knows_its_line_in_the_file() -> None:
    """A mistake is reported where it stands, not where the block begins."""
    text = "# note\na: 1\nb:\n  - c: 2\n    d: 3\n  - {e: 4}\n"
    located, _ = read_mapping(text, file="f.yaml", first_line=10, opening=9)
    assert located is not None
    assert located.lines == {
        (): 9,
        ("a",): 11,
        ("b",): 12,
        ("b", 0): 13,
        ("b", 0, "c"): 13,
        ("b", 0, "d"): 14,
        ("b", 1): 15,
        ("b", 1, "e"): 15,
    }
    assert located.line(("b", 1, "nowhere")) == 15
    assert located.line(("nowhere",)) == 9


@pytest.mark.parametrize("text", ["", "\n\n", "# a note\n"])
def test_an_empty_text_has_no_values(text: str) -> None:
    """What is missing is for the models to say."""
    located, findings = read_mapping(text, file="f.yaml")
    assert located is not None
    assert (located.data, findings) == ({}, [])


def test_every_repeated_name_is_told_at_once() -> None:
    """YAML parsers keep the last and say nothing."""
    located, findings = read_mapping("a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n", file="f.yaml")
    assert located is not None
    assert located.data == {"a": "1", "b": {"c": "1"}}
    hint = "Keep one of them."
    assert told(findings) == [
        ("f.yaml:2", "“a” is here twice, first in line 1", hint),
        ("f.yaml:3", "“c” is here twice, first in line 3", hint),
        ("f.yaml:4", "“a” is here twice, first in line 1", hint),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: Our #1 aim", 1),
        ("a: 'Our' #1 aim", 1),
        ("a:\n  - Our #1 aim", 2),
        ("a: {b: Our #1 aim\n}", 1),
    ],
)
def test_words_lost_behind_a_number_sign_are_warned_of(text: str, line: int) -> None:
    """“Our #1 aim” would arrive as “Our”."""
    _, findings = read_mapping(text, file="f.yaml")
    assert findings == [
        Finding(
            "yaml",
            Severity.WARNING,
            "Everything after # is left out here",
            "If readers should see it, put the whole value in quotation marks.",
            "f.yaml",
            line,
        )
    ]


@pytest.mark.parametrize(
    "text", ["a: b # a note", "a: b#1", "a: '#1'", "a: >-\n  Our #1 aim\n#x", "a: b ## note"]
)
def test_notes_are_not_warned_of(text: str) -> None:
    """The sample files explain themselves in notes."""
    assert read_mapping(text, file="f.yaml")[1] == []
