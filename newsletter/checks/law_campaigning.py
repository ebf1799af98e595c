"""Check whether an issue that the public pays for asks for votes, money or party work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.authoring.issue import Funding
from newsletter.checks import sources
from newsletter.checks.lines import front_matter_line
from newsletter.checks.reader import Kind, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.checks.sentences import sentences
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_START = r"(?:^|(?<=[.!?:;“\"(–—] )|(?<=[“\"(])|\b[Pp]lease,? |\b[Yy]ou (?:can|could|should|must) |\band )"
_ME = r"(?:me|us|my|our|your (?:local )?[\w’' -]{0,30}candidates?)"
_PARTIES = (
    r"(?:Tor(?:y|ies)|Labour(?! (?:market|ward|force|shortage|cost|suppl|exchange|Court|of))"
    r"|Lib(?:eral)? Dem(?:ocrat)?s?|Conservatives?(?! estimate)|SNP|Plaid(?: Cymru)?|UKIP"
    r"|Green Party|the Greens|Reform UK|DUP|Sinn F[eé]in|Alba Party|Brexit Party)"
)
_FUND = (
    r"(?:(?:the |my |our |your )(?:[\w’'-]+ ){0,3}(?:[Pp]arty|re-?election|election campaign"
    r"|campaign fund|election fund|fighting fund)\b|my campaign\b|our election\b|[A-Z][\w’' ]+ Party\b)"
)

VOTES = (
    # “I vote for the clause” and “vote on the Bill” are the House at work.
    re.compile(rf"{_START}[Vv]ote (?:for )?{_ME}\b"),
    re.compile(rf"{_START}[Vv]ote (?:for )?(?:the )?{_PARTIES}\b"),
    re.compile(
        rf"{_START}Vote (?!Leave\b|Remain\b|Office\b|Bundle\b|No\b|Aye\b|For\b|On\b)[A-Z][\w’]+"
    ),
    re.compile(r"\b(?:[Gg]ive|[Ll]end) (?:me|us|them|[A-Z][\w’]+) your votes?\b"),
    re.compile(
        r"\b(?:need|want|earn|win|count on|rely on|depend on|hope for|ask(?:ing)? (?:you )?for) "
        r"your votes?\b"
    ),
    re.compile(r"\b(?:[Uu]se|[Cc]ast) your votes? (?:for|to (?:keep|stop|elect|send|get))\b"),
    re.compile(
        rf"\b(?:[Bb]ack|[Ss]upport|[Ee]lect) {_ME}[^.!?]{{0,40}}\b(?:at the (?:ballot|poll)|on polling day|(?:in|at) the [\w ]{{0,20}}election)"
    ),
    re.compile(r"\b[Rr]e-?elect (?:me|us|[A-Z][\w’]+)"),
)
MONEY = (
    re.compile(
        rf"\b(?:[Dd]onate|[Dd]onations?|[Cc]hip in|[Cc]ontribute)\b[^.!?]{{0,60}}\b(?:to|towards|for) {_FUND}"
    ),
    re.compile(
        rf"\b[Gg]ive (?:what you can|generously|£\d+)[^.!?]{{0,40}}\b(?:to|towards|for) {_FUND}"
    ),
    re.compile(r"\b(?:my|our|the party’s|the party's) (?:fighting|election|campaign) fund\b"),
)
PARTY = (
    re.compile(
        rf"{_START}(?:[Jj]oin|[Bb]ecome a member of) (?:the |my |our )?(?:[A-Z][\w’]+ ){{0,3}}[Pp]arty\b"
    ),
    re.compile(rf"{_START}[Jj]oin (?:the )?{_PARTIES}\b"),
    re.compile(
        r"\b(?:deliver(?:ing)?|hand(?:ing)? out) (?:our|my|some|party|election|campaign)(?: \w+)? leaflets\b"
    ),
    re.compile(r"\b[Cc]anvass(?:ing)? (?:for|with) (?:me|us|the|our|[A-Z])"),
    re.compile(r"\b[Kk]nock(?:ing)? on doors (?:for|with) (?:me|us|the party|our)"),
    re.compile(
        r"\b(?:For the many, not the few|Get Brexit [Dd]one|Take back control|Stop the [Bb]oats)\b"
    ),
)
_INSULTS = (
    r"(?:\blying to\b|\bliars?\b|betray\w*|incompeten\w+|\bshambles\b|shambolic"
    r"|hypocri\w+|\bsleaze\w*|\bdisgraceful\b|broken promises"
    r"|(?:can’t|can't|cannot|can not|don’t|never) (?:be trusted|trust)\b"
    r"|\bha(?:s|ve) let you down)"
)
ATTACKS = (
    re.compile(
        rf"\b{_PARTIES}(?:[’']s?)? (?:lies|corruption)\b(?! (?:in|with|behind|at|between)\b)"
    ),
    re.compile(rf"\bcorrupt {_PARTIES}\b"),
    re.compile(rf"\b{_PARTIES}\b[^.!?:;]{{0,45}}{_INSULTS}"),
    re.compile(rf"{_INSULTS}[^.!?:;]{{0,25}}\b{_PARTIES}\b"),
)
_PRIZE = re.compile(
    r"\b(?:[Aa]wards?|[Pp]rizes?|[Cc]ompetitions?|[Cc]ontests?|[Ff]avourite|[Ss]hortlist\w*"
    r"|of the [Yy]ear|in Bloom|(?:online|readers[’']) poll)\b"
)
_PEOPLE = re.compile(
    rf"\b(?:[Ee]lect\w*|[Bb]allots?|[Pp]olling|the polls|[Cc]andidates?|[Cc]ouncillors?|MPs?"
    rf"|[Pp]art(?:y|ies)|{_PARTIES})\b"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]{3,}’(?=[\s.,;:!?]|$)")


@dataclass(frozen=True, slots=True)
class _Passage:
    """What was found, and the line of issue.md it stands in."""

    words: str
    line: int | None


@rule(
    "asks-for-votes",
    Severity.WARNING,
    reason="Public money must not be used to give a member an advantage in an election. An "
    "issue with `funding: parliamentary` says how you voted; it does not ask for a vote. "
    "Pay for such an issue yourself, or take the sentence out.",
    source=sources.IPSA,
)
def asks_for_votes(material: Material) -> Iterator[Spot]:
    """Look for sentences that ask readers to vote for somebody."""
    for found in _public(material, (*VOTES, _member(material))):
        yield _spot(found, "reads like a request for votes")


@rule(
    "asks-for-money",
    Severity.WARNING,
    reason="Fundraising for a party or a campaign is no parliamentary purpose. A collection for "
    "the food bank is another matter, and stays quiet here.",
    source=sources.IPSA,
)
def asks_for_money(material: Material) -> Iterator[Spot]:
    """Look for sentences that ask for money for a party or a campaign."""
    for found in _public(material, MONEY):
        yield _spot(found, "reads like fundraising for a party or a campaign")


@rule(
    "party-work",
    Severity.WARNING,
    reason="Work for or at the behest of a party cannot be paid from public money: no "
    "recruiting, no leafleting, no slogans. That you sit for a party, or have left one, is a "
    "fact and may be told.",
    source=sources.IPSA,
)
def recruits_for_a_party(material: Material) -> Iterator[Spot]:
    """Look for invitations to party work, and for slogans."""
    for found in _public(material, PARTY):
        yield _spot(found, "reads like work for a party")


@rule(
    "attacks-a-party",
    Severity.WARNING,
    reason="Material paid for by the public may disagree, with facts. Campaigning against a "
    "party is as little a parliamentary purpose as campaigning for one. What is in quotation "
    "marks is taken for somebody else’s words.",
    source=sources.IPSA,
)
def attacks_a_party(material: Material) -> Iterator[Spot]:
    """Look for parties beside abuse."""
    for found in _public(material, ATTACKS):
        yield _spot(found, "reads like an attack on a party")


@rule(
    "party-from-parliament",
    Severity.ERROR,
    reason="Addresses at parliament.uk are paid for by the House. Party content must not be "
    "sent from them, or ask for answers to them.",
    source="[House of Commons, rules for the use of House facilities]"
    "(https://www.parliament.uk/mps-lords-and-offices/standards-and-financial-interests/)",
)
def no_party_content_from_parliament(material: Material) -> Iterator[Spot]:
    """Look for party content in what an address of the House sends."""
    sender = material.edition.sender
    if not any(is_of_parliament(email) for email in (sender.email, sender.reply_to)):
        return
    if material.issue.front.funding is Funding.PARTY:
        yield Spot(
            "A party pays for this issue, but it uses an address at parliament.uk.",
            "Send it from an address of your own; see sender in office.yaml.",
            "issue.md",
            front_matter_line(material.source, "funding"),
        )
    for found in _found(material, (*VOTES, _member(material), *MONEY, *PARTY)):
        yield Spot(
            f"“{found.words}” is party content, and an address at parliament.uk sends it.",
            "Take it out, or send the issue from an address of your own.",
            "issue.md",
            found.line,
        )


def is_of_parliament(email: str) -> bool:
    """Whether an address is one of the House's."""
    domain = email.rpartition("@")[2].lower()
    return domain == "parliament.uk" or domain.endswith(".parliament.uk")


def _member(material: Material) -> re.Pattern[str]:
    """Return what asks for votes for the member, or for a party the member sat for."""
    office = material.office
    names = [office.name, office.name.split()[0], *(item.party for item in office.affiliations)]
    anybody = "|".join(re.escape(name) for name in names if name != "Independent")
    return re.compile(rf"{_START}[Vv]ote (?:for )?(?:the )?(?:{anybody})\b")


def _public(material: Material, patterns: Sequence[re.Pattern[str]]) -> Iterator[_Passage]:
    """Yield what is found in an issue that the public pays for."""
    if material.issue.front.funding is Funding.PARLIAMENTARY:
        yield from _found(material, patterns)


def _found(material: Material, patterns: Sequence[re.Pattern[str]]) -> Iterator[_Passage]:
    """Yield each passage once, outside of quotation marks."""
    for text in texts(material):
        if text.kind is Kind.QUOTATION:
            continue
        words = _QUOTED.sub(lambda quoted: "“" + "_" * (len(quoted[0]) - 2) + "”", text.words)
        lines = set()
        for pattern in patterns:
            for match in pattern.finditer(words):
                line = text.line(match.start())
                if line not in lines and not _is_for_a_prize(words, match):
                    lines.add(line)
                    yield _Passage(" ".join(match[0].split()), line)


def _is_for_a_prize(words: str, match: re.Match[str]) -> bool:
    """Whether votes are asked for a thing that may win one: “our library in the national awards”.

    Whoever asks for votes for people, for a party or at an election asks for another kind.
    """
    if not re.search(r"\b(?:my|our|your votes?)\b", match[0]) or re.search(r"\bme\b", match[0]):
        return False
    start, end = next(
        (span for span in sentences(words) if span[0] <= match.start() < span[1]), (0, None)
    )
    sentence = words[start:end]
    return bool(_PRIZE.search(sentence)) and not _PEOPLE.search(sentence)


def _spot(found: _Passage, verdict: str) -> Spot:
    return Spot(
        f"“{found.words}” {verdict}, and the public pays for this issue.",
        "Take it out, or pay for the issue yourself and write funding: personal.",
        "issue.md",
        found.line,
    )
