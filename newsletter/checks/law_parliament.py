"""Check the rules that come with the House: its title, its emblem, its data, its end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.authoring.blocks import Questions, Video, Votes
from newsletter.authoring.issue import Funding, Picture, Placed
from newsletter.checks import sources
from newsletter.checks.law import faces
from newsletter.checks.law_campaigning import is_of_parliament
from newsletter.checks.lines import front_matter_line
from newsletter.checks.office_lines import office_line
from newsletter.checks.reader import Kind, texts
from newsletter.checks.registry import Material, Spot, rule
from newsletter.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

CREDIT = "Contains Parliamentary information licensed under the Open Parliament Licence v3.0"
# “Former MP” is true; “MPs” are an institution, and what they did in 2018 they did.
_TITLE = re.compile(
    r"(?<!\bformer )(?<!\bex-)(?<!\bFormer )(?<![\w@./-])(?:MP|M\.P\.|Member of Parliament|Aelod Seneddol)(?![\w@]|\.\w|-elect)"
)
# The House of Commons sits in Portcullis House, which anybody may photograph.
_EMBLEM = re.compile(r"(?i)portcullis(?![ _-]*house)")


@rule(
    "mp-in-dissolution",
    Severity.ERROR,
    reason="From the day Parliament is dissolved every seat is vacant, and nobody is an MP "
    "until the poll. “MP” or “Member of Parliament” may then stand neither in the sender’s "
    "name nor in the signature nor anywhere on the page; “MPs” and “former MP” may.",
    source=sources.DISSOLUTION,
)
def nobody_is_a_member_of_a_dissolved_house(material: Material) -> Iterator[Spot]:
    """Look for “MP” in everything that readers see."""
    office, edition = material.office, material.edition
    if office.has_members(edition.issue):
        return
    hint = "Take it out until the new House sits."
    for role, words in (
        ("the sender’s name", edition.sender.name),
        ("the subject", edition.subject),
    ):
        if found := _TITLE.search(words):
            is_office = role == "the sender’s name"
            yield Spot(
                f"“{found[0]}” stands in {role}, but Parliament is dissolved.",
                hint,
                "office.yaml" if is_office else "issue.md",
                office_line(material, "sender", "name")
                if is_office
                else front_matter_line(material.source, "subject"),
            )
    lines = list(_titles(material))
    for title, line in lines:
        yield Spot(f"“{title}” is said here, but Parliament is dissolved.", hint, "issue.md", line)
    if lines:
        return
    for face, words in faces(material).items():
        if found := _TITLE.search(words):
            yield Spot(
                f"“{found[0]}” stands in {face}, but Parliament is dissolved.",
                f"{hint} It comes from office.yaml or the template.",
                "office.yaml",
            )


@rule(
    "house-in-dissolution",
    Severity.ERROR,
    reason="While there is no House its addresses and its money are not at anybody’s disposal: "
    "a newsletter sent then is paid for by yourself or a party, from an address of your own.",
    source=f"{sources.DISSOLUTION}; {sources.IPSA}",
)
def no_house_resources_in_dissolution(material: Material) -> Iterator[Spot]:
    """Look for public money and for addresses of the House."""
    office, edition = material.office, material.edition
    if office.has_members(edition.issue):
        return
    if material.issue.front.funding is Funding.PARLIAMENTARY:
        yield Spot(
            "Parliament is dissolved, so it cannot pay for this issue.",
            "Write funding: personal or funding: party, and have it paid so.",
            "issue.md",
            front_matter_line(material.source, "funding"),
        )
    addresses = {
        ("sender", "email"): edition.sender.email,
        ("sender", "reply_to"): edition.sender.reply_to,
        ("contact", "email"): office.contact.email,
    }
    for path, email in addresses.items():
        if is_of_parliament(email):
            name = ".".join(path)
            yield Spot(
                f"Parliament is dissolved, but {name} is an address at parliament.uk.",
                "Use an address of your own until the new House sits.",
                "office.yaml",
                office_line(material, *path),
            )


@rule(
    "portcullis",
    Severity.WARNING,
    reason="The Crowned Portcullis is the House’s emblem. The Open Parliament Licence does not "
    "cover it, and on a newsletter it looks like the House’s own voice.",
    source=sources.LICENCE,
)
def emblem_is_not_used(material: Material) -> Iterator[Spot]:
    """Look for the emblem in the names and descriptions of pictures."""
    hint = "Use another picture, or ask the House for leave and keep its answer."
    for file, alt, line in _pictures(material):
        if _EMBLEM.search(f"{file} {alt}"):
            yield Spot(
                f"The picture “{file}” seems to show the Portcullis.", hint, "issue.md", line
            )
    logo = material.office.look.logo
    if logo and _EMBLEM.search(logo):
        place = office_line(material, "look", "logo")
        yield Spot(f"The logo “{logo}” seems to show the Portcullis.", hint, "office.yaml", place)


@rule(
    "parliament-credit",
    Severity.ERROR,
    reason="Votes, questions and answers are Parliament’s data. Its licence lets everybody use "
    f"them who says so, in these words: “{CREDIT}”.",
    source=sources.LICENCE,
)
def parliaments_data_is_credited(material: Material) -> Iterator[Spot]:
    """Look for the credit line in each part of an issue with votes or questions."""
    block = next(
        (
            part
            for part in material.issue.body
            if isinstance(part, Placed) and isinstance(part.block, Votes | Questions)
        ),
        None,
    )
    if block is None:
        return
    lacking = [face for face, words in faces(material).items() if not _is_credited(words)]
    if lacking:
        yield Spot(
            f"This shows Parliament’s data, but its licence is not named in {', '.join(lacking)}.",
            f"Write at the end of the issue: {CREDIT}.",
            "issue.md",
            block.line,
        )


def _is_credited(words: str) -> bool:
    plain = words.casefold()
    return all(
        part in plain for part in ("contains parliamentary information", "open parliament licence")
    )


def _titles(material: Material) -> Iterator[tuple[str, int | None]]:
    """Yield each title in issue.md with its line, a line once."""
    for text in texts(material):
        if text.kind is not Kind.SUBJECT:
            lines = {text.line(found.start()): found[0] for found in _TITLE.finditer(text.words)}
            yield from ((title, line) for line, title in lines.items())


def _pictures(material: Material) -> Iterator[tuple[str, str, int]]:
    for part in material.issue.body:
        match part:
            case Picture():
                yield part.file, f"{part.alt} {part.caption}", part.line
            case Placed(block=Video() as video):
                yield video.picture, video.alt, part.line
            case _:
                pass
