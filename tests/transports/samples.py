"""Make editions and people for the tests of messages and transports."""

from __future__ import annotations

from datetime import date

from newsletter.personalization import Personalization
from newsletter.rendering.edition import Edition, Sender

SUBJECT = "Your trains, -nl_subject_name-, and “a vote” that matters 🚆"
TEXT = "Dear -nl_text_name-,\n\nShwmae! Ŵyn ac ŷd: “café”.\n\nStop these: -nl_link-\n"
HTML = (
    "<!doctype html>\n<p>Dear -nl_html_name-,</p>\n<p>Shwmae! Ŵyn ac ŷd: “café”.</p>\n"
    '<p><a href="-nl_link-">Stop these</a></p>\n'
)


def edition(
    *,
    subject: str = SUBJECT,
    text: str = TEXT,
    html: str = HTML,
    sender: str = "Siân Halloway MP",
    list_id: str = "Ashcombe East <update.example.org>",
) -> Edition:
    return Edition(
        issue=date(2019, 2, 18),
        subject=subject,
        preheader="What I asked on Tuesday",
        html=html,
        text=text,
        web="<!doctype html>\n",
        sender=Sender(sender, "update@example.org", "robin@example.org"),
        list_id=list_id,
    )


def person(number: int = 1, *, name: str = "Zoë Ó Néill & <Co>") -> Personalization:
    link = f"https://update.example.org/u/{number:032x}?t={'0123456789abcdef' * 8}"
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Personalization(
        key=f"{number:032x}",
        address=f"reader-{number}@constituents.example",
        substitutions={
            "-nl_subject_name-": name,
            "-nl_text_name-": name,
            "-nl_html_name-": escaped,
            "-nl_link-": link,
        },
        headers={
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def people(count: int) -> list[Personalization]:
    return [person(number, name=f"Reader N{number}x") for number in range(1, count + 1)]
