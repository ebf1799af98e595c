"""An issue that the public pays for asks for no votes, no money and no party work."""

from __future__ import annotations

import pytest

from newsletter.checks.registry import Spot
from tests.checks.materials import BODY_LINE, FRONT, material, spots
from tests.offices import OFFICE

CODES = ("asks-for-votes", "asks-for-money", "party-work", "attacks-a-party")
FOUND = [
    ("asks-for-votes", "Please vote for me on 4 July.", "Please vote for me"),
    ("asks-for-votes", "It is close here. Vote Labour!", "Vote Labour"),
    ("asks-for-votes", "Can I count on your vote?", "count on your vote"),
    ("asks-for-votes", "Vote for Robin!", "Vote for Robin"),
    ("asks-for-votes", "Please vote for the Example Party.", "Please vote for the Example Party"),
    ("asks-for-votes", "Lend us your vote this once.", "Lend us your vote"),
    ("asks-for-votes", "Use your vote to keep the hospital.", "Use your vote to keep"),
    (
        "asks-for-votes",
        "Support our candidates at the local election.",
        "Support our candidates at the local election",
    ),
    ("asks-for-votes", "On Thursday, re-elect Robin Halloway.", "re-elect Robin"),
    ("asks-for-votes", "You can vote Green Party and mean it.", "You can vote Green Party"),
    ("asks-for-votes", "Please vote for our candidate, who won awards.", "Please vote for our"),
    ("asks-for-votes", "Please vote for our library at this election.", "Please vote for our"),
    ("asks-for-votes", "Please vote for me in the awards of the year.", "Please vote for me"),
    ("asks-for-votes", "Please vote for Labour, no prize for second.", "Please vote for Labour"),
    (
        "asks-for-votes",
        "The awards are over. Please vote for our man.",
        "Please vote for our",
    ),
    ("asks-for-money", "Please donate £5 to the Example Party.", "donate £5 to the Example Party"),
    ("asks-for-money", "Chip in to my re-election.", "Chip in to my re-election"),
    ("asks-for-money", "Give what you can for our party.", "Give what you can for our party"),
    ("asks-for-money", "It goes into my fighting fund.", "my fighting fund"),
    ("party-work", "Join the Labour Party today.", "Join the Labour Party"),
    ("party-work", "Help us by delivering our leaflets.", "delivering our leaflets"),
    ("party-work", "Come canvassing with us on Sunday.", "canvassing with us"),
    ("party-work", "For the many, not the few.", "For the many, not the few"),
    ("attacks-a-party", "The Tories have lied: Tory lies hurt us.", "Tory lies"),
    ("attacks-a-party", "Labour has let you down.", "Labour has let you down"),
    ("attacks-a-party", "Vote out these corrupt Tories.", "corrupt Tories"),
    ("attacks-a-party", "The Conservatives betrayed this town.", "Conservatives betrayed"),
    ("attacks-a-party", "Another week of incompetent Labour ministers.", "incompetent Labour"),
]
QUIET = [
    "In 2019 I left the Example Party, for which I had sat since 2015.",
    "I joined the Labour Party at nineteen, and the Greens at forty.",
    "The Labour market has cooled; the labour ward has not.",
    "On a conservative estimate 4,000 people are lying awake.",
    "Conservative estimates were wrong, and the truth lies in between.",
    "I vote for the clause, and I will vote for the Bill at third reading.",
    "Members who vote for it must say why. We vote on Tuesday.",
    "Vote Leave and Vote Remain were both fined.",
    "Ask the Vote Office for a copy.",
    "Polling day is 4 July: you may use your vote by post.",
    "Please donate to the food bank in Mill Lane, or to the night shelter.",
    "Thank you for your support at a hard time.",
    "We support our local candidates for the youth parliament.",
    "The minister said: “Labour betrayed this town, and Tory lies did the rest.”",
    "The council delivered leaflets about bins.",
    "Liberal Democrats and Conservatives signed the letter together.",
    "The Votes for Women exhibition opens on 8 March.",
    "I would sooner give up a party’s support than do so a fourth time.",
    "Labour says the figures are wrong; the Conservatives say they are right.",
    "Labour Members lie awake; the disagreement lies between Labour and the Treasury.",
    "A Labour minister and a Conservative minister both let us down over the bypass.",
    "Vote for Ashcombe in Bloom at the library, or for your favourite bench.",
    "The Conservative chair of the committee said that the contract was corrupt.",
    "The SNP let the vote pass. The Labour Party conference begins on Sunday.",
    "Back our bid for a new pool at the council’s vote on Thursday.",
    "Please support our campaign to save the bus, and give generously to the hospice.",
    "My party asked me to vote No. Elect a youth mayor by ballot at the school.",
    "Can you vote for the Ashcombe Community Kitchen in the supermarket’s scheme?",
    "Mae Plaid Cymru a Llafur yn cytuno.",
    "Please vote for our library in the national awards.",
    "The shortlist is out. Please vote for our park, which is up for Britain in Bloom.",
    "We need your vote: the theatre may win a prize.",
]


@pytest.mark.parametrize(("code", "sentence", "words"), FOUND)
def test_campaigning_is_quoted_with_its_line(code: str, sentence: str, words: str) -> None:
    """The office has to judge it, so it must see what was found and where."""
    found = spots(code, material(f"A line before.\n\n{sentence}"))
    assert [spot.line for spot in found] == [BODY_LINE + 2]
    assert found[0].message.startswith(f"“{words}” reads like")
    assert found[0].file == "issue.md"


@pytest.mark.parametrize("sentence", QUIET)
def test_ordinary_politics_stays_quiet(sentence: str) -> None:
    """A check that cries wolf is turned off, and then says nothing when it should."""
    looked_at = material(f"{sentence}\n\nAnd {sentence[0].lower()}{sentence[1:]}")
    assert [spot for code in CODES for spot in spots(code, looked_at)] == []


@pytest.mark.parametrize("funding", ["personal", "party"])
def test_whoever_pays_themselves_may_ask(funding: str) -> None:
    """The rule is about public money."""
    front = FRONT.replace("parliamentary", funding)
    looked_at = material("\n\n".join(sentence for _, sentence, _ in FOUND), front=front)
    assert [spot for code in CODES for spot in spots(code, looked_at)] == []


def test_quotations_are_somebody_elses_words() -> None:
    """A constituent may be angry in a quotation."""
    quote = "```quote\ntext: The Tories betrayed us. Vote Labour!\nby: A constituent\n```"
    looked_at = material(f"> Please vote for me.\n\n{quote}")
    assert [spot for code in CODES for spot in spots(code, looked_at)] == []


def test_a_line_is_named_once() -> None:
    """Two patterns may see the same words."""
    found = spots("asks-for-votes", material("Please vote for me, I need your vote."))
    assert len(found) == 1


OF_PARLIAMENT = OFFICE.replace("email: update@example.org", "email: robin@parliament.uk")


def test_a_party_cannot_send_from_parliament() -> None:
    """The House pays for its addresses."""
    front = FRONT.replace("parliamentary", "party")
    looked_at = material("Join the Labour Party.", front=front, office=OF_PARLIAMENT)
    assert spots("party-from-parliament", looked_at) == [
        Spot(
            "A party pays for this issue, but it uses an address at parliament.uk.",
            "Send it from an address of your own; see sender in office.yaml.",
            "issue.md",
            5,
        ),
        Spot(
            "“Join the Labour Party” is party content, and an address at parliament.uk sends it.",
            "Take it out, or send the issue from an address of your own.",
            "issue.md",
            BODY_LINE,
        ),
    ]


@pytest.mark.parametrize(
    ("body", "office"),
    [
        ("I voted for the Bill.", OF_PARLIAMENT),
        ("Join the Labour Party.", OFFICE),
        ("Join us.", OFFICE.replace("update@example.org", "update@notparliament.uk")),
    ],
)
def test_parliaments_addresses_send_parliaments_business(body: str, office: str) -> None:
    """An ordinary update from parliament.uk is in order, and so is a party's own address."""
    assert spots("party-from-parliament", material(body, office=office)) == []
