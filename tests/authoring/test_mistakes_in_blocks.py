"""Show each mistake that a block can hold, in the words its writer reads."""

import pytest

from tests.authoring.samples import told_of_body

MISTAKES = {
    "a bare text block": (
        "```event\njust words\n```\n",
        [
            (
                "issue.md:10",
                "These lines do not have the form “name: value”",
                "Write each on a line of its own, with a space after the colon: title: Public meeting.",
            )
        ],
    ),
    "a list for a block": (
        "```event\n- a\n```\n",
        [
            (
                "issue.md:10",
                "These lines do not have the form “name: value”",
                "Write each on a line of its own, with a space after the colon: title: Public meeting.",
            )
        ],
    ),
    "unknown": (
        "```event\ntitel: x\ndate: 2019-03-30\n```\n",
        [("issue.md:10", "There is no “titel” here", "Did you mean “title”?")],
    ),
    "unknown, unlike": (
        "```button\ntext: x\nurl: https://example.org\nwhatever: y\n```\n",
        [("issue.md:12", "There is no “whatever” here", "Use one of: text, url.")],
    ),
    "unknown beside known": (
        "```notice\ntext: x\ntextt: y\n```\n",
        [("issue.md:11", "There is no “textt” here", "Did you mean “text”?")],
    ),
    "nothing before the colon": (
        "```notice\ntext: x\n: y\n```\n",
        [("issue.md:11", "There is nothing before the colon", "Use one of: title, text.")],
    ),
    "missing": (
        "```event\n\n```\n",
        [
            (
                "issue.md:9",
                "“date” is missing",
                "Add a line “date: …” (the day, such as 2019-03-30).",
            ),
            ("issue.md:9", "“title” is missing", "Add a line “title: …” (what it is called)."),
        ],
    ),
    "missing in item": (
        "```news\nitems:\n  - date: 2019-02-08\n```\n",
        [("issue.md:11", "“title” is missing", "Add a line “title: …” (the headline).")],
    ),
    "empty": (
        "```notice\ntext:\n```\n",
        [
            (
                "issue.md:10",
                "“text” is empty",
                "Write it after the colon, in quotes if it begins with #.",
            )
        ],
    ),
    "empty in quotes": (
        '```notice\ntext: " "\n```\n',
        [
            (
                "issue.md:10",
                "“text” is empty",
                "Write it after the colon, in quotes if it begins with #.",
            )
        ],
    ),
    "empty date": (
        "```surgery\ndate:\n```\n",
        [
            (
                "issue.md:10",
                "“date” is empty",
                "Write it after the colon, in quotes if it begins with #.",
            )
        ],
    ),
    "empty optional": (
        "```surgery\ndate: 2019-03-15\nbook: ''\n```\n",
        [
            (
                "issue.md:11",
                "“book” is empty",
                "Write it after the colon (in quotes if it begins with #), or delete the line.",
            )
        ],
    ),
    "empty item": (
        "```news\nitems:\n  -\n```\n",
        [
            (
                "issue.md:11",
                "Item 1 of “items” is empty",
                "Write “- title: …”, and the others below it, two spaces further in.",
            )
        ],
    ),
    "empty list": (
        "```news\nitems:\n```\n",
        [
            (
                "issue.md:10",
                "“items” is empty",
                "Begin each item with “- ” on a line of its own, two spaces further in.",
            )
        ],
    ),
    "empty vote": (
        "```votes\nitems:\n  - {title: x, date: 2019-03-06, vote: }\n```\n",
        [
            (
                "issue.md:11",
                "“vote” is empty",
                "Write it after the colon, in quotes if it begins with #.",
            )
        ],
    ),
    "no items": (
        "```news\nitems: []\n```\n",
        [("issue.md:10", "“items” has too few items", "Write 1 or more.")],
    ),
    "one column": (
        "```columns\nitems:\n  - text: x\n```\n",
        [("issue.md:10", "“items” has too few items", "Write 2 or more.")],
    ),
    "four columns": (
        "```columns\nitems:\n  - text: x\n  - text: x\n  - text: x\n  - text: x\n\n```\n",
        [("issue.md:10", "“items” has too many items", "Write 3 or fewer.")],
    ),
    "five figures": (
        "```stats\nitems:\n  - {value: 1, label: x}\n  - {value: 1, label: x}\n  - {value: 1, label: x}\n  - {value: 1, label: x}\n  - {value: 1, label: x}\n\n```\n",
        [("issue.md:10", "“items” has too many items", "Write 4 or fewer.")],
    ),
    "a word for a list": (
        "```news\nitems: many\n```\n",
        [
            (
                "issue.md:10",
                "“items” has to be a list",
                "Begin each item with “- ” on a line of its own, two spaces further in.",
            )
        ],
    ),
    "words for an item": (
        "```news\nitems:\n  - Lift\n  - Bus\n```\n",
        [
            (
                "issue.md:11",
                "Item 1 of “items” has to be made of title, date, url, summary",
                "Write “- title: …”, and the others below it, two spaces further in.",
            ),
            (
                "issue.md:12",
                "Item 2 of “items” has to be made of title, date, url, summary",
                "Write “- title: …”, and the others below it, two spaces further in.",
            ),
        ],
    ),
    "a group for words": (
        "```notice\ntext: {a: b}\n```\n",
        [
            (
                "issue.md:10",
                "“text” has to be words",
                "Write them after the colon, in quotation marks if they begin with [, { or a dash.",
            )
        ],
    ),
    "a list for words": (
        "```notice\ntitle: [Draft]\ntext: x\n```\n",
        [
            (
                "issue.md:10",
                "“title” has to be words",
                "Write them after the colon, in quotation marks if they begin with [, { or a dash.",
            )
        ],
    ),
    "a list for a day": (
        "```surgery\ndate: [2019-03-30]\n```\n",
        [
            (
                "issue.md:10",
                "“date” has to be a date",
                "Write year, month and day after the colon, such as 2019-03-30.",
            )
        ],
    ),
    "a list for a time": (
        "```surgery\ndate: 2019-03-30\nstarts: [a]\n```\n",
        [("issue.md:11", "“starts” has to be a time", "Write it after the colon, such as 14:00.")],
    ),
    "a list for a vote": (
        "```votes\nitems:\n  - {title: x, date: 2019-03-06, vote: [no]}\n```\n",
        [
            (
                "issue.md:11",
                "“vote” has to be words",
                "Write them after the colon, in quotation marks if they begin with [, { or a dash.",
            )
        ],
    ),
    "not a date": (
        "```surgery\ndate: 30/03/2019\n```\n",
        [
            (
                "issue.md:10",
                "“date”: “30/03/2019” is not a date",
                "Write year, month and day, such as 2019-03-30.",
            )
        ],
    ),
    "no such day": (
        "```surgery\ndate: 2019-02-30\n```\n",
        [
            (
                "issue.md:10",
                "“date”: there is no 2019-02-30 in the calendar",
                "Look at the day and the month again.",
            )
        ],
    ),
    "not a time": (
        "```surgery\ndate: 2019-03-15\nstarts: 2pm\n```\n",
        [
            (
                "issue.md:11",
                "“starts”: “2pm” is not a time",
                "Write hours and minutes with two digits each, such as 09:30 or 14:00.",
            )
        ],
    ),
    "curly quotation marks": (
        "```surgery\ndate: 2019-03-15\nstarts: “14:00”\n```\n",
        [
            (
                "issue.md:11",
                "“starts”: ““14:00”” is not a time",
                'Write straight quotation marks (") around it: curly ones belong to the words.',
            )
        ],
    ),
    "curly quotation marks around too much": (
        f"```event\ntitle: “{'x' * 600}”\ndate: 2019-03-15\n```\n",
        [
            (
                "issue.md:10",
                "“title” is 602 characters long",
                "Shorten it: 500 are the most.",
            )
        ],
    ),
    "one digit": (
        "```surgery\ndate: 2019-03-15\nstarts: 9:30\n```\n",
        [
            (
                "issue.md:11",
                "“starts”: “9:30” is not a time",
                "Write hours and minutes with two digits each, such as 09:30 or 14:00.",
            )
        ],
    ),
    "25 hours": (
        "```surgery\ndate: 2019-03-15\nstarts: 25:00\n```\n",
        [
            (
                "issue.md:11",
                "“starts”: “25:00” is not a time",
                "Write hours and minutes with two digits each, such as 09:30 or 14:00.",
            )
        ],
    ),
    "ends before": (
        "```surgery\ndate: 2019-03-15\nstarts: 14:00\nends: 13:00\n```\n",
        [("issue.md:12", "“ends” is not later than “starts”", "Look at both times again.")],
    ),
    "ends alone": (
        "```surgery\ndate: 2019-03-15\nends: 13:00\n```\n",
        [
            (
                "issue.md:11",
                "There is an “ends” without a “starts”",
                'Add a line “starts: "14:00"”.',
            )
        ],
    ),
    "answered before": (
        "```questions\nitems:\n  - {question: a, to: b, asked: 2019-02-26}\n  - question: a\n    to: b\n    asked: 2019-02-26\n    answered: 2019-02-25\n```\n",
        [
            (
                "issue.md:15",
                "Item 2 of “items”: “answered” is before “asked”",
                "Look at both dates again.",
            )
        ],
    ),
    "url without link": (
        "```columns\nitems:\n  - text: a\n  - text: b\n    url: https://example.org\n```\n",
        [
            (
                "issue.md:12",
                "Item 2 of “items”: “url” and “link” belong together",
                "“url” is where the link leads, “link” the words one clicks on.",
            )
        ],
    ),
    "vote misspelt": (
        "```votes\nitems:\n  - {title: x, date: 2019-03-06, vote: Aye}\n```\n",
        [
            (
                "issue.md:11",
                "“vote” cannot be “Aye”",
                "Did you mean “aye”? Write one of: aye, no, teller for the ayes, teller for the noes, both, did not vote, no vote recorded.",
            )
        ],
    ),
    "abstained": (
        "```votes\nitems:\n  - {title: x, date: 2019-03-06, vote: 1}\n```\n",
        [
            (
                "issue.md:11",
                "“vote” cannot be “1”",
                "Write one of: aye, no, teller for the ayes, teller for the noes, both, did not vote, no vote recorded.",
            )
        ],
    ),
    "two lines": (
        '```button\ntext: "a\\nb"\nurl: https://example.org\n```\n',
        [("issue.md:10", "“text”: this has more than one line", "Write it on one line.")],
    ),
    "a control character": (
        '```button\ntext: "a\\x07b"\nurl: https://example.org\n```\n',
        [
            (
                "issue.md:10",
                "There is an invisible control character (U+0007) in the text",
                "Delete it, or what stands for it after a backslash.",
            )
        ],
    ),
    "a surrogate": (
        '```button\ntext: "a\\ud800b"\nurl: https://example.org\n```\n',
        [
            (
                "issue.md:10",
                "There is an invisible control character (U+D800) in the text",
                "Delete it, or what stands for it after a backslash.",
            )
        ],
    ),
    "a URL to a video by mail": (
        "```video\ntitle: x\nurl: mailto:a@example.org\npicture: a.png\nalt: x\n```\n",
        [("issue.md:11", "“url”: a link may not start with “mailto:”", "Start it with https://")],
    ),
    "a picture of a video above": (
        "```video\ntitle: x\nurl: https://example.org\npicture: ../a.png\nalt: x\n```\n",
        [
            (
                "issue.md:12",
                "“picture”: the picture “../a.png” is outside the issue's folder",
                "Copy it beside the issue and write its file name alone.",
            )
        ],
    ),
    "an address without a name": (
        "```contact\nemail: example.org\n```\n",
        [
            (
                "issue.md:10",
                "“email”: this is not an email address",
                "Write it as name@example.org.",
            )
        ],
    ),
    "tbc url": (
        "```event\ntitle: x\ndate: 2019-03-30\nregister: to be confirmed\n```\n",
        [
            (
                "issue.md:12",
                "“register”: a link has a space or a character that no address has",
                "Copy it again, or leave it out until there is an address.",
            )
        ],
    ),
    "a reserved tag in a block": (
        "```notice\ntitle: Dear -nl_first_name_text-\ntext: x\n```\n",
        [
            (
                "issue.md:10",
                "“title”: “-nl_first_name_text-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "a reserved tag in prose of a block": (
        '```notice\ntext: "\\x2dnl_a- x"\n```\n',
        [
            (
                "issue.md:10",
                "“text”: “-nl_a-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "hidden in prose": (
        "```notice\ntext: -nl\\_a-\n```\n",
        [
            (
                "issue.md:10",
                "“-nl_a-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "heading in a block": (
        '```notice\ntext: "# Loud"\n```\n',
        [
            (
                "issue.md:10",
                "There is a heading inside a block",
                "Put it in the text between the blocks.",
            )
        ],
    ),
    "picture in a block": (
        '```notice\ntext: "![x](a.png)"\n```\n',
        [
            (
                "issue.md:10",
                "There is a picture inside a block",
                "Put it in the text between the blocks.",
            )
        ],
    ),
    "table in a block": (
        "```notice\ntext: |\n  |a|\n  |-|\n  |b|\n```\n",
        [
            (
                "issue.md:10",
                "There is a table inside a block",
                "Put it in the text between the blocks.",
            )
        ],
    ),
    "code in a block": (
        "```notice\ntext: |\n  ~~~\n  a\n  ~~~\n```\n",
        [
            (
                "issue.md:10",
                "There is code inside a block",
                "Put it in the text between the blocks.",
            )
        ],
    ),
    "rule in a block": (
        "```notice\ntext: |\n  a\n\n  ***\n```\n",
        [
            (
                "issue.md:10",
                "There is a line across inside a block",
                "Put it in the text between the blocks.",
            )
        ],
    ),
    "link in prose": (
        "```news\nitems:\n  - title: x\n    date: 2019-02-08\n    summary: See [x](javascript:1)\n```\n",
        [
            (
                "issue.md:13",
                "A link may not start with “javascript:”",
                "Start it with https://, mailto: or tel:",
            )
        ],
    ),
    "lost words": (
        "```notice\ntitle: Our #1 aim\ntext: x\n```\n",
        [
            (
                "issue.md:10",
                "Everything after # is left out here",
                "If readers should see it, put the whole value in quotation marks.",
            )
        ],
    ),
    "duplicate": (
        "```notice\ntext: x\ntitle: y\ntext: z\n```\n",
        [("issue.md:12", "“text” is here twice, first in line 10", "Keep one of them.")],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_block_is_one_finding_with_its_line_and_what_to_type(name: str) -> None:
    """A writer who knows no YAML has to be able to mend it."""
    body, expected = MISTAKES[name]
    assert told_of_body(body) == expected
