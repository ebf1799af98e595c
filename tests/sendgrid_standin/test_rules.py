"""The stand-in refuses what SendGrid refuses, or else a test against it proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from newsletter.transports.sendgrid import payload
from tests.sendgrid_standin.openapi import DOCUMENT, schema_wrongs
from tests.sendgrid_standin.rules import Wrong, wrongs
from tests.transports.samples import edition, people

if TYPE_CHECKING:
    from collections.abc import Mapping

NOON = 1_550_491_200.0


def mail(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    """Return a right mail to two people, with some of it changed."""
    return payload(edition(), people(2), "d-1") | changes


def to(*persons: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mail to these personalizations."""
    return mail(personalizations=list(persons))


def box(email: str = "a@b.example", **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- any JSON
    """Return a personalization for one address."""
    return {"to": [{"email": email}], **more}


def many(count: int) -> dict[str, Any]:
    return to(*(box(f"r{number}@b.example") for number in range(count)))


RIGHT = [
    mail(),
    many(1000),
    to(box(substitutions={"-a-": "é" * 4998})),  # 9,999 bytes
    to(box(), box("A2@b.example", cc=[{"email": "c@b.example"}])),
    to({"to": [{"email": "a@b.example", "name": "Robin Halloway"}]}),
    mail(custom_args={"a": "b"}),
    mail(categories=[f"c{number}" for number in range(10)]),
    mail(content=[{"type": "text/html", "value": "x"}]),
    mail(send_at=int(NOON) + 72 * 3600),
    mail(send_at=1),
]

WRONG = {
    "not an object": ([], None),
    "an unknown property": (mail(sendat=1), "sendat"),
    "nobody": (to(), "personalizations"),
    "people that are no list": (mail(personalizations={}), "personalizations"),
    "a person that is no object": (to(box(), "x"), "personalizations"),  # type: ignore[arg-type]  # the fault
    "1001 people": (many(1001), "personalizations"),
    "1001 recipients of one": (
        to({"to": [{"email": f"r{number}@b.example"} for number in range(1001)]}),
        "personalizations",
    ),
    "the same address twice": (to(box(), box("A@B.example")), "personalizations"),
    "an empty to": (to({"to": []}), "personalizations.0.to"),
    "no to": (to({}), "personalizations.0.to"),
    "no address": (to(box("nobody")), "personalizations.0.to.0.email"),
    "a blank in an address": (to(box("a b@c.example")), "personalizations.0.to.0.email"),
    "an address that is no object": (to({"to": ["a@b.example"]}), "personalizations.0.to.0.email"),
    "a comma in a name": (
        to({"to": [{"email": "a@b.example", "name": "Halloway, R"}]}),
        "personalizations.0.to.0.name",
    ),
    "a semicolon in a name": (
        to({"to": [{"email": "a@b.example", "name": "R; H"}]}),
        "personalizations.0.to.0.name",
    ),
    "long substitutions": (
        to(box(substitutions={"-a-": "é" * 4999})),
        "personalizations.0.substitutions",
    ),
    "a number to substitute": (
        to(box(substitutions={"-a-": 1})),
        "personalizations.0.substitutions",
    ),
    "custom_args that are no strings": (
        to(box(custom_args={"a": {"b": "c"}})),
        "personalizations.0.custom_args",
    ),
    "long custom_args": (
        to(box(custom_args={"a": "x" * 10_000})),
        "personalizations.0.custom_args",
    ),
    "custom_args of all that are no object": (mail(custom_args="a"), "custom_args"),
    "a header of SendGrid's own": (
        to(box(headers={"Reply-To": "a@b.example"})),
        "personalizations.0.headers.Reply-To",
    ),
    "a header of SendGrid's own for all": (mail(headers={"CC": "x"}), "headers.CC"),
    "a header beyond ASCII": (
        to(box(headers={"X-Own": "ŵ"})),
        "personalizations.0.headers.X-Own",
    ),
    "a header on two lines": (mail(headers={"X-Own": "a\r\nBcc: b"}), "headers.X-Own"),
    "headers that are no object": (mail(headers=["X-Own: 1"]), "headers"),
    "a sender beyond ASCII": (mail(**{"from": {"email": "siân@b.example"}}), "from.email"),
    "a sender that is no object": (mail(**{"from": "a@b.example"}), "from.email"),
    "replies to nowhere": (mail(reply_to={"email": ""}), "reply_to.email"),
    "no subject": (mail(subject=""), "subject"),
    "no content": (mail(content=[]), "content"),
    "HTML before text": (mail(content=mail()["content"][::-1]), "content"),
    "an empty part": (mail(content=[{"type": "text/plain", "value": ""}]), "content"),
    "a part of another kind": (mail(content=[{"type": "text/amp", "value": "x"}]), "content"),
    "a part that is no string": (mail(content=[{"type": "text/plain", "value": 1}]), "content"),
    "eleven categories": (mail(categories=[f"c{n}" for n in range(11)]), "categories"),
    "a category twice": (mail(categories=["a", "a"]), "categories"),
    "a long category": (mail(categories=["a" * 256]), "categories"),
    "a category beyond ASCII": (mail(categories=["ŵ"]), "categories"),
    "categories that are no list": (mail(categories="newsletter"), "categories"),
    "a time too far ahead": (mail(send_at=int(NOON) + 72 * 3600 + 1), "send_at"),
    "a time that is text": (mail(send_at="1"), "send_at"),
    "a person's time too far ahead": (
        to(box(send_at=int(NOON) + 999_999)),
        "personalizations.0.send_at",
    ),
}


@pytest.mark.parametrize("right", RIGHT)
def test_right_mail_is_taken(right: dict[str, Any]) -> None:
    """Up to its limits SendGrid takes everything."""
    assert wrongs(right, now=NOON) == []
    assert schema_wrongs(right) == []


@pytest.mark.parametrize("case", WRONG)
def test_wrong_mail_is_refused_where_it_is_wrong(case: str) -> None:
    """SendGrid names the field, and takes nothing of the whole request."""
    body, field = WRONG[case]
    assert field in [wrong.field for wrong in wrongs(body, now=NOON)]


def test_an_invalid_address_comes_back_in_the_error() -> None:
    """SendGrid quotes it, so that our own errors must not hand it on."""
    assert wrongs(to(box("nobody")), now=NOON) == [
        Wrong("Does not contain a valid address: nobody", "personalizations.0.to.0.email")
    ]


@pytest.mark.skipif(not DOCUMENT.exists(), reason="../shared is not there")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (
            mail(tracking_settings={"open_tracking": {"enable": "no"}}),
            "tracking_settings.open_tracking.enable",
        ),
        (mail(asm={}), "asm"),
        (mail(custom_args={"a": 1}), "custom_args.a"),
        (mail(template_id=1), "template_id"),
    ],
)
def test_the_openapi_document_is_kept_too(body: dict[str, Any], field: str) -> None:
    """It knows the types of all that the rules do not name."""
    assert [wrong.field for wrong in schema_wrongs(body)] == [f"$.{field}"]
