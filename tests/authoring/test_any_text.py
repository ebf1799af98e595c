"""Show that no text at all makes the readers fail: they return findings or a value."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from newsletter.authoring.blocks import BLOCKS
from newsletter.authoring.issue import parse_issue
from newsletter.authoring.office import Office, parse_office
from newsletter.authoring.text import decode, with_plain_line_ends
from newsletter.findings import Finding
from tests.authoring.samples import DAY, FRONT, OFFICE, issue_text

NOISE = st.lists(
    st.sampled_from(
        [
            *"[]()!*_`>#-|<&\\{}:\"'%@\n\t\r ~",
            "\n\n",
            "```",
            "---\n",
            "a",
            "é",
            "\x00",
            "\x85",
            "\u2028",
            "http://",
            "a@b.cd",
            "&#45;",
            "-nl_",
            "../",
            "event",
            "title: ",
            "items:\n",
        ]
    ),
    max_size=60,
).map("".join)
TEXT = st.one_of(st.text(max_size=300), NOISE)
VALUE: SearchStrategy[Any] = st.recursive(
    st.sampled_from(["x", "''", "~", "2019-03-30", "14:00", "https://example.org", "-1", "no"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(["title", "date", "text", "url", "name", "email", "since", "x"]),
            inner,
            max_size=3,
        ).map(lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs.items()) + "}"),
    ),
    max_leaves=6,
)

untimed = settings(deadline=None)  # machines differ


def _check(text: str, value: object, findings: list[Finding]) -> None:
    assert (value is None) == any(finding.severity == "error" for finding in findings)
    lines = with_plain_line_ends(text).count("\n") + 1
    for finding in findings:
        assert finding.line is not None
        assert 1 <= finding.line <= lines
        assert finding.message[:1] == finding.message[:1].upper()
        assert "\n" not in finding.message
        assert finding.hint
        finding.message.encode()
        finding.hint.encode()
        assert "cannot be used as it is" not in finding.message


@untimed
@given(TEXT)
def test_any_text_is_an_issue_or_findings(text: str) -> None:
    """A traceback is no answer to a writer."""
    _check(text, *parse_issue(text, DAY))


@untimed
@given(TEXT)
def test_any_body_is_an_issue_or_findings(body: str) -> None:
    """As above, past the front matter."""
    text = issue_text(body)
    _check(text, *parse_issue(text, DAY))


@untimed
@given(st.sampled_from(sorted(BLOCKS)), TEXT)
def test_any_block_is_an_issue_or_findings(kind: str, text: str) -> None:
    """As above, in a block."""
    whole = issue_text(f"```{kind}\n{text}\n```")
    _check(whole, *parse_issue(whole, DAY))


@untimed
@given(TEXT)
def test_any_front_matter_is_an_issue_or_findings(text: str) -> None:
    """As above, between the dashes."""
    whole = issue_text(front=f"{FRONT}{text}\n")
    _check(whole, *parse_issue(whole, DAY))


@untimed
@given(TEXT)
def test_any_text_is_an_office_or_findings(text: str) -> None:
    """As above."""
    _check(text, *parse_office(text))
    _check(OFFICE + text, *parse_office(OFFICE + text))


@untimed
@given(st.sampled_from(sorted(Office.model_fields)), VALUE)
def test_any_value_in_an_office_is_taken_or_told_in_our_own_words(name: str, value: str) -> None:
    """pydantic's words are for programmers."""
    lines = [line for line in OFFICE.splitlines() if not line.startswith((f"{name}:", " "))]
    text = "\n".join([*lines, f"{name}: {value}"])
    _check(text, *parse_office(text))


@untimed
@given(st.data())
def test_any_value_in_a_block_is_taken_or_told_in_our_own_words(data: st.DataObject) -> None:
    """As above."""
    kind = data.draw(st.sampled_from(sorted(BLOCKS)))
    fields = BLOCKS[kind].model_fields
    names = [info.alias or name for name, info in fields.items()]
    pairs = data.draw(st.dictionaries(st.sampled_from(names), VALUE))
    body = "\n".join(f"{name}: {value}" for name, value in pairs.items())
    text = issue_text(f"```{kind}\n{body}\n```")
    _check(text, *parse_issue(text, DAY))


@untimed
@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_findings(data: bytes) -> None:
    """As above."""
    text, findings = decode(data, file="issue.md")
    assert (text is None) == bool(findings)
    for finding in findings:
        assert finding.line is not None
        assert 1 <= finding.line <= data.count(b"\n") + data.count(b"\r") + 1
