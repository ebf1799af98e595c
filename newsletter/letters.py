"""Write single letters to people who asked for one, and have each carried once."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from newsletter.errors import CulpritError, NewsletterError, TransportError, UncertainError
from newsletter.links import Purpose
from newsletter.personalization import Personalization
from newsletter.rendering.edition import Edition, Sender

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsletter.delivery import Transport
    from newsletter.links import Signer
    from newsletter.rendering.website import Website

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
"""What has machines leave a letter unanswered: RFC 3834 §5.2, and Exchange's own (MS-OXCMAIL)."""

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""How long a letter waits after each try that the carrier did not take; then it is given up."""


class LetterKind(StrEnum):
    """What a letter is for."""

    CONFIRM = "confirm"
    """Somebody asked for the newsletter: was it you?"""
    KNOWN = "known"
    """Somebody asked for the newsletter at an address that gets it already."""
    DATA = "data"
    """The way to what is held on you."""


class Asking(StrEnum):
    """How a letter was asked for."""

    FORM = "form"
    """By an address that was typed; whoever typed it may be anybody."""
    LINK = "link"
    """By a link of ours, which nobody has who has not got our email."""


class LetterState(StrEnum):
    """How far a letter has come; what is uncertain is never sent again by itself."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that is to be sent: to whom, about what, and how often it was tried before.

    `key` names the letter, `person` is the opaque key of whoever gets it.
    """

    key: str
    kind: LetterKind
    person: str
    address: str
    language: str
    tries: int = 0


class Outbox(Protocol):
    """What remembers letters: newsletter/database/letters.py does."""

    def claim(self) -> Letter | None:
        """Take the next letter that is due, and commit that; None when none is."""
        ...

    def settle(self, letter: Letter, state: LetterState, reason: str = "") -> None:
        """Record what became of a claimed letter."""
        ...

    def put_off(self, letter: Letter, pause: timedelta, reason: str) -> None:
        """Give a claimed letter back, to be tried again after `pause`."""
        ...


@dataclass(frozen=True, slots=True)
class Stationery:
    """What letters are written with: the look of the office, and the signer of their links."""

    website: Callable[[], Website]
    signer: Signer
    now: Callable[[], datetime]

    def write(self, letter: Letter) -> tuple[Edition, Personalization]:
        """Return a letter as a carrier takes it.

        Nothing that was typed into a form stands in it: whoever typed it may be another.
        """
        website, now = self.website(), self.now()
        shown = {
            "kind": letter.kind.value,
            "link": self._link(website.office.base_url, letter),
            "direction": "ltr",
        }
        parts = {
            part: website.letter(
                f"letter.{part}.j2", language=letter.language, today=now.date(), **shown
            )
            for part in ("subject.txt", "txt")
        }
        page = website.page("letter.html.j2", language=letter.language, today=now.date(), **shown)
        office = website.office
        subject = " ".join(html.unescape(parts["subject.txt"]).split())
        edition = Edition(
            issue=now.date(),
            subject=subject,
            preheader="",
            html=page,
            text=parts["txt"].strip() + "\n",
            web="",
            sender=Sender(office.sender.name, office.sender.email, office.sender.reply_to),
            list_id="",
        )
        return edition, Personalization(letter.key, letter.address, {}, HEADERS)

    def _link(self, base_url: str, letter: Letter) -> str:
        if letter.kind is LetterKind.CONFIRM:
            token = self.signer.passing_token(Purpose.CONFIRM, letter.person, now=self.now)
            return f"{base_url}/join/confirm/{token}?lang={letter.language}"
        token = self.signer.passing_token(Purpose.DATA_ACCESS, letter.person, now=self.now)
        return f"{base_url}/my-data/open/{token}?lang={letter.language}"


@dataclass(frozen=True, slots=True)
class Postman:
    """Carry what waits in the outbox: claimed, sent, settled, one letter after the other."""

    outbox: Outbox
    stationery: Stationery
    transport: Transport

    def carry_one(self) -> bool:
        """Carry the next letter that is due; return whether there was one."""
        letter = self.outbox.claim()
        if letter is None:
            return False
        self._carry(letter)
        return True

    def _carry(self, letter: Letter) -> None:
        try:
            edition, person = self.stationery.write(letter)
        except NewsletterError as error:  # such as a template of the office that is wrong
            self._try_later(letter, error)
            return
        # Whatever else is raised leaves the letter claimed: nobody knows whether it left.
        try:
            self.transport.send(edition, [person], dispatch="letter")
        except UncertainError as error:
            self.outbox.settle(letter, LetterState.UNCERTAIN, error.message)
        except CulpritError as error:
            self.outbox.settle(letter, LetterState.REFUSED, error.message)
        except TransportError as error:
            # It was certainly not taken, and what is wrong with the account may be mended.
            self._try_later(letter, error)
        else:
            self.outbox.settle(letter, LetterState.ACCEPTED)

    def _try_later(self, letter: Letter, error: NewsletterError) -> None:
        if letter.tries >= len(PAUSES):
            self.outbox.settle(letter, LetterState.REFUSED, error.message)
        else:
            self.outbox.put_off(letter, PAUSES[letter.tries], error.message)
