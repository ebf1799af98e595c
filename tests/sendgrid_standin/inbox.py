"""Keep what each address would have received, with its substitutions made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it lies in one person's inbox."""

    sender: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    custom_args: Mapping[str, str]


def delivered(mail: dict[str, Any]) -> Iterator[tuple[str, Received]]:
    """Yield each address with its message, in the order of the request."""
    parts = {part["type"]: part["value"] for part in mail["content"]}
    for person in mail["personalizations"]:
        values = person.get("substitutions", {})
        message = Received(
            sender=mail["from"]["email"],
            reply_to=_substituted(mail.get("reply_to", mail["from"])["email"], values),
            subject=_substituted(person.get("subject", mail["subject"]), values),
            text=_substituted(parts.get("text/plain", ""), values),
            html=_substituted(parts.get("text/html", ""), values),
            headers=mail.get("headers", {}) | person.get("headers", {}),
            custom_args=mail.get("custom_args", {}) | person.get("custom_args", {}),
        )
        for box in person["to"]:
            yield box["email"], message


def _substituted(template: str, values: Mapping[str, str]) -> str:
    """Replace tag after tag, raw: a value that holds a tag is replaced in its turn."""
    for tag, value in values.items():
        template = template.replace(tag, value)
    return template
