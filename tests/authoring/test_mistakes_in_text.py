"""Show each mistake that the text of an issue can hold, in the words its writer reads."""

import pytest

from tests.authoring.samples import told_of_body

MISTAKES = {
    "a link to nowhere": (
        "[words]()",
        [("issue.md:9", "A link leads nowhere", "Put the address between the round brackets.")],
    ),
    "a link without words": (
        "[](https://example.org)",
        [("issue.md:9", "A link has no words to click on", "Write them between the [ ].")],
    ),
    "a link without words around spaces": (
        "[ ](https://example.org)",
        [("issue.md:9", "A link has no words to click on", "Write them between the [ ].")],
    ),
    "a link with javascript": (
        "One\ntwo [x](javascript:alert(1)) three",
        [
            (
                "issue.md:10",
                "A link may not start with “javascript:”",
                "Start it with https://, mailto: or tel:",
            )
        ],
    ),
    "a link with data": (
        "[x](data:text/html,x)",
        [
            (
                "issue.md:9",
                "A link may not start with “data:”",
                "Start it with https://, mailto: or tel:",
            )
        ],
    ),
    "a link with vbscript in capitals": (
        "[x](VBScript:x)",
        [
            (
                "issue.md:9",
                "A link may not start with “vbscript:”",
                "Start it with https://, mailto: or tel:",
            )
        ],
    ),
    "an email address for a link": (
        "[x](robin@example.org)",
        [
            ("issue.md:9", "“robin@example.org” is no link yet", "Write mailto:robin@example.org"),
        ],
    ),
    "a telephone number for a link": (
        "[x](<01632 960-123>) [y](+441632960123)",
        [
            ("issue.md:9", "“01632 960-123” is no link yet", "Write tel:+441632960123"),
            ("issue.md:9", "“+441632960123” is no link yet", "Write tel:+441632960123"),
        ],
    ),
    "a link without a scheme": (
        "[x](www.example.org)",
        [
            (
                "issue.md:9",
                "“www.example.org” does not say where it is",
                "Start it with https:// so that it works from an email.",
            )
        ],
    ),
    "a link beside the file": (
        "[x](other.md)",
        [
            (
                "issue.md:9",
                "“other.md” does not say where it is",
                "Start it with https:// so that it works from an email.",
            )
        ],
    ),
    "a link to a name": (
        "[x](#top)",
        [
            (
                "issue.md:9",
                "“#top” does not say where it is",
                "Start it with https:// so that it works from an email.",
            )
        ],
    ),
    "a link with a port in words": (
        "[x](https://example.org:port/)",
        [
            (
                "issue.md:9",
                "“https://example.org:port/” is not an address",
                "Copy it from the browser's address bar again.",
            )
        ],
    ),
    "a link without a host": (
        "[x](https:///path)",
        [
            (
                "issue.md:9",
                "“https:///path” names no website",
                "Copy it from the browser's address bar again.",
            )
        ],
    ),
    "a link without a dot": (
        "[x](https://example)",
        [
            (
                "issue.md:9",
                "“https://example” names no website",
                "Copy it from the browser's address bar again.",
            )
        ],
    ),
    "a link with a password": (
        "[x](https://user:word@example.org/)",
        [
            (
                "issue.md:9",
                "A link holds a name or password",
                "Readers would see it: link to a public page.",
            )
        ],
    ),
    "a link with a name": (
        "[x](https://user@example.org/)",
        [
            (
                "issue.md:9",
                "A link holds a name or password",
                "Readers would see it: link to a public page.",
            )
        ],
    ),
    "a link with a space": ("[x](<https://example.org/a b>)", []),
    "a broken bracket in a host": ("[x](<https://[example.org/>)", []),
    "mailto without an address": (
        "[x](mailto:robin)",
        [
            (
                "issue.md:9",
                "“mailto:robin” holds no email address",
                "Write mailto:name@example.org.",
            )
        ],
    ),
    "tel without a number": (
        "[x](tel:office)",
        [("issue.md:9", "“tel:office” holds no telephone number", "Write tel:+441632960123.")],
    ),
    "ftp": (
        "<ftp://example.org/x>",
        [
            (
                "issue.md:9",
                "A link may not start with “ftp:”",
                "Start it with https://, mailto: or tel:",
            )
        ],
    ),
    "a link in a heading": (
        "## [x](ftp://example.org)",
        [
            (
                "issue.md:9",
                "A link may not start with “ftp:”",
                "Start it with https://, mailto: or tel:",
            )
        ],
    ),
    "a link in a table": (
        "|a|\n|-|\n|[x](a)|",
        [
            (
                "issue.md:11",
                "“a” does not say where it is",
                "Start it with https:// so that it works from an email.",
            )
        ],
    ),
    "a link in a list": (
        "- one\n- two [x](y)",
        [
            (
                "issue.md:10",
                "“y” does not say where it is",
                "Start it with https:// so that it works from an email.",
            )
        ],
    ),
    "a picture without words": (
        "![](a.png)",
        [
            (
                "issue.md:9",
                "A picture has no description",
                "Say what it shows between the [ ], for readers who cannot see it.",
            )
        ],
    ),
    "a picture without a file": (
        "![x]()",
        [
            (
                "issue.md:9",
                "A picture has no file name",
                "Write the name of a file beside the issue.",
            )
        ],
    ),
    "a picture by URL": (
        "![x](https://example.org/a.png)",
        [
            (
                "issue.md:9",
                "A picture must be a file beside the issue, not an address",
                "Save it in the issue's folder and write its file name.",
            )
        ],
    ),
    "a picture by two slashes": (
        "![x](//example.org/a.png)",
        [
            (
                "issue.md:9",
                "A picture must be a file beside the issue, not an address",
                "Save it in the issue's folder and write its file name.",
            )
        ],
    ),
    "a picture above": (
        "![x](../a.png)",
        [
            (
                "issue.md:9",
                "The picture “../a.png” is outside the issue's folder",
                "Copy it beside the issue and write its file name alone.",
            )
        ],
    ),
    "a picture above, in disguise": (
        "![x](%2e%2e/a.png)",
        [
            (
                "issue.md:9",
                "The picture “../a.png” is outside the issue's folder",
                "Copy it beside the issue and write its file name alone.",
            )
        ],
    ),
    "a picture above, with backslashes": (
        "![x](..%5ca.png)",
        [
            (
                "issue.md:9",
                "The picture “..\\a.png” is outside the issue's folder",
                "Copy it beside the issue and write its file name alone.",
            )
        ],
    ),
    "a picture at the root": (
        "![x](/etc/a.png)",
        [
            (
                "issue.md:9",
                "The picture “/etc/a.png” is outside the issue's folder",
                "Copy it beside the issue and write its file name alone.",
            )
        ],
    ),
    "a picture at home": (
        "![x](~/a.png)",
        [
            (
                "issue.md:9",
                "The picture “~/a.png” is outside the issue's folder",
                "Copy it beside the issue and write its file name alone.",
            )
        ],
    ),
    "a picture of another kind": (
        "![x](a.svg)",
        [
            (
                "issue.md:9",
                "The picture “a.svg” is of a kind that many mail programs do not show",
                "Save it as .jpg, .png or .gif.",
            )
        ],
    ),
    "a picture with NUL": (
        "![x](a%00.png)",
        [
            (
                "issue.md:9",
                "The picture “a�.png” is of a kind that many mail programs do not show",
                "Save it as .jpg, .png or .gif.",
            )
        ],
    ),
    "a picture as data": (
        "![x](data:image/png;base64,AAAA)",
        [
            (
                "issue.md:9",
                "A picture must be a file beside the issue, not an address",
                "Save it in the issue's folder and write its file name.",
            )
        ],
    ),
    "a picture between words": (
        "One ![x](a.png) two",
        [
            (
                "issue.md:9",
                "A picture stands between words",
                "Give it a paragraph of its own at the left margin: an empty line before and after.",
            )
        ],
    ),
    "a picture in a list": (
        "- ![x](a.png)",
        [
            (
                "issue.md:9",
                "A picture stands between words",
                "Give it a paragraph of its own at the left margin: an empty line before and after.",
            )
        ],
    ),
    "a picture in a table": (
        "|a|\n|-|\n|![x](a.png)|",
        [
            (
                "issue.md:11",
                "A picture stands between words",
                "Give it a paragraph of its own at the left margin: an empty line before and after.",
            )
        ],
    ),
    "two pictures in a paragraph": (
        "![x](a.png)\n![y](b.png)",
        [
            (
                "issue.md:9",
                "A picture stands between words",
                "Give it a paragraph of its own at the left margin: an empty line before and after.",
            )
        ],
    ),
    "a second title": (
        "# Again",
        [("issue.md:9", "There is a second title", "Write ## for a heading.")],
    ),
    "a second title, underlined": (
        "Again\n=====",
        [("issue.md:9", "There is a second title", "Write ## for a heading.")],
    ),
    "a reserved tag": (
        "One\n-nl_greeting_text- two",
        [
            (
                "issue.md:10",
                "“-nl_greeting_text-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a reserved tag behind an escape": (
        "-nl\\_greeting_text-",
        [
            (
                "issue.md:9",
                "“-nl_greeting_text-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a reserved tag behind an entity": (
        "&#45;nl_greeting_text-",
        [
            (
                "issue.md:9",
                "“-nl_greeting_text-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a reserved tag in a link": (
        "[x](https://example.org/-nl_why_link-)",
        [
            (
                "issue.md:9",
                "“-nl_why_link-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a reserved tag in code": (
        "`-nl_a-`",
        [
            (
                "issue.md:9",
                "“-nl_a-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a reserved tag in a code fence": (
        "```\nx\n-nl_a-\n```",
        [
            (
                "issue.md:11",
                "“-nl_a-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a reserved tag in indented code": (
        "    -nl_a-",
        [
            (
                "issue.md:9",
                "“-nl_a-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a reserved tag in a caption": (
        '![x](a.png "-nl_a-")',
        [
            (
                "issue.md:9",
                "“-nl_a-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a misspelt block": (
        "```evnet\ntitle: x\n```",
        [
            (
                "issue.md:9",
                "“evnet” is no block, so its text is shown as code",
                "Did you mean “event”?",
            )
        ],
    ),
    "a block in capitals": (
        "```Event\ntitle: x\n```",
        [
            (
                "issue.md:9",
                "“Event” is no block, so its text is shown as code",
                "Did you mean “event”?",
            )
        ],
    ),
    "a block in a list": (
        "- one\n\n  ```event\n  date: 2019-03-30\n  ```",
        [
            (
                "issue.md:11",
                "The block “event” stands inside a list or a quotation",
                "Begin the line ```event at the left margin.",
            )
        ],
    ),
    "a block in a quotation": (
        "> ```quote\n> text: x\n> ```",
        [
            (
                "issue.md:9",
                "The block “quote” stands inside a list or a quotation",
                "Begin the line ```quote at the left margin.",
            )
        ],
    ),
    "a block without an end": (
        "```notice\ntext: x\n\nMore words.",
        [
            (
                "issue.md:9",
                "The block “notice” has no end",
                "Write ``` on a line of its own below it.",
            )
        ],
    ),
    "a block that ends in the next": (
        "```notice\ntext: x\n\nMore.\n\n```quote\ntext: y\n```",
        [
            (
                "issue.md:9",
                "The block “notice” has no end",
                "Write ``` on a line of its own below it.",
            )
        ],
    ),
    "a picture whose name has a space": (
        "![x](my picture.png)",
        [
            (
                "issue.md:9",
                "A link or picture is shown as the signs it is written with",
                "Leave no space between the round brackets, or write < before and > after what is there.",
            )
        ],
    ),
    "a link with a space in it": (
        "One\n[x](https://example.org/a b)",
        [
            (
                "issue.md:10",
                "A link or picture is shown as the signs it is written with",
                "Leave no space between the round brackets, or write < before and > after what is there.",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_text_is_one_finding_with_its_line_and_what_to_type(name: str) -> None:
    """A writer who knows no Markdown has to be able to mend it."""
    body, expected = MISTAKES[name]
    assert told_of_body(body) == expected
