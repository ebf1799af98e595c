"""Render samples, the torture issue and single blocks as emails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import html as lxml_html

from newsletter.authoring.issue import parse_issue
from newsletter.authoring.office import parse_office
from newsletter.rendering.pictures import SHOWN_WIDTH, PictureFile, prepare
from newsletter.rendering.render import render
from newsletter.rendering.templates import Templates
from newsletter.rendering.wrapper import with_landmark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

    from newsletter.authoring.office import Office

ROOT = Path(__file__).parents[2]
TORTURE = ROOT / "tests" / "torture"
DAY = date(2019, 2, 18)
SAMPLES = ("2019-02-18", "2019-03-08")
FRONT = (
    "---\nnumber: 1\nsubject: A subject\npreheader: A preheader\nfunding: parliamentary\n---\n\n"
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """An email's HTML, and its pictures by their public file names."""

    subject: str
    preheader: str
    html: str
    pictures: Mapping[str, bytes]


def blocks_alone() -> dict[str, str]:
    """Return each block of the torture issue by its name and number, such as `quote-2`."""
    found: dict[str, str] = {}
    for kind, text in re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", _torture()):
        number = 1 + sum(name.startswith(f"{kind}-") for name in found)
        found[f"{kind}-{number}"] = f"```{kind}\n{text}```\n"
    return found


@cache
def _torture() -> str:
    return (TORTURE / "issue.md").read_text(encoding="utf-8")


@cache
def sample_office() -> Office:
    office, findings = parse_office((ROOT / "office.yaml").read_text(encoding="utf-8"))
    assert office is not None, findings
    return office


@cache
def email_templates() -> Templates:
    """Return the templates of the email alone: its other faces have tests of their own."""
    folder = ROOT / "templates"
    sources = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.j2")}
    return Templates(sources | {"email.txt.j2": "", "web.html.j2": ""})


def render_email(
    text: str, *, day: date = DAY, folder: Path = TORTURE, office: Office | None = None
) -> Rendered:
    """Return the email of an issue's text, with the pictures of `folder`."""
    office = office or sample_office()
    issue, findings = parse_issue(text, day)
    assert issue is not None, findings
    pictures = {name: _picture(folder / name, SHOWN_WIDTH) for name in issue.pictures}
    if office.look.logo:
        pictures[office.look.logo] = _picture(ROOT / office.look.logo, 96)
    edition = render(issue, office, templates=email_templates(), pictures=pictures)
    html = edition.html if "<main>" in edition.html else with_landmark(edition.html)
    files = {picture.file: picture.data for picture in pictures.values()}
    return Rendered(edition.subject, edition.preheader, html, files)


@cache
def _picture(path: Path, shown: int) -> PictureFile:
    picture = prepare(path.name, path.read_bytes(), shown=shown, source="issue.md", line=None)
    assert isinstance(picture, PictureFile)
    return picture


@cache
def email(name: str) -> Rendered:
    """Return a sample by its date, `torture`, or a block alone by its name."""
    if name in SAMPLES:
        folder = ROOT / "issues" / name
        text = (folder / "issue.md").read_text(encoding="utf-8")
        return render_email(text, day=date.fromisoformat(name), folder=folder)
    if name == "torture":
        return render_email(_torture())
    return render_email(f"{FRONT}# A title\n\n{blocks_alone()[name]}")


def tree(name: str) -> HtmlElement:
    """Return the elements of an email by its name."""
    return parsed(email(name).html)


def parsed(html: str) -> HtmlElement:
    # As the message declares it: without this lxml would look for a meta tag.
    parser = lxml_html.HTMLParser(encoding="utf-8")
    return lxml_html.document_fromstring(html.encode(), parser=parser)


def words(element: HtmlElement) -> str:
    """Return the words of an element, with one blank between them."""
    for style in element.xpath(".//style"):
        style.drop_tree()
    return " ".join(" ".join(element.itertext()).split())
