"""The story holds together: what is looked at, planned and sent is the same edition."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

import pytest

from newsletter import pipeline, proposal, sending
from newsletter.audience.recipient import Recipient
from newsletter.database.dispatches import Standing
from newsletter.delivery import State
from newsletter.errors import ConfigurationError, MistakeError, NotAllowedError, StoppedError
from newsletter.files import OfficeFolder
from newsletter.findings import Finding, Severity
from newsletter.links import Signer
from newsletter.pipeline import Draft
from newsletter.proposal import Plan
from newsletter.sending import Carriage
from tests.database.samples import bring_in, confirmed, crowd
from tests.offices import DAY, ISSUE, OFFICE, make_office

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsletter.audience.seat import Seat
    from newsletter.database.dispatches import Dispatch
    from newsletter.database.opening import Database
    from newsletter.delivery import Batch
    from newsletter.personalization import Personalization
    from newsletter.proposal import Audience
    from newsletter.rendering.edition import Edition

SUBJECT = "Your trains and a vote that matters"


@pytest.fixture
def desk(tmp_path: Path) -> OfficeFolder:
    return OfficeFolder(make_office(tmp_path / "office"))


def edit(desk: OfficeFolder, old: str, new: str) -> None:
    assert old in ISSUE
    path = desk.root / "issues" / DAY.isoformat() / "issue.md"
    path.write_text(ISSUE.replace(old, new), encoding="utf-8")


def planned(desk: OfficeFolder, database: Database, transport: str) -> Plan[Dispatch]:
    return proposal.plan(
        desk, database.dispatches, database.subscribers, day=DAY, transport=transport
    )


class Post:
    """A carrier that keeps what it was given."""

    batch_size = 2

    def __init__(self, name: str) -> None:
        self.name = name
        self.copies: list[tuple[str, Personalization]] = []

    def send(self, edition: Edition, batch: Sequence[Personalization], *, dispatch: str) -> None:
        assert len(bytes.fromhex(dispatch)) == 16
        self.copies += [(edition.subject, person) for person in batch]


class Nobody:
    """Who watches without a word."""

    def settled(self, batch: Batch, state: State) -> None: ...
    def pausing(self, seconds: float) -> None: ...
    def stopping(self) -> None: ...


def send(plan: Plan[Dispatch], database: Database, post: Post) -> Exception | None:
    carriage = Carriage(
        post,
        Signer(("a secret of the tests",)),
        "https://update.example.org",
        sleep=lambda _: None,
        parallel=1,
    )
    return sending.send(plan, database.dispatches, carriage=carriage, watcher=Nobody())


def test_a_carrier_that_cannot_warm_up_may_still_carry(
    desk: OfficeFolder, database: Database
) -> None:
    """It is a matter of milliseconds, and no reason to leave anybody without their issue."""
    bring_in(database, *crowd(1))
    tried = Event()

    def fail() -> None:
        tried.set()
        raise OSError

    post = Post("sendgrid")
    carriage = Carriage(
        post,
        Signer(("a secret of the tests",)),
        "https://update.example.org",
        sleep=lambda _: None,
        warm_up=fail,
    )
    plan = planned(desk, database, "sendgrid")
    ended = sending.send(plan, database.dispatches, carriage=carriage, watcher=Nobody())
    assert (ended, len(post.copies)) == (None, 1)
    assert tried.wait(60)


def test_an_issue_without_mistakes_becomes_an_edition(desk: OfficeFolder) -> None:
    """And its document is that of `check --json`."""
    draft = pipeline.prepare(desk, DAY)
    assert draft.edition is not None
    assert (draft.errors, draft.segment) == ((), "all")
    assert draft.document()["digest"] == draft.edition.digest
    assert pipeline.sendable(draft) is draft.edition


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("funding", "fundign", "issue.md:5"),
        ("# Your trains", "![No picture](lost.png)\n\n# Your trains", "issue.md:8"),
        ("funding", "segment: ward:Castle Hill\nfunding", "issue.md:5"),
    ],
)
def test_an_issue_with_a_mistake_becomes_none(
    desk: OfficeFolder, old: str, new: str, place: str
) -> None:
    """Nothing can be sent, and every mistake is told with its place."""
    edit(desk, old, new)
    draft = pipeline.prepare(desk, DAY)
    assert (draft.edition, draft.pictures) == (None, ())
    assert place in [finding.place for finding in draft.errors]
    with pytest.raises(MistakeError, match="error") as caught:
        pipeline.sendable(draft)
    assert caught.value.findings == draft.findings


def test_a_picture_that_is_missing_is_told_before_anything_is_rendered(
    desk: OfficeFolder,
) -> None:
    """The rest of the issue may be right; without its picture it is not the issue."""
    edit(desk, "On Tuesday", "![No picture](lost.png)\n\nOn Tuesday")
    draft = pipeline.prepare(desk, DAY)
    assert draft.edition is None
    assert [finding.code for finding in draft.findings] == ["picture-missing"]


def test_a_segment_that_cannot_be_read_is_told_with_the_other_mistakes(desk: OfficeFolder) -> None:
    """Whoever reads “nothing to mend”, and signs that, must not hear of it on pressing send."""
    edit(desk, "funding", "segment: trains, surgeries\nfunding")
    source = desk.root / "issues/2019-02-18/issue.md"
    lost = source.read_text(encoding="utf-8").replace(
        "On Tuesday", "![None](lost.png)\n\nOn Tuesday"
    )
    source.write_text(lost, encoding="utf-8")
    draft = pipeline.prepare(desk, DAY)
    assert [finding.code for finding in draft.findings] == ["segment", "picture-missing"]
    (told, _) = draft.findings
    assert (told.place, told.severity) == ("issue.md:5", Severity.ERROR)
    assert draft.segment == "all", "whoever counts readers of a draft can"
    assert told.message == "The segment has a mistake at column 7: this cannot be read."
    assert told.hint.startswith("Join names with “and” or “or”")


def test_an_office_or_an_issue_that_is_not_there_is_an_error(desk: OfficeFolder) -> None:
    """There is nothing to draft."""
    with pytest.raises(MistakeError, match="There is no issue of 2019-02-19"):
        pipeline.prepare(desk, DAY.replace(day=19))
    (desk.root / "office.yaml").unlink()
    with pytest.raises(ConfigurationError, match=r"There is no office\.yaml"):
        pipeline.prepare(desk, DAY)


def test_errors_are_counted_in_words(desk: OfficeFolder) -> None:
    """“1 error” and “2 errors”."""
    draft = pipeline.prepare(desk, DAY)
    wrong = Finding("wrong", Severity.ERROR, "It is wrong.")
    for count, words in ((1, "1 error to mend"), (2, "2 errors to mend")):
        with pytest.raises(MistakeError, match=words):
            pipeline.sendable(replace(draft, findings=(wrong,) * count))


def test_warnings_and_notes_forbid_nothing(desk: OfficeFolder) -> None:
    """They are for the writer to weigh."""
    draft = pipeline.prepare(desk, DAY)
    findings = tuple(
        Finding("f", severity, "Look.") for severity in (Severity.WARNING, Severity.NOTE)
    )
    assert pipeline.sendable(replace(draft, findings=findings)) == draft.edition


def test_approvals_that_nobody_gave_forbid_sending(tmp_path: Path) -> None:
    """The office asks for them, so that nobody sends alone."""
    office = OFFICE.replace("approvals: 0", "approvals: 2")
    draft = pipeline.prepare(OfficeFolder(make_office(tmp_path / "a", office=office)), DAY)
    with pytest.raises(NotAllowedError, match="2 approvals"):
        pipeline.sendable(draft)


def test_a_plan_says_who_will_get_it_and_freezes_nothing(
    desk: OfficeFolder, database: Database
) -> None:
    """One may look at it any number of times."""
    bring_in(database, confirmed("ann@example.org"), "bob@example.org,,,,,,pending")
    plan = planned(desk, database, "sendgrid")
    assert (plan.recipients, plan.is_finished, plan.dispatch, plan.is_edited) == (
        1,
        False,
        None,
        False,
    )
    assert plan.audience is not None
    assert (plan.audience.unconfirmed, plan.audience.suppressed) == (1, 0)
    assert database.dispatches.status(DAY)["state"] == "none"
    assert Plan(plan.edition, "all").recipients == 0


class Locked:
    """Subscribers in a database that another program does not let go of."""

    def audience(self, segment: str, seat: Seat | None = None) -> Audience:
        del segment, seat
        raise StoppedError("The database is busy")


def test_mistakes_in_an_issue_are_told_before_trouble_with_the_database(
    desk: OfficeFolder, database: Database
) -> None:
    """People are counted beside the checks, and that must hide nothing that they find."""
    locked = Locked()
    with pytest.raises(StoppedError, match="busy"):
        proposal.plan(desk, database.dispatches, locked, day=DAY, transport="sendgrid")
    edit(desk, "On Tuesday", "On 31 June 2019")
    with pytest.raises(MistakeError, match="1 error to mend"):
        proposal.plan(desk, database.dispatches, locked, day=DAY, transport="sendgrid")


def test_what_was_planned_is_sent_once_to_each(desk: OfficeFolder, database: Database) -> None:
    """And afterwards the plan is that nothing is left."""
    people = [f"reader{n}@example.org" for n in range(5)]
    bring_in(database, *map(confirmed, people))
    post = Post("sendgrid")
    assert send(planned(desk, database, "sendgrid"), database, post) is None
    assert [person.address for _, person in post.copies] == people
    assert {subject for subject, _ in post.copies} == {SUBJECT}
    again = planned(desk, database, "sendgrid")
    assert (again.is_finished, again.is_edited, again.recipients) == (True, False, 5)
    assert sending.is_settled(database.dispatches.status(DAY))


def test_what_has_begun_goes_on_as_it_began(desk: OfficeFolder, database: Database) -> None:
    """Even if the issue has mistakes by now, or another subject."""
    bring_in(database, confirmed("ann@example.org"))
    plan = planned(desk, database, "sendgrid")
    database.dispatches.open(plan.edition, segment="all", transport="sendgrid", batch_size=9)
    assert not planned(desk, database, "sendgrid").is_edited
    for old, new in ((SUBJECT, "Another"), ("funding", "fundign")):
        edit(desk, old, new)
        resumed = planned(desk, database, "sendgrid")
        assert resumed.is_edited
        assert resumed.edition == plan.edition
    post = Post("sendgrid")
    send(planned(desk, database, "sendgrid"), database, post)
    assert [subject for subject, _ in post.copies] == [SUBJECT]


def test_a_real_issue_is_sent_once_whatever_was_edited(
    desk: OfficeFolder, database: Database
) -> None:
    """A correction is an issue of its own."""
    bring_in(database, confirmed("ann@example.org"))
    send(planned(desk, database, "sendgrid"), database, Post("sendgrid"))
    edit(desk, SUBJECT, "Another")
    plan = planned(desk, database, "sendgrid")
    assert (plan.is_finished, plan.is_edited, plan.edition.subject) == (True, True, SUBJECT)


def test_a_rehearsal_makes_room_for_the_next(desk: OfficeFolder, database: Database) -> None:
    """It mails nobody; once the issue was edited it is a new one."""
    bring_in(database, confirmed("ann@example.org"))
    send(planned(desk, database, "folder"), database, Post("folder"))
    assert planned(desk, database, "folder").is_finished
    edit(desk, SUBJECT, "Another")
    plan = planned(desk, database, "folder")
    assert (plan.is_finished, plan.dispatch, plan.edition.subject) == (False, None, "Another")
    post = Post("folder")
    send(plan, database, post)
    assert [subject for subject, _ in post.copies] == ["Another"]
    found = database.dispatches.find(DAY, "folder")
    assert found is not None
    assert (found.serial, found.standing) == (2, Standing.FINISHED)


@pytest.mark.parametrize("state", [State.WAITING, State.CLAIMED, State.REFUSED, State.UNCERTAIN])
def test_a_dispatch_is_settled_when_nobody_is_left(state: State) -> None:
    """`send` exits 0 only then."""
    counts = dict.fromkeys(State, 0) | {State.ACCEPTED: 5, "delivered": 1}
    assert sending.is_settled({"counts": counts})
    assert not sending.is_settled({"counts": counts | {state: 1}})


def test_what_is_written_is_made_out_to_nobody(desk: OfficeFolder) -> None:
    """Its links lead nowhere, for anybody may get hold of the folder."""
    draft = pipeline.prepare(desk, DAY)
    files = pipeline.write(desk, draft)
    assert {file.parent for file in files} == {desk.root / "build" / "2019-02-18"}
    assert draft.edition is not None
    nobody = Recipient(key="0" * 32, address="reader@example.org")
    assert nobody.address in (desk.builds.of(DAY) / "email.eml").read_text()
    assert pipeline.write(desk, Draft(DAY, draft.office, draft.findings)) == [
        desk.builds.of(DAY) / "findings.json"
    ]
