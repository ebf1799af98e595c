"""Lend the samples as they are rendered, to be broken in one place at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from newsletter import pipeline
from newsletter.authoring.office import parse_office
from newsletter.checks.registry import Material
from newsletter.files import OfficeFolder
from newsletter.findings import Finding

ROOT = Path(__file__).parents[2]
DAYS = ("2019-02-18", "2019-03-08")


@cache
def sample(day: str = "2019-03-08") -> Material:
    """Return a sample issue, rendered with the templates of this repository."""
    caught: list[Material] = []

    def catch(material: Material) -> list[Finding]:
        caught.append(material)
        return []

    pipeline.prepare(OfficeFolder(ROOT), date.fromisoformat(day), also=catch)
    return caught[0]


def with_parts(
    material: Material, *, html: str | None = None, text: str | None = None, web: str | None = None
) -> Material:
    """Return the material with another HTML, text or web page."""
    edition = material.edition
    return replace(
        material,
        edition=replace(
            edition,
            html=edition.html if html is None else html,
            text=edition.text if text is None else text,
            web=edition.web if web is None else web,
        ),
    )


def with_office(material: Material, old: str, new: str) -> Material:
    """Return the material of an office in whose office.yaml something stands otherwise."""
    yaml = (ROOT / "office.yaml").read_text(encoding="utf-8")
    assert old in yaml
    office, findings = parse_office(yaml.replace(old, new))
    assert office is not None, findings
    sender = replace(
        material.edition.sender,
        name=office.sender.name,
        email=office.sender.email,
        reply_to=office.sender.reply_to,
    )
    return replace(material, office=office, edition=replace(material.edition, sender=sender))


def without(text: str, *words: str) -> str:
    """Return a text in which some words are missing, and were there."""
    for word in words:
        assert word in text, word
        text = text.replace(word, "")
    return text
