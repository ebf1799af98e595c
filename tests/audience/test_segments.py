"""The filter of an issue is read as it is meant, or its mistake is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.segments import (
    EVERYBODY,
    And,
    Named,
    Not,
    Or,
    Segment,
    fold_label,
    parse_segment,
)
from newsletter.errors import MistakeError

A, B, C = Named("a"), Named("b"), Named("ward:C")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("all", EVERYBODY),
        (" ALL ", EVERYBODY),
        ("a", A),
        ("tag:a", A),
        ("TAG:'a'", A),
        ("ward:C", C),
        ('ward:"Castle  Hill"', Named("ward:Castle Hill")),
        ("ward:'Castle Hill'", Named("ward:Castle Hill")),
        ("ward:King's", Named("ward:King's")),
        ("tag:all", Named("all")),
        ('"and"', Named("and")),
        ("a and b or ward:C", Or((And((A, B)), C))),
        ("a or b and ward:C", Or((A, And((B, C))))),
        ("(a or b) and ward:C", And((Or((A, B)), C))),
        ("a and b and ward:C", And((A, B, C))),
        ("not a and b", And((Not(A), B))),
        ("not (a and b)", Not(And((A, B)))),
        ("not not a", Not(Not(A))),
        ("all and not ward:C", And((EVERYBODY, Not(C)))),
        ("a AND Not b", And((A, Not(B)))),
        ("ward:Môr-y-bae", Named("ward:Môr-y-bae")),
        ("ward:King’s", Named("ward:King’s")),
    ],
)
def test_a_segment_is_read_as_it_is_meant(text: str, tree: Segment) -> None:
    """Not binds before and, and before or, as everybody expects."""
    assert parse_segment(text) == tree


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "column 1: a name is missing here", "Examples: "),
        ("a and", "column 6: a name is missing here", "Examples: "),
        ("and a", "column 1: a name is missing before “and”", "Examples: "),
        ("a or “b c”", "column 6: curly quotation marks stand here", "Write straight ones"),
        ("not ward:“C”", "column 10: curly quotation marks stand here", "Write straight ones"),
        ("ward:‘C D’", "column 6: curly quotation marks stand here", "Write straight ones"),
        ("()", "column 2: a name is missing before “)”", "Examples: "),
        ("a b", "column 3: “and” or “or” is missing before this", "Join names"),
        ("a)", "column 2: “and” or “or” is missing before this", "Join names"),
        ("(a b)", "column 4: “and” or “or” is missing before this", "Join names"),
        ("b or (a", "column 6: this bracket is never closed", "Examples: "),
        ("a, b", "column 2: this cannot be read", "Join names with “and” or “or”"),
        ("a; b", "column 2: this cannot be read", "Join names with “and” or “or”"),
        ("ward: C", "column 5: this cannot be read", "A name with a colon or a space"),
        ('a or  "b', "column 7: this cannot be read", "Close the quotation marks."),
        ('ward:""', "column 1: there is no name between", "Examples: "),
        ("seat:C", "column 1: this kind of name is not known", "The known kinds are"),
        ("(" * 60 + "a" + ")" * 60, "column 52: this is nested more than 50", "Examples: "),
        ("not " * 60 + "a", "column 205: this is nested more than 50", "Examples: "),
        (" or ".join(["a"] * 201), "a segment holds 100 names at most", "Examples: "),
    ],
)
def test_a_mistake_is_shown_with_its_column(text: str, message: str, hint: str) -> None:
    """A filter that is misread would write to the wrong people."""
    with pytest.raises(MistakeError) as caught:
        parse_segment(text)
    assert message in caught.value.message
    assert caught.value.hint.startswith(hint)


def written(tree: Segment) -> str:
    match tree:
        case Named():
            kind, colon, name = tree.label.rpartition(":")
            return f'{kind}{colon}"{name}"'
        case Not():
            return f"not {written(tree.part)}"
        case And():
            return f"({' and '.join(map(written, tree.parts))})"
        case Or():
            return f"({' or '.join(map(written, tree.parts))})"
        case _:
            return "all"


names = st.from_regex(r"(ward:)?[a-z0-9']{1,8}( [a-z]{1,3})?", fullmatch=True)
trees: st.SearchStrategy[Segment] = st.recursive(
    names.map(Named) | st.just(EVERYBODY),
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=4).map(tuple).map(And)
        | st.lists(inner, min_size=2, max_size=4).map(tuple).map(Or)
    ),
    max_leaves=20,
)


@given(trees)
def test_every_segment_can_be_written_and_read_back(tree: Segment) -> None:
    """The grammar has a way to say whatever can be meant."""
    assert parse_segment(written(tree)) == tree


@given(st.text(max_size=60))
def test_no_text_whatsoever_breaks_the_grammar(text: str) -> None:
    """It is a segment or a mistake that says where."""
    try:
        parse_segment(text)
    except MistakeError as error:
        assert "column" in error.message  # noqa: PT017  # the other outcome is as good


def test_tags_and_wards_are_compared_without_regard_to_case() -> None:
    """The list says Castle Hill, the issue says castle hill."""
    assert fold_label("ward:Mo\u0302r") == fold_label("WARD:M\u00d4R")
