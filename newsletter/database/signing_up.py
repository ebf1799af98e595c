"""Record what people ask for themselves: to be sent the newsletter, and to be left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsletter.audience.address import fold, parse_address
from newsletter.audience.merging import opt_in, sign_up
from newsletter.audience.subscriber import (
    Consent,
    ConsentState,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)
from newsletter.database import applications
from newsletter.database.applications import Application
from newsletter.database.auditing import note
from newsletter.database.connections import Connections, Lock
from newsletter.database.listing import listing
from newsletter.database.people import Person, known_people
from newsletter.database.pseudonyms import PREFIX, find_pseudonyms, pseudonyms
from newsletter.database.recording import Pen, write_people
from newsletter.database.schema import consents, dispatch_recipients, subscribers, suppressions
from newsletter.database.suppressing import suppress_all
from newsletter.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import Connection, Row


@dataclass(frozen=True, slots=True)
class SigningUp:
    """What people do themselves, each step with its proof in the history of their consent.

    `key` is always the opaque key of a person, as it stands in links. `recorded_by` names
    what recorded it, such as `public page`.
    """

    connections: Connections
    now: Callable[[], datetime]
    token: Callable[[], str]

    def ask(self, person: Subscriber, consent: Consent, *, recorded_by: str) -> str:
        """Record that somebody asked to be subscribed, and return the key for their link.

        Until they confirm, nothing else changes: whoever typed the address may be another.
        Raises MistakeError for what is no address.
        """
        with self.connections.writing(Lock.AUDIENCE) as connection:
            known = known_person(connection, person.email)
            return self.ask_within(connection, known, person, consent, recorded_by=recorded_by)

    def ask_within(
        self,
        connection: Connection,
        known: Person,
        person: Subscriber,
        consent: Consent,
        *,
        recorded_by: str,
        offered: Collection[str] = (),
    ) -> str:
        """Do as `ask` does, in a transaction that is alone in changing the audience.

        What is said here of somebody on record waits for their click, and replaces what waited
        before. Of the topics `offered` they will have the segments of `person`, and no others.
        """
        key = self.ask_again_within(connection, known, person, consent, recorded_by=recorded_by)
        if known.id is not None:
            topics = tuple(dict.fromkeys((*offered, *person.segments)))
            applications.keep(connection, known.id, Application(person, topics, self.now()))
        return key

    def ask_again_within(
        self,
        connection: Connection,
        known: Person,
        person: Subscriber,
        consent: Consent,
        *,
        recorded_by: str,
    ) -> str:
        """Do as `ask_within` does, but of somebody on record nothing is said that could wait."""
        if known.id is not None:
            applications.drop(connection, [known.id])
        pen = self._pen(recorded_by, consent.source)
        person = _as_question(person, known)
        return _write(connection, known, sign_up(known.before, person, consent), pen)

    def confirm(self, key: str, consent: Consent, *, recorded_by: str) -> Subscriber:
        """Record that the person themselves confirmed what was asked last; return them.

        That lifts a suppression only if they asked after it: an old link must not bring
        anybody back. To confirm again changes nothing. Raises NotAllowedError otherwise.
        """
        with self.connections.writing(Lock.AUDIENCE) as connection:
            row = _row(connection, key)
            if row is None:
                raise _no_longer_valid()
            known = _known(connection, row)
            last = last_step(connection, row.id)
            if last is None or not _may_confirm(connection, known, last):
                raise _no_longer_valid()
            if last.state == ConsentState.PENDING:
                applications.fulfil(connection, row, on_record(connection, key))
                known, pen = _known(connection, row), self._pen(recorded_by, consent.source)
                after = opt_in(known.before, on_record(connection, key), consent)
                _write(connection, known, after, pen)
            return on_record(connection, key)

    def opt_in(self, person: Subscriber, consent: Consent, *, recorded_by: str) -> str:
        """Record a new and explicit wish to be mailed, which lifts every suppression.

        It is for a wish that the person certainly uttered themselves, such as a signed card:
        it is proven by `consent`. Returns the key. Raises MistakeError for what is no address.
        """
        with self.connections.writing(Lock.AUDIENCE) as connection:
            known = known_person(connection, person.email)
            if known.id is not None:
                applications.drop(connection, [known.id])
            pen = self._pen(recorded_by, consent.source)
            person = _as_question(person, known)
            after = opt_in(known.before, person, consent)
            subject = pseudonyms(connection).of(known.folded)
            note(connection, pen.now, recorded_by, "opt-in", subject=subject)
            return _write(connection, known, after, pen)

    def withdraw(self, key: str, *, source: str, recorded_by: str) -> bool:
        """Record that the person wants no more mail, at once and for good.

        Links in old messages count, too, also of somebody who was erased and has come back
        since. Returns whether the key is anybody's.
        """
        with self.connections.reading() as connection:
            returned = _returned(connection, _folded(connection, key) or "")
        pen = self._pen(recorded_by, source)
        with self.connections.writing(Lock.AUDIENCE) as connection:
            folded = _folded(connection, key)
            # First whoever came back: known by a pseudonym, they would be suppressed already.
            for name in filter(None, (returned and _still_there(connection, returned), folded)):
                suppress_all(connection, [name], pen)
            return folded is not None

    def find(self, key: str) -> Subscriber | None:
        """Return the person of a key, with their segments and the state they are in."""
        with self.connections.reading() as connection:
            return None if _row(connection, key) is None else on_record(connection, key)

    def _pen(self, recorded_by: str, source: str) -> Pen:
        reason = SuppressionReason.UNSUBSCRIBED
        return Pen(self.now(), self.token, recorded_by, reason, source)


def known_person(connection: Connection, address: str) -> Person:
    """Return what is known of an address. Raises MistakeError for what is none."""
    folded = fold(parse_address(address))
    return known_people(connection, [folded])[folded]


def _known(connection: Connection, row: Row[Any]) -> Person:
    return known_people(connection, [row.email_folded])[row.email_folded]


def _as_question(person: Subscriber, known: Person) -> Subscriber:
    """Return the person as the list would have them: pending, under their address in full."""
    held = known.before.subscriber
    return Subscriber(
        email=held.email if held else parse_address(person.email),
        first_name=person.first_name,
        last_name=person.last_name,
        postcode=person.postcode,
        segments=person.segments,
        state=SubscriberState.PENDING,
    )


def _write(connection: Connection, known: Person, after: Any, pen: Pen) -> str:  # noqa: ANN401
    write_people(connection, [known.become(after)], pen)
    statement = select(subscribers.c.key).where(subscribers.c.email_folded == known.folded)
    return str(connection.execute(statement).scalar_one())


def _row(connection: Connection, key: str) -> Row[Any] | None:
    return connection.execute(select(subscribers).where(subscribers.c.key == key)).one_or_none()


def on_record(connection: Connection, key: str) -> Subscriber:
    """Return the person of a key that is somebody's, with their segments and state."""
    return next(listing(connection, subscribers.c.key == key)).subscriber


def _folded(connection: Connection, key: str) -> str | None:
    """Return whose key it is, though they may have left the list since they were mailed."""
    row = _row(connection, key)
    if row is not None:
        return str(row.email_folded)
    statement = select(dispatch_recipients.c.email_folded).where(dispatch_recipients.c.key == key)
    return connection.scalar(statement.order_by(dispatch_recipients.c.dispatch_id.desc()).limit(1))


def _returned(connection: Connection, folded: str) -> str:
    """Return the address behind a pseudonym that is on the list again, or nothing.

    Everybody on the list has to be looked at for it, so nobody must have to wait meanwhile.
    While the pseudonym is suppressed, whoever it stands for is not mailed anyway.
    """
    if not folded.startswith(PREFIX):
        return ""
    stands = select(suppressions.c.id).where(suppressions.c.email_folded == folded)
    names = find_pseudonyms(connection)
    if names is None or connection.scalar(stands) is not None:
        return ""
    everybody = connection.scalars(select(subscribers.c.email_folded)).all()
    return next((address for address in everybody if names.of(address) == folded), "")


def _still_there(connection: Connection, folded: str) -> str:
    """Return an address again unless it has left the list meanwhile: the erased stay unnamed."""
    listed = select(subscribers.c.email_folded).where(subscribers.c.email_folded == folded)
    return connection.scalar(listed) or ""


def last_step(connection: Connection, subscriber: int) -> Row[Any] | None:
    """Return the newest step in the history of somebody's consent."""
    return connection.execute(
        select(consents)
        .where(consents.c.subscriber_id == subscriber)
        .order_by(consents.c.id.desc())
        .limit(1)
    ).one_or_none()


def _may_confirm(connection: Connection, known: Person, last: Row[Any]) -> bool:
    if not known.before.suppressed:
        return bool(last.state != ConsentState.WITHDRAWN)
    statement = select(suppressions.c.at).where(
        suppressions.c.email_folded.in_([known.folded, known.pseudonym])
    )
    suppressed = max(connection.scalars(statement))
    return bool(last.state == ConsentState.PENDING and last.recorded_at > suppressed)


def _no_longer_valid() -> NotAllowedError:
    return NotAllowedError(
        "This link is no longer valid.", hint="Sign up once more to get a new one."
    )
