"""Tell the whole story, from an issue to its delivery. Read this first.

An issue and its office become an edition (`prepare`). The edition, made out to nobody in
particular, is what one looks at (`write`), once nothing forbids it what is sent (`sendable`).
The story goes on in proposal.py, where one sees who will get it (`plan`), and in sending.py, where
edition and audience are frozen and one batch after the other is carried (`send`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Protocol

from newsletter import checks
from newsletter.audience.recipient import Recipient
from newsletter.audience.segments import parse_segment
from newsletter.authoring.issue import FILE
from newsletter.checks.dictionary import own_words
from newsletter.checks.lines import front_matter_line
from newsletter.checks.registry import Material
from newsletter.errors import MistakeError, NotAllowedError, RefusedError
from newsletter.findings import Finding, Severity, report, worst_first
from newsletter.links import TRIAL_SECRET, Signer
from newsletter.message import compose, filled
from newsletter.personalization import Personalizer
from newsletter.rendering.calendar import calendar_files
from newsletter.rendering.enclosures import enclose
from newsletter.rendering.render import render
from newsletter.rendering.view import FOLDER, page_url

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from newsletter.audience.seat import Seat
    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.personalization import Personalization
    from newsletter.rendering.edition import Edition
    from newsletter.rendering.enclosures import Enclosures
    from newsletter.rendering.pictures import PictureFile
    from newsletter.rendering.templates import Templates


class Builds(Protocol):
    """Where what a render made is kept."""

    def write(
        self,
        day: date,
        report: Mapping[str, Any],
        texts: Mapping[str, bytes],
        pictures: Mapping[str, bytes],
    ) -> list[Path]: ...


class Desk(Protocol):
    """Where an office's files lie."""

    def office(self) -> Office: ...
    def issue(self, day: date) -> tuple[Issue | None, list[Finding]]: ...
    def source(self, day: date) -> str: ...
    def words(self) -> str: ...
    def last_subject(self, day: date) -> str: ...
    def office_source(self) -> str: ...
    def seat(self, office: Office) -> Seat | None: ...
    def pictures(
        self, issue: Issue, office: Office
    ) -> tuple[dict[str, PictureFile], list[Finding]]: ...
    def templates(self) -> Templates: ...
    @property
    def builds(self) -> Builds: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue as far as it came: without an edition when something has to be mended first."""

    day: date
    office: Office
    findings: tuple[Finding, ...]
    segment: str = "all"
    edition: Edition | None = None
    pictures: tuple[PictureFile, ...] = ()
    calendars: Mapping[str, bytes] = field(default_factory=dict)
    funding: str = ""
    enclosures: Enclosures | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return what forbids sending."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    def document(self) -> dict[str, Any]:
        """Return the document of `check --json`."""
        digest = self.edition.digest if self.edition else None
        return report(self.day.isoformat(), digest, self.findings)


def _nothing_more(_: Material) -> Iterable[Finding]:
    return ()


def _nobody_waits(_: Draft) -> None:
    pass


def prepare(
    desk: Desk,
    day: date,
    *,
    also: Callable[[Material], Iterable[Finding]] = _nothing_more,
    drawn: Callable[[Draft], None] = _nobody_waits,
) -> Draft:
    """Read, render and check the issue of `day`; every mistake is a finding of the draft.

    `also` looks at the same material, and adds its findings. `drawn` is given the draft once it
    is rendered and before it is checked, for whoever cannot wait. Raises ConfigurationError for office.yaml, MistakeError if there is no such issue.
    """
    office = desk.office()
    issue, findings = desk.issue(day)
    if issue is None:
        return Draft(day, office, tuple(worst_first(findings)))
    pictures, missing = desk.pictures(issue, office)
    misread = list(_of_segment(desk, issue))
    findings += [*misread, *missing]
    edition = None
    shown = tuple(pictures.values())
    if not misread and not missing:
        try:
            edition = render(issue, office, templates=desk.templates(), pictures=pictures)
            drawn(Draft(day, office, (), issue.front.segment, edition, shown))
            material = Material(
                issue,
                office,
                edition,
                source=desk.source(day),
                pictures=shown,
                last_subject=desk.last_subject(day),
                message=_sample(edition, office),
                office_source=desk.office_source(),
                words=own_words(desk.words()),
            )
            findings += checks.run(material)
            findings += also(material)
        except MistakeError as error:
            findings += error.findings or [_as_finding(error)]
    calendars = calendar_files(issue, office, page_url(office, day)) if edition else {}
    return Draft(
        day,
        office,
        tuple(worst_first(findings)),
        segment="all" if misread else issue.front.segment,
        edition=edition,
        pictures=shown if edition else (),
        calendars=calendars,
        funding=issue.front.funding,
        enclosures=enclose(issue, office, pictures=shown, calendars=calendars)
        if edition
        else None,
    )


def _of_segment(desk: Desk, issue: Issue) -> Iterator[Finding]:
    """Yield why nobody can tell who is to get an issue: here, and not when it is to be sent."""
    try:
        parse_segment(issue.front.segment)
    except MistakeError as error:
        line = front_matter_line(desk.source(issue.date), "segment")
        yield Finding("segment", Severity.ERROR, error.message, error.hint, FILE, line)


def _as_finding(error: MistakeError) -> Finding:
    return Finding("template", Severity.ERROR, error.message, error.hint, error.file, error.line)


def write(desk: Desk, draft: Draft) -> list[Path]:
    """Write the draft as a reader without a name would get it; return the files."""
    if draft.edition is None:
        return desk.builds.write(draft.day, draft.document(), {}, {})
    edition = draft.edition
    person = _anybody(edition, draft.office)
    html = filled(edition.html, person.substitutions)
    public = f"{page_url(draft.office, draft.day)}{FOLDER}/"
    texts = {
        # Looked at from the disk, so its pictures are those beside it; email.eml has the
        # addresses that are mailed.
        "email.html": html.replace(public, f"{FOLDER}/").encode(),
        "email.txt": filled(edition.text, person.substitutions).encode(),
        "email.eml": compose(edition, person, date=_noon(edition)),
        "web.html": edition.web.encode(),
        **draft.calendars,
    }
    pictures = {picture.file: picture.data for picture in draft.pictures}
    return desk.builds.write(draft.day, draft.document(), texts, pictures)


def _sample(edition: Edition, office: Office) -> bytes | RefusedError:
    """Return the message that a reader without a name would get, or why there is none."""
    try:
        return compose(edition, _anybody(edition, office), date=_noon(edition))
    except RefusedError as error:
        return error


def _anybody(edition: Edition, office: Office) -> Personalization:
    signer = Signer((TRIAL_SECRET,))
    reader = Recipient(key="0" * 32, address=f"reader@{edition.sender.domain}")
    return Personalizer(edition, base_url=office.base_url, signer=signer).fit(reader)


def _noon(edition: Edition) -> datetime:
    """Return noon of the issue's day: the same issue gives the same message on any day."""
    return datetime.combine(edition.issue, time(12), tzinfo=UTC)


def waived(draft: Draft, allowed: Collection[str]) -> tuple[Finding, ...]:
    """Return the findings that somebody allows by the names of their checks."""
    return tuple(finding for finding in draft.findings if finding.code in allowed)


def sendable(
    draft: Draft, *, allowed: Collection[str] = (), signed: Collection[str] = ()
) -> Edition:
    """Return the edition of a draft that nothing forbids to send.

    An error whose code is in `allowed` forbids nothing, unless there is no edition at all.
    `signed` are the names that approved of exactly this edition. Raises MistakeError, or
    NotAllowedError where too few have.
    """
    forbidding = [error for error in draft.errors if error.code not in allowed]
    if forbidding or draft.edition is None:
        count = len(forbidding) or len(draft.errors)
        raise MistakeError(
            f"The issue cannot be sent: {count} error{'s' if count > 1 else ''} to mend",
            hint="Mend what is listed, then run the same command again.",
            findings=draft.findings,
        )
    wanted = draft.office.approvals
    if len(signed) < wanted:
        raise NotAllowedError(
            f"office.yaml asks for {wanted} approval{'s' * (wanted > 1)}, and this edition has "
            f"{len(signed) or 'none'}",
            hint=f"Have it read, then: newsletter approve --issue {draft.day.isoformat()} "
            '--by "NAME". Any edit asks for new approvals.',
            file="office.yaml",
        )
    return draft.edition
