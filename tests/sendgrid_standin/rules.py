"""Refuse what SendGrid refuses in the body of POST /v3/mail/send.

The limits are those of SendGrid's documentation, which its OpenAPI document leaves out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_RECIPIENTS = 1000
MOST_BYTES_FOR_ONE = 10_000
FARTHEST_AHEAD = 72 * 3600  # seconds
OUR_OWN_HEADERS = {
    "x-sg-id",
    "x-sg-eid",
    "received",
    "dkim-signature",
    "content-type",
    "content-transfer-encoding",
    "to",
    "from",
    "subject",
    "reply-to",
    "cc",
    "bcc",
}
KNOWN = {
    "personalizations",
    "from",
    "reply_to",
    "reply_to_list",
    "subject",
    "content",
    "attachments",
    "template_id",
    "headers",
    "categories",
    "custom_args",
    "send_at",
    "batch_id",
    "asm",
    "ip_pool_name",
    "mail_settings",
    "tracking_settings",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that SendGrid would not take, and where it stands."""

    message: str
    field: str | None = None

    def as_data(self) -> dict[str, str | None]:
        return {"message": self.message, "field": self.field, "help": None}


def wrongs(mail: Any, *, now: float) -> list[Wrong]:  # noqa: ANN401 -- any JSON at all
    """Return all that is wrong with `mail`; `now` is in seconds since 1970."""
    if not isinstance(mail, dict):
        return [Wrong("The body must be a JSON object.")]
    return [
        *(Wrong("Nobody knows this property.", name) for name in mail if name not in KNOWN),
        *_people(mail),
        *_envelope(mail),
        *_content(mail.get("content")),
        *_categories(mail.get("categories", [])),
        *_time(mail, "send_at", now),
        *(
            wrong
            for index, person in enumerate(_objects(mail.get("personalizations")))
            for wrong in _person(person, f"personalizations.{index}", now)
        ),
    ]


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _people(mail: dict[str, Any]) -> Iterator[Wrong]:
    """Check the list as a whole: its size, and that each address stands in it once."""
    people = mail.get("personalizations")
    if not isinstance(people, list) or not people:
        yield Wrong("There must be at least one personalization.", "personalizations")
        return
    if len(people) > MOST_RECIPIENTS or len(_objects(people)) != len(people):
        yield Wrong("There may be 1000 personalizations, each an object.", "personalizations")
    boxes = [
        str(box.get("email", "")).lower()
        for person in _objects(people)
        for kind in ("to", "cc", "bcc")
        for box in _objects(person.get(kind))
    ]
    if len(boxes) > MOST_RECIPIENTS:
        yield Wrong("A request may have 1000 recipients in all.", "personalizations")
    if any(times > 1 for times in Counter(boxes).values()):
        yield Wrong("An address may stand in a request only once.", "personalizations")


def _person(person: dict[str, Any], place: str, now: float) -> Iterator[Wrong]:
    to = person.get("to")
    if not isinstance(to, list) or not to:
        yield Wrong("Somebody must be the recipient.", f"{place}.to")
    for index, box in enumerate(to if isinstance(to, list) else ()):
        yield from _address(box, f"{place}.to.{index}")
        if isinstance(box, dict) and set(str(box.get("name", ""))) & set(";,"):
            yield Wrong("A name may hold no ; and no comma.", f"{place}.to.{index}.name")
    yield from _strings(person, "substitutions", place, MOST_BYTES_FOR_ONE)
    yield from _strings(person, "custom_args", place, MOST_BYTES_FOR_ONE)
    yield from _headers(person, place)
    yield from _time(person, f"{place}.send_at", now)


def _envelope(mail: dict[str, Any]) -> Iterator[Wrong]:
    sender = mail.get("from")
    yield from _address(sender, "from")
    if isinstance(sender, dict) and not str(sender.get("email", "")).isascii():
        yield Wrong("The sender's address must be ASCII.", "from.email")
    if "reply_to" in mail:
        yield from _address(mail["reply_to"], "reply_to")
    subject = mail.get("subject")
    if not isinstance(subject, str) or not subject:
        yield Wrong("The subject is required.", "subject")
    yield from _headers(mail, "")
    yield from _strings(mail, "custom_args", "", MOST_BYTES_FOR_ONE)


def _address(box: object, place: str) -> Iterator[Wrong]:
    email = box.get("email") if isinstance(box, dict) else None
    local, _, domain = email.rpartition("@") if isinstance(email, str) else ("", "", "")
    if not local or "." not in domain or any(c.isspace() for c in f"{email}"):
        # SendGrid quotes what it was given, so the address comes back in its error.
        yield Wrong(f"Does not contain a valid address: {email}", f"{place}.email")


def _strings(owner: dict[str, Any], name: str, place: str, most: int) -> Iterator[Wrong]:
    values = owner.get(name, {})
    place = f"{place}.{name}".lstrip(".")
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        yield Wrong("Every value must be a string.", place)
    elif sum(len(f"{key}{value}".encode()) for key, value in values.items()) > most:
        yield Wrong(f"These may have {most} bytes together.", place)


def _headers(owner: dict[str, Any], place: str) -> Iterator[Wrong]:
    headers = owner.get("headers", {})
    place = f"{place}.headers".lstrip(".")
    yield from _strings(owner, "headers", place.removesuffix("headers").rstrip("."), 30_000_000)
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if name.lower() in OUR_OWN_HEADERS:
            yield Wrong("This header may not be overridden.", f"{place}.{name}")
        if not f"{name}{value}".isascii() or not f"{name}{value}".isprintable():
            yield Wrong("A header must be printable ASCII.", f"{place}.{name}")


def _content(content: object) -> Iterator[Wrong]:
    parts = _objects(content)
    if not parts or any(not isinstance(part.get("value"), str) for part in parts):
        yield Wrong("The content must be a list of parts with strings.", "content")
    if any(not part.get("value") for part in parts):
        yield Wrong("Each part must hold at least one character.", "content")
    kinds = [str(part.get("type")) for part in parts]
    if kinds not in (["text/plain"], ["text/html"], ["text/plain", "text/html"]):
        yield Wrong("text/plain comes first, then text/html, each once.", "content")


def _categories(names: object) -> Iterator[Wrong]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        yield Wrong("Categories are a list of strings.", "categories")
        return
    if len(names) > 10 or len(set(names)) < len(names):
        yield Wrong("There may be ten categories, each once.", "categories")
    if any(not name.isascii() or len(name) > 255 for name in names):
        yield Wrong("A category has at most 255 characters of ASCII.", "categories")


def _time(owner: dict[str, Any], place: str, now: float) -> Iterator[Wrong]:
    moment = owner.get("send_at", 0)
    if type(moment) is not int or moment > now + FARTHEST_AHEAD:
        yield Wrong("A time to send is a whole number, at most 72 hours ahead.", place)
