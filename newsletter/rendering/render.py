"""Turn an issue into an edition: HTML, plain text and web page, the same on any day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.rendering.edition import Edition, Sender, Tracking
from newsletter.rendering.inline import inline_styles
from newsletter.rendering.lines import WIDTH, columns, wrap
from newsletter.rendering.mjml import compile_mjml
from newsletter.rendering.share import share_links
from newsletter.rendering.templates import Splices, Templates
from newsletter.rendering.view import context, page_url, picture_url
from newsletter.rendering.wrapper import with_landmark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.rendering.pictures import PictureFile


def render(
    issue: Issue, office: Office, *, templates: Templates, pictures: Mapping[str, PictureFile]
) -> Edition:
    """Return the edition of an issue.

    `pictures` holds every picture that `issue.pictures` and the office's logo name. Raises
    MistakeError where a template is wrong, with its file and line.
    """
    shown = context(issue, office, pictures)
    shown["share"] = share_links(office.share, page_url(office, issue.date), issue.front.subject)
    return Edition(
        issue=issue.date,
        subject=_one_line(templates.text("subject.txt.j2", shown)),
        preheader=issue.front.preheader,
        html=_email(issue, office, templates, shown),
        text=_tidy(templates.text("email.txt.j2", shown)),
        web=_page(issue, templates, shown),
        sender=Sender(office.sender.name, office.sender.email, office.sender.reply_to),
        list_id=f"{_header_words(str(shown['newsletter']))} <{_list_name(office)}>",
        tracking=Tracking.ON if office.tracking else Tracking.OFF,
    )


def _email(issue: Issue, office: Office, templates: Templates, shown: Mapping[str, object]) -> str:
    splices = Splices()

    def url(picture: PictureFile) -> str:
        return picture_url(office, issue.date, picture)

    mjml = templates.mjml("email.mjml.j2", {**shown, "url": url}, splices)
    css = templates.page("email.css.j2", shown)
    return with_landmark(inline_styles(splices.splice(compile_mjml(mjml)), css))


def _page(issue: Issue, templates: Templates, shown: Mapping[str, object]) -> str:
    def url(picture: PictureFile) -> str:
        return f"pictures/{picture.file}"

    del issue
    return templates.page("web.html.j2", {**shown, "url": url})


def _tidy(text: str) -> str:
    """Wrap what a template left long, and leave one empty line where there are several."""
    lines = "\n".join(
        line.rstrip() if columns(line) <= WIDTH else _wrapped(line) for line in text.split("\n")
    )
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def _wrapped(line: str) -> str:
    found = re.match(r"[> ]*(?:(?:\*|\d+\.) )?", line)
    margin = found[0] if found else ""
    return wrap(line[len(margin) :], first=margin, rest=re.sub(r"[^>]", " ", margin))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _header_words(words: str) -> str:
    return re.sub(r'["\\<>\r\n]', "", words)


def _list_name(office: Office) -> str:
    """Return the list's name below the office's own domain (RFC 2919, section 2)."""
    return f"newsletter.{urlsplit(office.site).hostname}"
