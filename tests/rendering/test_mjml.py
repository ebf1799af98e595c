"""Check that a template author's mistake is an error naming template and line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import jinja2
import pytest

from newsletter.errors import MistakeError
from newsletter.findings import Finding, Severity
from newsletter.rendering.components import accepts, table
from newsletter.rendering.mjml import check, compile_mjml
from newsletter.rendering.places import Places, mark, nearest_place, unmark

if TYPE_CHECKING:
    from collections.abc import Sequence

RICH = """\
<mjml lang="en-GB" dir="ltr" owa="desktop">
  <mj-head>
    <mj-title>@@f1@@</mj-title>
    <mj-preview>@@f2@@</mj-preview>
    <mj-breakpoint width="480px"/>
    <mj-attributes>
      <mj-all font-family="Arial, sans-serif" padding="0"/>
      <mj-class name="lead" font-size="18px" align="justify" line-height="1.5"/>
      <mj-text color="#1A1A1A" line-height="1.5"/>
      <mj-section background-color="white"/>
    </mj-attributes>
    <mj-style>
      .a > .b { color: #fff !important }
      @media (prefers-color-scheme: dark) { .a { color: #eee } }
    </mj-style>
    <mj-raw>
      <!-- a remark -->
      <meta name="color-scheme" content="light dark"/>
      <!--[if mso]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><![endif]-->
      <!--[if !mso]><!--><style type="text/css">u + #body a { color: inherit }</style><!--<![endif]-->
    </mj-raw>
  </mj-head>
  <mj-body width="600px" background-color="#f4f4f4" id="body" css-class="page">
    <mj-raw><div role="article" lang="en-GB"><p>@@f3@@</p></div></mj-raw>
    <!-- between -->
    <mj-wrapper padding="10px 0" full-width="full-width" border-radius="8px" gap="4px">
      <mj-section text-align="center" direction="rtl" background-url="@@f4@@"
          background-repeat="no-repeat" full-width="">
        <mj-group width="50%" vertical-align="top"><mj-column width="100%"></mj-column></mj-group>
        <mj-column width="300px" padding="10px 25px 5px 0" border="1px solid #000">
          <mj-text mj-class="lead" css-class="x" letter-spacing="-0.5px" padding-top="4%">
            <p hidden="hidden" onclick="a()">a &nbsp; b &amp; &copy; c<br/><v:rect v:fill="t"/></p>
            @@f5@@
          </mj-text>
          <mj-button href="@@f6@@" inner-padding="14px 28px" align="left" width="100%">Go</mj-button>
          <mj-image src="@@f7@@" alt="@@f8@@" title="@@f9@@" href="@@f10@@" width="200px"
              height="auto" fluid-on-mobile="true" border-radius="4px 4px 0 0"/>
          <mj-divider border-color="rgb(1, 2, 3)" border-width="1px" border-style="solid"/>
          <mj-spacer height="20px"/>
          <mj-table cellpadding="4" role="none" width="auto" table-layout="fixed">
            <tr><th scope="row" data-x="1">a</th><td style="padding:0">b</td></tr>
          </mj-table>
          <mj-raw><hr/></mj-raw>
          <mj-social mode="horizontal" icon-size="24px">
            <mj-social-element name="facebook" href="https://example.org/">F</mj-social-element>
          </mj-social>
          <mj-navbar base-url="https://example.org" ico-color="rgba(0, 0, 0, .5)">
            <mj-navbar-link href="/a" color="Navy">A</mj-navbar-link>
          </mj-navbar>
          <mj-accordion icon-width="20px" border="none">
            <mj-accordion-element>
              <mj-accordion-title font-size="16px">Q</mj-accordion-title>
              <mj-accordion-text><em>A</em></mj-accordion-text>
            </mj-accordion-element>
          </mj-accordion>
          <mj-carousel thumbnails="hidden"><mj-carousel-image src="a.png" alt="a"/></mj-carousel>
        </mj-column>
      </mj-section>
    </mj-wrapper>
    <mj-hero mode="fluid-height" height="200px" background-color="transparent">
      <mj-text>@@f11@@</mj-text>
    </mj-hero>
  </mj-body>
</mjml>
"""


def document(body: str = "", head: str = "") -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"


def column(content: str) -> str:
    return document(f"<mj-section><mj-column>{content}</mj-column></mj-section>")


def findings(mjml: str) -> Sequence[Finding]:
    with pytest.raises(MistakeError) as caught:
        check(mjml)
    return caught.value.findings


def complaint(mjml: str) -> tuple[str, str]:
    (found,) = findings(mjml)
    return found.message, found.hint


def rendered(templates: dict[str, str], **values: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(templates),
        extensions=[Places],
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("email.mjml.j2").render(values)


def places(templates: dict[str, str], **values: object) -> list[str]:
    return [found.place for found in findings(rendered(templates, **values))]


# ── markers ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<a>\n<b/>\r\n<c\nx='1'>", "<a @1>\n<b @2/>\r\n<c @3\nx='1'>"),
        ("<a/></a><br />", "<a @1/></a><br @1 />"),
        (
            "<a x=\"{{ '>' if a > b else '<p>' }}\"><b>",
            "<a @1 x=\"{{ '>' if a > b else '<p>' }}\"><b @1>",
        ),
        ('{{ "}}<b>" }}<c>', '{{ "}}<b>" }}<c @1>'),
        ("{{ {'a': {'b': '<x>'}} if 1 <y }}<c>", "{{ {'a': {'b': '<x>'}} if 1 <y }}<c @1>"),
        ("{% if a <b %}<c>{% endif %}", "{% if a <b %}<c @1>{% endif %}"),
        ("{% set a = '%}<b>' %}<c>", "{% set a = '%}<b>' %}<c @1>"),
        ("{{ 5 % 3 }})]<c>", "{{ 5 % 3 }})]<c @1>"),
        ("{{ a) }}<c>", "{{ a) }}<c @1>"),
        ("{# <a>\n{{ #}<b>", "{# <a>\n{{ #}<b @2>"),
        ("<!-- <a>\n{{ '-->' }} <b> --><c>", "<!-- <a>\n{{ '-->' }} <b> --><c @2>"),
        ("{% raw %}<a>{{ <b>{% endraw %}<c>", "{% raw %}<a @1>{{ <b @1>{% endraw %}<c @1>"),
        ("{%- raw -%}<a>{%", "{%- raw -%}<a @1>{%"),
        ("a < b <3 <= <![if x]> <?xml ?>", "a < b <3 <= <![if x]> <?xml ?>"),
        ("<h{{ n }} a=''></h{{ n }}>", "<h{{ n }} @1 a=''></h{{ n }}>"),
        ("<{{ tag }}>", "<{{ tag }} @1>"),
        ("<{{ tag -}}>", "<{{ tag -}}>"),
        ("<t{% if a %}h{% else %}d{% endif %}>", "<t{% if a %}h{% else %}d{% endif %} @1>"),
        ("<td{% if a %} class=''{% endif %}>", "<td @1{% if a %} class=''{% endif %}>"),
        ("<td{{ attributes }}>", "<td{{ attributes }} @1>"),
        ("<a>{# open", "<a @1>{# open"),
        ("<a>{{ open <b>", "<a @1>{{ open <b>"),
        ('<a>{{ "open }} <b>', '<a @1>{{ "open }} <b>'),
        ("<a><!-- open <b>", "<a @1><!-- open <b>"),
    ],
)
def test_each_start_tag_outside_jinja_and_comments_is_marked(source: str, expected: str) -> None:
    """A marker in the wrong place would change what the template means."""
    wanted = re.sub(r"@(\d)", r'data-at="templates/x.mjml.j2:\1"', expected)
    assert mark(source, "x.mjml.j2") == wanted
    assert unmark(wanted) == source


def test_only_mjml_templates_are_marked() -> None:
    """The text part has no tags, and a template without a name has no place."""
    assert mark("<a>", "email.txt.j2") == "<a>"
    environment = jinja2.Environment(extensions=[Places], autoescape=True)
    assert environment.from_string("<a>").render() == "<a>"


def test_a_template_name_cannot_break_out_of_its_marker() -> None:
    """Names come from the office's disk."""
    name = 'a"<{{ 1 }}>--b&.mjml.j2'
    marked = rendered({"email.mjml.j2": f"{{% include '{name}' %}}", name: "<mjml>\n<x/></mjml>"})
    assert unmark(marked) == "<mjml>\n<x/></mjml>"
    assert {(found.file, found.line) for found in findings(marked)} == {
        (f"templates/{name}", 1),
        (f"templates/{name}", 2),
    }


def test_a_place_is_counted_on_from_the_nearest_marker() -> None:
    """What looks like a marker and is none is passed over."""
    text = '<a data-at="templates/x:3">\n <b data-at="nonsense">\n'
    assert nearest_place(text, len(text)).line == 5
    assert nearest_place("\n<a>\n", 3).line == 2


# ── places in templates ──────────────────────────────────────────────────────────────────


def test_mistakes_are_placed_through_macros_and_includes_all_at_once() -> None:
    """The author mends the template, not the document that Jinja made of it."""
    templates = {
        "email.mjml.j2": """\
{% from "blocks.mjml.j2" import note %}
{#
 a long remark
#}
<mjml>
  <mj-body>
    {% include "footer.mjml.j2" %}
    <mj-section>
      <mj-column>
        {% for colour in ["red", "whit"] %}
        {{ note(colour) }}
        {% endfor %}
        <mj-txt>x</mj-txt>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
""",
        "blocks.mjml.j2": """\
{% macro note(colour) %}

<mj-text
    color="{{ colour }}">x</mj-text>
{% endmacro %}
""",
        "footer.mjml.j2": "\n\n<mj-text>x</mj-text>\n<mj-section colour='red'></mj-section>\n",
    }
    with pytest.raises(MistakeError) as caught:
        check(rendered(templates))
    assert caught.value.findings == (
        Finding(
            code="template",
            severity=Severity.ERROR,
            message="<mj-text> cannot stand in <mj-body>.",
            hint="Put it directly into <mj-column> or <mj-hero>.",
            file="templates/footer.mjml.j2",
            line=3,
        ),
        Finding(
            code="template",
            severity=Severity.ERROR,
            message="<mj-section> has no attribute colour.",
            hint="Take it out, or use CSS with css-class.",
            file="templates/footer.mjml.j2",
            line=4,
        ),
        Finding(
            code="template",
            severity=Severity.ERROR,
            message='color="whit" on <mj-text> is no value that MJML knows.',
            hint="Write a colour such as white or #1d4f91.",
            file="templates/blocks.mjml.j2",
            line=3,
        ),
        Finding(
            code="template",
            severity=Severity.ERROR,
            message="<mj-txt> is no MJML tag.",
            hint="Did you mean <mj-text>?",
            file="templates/email.mjml.j2",
            line=13,
        ),
    )
    error = caught.value
    first = error.findings[0]
    assert (error.message, error.hint, error.file, error.line) == (
        first.message,
        first.hint,
        first.file,
        first.line,
    )


def test_an_unclosed_tag_is_placed_where_it_opens() -> None:
    """The reader of XML only notices at the next closing tag, in another template perhaps."""
    templates = {
        "email.mjml.j2": "<mjml><mj-body>\n<mj-raw>\n{% include 'p.mjml.j2' %}\n</mj-raw></mj-body></mjml>",
        "p.mjml.j2": "\n<p>£<b>y</b>\n<p title=''>x\n</p>",
    }
    assert places(templates) == ["templates/p.mjml.j2:2"]
    assert places({"email.mjml.j2": "\n<mjml>\n<p>"}) == ["templates/email.mjml.j2:3"]


def test_a_syntax_error_is_placed_on_its_own_line() -> None:
    """Between two tags there is no marker: lines are counted on."""
    templates = {"email.mjml.j2": "<mjml>\n£££ <mj-body>£\n££\n £ a & b <p/></mj-body></mjml>"}
    assert places(templates) == ["templates/email.mjml.j2:4"]


def test_tags_without_a_marker_are_counted_on_from_the_last_one() -> None:
    """Python or a filter may have written them."""
    value = jinja2.filters.Markup("\n\n<mj-x/>")  # type: ignore[attr-defined] # re-exported there
    templates = {"email.mjml.j2": "\n<mjml>\n<mj-body>{{ value }}</mj-body></mjml>"}
    assert places(templates, value=value) == ["templates/email.mjml.j2:5"]
    assert [found.place for found in findings("<mjml>\n<mj-body>\n<mj-x/></mj-body></mjml>")] == [
        ""
    ]


# ── XML ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("html", "message", "hint"),
    [
        (
            "a<br>b",
            "<br> is not closed before </mj-text>.",
            "Write </br> where it ends, or <br/> if it holds nothing.",
        ),
        ("a & b", "An & stands alone.", "Write &amp; instead."),
        ("a &copy b", "An & stands alone.", "Write &amp; instead."),
        (
            "&nbps;",
            "&nbps; is no character that HTML knows.",
            "Write the character itself, or &amp; for an &.",
        ),
        ("<p x='1' x='2'/>", "The attribute x stands twice on a tag.", "Keep one of them."),
        (
            "<p x='<'/>",
            "A < stands in an attribute's value.",
            "Close the value before it with a quotation mark, or write &lt; for the character.",
        ),
        (
            "<p hidden/>",
            "The attribute hidden has no value.",
            'Write hidden="…", with the value in quotation marks.',
        ),
        ("<p x=1/>", "An attribute's value has no quotation marks.", 'Write name="value".'),
        (
            "<p x='1'y='2'/>",
            'A tag is not written as name="value" pairs with blanks between and a > at its end.',
            "Look for a missing blank, quotation mark or >.",
        ),
        ("a < b", "A < begins no tag.", "Write &lt; for the character itself."),
        (
            "<!-- a -- b -->",
            "A comment holds two hyphens in a row.",
            "Write a Jinja comment, {# … #}, or take one hyphen out.",
        ),
        ("<!-- a", "A comment is not closed.", "Write --> where it ends."),
        (
            "a ]]> b",
            "The MJML is no XML.",
            "The XML reader says: Sequence ']]>' not allowed in content.",
        ),
        (
            "\x00",
            "The MJML is no XML.",
            "The XML reader says: Invalid character: Char 0x0 out of allowed range.",
        ),
        (
            "<![CDATA[<p>]]>",
            "A CDATA section stands in the MJML.",
            "Write the text itself, with &lt; for < and &amp; for &.",
        ),
        (
            "<?php ?>",
            "A processing instruction such as <?xml ?> stands in the MJML.",
            "Take it out: the document begins with <mjml>.",
        ),
        ("<v:rect/> &", "An & stands alone.", "Write &amp; instead."),
    ],
)
def test_html_that_is_no_xml_is_refused(html: str, message: str, hint: str) -> None:
    """The compiler mangles it without a word, or fails without a line."""
    (found,) = findings(column(f"<mj-text>{html}</mj-text>"))
    assert (found.message, found.hint) == (message, hint)


@pytest.mark.parametrize(
    ("mjml", "message"),
    [
        ("", "The template renders to no MJML."),
        ("hello", "The template renders to no MJML."),
        ("<mjml>", "<mjml> is not closed."),
        ("<mjml/><p/>", "Something stands after the document's end."),
        ("<mj-body/>", "The document begins with <mj-body>."),
        ("<mjml/>", "There is no <mj-body>."),
        ("<mjml><mj-body/><mj-body/></mjml>", "<mj-body> stands there twice."),
        ("<mjml><mj-head/><mj-head/><mj-body/></mjml>", "<mj-head> stands there twice."),
        (
            "<!-- x --><!DOCTYPE mjml><mjml/>",
            "A <!DOCTYPE> or another declaration stands in the MJML.",
        ),
        (
            "<?xml version='1.0'?><mjml/>",
            "A processing instruction such as <?xml ?> stands in the MJML.",
        ),
        (column("\ud800"), "The MJML is no XML."),
    ],
)
def test_a_document_is_one_mjml_element(mjml: str, message: str) -> None:
    """Anything else compiles to an empty email, or not at all."""
    assert complaint(mjml)[0] == message


def test_entities_of_a_document_type_are_never_expanded() -> None:
    """A billion laughs fit into a few lines."""
    bomb = '<!DOCTYPE mjml [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    assert "DOCTYPE" in complaint(f"{bomb}<mjml>&a;&b;</mjml>")[0]


# ── the rules of MJML ────────────────────────────────────────────────────────────────────


def test_nothing_that_mjml_knows_is_refused() -> None:
    """A check that refuses good templates is switched off soon."""
    check(RICH)
    check(mark(RICH, "email.mjml.j2"))


@pytest.mark.parametrize(
    ("mjml", "message", "hint"),
    [
        (document("<mj-sectoin/>"), "<mj-sectoin> is no MJML tag.", "Did you mean <mj-section>?"),
        (
            document("<p>x</p>"),
            "<p> is no MJML tag.",
            "Put HTML into <mj-text>, <mj-table> or <mj-raw>.",
        ),
        (
            column("<x:mj-text xmlns:x='y'/>"),
            "<x:mj-text> is no MJML tag.",
            "Did you mean <mj-text>?",
        ),
        (
            column("<mj-text font-sise='1px'/>"),
            "<mj-text> has no attribute font-sise.",
            "Did you mean font-size?",
        ),
        (
            column("<mj-text onclick='a()'/>"),
            "<mj-text> has no attribute onclick.",
            "Take it out, or use CSS with css-class.",
        ),
        (
            document("", "<mj-title lang='en'/>"),
            "<mj-title> has no attribute lang.",
            "Take it out, or use CSS with css-class.",
        ),
        (
            document("<mj-column/>"),
            "<mj-column> cannot stand in <mj-body>.",
            "Put it directly into <mj-group> or <mj-section>.",
        ),
        (
            column("<mj-text><mj-button/></mj-text>"),
            "<mj-button> cannot stand in <mj-text>.",
            "Put it directly into <mj-column> or <mj-hero>.",
        ),
        (
            column("<mj-raw><p><mj-text/></p></mj-raw>"),
            "<mj-text> cannot stand in <mj-raw>.",
            "Put it directly into <mj-column> or <mj-hero>.",
        ),
        (
            document("<mj-all/>"),
            "<mj-all> cannot stand in <mj-body>.",
            "Put it directly into <mj-attributes>.",
        ),
        (
            document("<mjml><mj-body/></mjml>"),
            "<mjml> cannot stand in <mj-body>.",
            "Take it out: there is one, around everything.",
        ),
        (
            document("<mj-section> @@f1@@ </mj-section>"),
            "Text stands directly in <mj-section>: @@f1@@",
            "Put it into <mj-text>, or into another tag that holds text.",
        ),
        (
            column("<mj-spacer/>lost"),
            "Text stands directly in <mj-column>: lost",
            "Put it into <mj-text>, or into another tag that holds text.",
        ),
        (
            document("<mj-include path='a'/>"),
            "<mj-include> cannot be used.",
            'Write {% include "name.mjml.j2" %} instead: Jinja finds the file.',
        ),
        (
            document(
                "",
                "<mj-html-attributes><mj-selector path='a'><mj-html-attribute name='b'>c</mj-html-attribute></mj-selector></mj-html-attributes>",
            ),
            "<mj-html-attributes> cannot be used.",
            "The compiler cannot do this: write the attribute on a tag in mj-raw.",
        ),
        (
            document("", "<mj-font name='a' href='b'/>"),
            "<mj-font> cannot be used.",
            "We promise no web fonts: name fonts that readers have, in font-family.",
        ),
        (
            document("", "<mj-style inline='inline'>a{}</mj-style>"),
            '<mj-style inline="inline"> cannot be used.',
            "The compiler would leave these styles out: write a plain <mj-style>, whose rules stay in the head, or the attribute on the tag itself.",
        ),
    ],
)
def test_a_rule_of_mjml_is_enforced(mjml: str, message: str, hint: str) -> None:
    """The compiler accepts each of these, and the mistake leaks into the email."""
    assert complaint(mjml) == (message, hint)


def test_an_unknown_tag_is_one_mistake_and_not_one_for_each_child() -> None:
    """What its children may stand in is anyone's guess."""
    assert (
        len(
            findings(
                document("<mj-sectoin><mj-column><mj-text>x</mj-text></mj-column></mj-sectoin>")
            )
        )
        == 1
    )


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "unit(px)",
            ["0", "1px", "1.5px", ".5px"],
            ["", "1", "1em", "-1px", "auto", "1px 2px", "1 px", "px"],
        ),
        (
            "unit(px,%){1,4}",
            ["1px", "1px 2% 0 4px", "1px  2px"],
            ["1px 2px 3px 4px 5px", "1px,2px", "a"],
        ),
        ("unit(px,auto)", ["auto", "5px"], ["1%", "none"]),
        ("unit(px,%,)", ["1.5", "150%", "20px"], ["1.5em", "normal"]),
        ("unitWithNegative(px,em)", ["-0.5em", "2px"], ["--1px", "1%"]),
        (
            "color",
            [
                "red",
                "Navy",
                "transparent",
                "#abc",
                "#A1B2C3",
                "rgb(1,2,3)",
                "rgba(1, 2, 3, 0.5)",
                "rgba(0,0,0,1)",
            ],
            ["", "redd", "#abcd", "#ggg", "123456", "rgb(1,2)", "rgba(1,2,3)", "red;"],
        ),
        ("enum(left,right)", ["left", "right"], ["", "Left", "centre"]),
        ("enum(full-width,false,)", ["full-width", ""], ["true"]),
        ("integer", ["0", "12"], ["", "-1", "1.5", "1px", "\N{ARABIC-INDIC DIGIT ONE}"]),
        ("boolean", ["true", "false"], ["", "yes", "True"]),
        ("string", ["", "anything"], []),
    ],
)
def test_values_are_compared_with_the_kind_that_mjml_gives(
    kind: str, good: list[str], bad: list[str]
) -> None:
    """Outlook drops a whole rule for a missing px."""
    assert [value for value in good if not accepts(kind, value)] == []
    assert [value for value in bad if accepts(kind, value)] == []


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("<mj-text font-size='14'/>", "Write a number with px, such as 20px."),
        (
            "<mj-text padding='a'/>",
            "Write a number with px or %, such as 20px, up to 4 of them with blanks between.",
        ),
        ("<mj-text line-height='x'/>", "Write a number with px, % or no unit, such as 20px."),
        ("<mj-image height='x'/>", "Write a number with px, such as 20px, or auto."),
        ("<mj-text color='#12'/>", "Write a colour such as white or #1d4f91."),
        ("<mj-text align='middle'/>", "Write left, right, center or justify."),
        ("<mj-image fluid-on-mobile='yes'/>", "Write true or false."),
        ("<mj-table cellpadding='4px'/>", "Write a whole number, such as 0."),
    ],
)
def test_a_bad_value_is_refused_with_an_example(tag: str, hint: str) -> None:
    """An example is quicker than a manual."""
    message, remedy = complaint(column(tag))
    assert message.endswith("is no value that MJML knows.")
    assert remedy == hint


def test_defaults_may_hold_any_attribute_of_any_component() -> None:
    """mj-all and mj-class stand for every tag; one that none has is still a typo."""
    check(
        document("", "<mj-attributes><mj-all width='1%' src='x' align='justify'/></mj-attributes>")
    )
    head = "<mj-attributes><mj-all colour='red'/><mj-class name='a' color='redd'/></mj-attributes>"
    assert [found.hint for found in findings(document("", head))] == [
        "Did you mean color?",
        "Write a colour such as red or #1d4f91.",
    ]


def test_a_token_is_any_value() -> None:
    """The writer's own value takes its place later."""
    check(column("<mj-image width='@@f1@@' height='a@@f22@@b' fluid-on-mobile='@@f3@@'/>"))
    assert len(findings(column("<mj-image width='@@f@@'/>"))) == 1


def test_every_component_named_as_a_child_is_in_the_table() -> None:
    """The table is data: a hole in it would refuse or pass the wrong tags."""
    components = table().components
    named = {child for fact in components.values() for child in fact.children} - {"*"}
    assert named <= set(components)
    assert len(components) == 36
    for tag, fact in components.items():
        for kinds in fact.attributes.values():
            assert [accepts(kind, "@") for kind in kinds], tag


# ── hostile sizes ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("closing", ["", "</mj-raw>" * 30_000])
def test_thirty_thousand_levels_are_a_mistake_and_no_crash(closing: str) -> None:
    """The compiler would take the whole interpreter down."""
    mjml = document("<mj-raw>" * 30_000 + closing)
    assert [found.message for found in findings(mjml)] == [
        "Tags are nested more than 200 levels deep."
    ]
    with pytest.raises(MistakeError):
        compile_mjml(mjml)


def test_two_hundred_levels_pass_and_one_more_does_not() -> None:
    """The bound is far below what any of the readers can bear."""
    check(document(f"<mj-raw>{'<i>' * 197}{'</i>' * 197}</mj-raw>"))
    mjml = document(f"<mj-raw>{'<i>' * 198}{'</i>' * 198}</mj-raw>")
    assert complaint(mjml)[0] == "Tags are nested more than 200 levels deep."


def test_an_absurd_document_is_refused_unread() -> None:
    """Nothing that large is an email."""
    assert complaint(document("x" * 2_000_000)) == (
        "The MJML is larger than 2,000,000 characters.",
        "Look for a loop that repeats too much: Gmail cuts an email off at 102 KB.",
    )


def test_no_more_than_a_hundred_mistakes_are_named() -> None:
    """Nobody reads the rest, and finding it would take long."""
    assert len(findings(document(f"<mj-{'x' * 40_000} y='z'/>" * 40))) == 40
    many = findings(document("<mj-sectoin/>" * 100_000))
    assert len(many) == 100
    long = findings(column(f"<mj-text>&{'x' * 40_000};</mj-text>"))
    assert len(long[0].message) < 200


@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "{{", "{#", "{% raw %}", '{{ "', "<{{ a }}", "&a", ' data-at="']
)
def test_repeated_openings_take_no_longer_than_their_length(piece: str) -> None:
    """A pattern that starts over at each of them would never end."""
    source = piece * (500_000 // len(piece))
    assert unmark(mark(source, "x.mjml.j2")) == source
    assert len(findings(source)) == 1


# ── compiling ────────────────────────────────────────────────────────────────────────────


def test_tokens_survive_and_markers_do_not() -> None:
    """The writer's words are put in their place afterwards, and readers see no template."""
    html = compile_mjml(mark(RICH, "email.mjml.j2"))
    assert set(re.findall("@@f[0-9]+@@", html)) == {f"@@f{number}@@" for number in range(1, 12)}
    for piece in (
        "<title>@@f1@@</title>",
        'href="@@f6@@"',
        'src="@@f7@@"',
        'alt="@@f8@@"',
        'title="@@f9@@"',
        'href="@@f10@@"',
    ):
        assert piece in html
    assert "data-at" not in html
    assert html == compile_mjml(RICH)


def test_markers_go_from_macros_in_conditional_comments_too() -> None:
    """Outlook's own markup is written in comments, by macros as well."""
    templates = {
        "email.mjml.j2": "{% macro cell() %}<td x='--'.>{% endmacro %}"
        "{% macro table() %}<table><tr><td></td></tr></table>{% endmacro %}"
        "<mjml><mj-body><mj-raw><!--[if mso]>{{ table() }}<![endif]--></mj-raw></mj-body></mjml>"
    }
    html = compile_mjml(rendered(templates))
    assert "<!--[if mso]><table><tr><td></td></tr></table><![endif]-->" in html


def test_what_the_compiler_refuses_is_a_mistake_with_its_place() -> None:
    """Its own error names bytes of a document that nobody wrote."""
    templates = {
        "email.mjml.j2": "<mjml>\n<mj-head><mj-title>£££</mj-title>\n"
        "<mj-attributes><mj-all/>\n\n<!-- x --></mj-attributes></mj-head><mj-body/></mjml>"
    }
    with pytest.raises(MistakeError) as caught:
        compile_mjml(rendered(templates))
    assert caught.value.findings == (
        Finding(
            code="template",
            severity=Severity.ERROR,
            message="The MJML compiler does not take the template.",
            hint="It says: unexpected token. Look for a comment, text or a tag where none may "
            "stand; a Jinja comment, {# … #}, may stand anywhere.",
            file="templates/email.mjml.j2",
            line=5,
        ),
    )
    assert isinstance(caught.value.__cause__, ValueError)
    templates = {
        "email.mjml.j2": "<mjml><mj-body/><mj-head><mj-attributes>\n\n"
        "{% include 'x.mjml.j2' %}</mj-attributes></mj-head></mjml>",
        "x.mjml.j2": "{# x #}\n<mj-class color='red'/>",
    }
    with pytest.raises(MistakeError, match="compiler does not take") as caught:
        compile_mjml(rendered(templates))
    assert [found.place for found in caught.value.findings] == ["templates/x.mjml.j2:2"]
    with pytest.raises(MistakeError, match="compiler does not take") as caught:
        compile_mjml(column("<mj-text><p x:='1'/></mj-text>"))
    assert (caught.value.file, caught.value.line) == (None, None)


def test_the_same_document_compiles_to_the_same_bytes_in_every_process() -> None:
    """An approval names these bytes."""
    program = (
        "import sys; from newsletter.rendering.mjml import compile_mjml;"
        "sys.stdout.buffer.write(compile_mjml(sys.stdin.read()).encode())"
    )
    outputs = {
        subprocess.run(  # noqa: S603 # our own interpreter and program
            [sys.executable, "-c", program],
            input=RICH.encode(),
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {compile_mjml(RICH).encode()}
