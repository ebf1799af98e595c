"""Do what visitors of the web site ask for, and write down the letters that answer them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from newsletter.audience.address import fold, parse_address
from newsletter.audience.subscriber import (
    Consent,
    ConsentState,
    Subscriber,
    SubscriberState,
    SuppressionReason,
)
from newsletter.database import applications
from newsletter.database.auditing import note
from newsletter.database.connections import Connections, Lock
from newsletter.database.held import Held, held_in_vain, held_under
from newsletter.database.pseudonyms import find_pseudonyms, pseudonyms
from newsletter.database.schema import (
    consents,
    import_changes,
    letters,
    subscriber_segments,
    subscribers,
    suppressions,
)
from newsletter.database.signing_up import known_person, last_step, on_record
from newsletter.letters import Asking, LetterKind

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from newsletter.database.letters import Letters
    from newsletter.database.people import Person
    from newsletter.database.signing_up import SigningUp

ACTOR = "public page"
"""Who is named in the records of what visitors do themselves."""


_PAGE = 1_000

NEVER_BY_FORM = (SuppressionReason.MANUAL.value, SuppressionReason.COMPLAINED.value)
"""Why an address gets no letter that somebody asks for by typing it: its owner may be another.

Whoever left, or could not be reached, may change their mind; these have told the office itself, or
their mailbox provider, that they want no more of it, and it is the office that lets them back in.
"""

UNCONFIRMED = timedelta(days=30)
"""How long somebody who asked and never confirmed is kept on record."""


@dataclass(frozen=True, slots=True)
class Details:
    """What a person says of themselves, beside their address."""

    first_name: str
    last_name: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked for and has yet to confirm: who they will be, and their consent."""

    person: Subscriber
    consent: Consent


@dataclass(frozen=True, slots=True)
class Visitors:
    """What people do on the web site; `key` is always the opaque key of a person."""

    connections: Connections
    signing_up: SigningUp
    letters: Letters

    def apply(
        self, person: Subscriber, consent: Consent, *, offered: Collection[str], language: str
    ) -> None:
        """Record that somebody asked for the newsletter, and owe their address a letter.

        `offered` are the topics that they could choose from. Of somebody on record nothing
        changes before their click in that letter: whoever typed the address may be another.
        Those whom `NEVER_BY_FORM` is about get none. Raises MistakeError for what is no address.
        """
        with self.connections.writing(Lock.AUDIENCE) as connection:
            known = known_person(connection, person.email)
            kind, key = LetterKind.CONFIRM, ""
            if _is_subscribed(known):
                kind, key = LetterKind.KNOWN, _key(connection, known.folded)
            elif not _is_left_alone(connection, known.folded):
                key = self.signing_up.ask_within(
                    connection, known, person, consent, offered=offered, recorded_by=ACTOR
                )
            self.letters.post(connection, kind, key, language, asked_by=Asking.FORM)

    def come_back(self, key: str, consent: Consent, *, language: str) -> bool:
        """Record that whoever left asks for the newsletter again, and owe them a letter.

        Returns whether the key is anybody's: where to write to whoever was erased nobody knows.
        """
        with self.connections.writing(Lock.AUDIENCE) as connection:
            row = _row(connection, key)
            if row is None:
                return False
            kind, known = LetterKind.KNOWN, known_person(connection, row.email)
            if not _is_subscribed(known):
                kind, person = LetterKind.CONFIRM, Subscriber(row.email)
                self.signing_up.ask_again_within(
                    connection, known, person, consent, recorded_by=ACTOR
                )
            self.letters.post(connection, kind, key, language, asked_by=Asking.LINK)
            return True

    def asked(self, key: str) -> Question | None:
        """Return what a person asked last and has not confirmed, or None."""
        with self.connections.reading() as connection:
            row = _row(connection, key)
            last = None if row is None else last_step(connection, row.id)
            if row is None or last is None or last.state != ConsentState.PENDING:
                return None
            held = on_record(connection, key)
            consent = Consent(last.at, last.source, last.wording)
            return Question(applications.outcome(connection, row, held), consent)

    def forget_unconfirmed(self) -> int:
        """Forget who asked on the web site and has not confirmed for long; return how many.

        Whoever typed the address may have been another, and its owner knows nothing of it. What
        was typed so about others is forgotten with them, but they are not counted.
        """
        now = self.signing_up.now()
        before = now - UNCONFIRMED
        with self.connections.reading() as connection:
            if not (
                _unconfirmed(connection, before) or applications.any_older(connection, before)
            ):
                return 0
        with self.connections.writing(Lock.AUDIENCE) as connection:
            gone = _unconfirmed(connection, before)
            applications.drop_older(connection, before)
            applications.drop(connection, gone)
            keys = select(subscribers.c.key).where(subscribers.c.id.in_(gone))
            connection.execute(delete(letters).where(letters.c.subscriber_key.in_(keys)))
            for table in (consents, subscriber_segments):
                connection.execute(delete(table).where(table.c.subscriber_id.in_(gone)))
            connection.execute(delete(subscribers).where(subscribers.c.id.in_(gone)))
            if gone:
                details = {"people": len(gone)}
                note(connection, now, ACTOR, "forget-unconfirmed", details=details)
        self.connections.forget()
        return len(gone)

    def owe_data(self, key: str, *, language: str) -> None:
        """Owe the address on record the way to what is held on it."""
        with self.connections.writing(Lock.AUDIENCE) as connection:
            person = "" if _row(connection, key) is None else key
            kind = LetterKind.DATA
            self.letters.post(connection, kind, person, language, asked_by=Asking.LINK)

    def owe_data_at(self, address: str, *, language: str) -> None:
        """Owe an address the way to what is held on it; of a stranger nothing is held.

        Those whom `NEVER_BY_FORM` is about get none. Raises MistakeError for what is no address.
        """
        folded = fold(parse_address(address))
        with self.connections.writing(Lock.AUDIENCE) as connection:
            key = _key(connection, folded)
            person = "" if _is_left_alone(connection, folded) else key
            kind = LetterKind.DATA
            self.letters.post(connection, kind, person, language, asked_by=Asking.FORM)

    def held(self, key: str) -> list[Held]:
        """Return what carriers hold for a person, to be sent at its time."""
        with self.connections.reading() as connection:
            return held_under(connection, key, self.signing_up.now())

    def held_in_vain(self, key: str) -> list[Held]:
        """Return what of it a person would not be sent any more: they left it, or its topics."""
        with self.connections.reading() as connection:
            return held_in_vain(connection, key, self.signing_up.now())

    def leave(self, key: str, *, source: str) -> list[Held]:
        """Record that a person wants no more mail; return what they get for all that."""
        self.signing_up.withdraw(key, source=source, recorded_by=ACTOR)
        return self.held_in_vain(key)  # asked before, what was handed over meanwhile is missed

    def drop_topics(self, key: str, topics: Collection[str]) -> list[Held]:
        """Take topics from somebody who wants fewer; return what they get for all that."""
        with self.connections.writing(Lock.AUDIENCE) as connection:
            row = _row(connection, key)
            if row is not None:
                applications.choose(connection, row.id, topics, ())
        return self.held_in_vain(key)

    def correct(
        self, key: str, details: Details, *, offered: Collection[str], chosen: Collection[str]
    ) -> Subscriber | None:
        """Put down what a person says of themselves; return them, or None for nobody.

        What is empty is taken out. Tags that were not offered, and wards, stay as they are.
        """
        with self.connections.writing(Lock.AUDIENCE) as connection:
            row = _row(connection, key)
            if row is None:
                return None
            applications.write_details(connection, row.id, **asdict(details))
            applications.choose(connection, row.id, offered, chosen)
            applications.drop(connection, [row.id])  # this is newer
            subject = pseudonyms(connection).of(row.email_folded)
            now = self.signing_up.now()
            note(connection, now, ACTOR, "correct", subject=subject)
        return self.signing_up.find(key)


def _is_subscribed(known: Person) -> bool:
    person = known.before.subscriber
    is_confirmed = person is not None and person.state is SubscriberState.CONFIRMED
    return is_confirmed and not known.before.suppressed


def _is_left_alone(connection: Connection, folded: str) -> bool:
    """Return whether an address is mailed nothing that somebody else may have asked for."""
    names = find_pseudonyms(connection)
    known_as = [folded] if names is None else [folded, names.of(folded)]
    statement = select(suppressions.c.id).where(
        suppressions.c.email_folded.in_(known_as), suppressions.c.reason.in_(NEVER_BY_FORM)
    )
    return connection.scalar(statement.limit(1)) is not None


def _unconfirmed(connection: Connection, before: datetime) -> list[int]:
    """Return whom nothing but a question on the web site has put on record, and that long ago."""
    more = select(consents.c.id).where(
        consents.c.subscriber_id == subscribers.c.id,
        (consents.c.recorded_by != ACTOR) | (consents.c.recorded_at >= before),
    )
    listed = select(import_changes.c.id).where(import_changes.c.subscriber_id == subscribers.c.id)
    statement = (
        select(subscribers.c.id)
        .where(
            subscribers.c.state == SubscriberState.PENDING.value,
            subscribers.c.import_id.is_(None),
            subscribers.c.created_at < before,
            ~more.exists(),
            ~listed.exists(),
        )
        .limit(_PAGE)
    )
    return list(connection.scalars(statement))


def _row(connection: Connection, key: str) -> Row[Any] | None:
    return connection.execute(select(subscribers).where(subscribers.c.key == key)).one_or_none()


def _key(connection: Connection, folded: str) -> str:
    """Return the key of a folded address, or nothing for a stranger."""
    statement = select(subscribers.c.key).where(subscribers.c.email_folded == folded)
    return connection.scalar(statement) or ""
