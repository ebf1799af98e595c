"""Say what is wrong, where, and what to do: the result of every check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How much a finding matters: an error forbids sending."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: `file` and `line` say where, `hint` says how."""

    code: str
    severity: Severity
    message: str
    hint: str = ""
    file: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """Return `issue.md:12`, `issue.md`, or nothing."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def as_data(self) -> dict[str, Any]:
        """Return the finding as the JSON of `check --json` has it."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "hint": self.hint,
            "file": self.file,
            "line": self.line,
        }


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by severity, then by place."""
    return sorted(findings, key=lambda f: (_ORDER[f.severity], f.file or "", f.line or 0, f.code))


def report(issue: str, digest: str | None, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the document that `check --json` prints and `findings.json` holds."""
    ordered = worst_first(findings)
    return {
        "issue": issue,
        "digest": digest,
        "findings": [finding.as_data() for finding in ordered],
        "counts": {
            severity.value: sum(finding.severity is severity for finding in ordered)
            for severity in Severity
        },
    }
