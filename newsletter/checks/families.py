"""Name the families of checks, in the order in which a guide tells them, and introduce each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A chapter of the guide: `introduction` is Markdown that explains what its rules share."""

    title: str
    introduction: str


FAMILIES: dict[str, Family] = {
    "law": Family(
        "Law and rules",
        "A newsletter from a Member of Parliament is direct marketing to the data protection "
        "regulator, election material to the Electoral Commission and, where the public pays "
        "for it, an expense to IPSA. Each wants the reader to see something: who is behind "
        "it, how to leave, what becomes of their data. Most of that comes from `office.yaml` "
        "and the templates, so once it is right it stays right.\n\n"
        "Whether a sentence is campaigning no program can know. Checks that read your words "
        "only warn, quote what they found and say what the guidance says: the judgement, and "
        "the answer to a complaint, remain the member’s own. These pages are no legal advice.",
    ),
    "words": Family(
        "Words",
        "Most of what embarrasses an office is small: a link lost in pasting, a Tuesday that is "
        "a Wednesday, a note to oneself that nobody took out. A reader who finds one trusts "
        "the rest less. These checks read as a sub-editor does; they never change a word.",
    ),
    "links": Family(
        "Links",
        "A link is a promise. It has to lead somewhere, over a safe connection, and its words "
        "have to say where, for many people hear links read out one after the other.",
    ),
    "pictures": Family(
        "Pictures",
        "Many mail programs show no pictures until the reader asks for them, and some readers "
        "cannot see them at all. A picture therefore needs words that stand in for it, and no "
        "more weight than a telephone on a slow train can bear.",
    ),
    "accessibility": Family(
        "Accessibility",
        "One constituent in five lives with a disability. Headings in order, a language that is "
        "named and enough contrast let everybody read, by eye, by ear or by touch, in daylight "
        "and in the dark. What the checks ask for is level AA of WCAG 2.2, as the law asks of "
        "public bodies.",
    ),
    "clients": Family(
        "Mail programs",
        "An email is read in programs as different as an iPhone’s and an Outlook that draws "
        "with the engine of Word. These checks compare what the templates use with what the "
        "programs support, by the measurements of [caniemail.com](https://www.caniemail.com/) "
        "that came with this version. They matter to whoever changes the templates; with "
        "those that came with newsletter they have nothing to say.",
    ),
    "deliverability": Family(
        "Getting through",
        "Before a person decides whether to read, a filter decides whether to show. Gmail and "
        "Yahoo publish what they expect of anybody who writes to thousands: proof of who sent "
        "it, one click to leave, and few complaints. `newsletter check` sees to what is in the "
        "message; `newsletter doctor` asks the domain’s records, the carrier and the website.",
    ),
}
"""Families by the name that the modules of their checks begin with."""


def family_of(module: str) -> str:
    """Return the family of a module's checks: the first word of its name.

    So `law.py` and `law_campaigning.py` are of one family.
    """
    return module.rpartition(".")[2].partition("_")[0]
