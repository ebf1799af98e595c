"""Show each mistake that office.yaml can hold, in the words its writer reads."""

import pytest

from tests.authoring.samples import OFFICE, told_of_office

MISTAKES = {
    "empty": (
        "",
        [
            ("office.yaml:1", "“name” is missing", "Add a line “name: …” (the member's name)."),
            (
                "office.yaml:1",
                "“constituency” is missing",
                "Add a line “constituency: …” (the seat).",
            ),
            (
                "office.yaml:1",
                "“affiliations” is missing",
                "Add a line “affiliations:” and below it, two spaces further in, party, since.",
            ),
            (
                "office.yaml:1",
                "“sender” is missing",
                "Add a line “sender:” and below it, two spaces further in, name, email, reply_to.",
            ),
            (
                "office.yaml:1",
                "“contact” is missing",
                "Add a line “contact:” and below it, two spaces further in, email, phone, post.",
            ),
            (
                "office.yaml:1",
                "“site” is missing",
                "Add a line “site: …” (the address of the public website, such as https://update.example.org).",
            ),
            (
                "office.yaml:1",
                "“privacy” is missing",
                "Add a line “privacy:” and below it, two spaces further in, url, text.",
            ),
            (
                "office.yaml:1",
                "“imprint” is missing",
                "Add a line “imprint:” and below it, two spaces further in, promoter, publisher.",
            ),
        ],
    ),
    "words": (
        "just words",
        [
            (
                "office.yaml:1",
                "These lines do not have the form “name: value”",
                "Write each on a line of its own, with a space after the colon: title: Public meeting.",
            )
        ],
    ),
    "misspelt": (
        OFFICE.replace("constituency: Ashcombe East", "constituancy: Ashcombe East", 1),
        [("office.yaml:2", "There is no “constituancy” here", "Did you mean “constituency”?")],
    ),
    "inner misspelt": (
        OFFICE.replace(
            "sender: {name: Robin Halloway MP, email: update@example.org, reply_to: robin@example.org}",
            "sender: {name: Robin Halloway MP, email: update@example.org, replyto: robin@example.org}",
            1,
        ),
        [("office.yaml:6", "There is no “replyto” here", "Did you mean “reply_to”?")],
    ),
    "deep misspelt": (
        OFFICE.replace(
            "  promoter: {name: Robin Halloway, address: 12 Example Row}",
            "  promotor: {name: Robin Halloway, address: 12 Example Row}",
            1,
        ),
        [("office.yaml:11", "There is no “promotor” here", "Did you mean “promoter”?")],
    ),
    "sender words": (
        OFFICE.replace(
            "sender: {name: Robin Halloway MP, email: update@example.org, reply_to: robin@example.org}",
            "sender: Robin",
            1,
        ),
        [
            (
                "office.yaml:6",
                "“sender” has to be made of name, email, reply_to",
                "Write “name: …” on a line of its own below it, two spaces further in.",
            )
        ],
    ),
    "sender empty": (
        OFFICE.replace(
            "sender: {name: Robin Halloway MP, email: update@example.org, reply_to: robin@example.org}",
            "sender: ",
            1,
        ),
        [
            (
                "office.yaml:6",
                "“sender” is empty",
                "Write “name: …” on a line of its own below it, two spaces further in.",
            )
        ],
    ),
    "email": (
        OFFICE.replace(
            "sender: {name: Robin Halloway MP, email: update@example.org, reply_to: robin@example.org}",
            "sender: {name: Robin Halloway MP, email: update at example.org, reply_to: robin@example.org}",
            1,
        ),
        [
            (
                "office.yaml:6",
                "“email”: this is not an email address",
                "Write it as name@example.org.",
            )
        ],
    ),
    "email2": (
        OFFICE.replace(
            "sender: {name: Robin Halloway MP, email: update@example.org, reply_to: robin@example.org}",
            "sender: {name: Robin Halloway MP, email: '-nl_a-@example.org', reply_to: robin@example.org}",
            1,
        ),
        [
            (
                "office.yaml:6",
                "“email”: “-nl_a-” stands for something personal and cannot be used as a word",
                "Write it differently; the greeting and the links come by themselves.",
            )
        ],
    ),
    "http": (
        OFFICE.replace("site: https://update.example.org/", "site: http://update.example.org/", 1),
        [
            (
                "office.yaml:8",
                "“site”: this does not start with https://",
                "Mail programs ask for https: add the s.",
            )
        ],
    ),
    "query": (
        OFFICE.replace(
            "site: https://update.example.org/", "site: https://update.example.org/?a=b", 1
        ),
        [("office.yaml:8", "“site”: this has a ? or # in it", "Write the address up to there.")],
    ),
    "approvals": (
        OFFICE + "approvals: 3",
        [("office.yaml:13", "“approvals” is too high a number", "Write 2 or less.")],
    ),
    "approvals neg": (
        OFFICE + "approvals: -1",
        [("office.yaml:13", "“approvals” is too low a number", "Write 0 or more.")],
    ),
    "tracking": (
        OFFICE + "tracking: maybe",
        [("office.yaml:13", "“tracking” is neither true nor false", "Write true or false.")],
    ),
    "tracking2": (
        OFFICE + "tracking: []",
        [("office.yaml:13", "“tracking” is neither true nor false", "Write true or false.")],
    ),
    "colour": (
        OFFICE + "look: {colours: {primary: blue}}",
        [
            (
                "office.yaml:13",
                "“primary”: “blue” is not a colour",
                'Write six digits or letters from a to f after a #, in quotation marks: "#1d4f91".',
            )
        ],
    ),
    "colour comment": (
        OFFICE + "look:\n  colours:\n    primary: #1d4f91",
        [
            (
                "office.yaml:15",
                "“primary” is empty",
                "Write it after the colon (in quotes if it begins with #), or delete the line.",
            )
        ],
    ),
    "logo": (
        OFFICE + "look: {logo: ../logo.png}",
        [
            (
                "office.yaml:13",
                "“logo”: the picture “../logo.png” is outside the issue's folder",
                "Copy it beside the issue and write its file name alone.",
            )
        ],
    ),
    "language": (
        OFFICE + "language: English",
        [
            (
                "office.yaml:13",
                "“language”: “English” is not the short name of a language",
                "Write en-GB for English or cy-GB for Welsh.",
            )
        ],
    ),
    "dissolved": (
        OFFICE + "parliament:\n  status: dissolved",
        [
            (
                "office.yaml:14",
                "“parliament”: the day of the dissolution is missing",
                "Write it as {status: dissolved, since: 2019-11-06}.",
            )
        ],
    ),
    "status": (
        OFFICE + "parliament: {status: recess}",
        [("office.yaml:13", "“status” cannot be “recess”", "Write one of: sitting, dissolved.")],
    ),
    "member by name": (
        OFFICE + "parliament: {status: sitting, member: Robin}",
        [
            (
                "office.yaml:13",
                "“member” is not a whole number",
                "Write a number such as 2, in digits.",
            )
        ],
    ),
    "calendar": (
        OFFICE + "calendar: {day: fri, bank_holidays: wales}",
        [
            (
                "office.yaml:13",
                "“day” cannot be “fri”",
                (
                    "Did you mean “friday”? Write one of: monday, tuesday, wednesday, thursday, "
                    "friday, saturday, sunday."
                ),
            ),
            (
                "office.yaml:13",
                "“bank_holidays” cannot be “wales”",
                "Write one of: england-and-wales, scotland, northern-ireland.",
            ),
        ],
    ),
    "share": (
        OFFICE + "share: [emial, email]",
        [
            (
                "office.yaml:13",
                "Item 1 of “share” cannot be “emial”",
                "Did you mean “email”? Write one of: email, whatsapp, facebook, bluesky, linkedin, x.",
            )
        ],
    ),
    "share word": (
        OFFICE + "share: email",
        [
            (
                "office.yaml:13",
                "“share” has to be a list",
                "Begin each item with “- ” on a line of its own, two spaces further in.",
            )
        ],
    ),
    "share empty": (
        OFFICE + "share: [email, ~]",
        [
            (
                "office.yaml:13",
                "Item 2 of “share” is empty",
                "Write it after the dash, or delete the line.",
            )
        ],
    ),
    "no affil": (
        OFFICE.replace(
            "affiliations:\n  - {party: Example Party, since: 2015-05-07}\n  - {party: Independent, since: 2019-02-18}",
            "affiliations: []",
            1,
        ),
        [("office.yaml:3", "“affiliations” has too few items", "Write 1 or more.")],
    ),
    "since": (
        OFFICE.replace(
            "  - {party: Example Party, since: 2015-05-07}",
            "  - {party: Example Party, since: May 2015}",
            1,
        ),
        [
            (
                "office.yaml:4",
                "“since”: “May 2015” is not a date",
                "Write year, month and day, such as 2019-03-30.",
            )
        ],
    ),
    "dup": (
        OFFICE + "name: x",
        [("office.yaml:13", "“name” is here twice, first in line 1", "Keep one of them.")],
    ),
    "social": (
        OFFICE + "social: [{network: mastodon, url: example.social}]",
        [
            (
                "office.yaml:13",
                "“url”: “example.social” does not say where it is",
                "Start it with https:// so that it works from an email.",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_office_is_told_with_its_line_and_what_to_type(name: str) -> None:
    """Nobody sets up an office twice: each sentence is read for the first time."""
    text, expected = MISTAKES[name]
    assert told_of_office(text) == expected
