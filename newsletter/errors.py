"""Name every way this program can fail, and what its caller may do next.

NewsletterError
├── FoundError            a file stands in the way; its findings say where
│   ├── MistakeError      somebody wrote something wrong: mend it, run again
│   └── ConfigurationError the office is not set up for this
├── NotAllowedError       a rule or a missing answer forbids it
│   ├── BusyError         another process is at it: wait until it ends
│   └── ExpiredError      a link was good for a while, and that is over
├── StoppedError          stopped part-way: run again, or decide
└── TransportError        one request to a carrier did not go through
    ├── RefusedError      the carrier said no: never repeat as it is
    │   └── CulpritError  because of somebody in it: the others may go without them
    ├── UnavailableError  the carrier did not take it: repeat safely
    │   └── DeferredError not for these people, not now: try the others first
    └── UncertainError    it may be on its way: never repeat by oneself
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.findings import Finding


class NewsletterError(Exception):
    """Say in one sentence what is wrong, where, and in `hint` what to do."""

    def __init__(
        self, message: str, *, hint: str = "", file: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.file = file
        self.line = line


class FoundError(NewsletterError):
    """A file stands in the way, and `findings` say where; raised as one of its two kinds."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        file: str | None = None,
        line: int | None = None,
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__(message, hint=hint, file=file, line=line)
        self.findings = tuple(findings)


class MistakeError(FoundError):
    """A file cannot be used as it is; `findings` holds all that is wrong with it."""


class NotAllowedError(NewsletterError):
    """A finding, an approval or an answer stands in the way."""


class BusyError(NotAllowedError):
    """Another process holds what is asked for, or did until it died a moment ago."""


class ExpiredError(NotAllowedError):
    """A link was one of ours, and good for a while that is over."""


class ConfigurationError(FoundError):
    """The office is not set up for what was asked; `findings` says where, if in a file."""


class StoppedError(NewsletterError):
    """A dispatch stopped part-way; the ledger knows how far it came."""


class TransportError(NewsletterError):
    """One request to a carrier did not end in an acceptance."""


class RefusedError(TransportError):
    """The carrier will not take this request, however often it is repeated."""


class CulpritError(RefusedError):
    """Somebody in the request is why it was refused; nobody in it was taken.

    `culprits` has a reason for each of them, by their place in the request from 0. Where it
    is empty the carrier did not say who it is.
    """

    def __init__(
        self, message: str, *, hint: str = "", culprits: Mapping[int, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.culprits = dict(culprits or {})


class UnavailableError(TransportError):
    """The carrier certainly did not take the request: it may be repeated.

    `retry_after` is in seconds, where the carrier named a time.
    """

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class DeferredError(UnavailableError):
    """The carrier will not take these people's messages now, but may in a while."""


class UncertainError(TransportError):
    """Nobody knows whether the carrier took the request: it may be on its way."""
