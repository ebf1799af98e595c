"""A mistake in a template is told with its file and line, and what was typed is never one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markupsafe import Markup

from newsletter.errors import MistakeError
from newsletter.rendering.places import unmark
from newsletter.rendering.templates import Splices, Templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.commands import Office

WRONG = {
    "an open tag": ("one\n\n{% if %}", 3, "Expected an expression"),
    "a tag without end": ("one\n{% if 1 %}", 2, "Unexpected end of template"),
    "an unknown name": ("\n{{ nobody }}", 2, "'nobody' is undefined"),
    "an unknown part": ("{{ 'a'.nobody }}", 1, "has no attribute 'nobody'"),
    "an unknown filter": ("{{ 1 | shout }}", 1, "No filter named 'shout'"),
    "an unknown test": ("{{ 1 is loud }}", 1, "No test named 'loud'"),
    "a missing template": ("\n\n{% include 'b.j2' %}", 3, "There is no template “b.j2”"),
    "an unknown personal value": ("\n{{ tag('x', 'y') }}", 2, "There is no personal value “x”"),
    "what the sandbox forbids": ("{{ ''.__class__ }}", 1, "unsafe"),
    "a range without end": ("\n{{ range(10 ** 9) | list }}", 2, "Range too big"),
    "a division by nothing": ("\n{{ 1 / 0 }}", 2, "division by zero"),
    "an index too high": ("{{ [1].pop(7) }}", 1, "out of range"),
    "a call of nothing": ("\n{{ none() }}", 2, "not callable"),
    "a word for a date": ("\n{{ 'Monday' | day }}", 2, "has no attribute 'day'"),
    "a number for a word": ("\n{{ 1 + 'a' }}", 2, "unsupported operand"),
    "a macro in a circle": ("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}", 1, "recursion"),
    "a template in a circle": ("{% extends 'a.j2' %}", 1, "recursion"),
}
FILL: dict[str, Callable[[Templates], str]] = {
    "mjml": lambda templates: templates.mjml("a.j2", {}, Splices()),
    "page": lambda templates: templates.page("a.j2", {}),
    "text": lambda templates: templates.text("a.j2", {}),
}


@pytest.mark.parametrize("kind", FILL)
@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_in_a_template_is_told_with_its_line(case: str, kind: str) -> None:
    """Whoever changes the look is no programmer, and finds it by this alone."""
    source, line, words = WRONG[case]
    with pytest.raises(MistakeError, match="template") as caught:
        FILL[kind](Templates({"a.j2": source}))
    error = caught.value
    assert (error.file, error.line) == ("templates/a.j2", line)
    assert words in error.message
    assert error.hint
    (finding,) = error.findings
    assert (finding.message, finding.file, finding.line) == (error.message, error.file, line)


def test_a_mistake_is_told_where_it_stands_and_not_where_it_is_used() -> None:
    """In the template that is included or whose macro is called."""
    sources = {
        "a.j2": "\n{% import 'b.j2' as b %}\n{{ b.m() }}",
        "b.j2": "{% macro m() %}\n{{ nobody }}\n{% endmacro %}",
        "c.j2": "{% include 'd.j2' %}",
        "d.j2": "\n\n{% endif %}",
    }
    for name, place in (("a.j2", ("templates/b.j2", 2)), ("c.j2", ("templates/d.j2", 3))):
        with pytest.raises(MistakeError) as caught:
            Templates(sources).page(name, {})
        assert (caught.value.file, caught.value.line) == place


def test_a_template_that_is_asked_for_and_not_there_is_named() -> None:
    """Somebody has taken one away."""
    with pytest.raises(MistakeError, match=r"There is no template “a\.j2”") as caught:
        Templates({}).page("a.j2", {})
    assert (caught.value.file, caught.value.line) == ("templates/a.j2", None)


def test_what_was_typed_stays_behind_tokens_in_mjml() -> None:
    """So nothing typed can be MJML; numbers can, for widths."""
    splices = Splices()
    source = "<mj-text>{{ words }}{{ 7 }}{{ none }}{{ trusted }}{{ trusted | fragment }}</mj-text>"
    typed = {"words": "<mj-raw> @@f0@@ @@f1@@ & {{ 7 * 7 }}", "trusted": Markup("<b>@@f0@@</b>")}
    filled = unmark(Templates({"a.j2": source}).mjml("a.j2", typed, splices))
    assert filled == "<mj-text>@@f0@@7None<b>@@f0@@</b>@@f1@@</mj-text>"
    assert splices.splice("<p>@@f0@@</p><p>@@f1@@</p>") == (
        "<p>&lt;mj-raw&gt; @@f0@@ @@f1@@ &amp; {{ 7 * 7 }}</p><p><b>@@f0@@</b></p>"
    )


def test_a_page_escapes_and_plain_text_does_not() -> None:
    """In a page `&` is `&amp;`; in plain text it is itself."""
    templates = Templates({"a.j2": "{{ words }}"})
    assert templates.page("a.j2", {"words": "<b> & {{ 7 }}"}) == "&lt;b&gt; &amp; {{ 7 }}"
    assert templates.text("a.j2", {"words": "<b> & {{ 7 }}"}) == "<b> & {{ 7 }}"


def test_an_office_has_templates_of_its_own(office: Office) -> None:
    """A file that it lacks is the one that came with us, so that one may change just one."""
    office.write("templates/subject.txt.j2", "Ashcombe: {{ subject }}\n")
    document = office("render", "--issue", "2019-02-18", "--json")
    assert document.code == 0, document.err
    message = (office.folder / "build" / "2019-02-18" / "email.eml").read_text()
    assert "Subject: Ashcombe: Your trains and a vote that matters" in message


@pytest.mark.parametrize(
    ("name", "source", "line"),
    [
        ("subject.txt.j2", "\n{{ sbuject }}", 2),
        ("email.txt.j2", "{{ preheader | warp }}", 1),
        ("web.html.j2", "\n\n{% for %}", 3),
        ("email.css.j2", "a { color: {{ light.inc }} }", 1),
        ("email.mjml.j2", "<mjml>\n<mj-body>\n<mj-txet>a</mj-txet>\n</mj-body>\n</mjml>", 3),
        ("blocks.mjml.j2", "{% macro passage(part) %}\n{{ passage(part) }}{% endmacro %}", 2),
    ],
)
def test_a_typo_in_any_template_is_a_finding_of_the_issue(
    office: Office, name: str, source: str, line: int
) -> None:
    """With the template and the line, and nothing is written that could be sent."""
    office.write(f"templates/{name}", source)
    outcome = office("render", "--issue", "2019-02-18", "--json")
    assert outcome.code == 1
    (finding,) = outcome.document["findings"]
    assert (finding["severity"], finding["file"], finding["line"]) == (
        "error",
        f"templates/{name}",
        line,
    )
    assert not (office.folder / "build" / "2019-02-18" / "email.html").exists()
