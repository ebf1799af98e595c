"""Show each mistake that YAML can hold, in the words its writer reads."""

import pytest

from newsletter.authoring.yaml import read_mapping
from tests.authoring.samples import told

MISTAKES = {
    'title: "One" two': [
        (
            "f.yaml:1",
            "Words stand after a closing quotation mark or bracket",
            "Put single quotation marks around the whole value: title: '“Draft” meeting'.",
        )
    ],
    "title: [Draft] Meeting": [
        (
            "f.yaml:1",
            "Words stand after a closing quotation mark or bracket",
            "Put single quotation marks around the whole value: title: '“Draft” meeting'.",
        )
    ],
    "look: {primary: #1d4f91}\n\n": [
        (
            "f.yaml:1",
            "A bracket is opened here and not closed, or something is wrong between the brackets",
            'Close it, or put the value in quotation marks, as in "[Draft] Meeting" or "#1d4f91".',
        )
    ],
    "title: [a, b": [
        (
            "f.yaml:1",
            "A bracket is opened here and not closed, or something is wrong between the brackets",
            'Close it, or put the value in quotation marks, as in "[Draft] Meeting" or "#1d4f91".',
        )
    ],
    "items:\n  - a: 1\n  b: 2": [
        (
            "f.yaml:3",
            "This line does not fit the one above it",
            "Begin it as far left as its neighbours, and look for a missing colon in the line above.",
        )
    ],
    "a: 1\n b: 2": [
        (
            "f.yaml:2",
            "This line does not fit the one above it",
            "Begin it as far left as its neighbours, and look for a missing colon in the line above.",
        )
    ],
    "a: **bold**": [
        (
            "f.yaml:1",
            "A value may not start with & or *",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a: *bold* x": [
        (
            "f.yaml:1",
            "A value may not start with & or *",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a: &x y": [
        (
            "f.yaml:1",
            "A value may not start with & or *",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a: !x y": [
        (
            "f.yaml:1",
            "A value may not start with !",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a: !<": [
        (
            "f.yaml:1",
            "A value may not start with !",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a\nb: 2": [
        (
            "f.yaml:2",
            "This line does not fit the one above it",
            "Begin it as far left as its neighbours, and look for a missing colon in the line above.",
        )
    ],
    "just words": [
        (
            "f.yaml:1",
            "These lines do not have the form “name: value”",
            "Write each on a line of its own, with a space after the colon: title: Public meeting.",
        )
    ],
    "a: 1\nwords\nb: 2": [
        (
            "f.yaml:2",
            "There is no colon with a space after it in this line",
            "Write it as title: Public meeting, or two spaces further in than the line above if it goes on from there.",
        )
    ],
    'a: "x\nb: 2': [
        (
            "f.yaml:1",
            "A quotation mark is opened here and never closed",
            "Put the same mark at the end of the value.",
        )
    ],
    "a: 'x\nb: 2": [
        (
            "f.yaml:1",
            "A quotation mark is opened here and never closed",
            "Put the same mark at the end of the value.",
        )
    ],
    "a:\t1": [("f.yaml:1", "A tab stands here", "Use spaces instead.")],
    "\ta: 1": [("f.yaml:1", "A tab stands here", "Use spaces instead.")],
    "a:\n\tb: 1": [("f.yaml:2", "A tab stands here", "Use spaces instead.")],
    "a: {x: #123456}\nb: 1": [
        (
            "f.yaml:1",
            "A bracket is opened here and not closed, or something is wrong between the brackets",
            'Close it, or put the value in quotation marks, as in "[Draft] Meeting" or "#1d4f91".',
        )
    ],
    "[a]: b": [
        (
            "f.yaml:1",
            "There is no name before the colon",
            "Begin the line with a name, as in title: …",
        )
    ],
    "a: |\n  x\n y": [
        (
            "f.yaml:3",
            "This line does not fit the one above it",
            "Begin it as far left as its neighbours, and look for a missing colon in the line above.",
        )
    ],
    "a: b\n---\nc: d": [
        ("f.yaml:2", "A line of three dashes or dots starts a second part", "Delete that line.")
    ],
    "a: b\n...\nc: d": [
        ("f.yaml:3", "A line of three dashes or dots starts a second part", "Delete that line.")
    ],
    "%YAML 1.2\n---\na: b": [
        ("f.yaml:2", "A line starting with % means something else here", "Delete it.")
    ],
    "%TAG ! x\n---\na: b": [
        ("f.yaml:2", "A line starting with % means something else here", "Delete it.")
    ],
    "a: @x": [
        (
            "f.yaml:1",
            "A value starts with a character that means something else here",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a: `x`": [
        (
            "f.yaml:1",
            "A value starts with a character that means something else here",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a: %x": [
        (
            "f.yaml:1",
            "A value starts with a character that means something else here",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    'a: "\\q"': [
        (
            "f.yaml:1",
            "A backslash between double quotation marks means something else here",
            "Put the whole value in single quotation marks.",
        )
    ],
    "a: - b": [
        (
            "f.yaml:1",
            "A dash with a space after it stands where no list can begin",
            "Begin each item of a list on a line of its own, or put the value in quotation marks.",
        )
    ],
    "- a": [
        (
            "f.yaml:1",
            "These lines do not have the form “name: value”",
            "Write each on a line of its own, with a space after the colon: title: Public meeting.",
        )
    ],
    "a:b": [
        (
            "f.yaml:1",
            "These lines do not have the form “name: value”",
            "Write each on a line of its own, with a space after the colon: title: Public meeting.",
        )
    ],
    "{a: b": [
        (
            "f.yaml:1",
            "A bracket is opened here and not closed, or something is wrong between the brackets",
            'Close it, or put the value in quotation marks, as in "[Draft] Meeting" or "#1d4f91".',
        )
    ],
    "a: |x\n y": [
        (
            "f.yaml:1",
            "Words stand right after | or >",
            "Begin them on the next line, two spaces further in.",
        )
    ],
    "a:  b: c": [
        (
            "f.yaml:1",
            "A value has a colon in it",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a: \x00": [
        (
            "f.yaml:1",
            "There is a character here that no text should hold",
            "Delete it; pasting often brings it along.",
        )
    ],
    'a: "\\ud800"': [
        (
            "f.yaml:1",
            "There is an invisible control character (U+D800) in the text",
            "Delete it, or what stands for it after a backslash.",
        )
    ],
    'a: "\\U00110000"': [
        (
            "f.yaml:1",
            "There is a character here that no text should hold",
            "Delete it; pasting often brings it along.",
        )
    ],
    'a: "\\UFFFFFFFF"': [
        (
            "f.yaml:1",
            "There is a character here that no text should hold",
            "Delete it; pasting often brings it along.",
        )
    ],
    '"a": 1\n"a": 2': [("f.yaml:2", "“a” is here twice, first in line 1", "Keep one of them.")],
    "a: {b: c, b: d}": [("f.yaml:1", "“b” is here twice, first in line 1", "Keep one of them.")],
    "a: ? b": [
        (
            "f.yaml:1",
            "This line cannot be understood",
            "Look for a missing colon, quotation mark or bracket, here or in the line above.",
        )
    ],
    "a: 1\n  b: 2": [
        (
            "f.yaml:2",
            "This line does not fit the one above it",
            "Begin it as far left as its neighbours, and look for a missing colon in the line above.",
        )
    ],
    "  a: 1\nb: 2": [
        (
            "f.yaml:2",
            "This line does not fit the one above it",
            "Begin it as far left as its neighbours, and look for a missing colon in the line above.",
        )
    ],
    "a: 'it's'": [
        (
            "f.yaml:1",
            "An apostrophe ends the value here, which begins with a single quotation mark",
            'Put double quotation marks around the whole value: title: "Don\'t reply".',
        )
    ],
    **{
        text: [
            (
                f"f.yaml:{line}",
                "A long dash stands where an item of a list begins",
                "Write a short one and a space: “- ”. Word processors lengthen it.",
            )
        ]
        for text, line in (
            ("items:\n  - a: 1\n  – a: 2", 3),
            ("items:\n  – a: 1\n    b: 2\n  – a: 3", 2),
            ("items:\n— a: 1", 2),
            ("– a", 1),
        )
    },
    **{
        text: [
            (
                f"f.yaml:{line}",
                "A blank in this line only looks like one",
                "Delete the blanks at its start and beside its colon, and type them again.",
            )
        ]
        for text, line in (
            ("a: 1\nb:\u00a02", 2),
            ("a: 1\n\u00a0\u00a0b: 2", 2),
            ("a:\u00a01", 1),
            ("a:\u00a01\nb: 2", 1),
            ("a: 1\nb:\u00a02\nc: 3", 2),
            ("a\u00a0: 1", 1),
            ("items:\n  -\u00a0a: 1\n    b: 2", 2),
            ("items:\n  - a: 1\n\u00a0   b: 2", 3),
        )
    },
    "a: |\n  x\n\ty\n": [("f.yaml:3", "A tab stands here", "Use spaces instead.")],
    "a: 1\n\n\n   \t\nb: 2\n\t\nc: d": [("f.yaml:4", "A tab stands here", "Use spaces instead.")],
    "- a: b\n- c": [
        (
            "f.yaml:1",
            "These lines do not have the form “name: value”",
            "Write each on a line of its own, with a space after the colon: title: Public meeting.",
        )
    ],
    'a: "x" y: z': [
        (
            "f.yaml:1",
            "Words stand after a closing quotation mark or bracket",
            "Put single quotation marks around the whole value: title: '“Draft” meeting'.",
        )
    ],
    "!!binary a: b": [
        (
            "f.yaml:1",
            "A value may not start with !",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
    "a: !!str b": [
        (
            "f.yaml:1",
            "A value may not start with !",
            'Put the whole value in quotation marks, as in title: "One thing: another".',
        )
    ],
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_yaml_is_told_in_words_that_know_no_yaml(text: str) -> None:
    """The parser's own words speak of scalars and tokens."""
    _, findings = read_mapping(text, file="f.yaml")
    assert told(findings) == MISTAKES[text]
