"""Write a report as one page that reads well on a screen, aloud and on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from newsletter.delivery.timetable import shown
from newsletter.rendering.colours import dark_scheme, light_scheme
from newsletter.report.charts import drawn

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.authoring.office import Office
    from newsletter.report.tables import Document, Table

_OPTION = re.compile(r"--[a-z-]+")
_WORDS = {"alarm": "Act now", "watch": "Watch", "note": "Note"}


def page(document: Document, office: Office, now: datetime) -> str:
    """Return a report as HTML that fetches nothing."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("newsletter.report"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whole"] = _whole
    return environment.get_template("report.html.j2").render(
        report=document,
        office=office,
        light=light_scheme(office.look.colours),
        dark=dark_scheme(office.look.colours),
        made=shown(now),
        words=_WORDS,
        sections=[(table, _chart(table)) for table in document.tables],
    )


def _whole(text: str) -> Markup:
    """Return words in which no option of a command is broken at its hyphens."""
    return Markup(_OPTION.sub(r'<span class="option">\g<0></span>', str(escape(text))))  # noqa: S704  # escaped already


def _chart(table: Table) -> Markup:
    if table.chart is None:
        return Markup()
    svg = drawn(table.chart, name=table.key, title=f"{table.title}, {table.chart.unit}")
    return Markup(svg)  # noqa: S704  # made of an element tree, which escapes what it holds
