"""Remember which letters are owed to people, and that each is tried by one process at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from newsletter.audience.subscriber import ConsentState
from newsletter.database.connections import Connections, Lock
from newsletter.database.schema import consents, letters, subscribers
from newsletter.letters import Asking, Letter, LetterKind, LetterState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

MOST_A_DAY = 3
"""How many letters one person gets within a day by links, and as many by forms.

They are counted apart: whoever types somebody's address keeps them from no letter that they ask
for themselves.
"""

MOST_UNANSWERED = 10
"""How many letters one person gets within 30 days by forms, if they never confirm or leave.

Three on each of three days, and one more: whoever wants a letter has asked somebody by then what
is wrong; whoever does not is left in peace.
"""

APART = timedelta(minutes=5)
"""How long another letter of the same kind has to wait: a form may be sent twice by mistake.

Whoever has confirmed or left meanwhile, and whose letter was lost, does not wait.
"""

LOST_AFTER = timedelta(minutes=10)
"""How long after its claim a letter counts as lost with the process that had it."""

KEPT = timedelta(days=60)
"""How long it is remembered that a letter was written."""

NOBODY = "nobody"
_DAY = timedelta(days=1)
_MONTH = timedelta(days=30)
_LOST = (LetterState.REFUSED.value, LetterState.UNCERTAIN.value)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters that wait, and what became of the others.

    `delay` says how long the next one waits: if it left at once, whoever watches how busy the
    service is would see by that who is on record.
    """

    connections: Connections
    now: Callable[[], datetime]
    token: Callable[[], str]
    delay: Callable[[], timedelta]

    def post(
        self,
        connection: Connection,
        kind: LetterKind,
        person: str,
        language: str,
        *,
        asked_by: Asking,
    ) -> None:
        """Write down that somebody is to get a letter, unless they have had enough of them.

        An empty `person` is nobody's key: that takes as long, and comes to nothing. The
        caller's transaction must be alone in changing the audience.
        """
        now = self.now()
        state = LetterState.WAITING.value
        if not person or _had_enough(connection, kind, person, asked_by, now):
            person, state = "", NOBODY
        connection.execute(
            insert(letters).values(
                key=self.token(),
                kind=kind.value,
                subscriber_key=person,
                language=language,
                state=state,
                reason="",
                tries=0,
                asked_at=now,
                asked_by=asked_by.value,
                due_at=now + self.delay(),
            )
        )

    def claim(self) -> Letter | None:
        """Take the next letter that is due, and commit that; None when none is.

        What a process had claimed that died is uncertain, and not sent again. A letter to
        somebody who has been erased meanwhile is gone with them.
        """
        with self.connections.reading() as connection:
            if not _is_anything_to_do(connection, self.now()):
                return None
        with self.connections.writing(Lock.LETTERS) as connection:
            now = self.now()
            _give_up_the_lost(connection, now)
            _tidy(connection, now)
            row = connection.execute(
                select(letters, subscribers.c.email)
                .join(subscribers, subscribers.c.key == letters.c.subscriber_key)
                .where(letters.c.state == LetterState.WAITING.value, letters.c.due_at <= now)
                .order_by(letters.c.due_at, letters.c.id)
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            connection.execute(
                update(letters)
                .where(letters.c.id == row.id)
                .values(state=LetterState.CLAIMED.value, claimed_at=now, tries=row.tries + 1)
            )
        kind = LetterKind(row.kind)
        return Letter(row.key, kind, row.subscriber_key, row.email, row.language, row.tries)

    def settle(self, letter: Letter, state: LetterState, reason: str = "") -> None:
        """Record what became of a claimed letter."""
        self._write(letter, state=state.value, reason=reason, settled_at=self.now())

    def put_off(self, letter: Letter, pause: timedelta, reason: str) -> None:
        """Give a claimed letter back, to be tried again after `pause`."""
        state = LetterState.WAITING.value
        self._write(letter, state=state, reason=reason, due_at=self.now() + pause)

    def counts(self) -> dict[str, int]:
        """Return how many letters are in each state, those to nobody left out."""
        with self.connections.reading() as connection:
            found = connection.execute(
                select(letters.c.state, func.count())
                .where(letters.c.state != NOBODY)
                .group_by(letters.c.state)
            ).all()
        return dict.fromkeys(map(str, LetterState), 0) | {row[0]: row[1] for row in found}

    def _write(self, letter: Letter, **values: object) -> None:
        with self.connections.writing(Lock.LETTERS) as connection:
            connection.execute(
                update(letters)
                .where(letters.c.key == letter.key, letters.c.state == LetterState.CLAIMED.value)
                .values(**values)
            )


def _had_enough(
    connection: Connection, kind: LetterKind, person: str, asked_by: Asking, now: datetime
) -> bool:
    rows = connection.execute(
        select(letters.c.kind, letters.c.asked_at, letters.c.state).where(
            letters.c.subscriber_key == person,
            letters.c.asked_by == asked_by.value,
            letters.c.asked_at > now - _MONTH,
        )
    ).all()
    answered = _answered(connection, person)
    open_ones = [row for row in rows if answered is None or row.asked_at > answered]
    just_now = any(
        row.kind == kind.value and row.state not in _LOST and row.asked_at > now - APART
        for row in open_ones
    )
    too_many = asked_by is Asking.FORM and len(open_ones) >= MOST_UNANSWERED
    today = sum(row.asked_at > now - _DAY for row in rows)
    return just_now or too_many or today >= MOST_A_DAY


def _answered(connection: Connection, person: str) -> datetime | None:
    """Return when somebody last confirmed or left; a letter from before has had its day."""
    statement = (
        select(func.max(consents.c.recorded_at))
        .join(subscribers, subscribers.c.id == consents.c.subscriber_id)
        .where(subscribers.c.key == person, consents.c.state != ConsentState.PENDING.value)
    )
    answered: datetime | None = connection.scalar(statement)
    return answered


def _is_anything_to_do(connection: Connection, now: datetime) -> bool:
    waiting = (letters.c.state == LetterState.WAITING.value) & (letters.c.due_at <= now)
    lost = (letters.c.state == LetterState.CLAIMED.value) & (
        letters.c.claimed_at < now - LOST_AFTER
    )
    return connection.scalar(select(letters.c.id).where(waiting | lost).limit(1)) is not None


def _tidy(connection: Connection, now: datetime) -> None:
    """Forget what is long past, and what is owed to people who are not on record any more."""
    people = select(subscribers.c.key)
    gone = (letters.c.state == LetterState.WAITING.value) & letters.c.subscriber_key.not_in(people)
    connection.execute(delete(letters).where(gone | (letters.c.asked_at < now - KEPT)))


def _give_up_the_lost(connection: Connection, now: datetime) -> None:
    connection.execute(
        update(letters)
        .where(
            letters.c.state == LetterState.CLAIMED.value,
            letters.c.claimed_at < now - LOST_AFTER,
        )
        .values(
            state=LetterState.UNCERTAIN.value,
            reason="The process that sent it ended before the answer.",
            settled_at=now,
        )
    )
