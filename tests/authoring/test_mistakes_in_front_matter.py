"""Show each mistake at the beginning of an issue, in the words its writer reads."""

import pytest

from newsletter.authoring.issue import parse_issue
from tests.authoring.samples import DAY, told, told_of_body

FRONT_MATTER = {
    "missing": (
        "number: 1\n",
        [
            (
                "issue.md:1",
                "“subject” is missing",
                "Add a line “subject: …” (what stands in the inbox).",
            ),
            (
                "issue.md:1",
                "“preheader” is missing",
                "Add a line “preheader: …” (the line that an inbox shows after the subject).",
            ),
            (
                "issue.md:1",
                "“funding” is missing",
                "Add a line “funding: …” (who pays: parliamentary, personal or party).",
            ),
        ],
    ),
    "empty": (
        "",
        [
            (
                "issue.md:1",
                "“number” is missing",
                "Add a line “number: …” (the number of the issue).",
            ),
            (
                "issue.md:1",
                "“subject” is missing",
                "Add a line “subject: …” (what stands in the inbox).",
            ),
            (
                "issue.md:1",
                "“preheader” is missing",
                "Add a line “preheader: …” (the line that an inbox shows after the subject).",
            ),
            (
                "issue.md:1",
                "“funding” is missing",
                "Add a line “funding: …” (who pays: parliamentary, personal or party).",
            ),
        ],
    ),
    "misspelt": (
        "number: 268\nsubjetc: Your trains\npreheader: What I asked\nfunding: parliamentary\n",
        [("issue.md:3", "There is no “subjetc” here", "Did you mean “subject”?")],
    ),
    "number": (
        "number: many\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n",
        [("issue.md:2", "“number” is not a whole number", "Write a number such as 2, in digits.")],
    ),
    "number 0": (
        "number: 0\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n",
        [("issue.md:2", "“number” is too low a number", "Write 1 or more.")],
    ),
    "number big": (
        "number: 268000\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n",
        [("issue.md:2", "“number” is too high a number", "Write 100,000 or less.")],
    ),
    "half": (
        "number: 2.5\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n",
        [("issue.md:2", "“number” is not a whole number", "Write a number such as 2, in digits.")],
    ),
    "list": (
        "number: [2]\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n",
        [("issue.md:2", "“number” is not a whole number", "Write a number such as 2, in digits.")],
    ),
    "funding": (
        "number: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parlament\n",
        [
            (
                "issue.md:5",
                "“funding” cannot be “parlament”",
                "Did you mean “parliamentary”? Write one of: parliamentary, personal, party.",
            )
        ],
    ),
    "funding other": (
        "number: 268\nsubject: Your trains\npreheader: What I asked\nfunding: me\n",
        [
            (
                "issue.md:5",
                "“funding” cannot be “me”",
                "Write one of: parliamentary, personal, party.",
            )
        ],
    ),
    "segment": (
        "number: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\nsegment:\n",
        [
            (
                "issue.md:6",
                "“segment” is empty",
                "Write it after the colon (in quotes if it begins with #), or delete the line.",
            )
        ],
    ),
    "tag": (
        "number: 268\nsubject: -nl_greeting_subject- trains\npreheader: What I asked\nfunding: parliamentary\n",
        [
            (
                "issue.md:3",
                "“subject”: “-nl_greeting_subject-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
}

FILES = {
    "nothing": (
        "",
        [
            (
                "issue.md:1",
                "The issue does not begin with its number and subject",
                "Begin the file with a line of three dashes, then number:, subject:, preheader: and funding:, then three dashes again.",
            )
        ],
    ),
    "no front": (
        "# Title\n\nWords.\n",
        [
            (
                "issue.md:1",
                "The issue does not begin with its number and subject",
                "Begin the file with a line of three dashes, then number:, subject:, preheader: and funding:, then three dashes again.",
            )
        ],
    ),
    "open": (
        "---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n# T\n",
        [
            (
                "issue.md:1",
                "The number and subject of the issue have no end",
                "Write a line of three dashes below number:, subject:, preheader: and funding:",
            )
        ],
    ),
    "blank first": (
        "\n---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n---\n# T\n",
        [
            (
                "issue.md:1",
                "The issue does not begin with its number and subject",
                "Begin the file with a line of three dashes, then number:, subject:, preheader: and funding:, then three dashes again.",
            )
        ],
    ),
    "no body": (
        "---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n---\n",
        [
            (
                "issue.md:7",
                "The text does not begin with its title",
                "Begin it with a line such as “# Good news”.",
            )
        ],
    ),
    "no title": (
        "---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n---\n\nWords.\n",
        [
            (
                "issue.md:8",
                "The text does not begin with its title",
                "Begin it with a line such as “# Good news”.",
            )
        ],
    ),
    "h2 first": (
        "---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n---\n## Words\n",
        [
            (
                "issue.md:7",
                "The text does not begin with its title",
                "Begin it with a line such as “# Good news”.",
            )
        ],
    ),
    "title late": (
        "---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n---\nWords\n\n# T\n",
        [
            (
                "issue.md:7",
                "There is something above the title",
                "Move it below the line that begins with a single #.",
            )
        ],
    ),
    "empty title": (
        "---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n---\n#\n\nx",
        [("issue.md:7", "The title is empty", "Write words after #.")],
    ),
    "title comment": (
        "---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n---\n# ![x](a.png)\n",
        [
            (
                "issue.md:7",
                "A picture stands between words",
                "Give it a paragraph of its own at the left margin: an empty line before and after.",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", FRONT_MATTER)
def test_a_mistake_in_front_matter_is_told_with_its_line(name: str) -> None:
    """Whoever starts an issue makes most of their mistakes here."""
    front, expected = FRONT_MATTER[name]
    assert told_of_body("Words.", front) == expected


@pytest.mark.parametrize("name", FILES)
def test_an_issue_begins_with_front_matter_and_its_title(name: str) -> None:
    """A file that lacks either is told so once."""
    text, expected = FILES[name]
    assert told(parse_issue(text, DAY)[1]) == expected


OPEN = "---\nnumber: 268\nsubject: Your trains\npreheader: What I asked\nfunding: parliamentary\n"
LOST = (
    "The three dashes that end the number and subject are missing above this line",
    "Write a line of three dashes here, and an empty one below it.",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{OPEN}\n# T\n\nWords.\n\n---\n\nMore.", [("issue.md:7", *LOST)]),
        (f"{OPEN}# T\n\nWords.\n\n---\n", [("issue.md:6", *LOST)]),
        (
            f"{OPEN}\nWords.\n\n---\n\nMore.",
            [
                ("issue.md:7", *LOST),
                (
                    "issue.md:7",
                    "The text does not begin with its title",
                    "Begin it with a line such as “# Good news”.",
                ),
            ],
        ),
        (
            f"{OPEN}\n# T\n\n[A](htp:x)\n\n---\n",
            [
                ("issue.md:7", *LOST),
                (
                    "issue.md:9",
                    "A link may not start with “htp:”",
                    "Start it with https://, mailto: or tel:",
                ),
            ],
        ),
        (f"{OPEN}\n# only a note\n---\n\n# T\n\nWords.", []),
        (
            f"{OPEN.replace('subject:', 'subject')}---\n\n# T\n\nWords.\n\n---\n",
            [
                (
                    "issue.md:3",
                    "There is no colon with a space after it in this line",
                    (
                        "Write it as title: Public meeting, or two spaces further in than the line "
                        "above if it goes on from there."
                    ),
                )
            ],
        ),
    ],
)
def test_dashes_across_the_text_do_not_end_the_front_matter(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    """What is missing is told, where it is missing, and all that is wrong besides."""
    assert told(parse_issue(text, DAY)[1]) == expected
