"""Remember the pictures of an office between two renders: most saves change words only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from newsletter.files import OfficeFolder

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.findings import Finding
    from newsletter.rendering.pictures import PictureFile


@dataclass(frozen=True, slots=True)
class RememberingFolder(OfficeFolder):
    """An office's folder that prepares a picture again only when its file has changed."""

    _known: dict[Any, tuple[dict[str, PictureFile], list[Finding]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @override
    def pictures(
        self, issue: Issue, office: Office
    ) -> tuple[dict[str, PictureFile], list[Finding]]:
        """Read the pictures that an issue and the office's look ask for."""
        folder = self.root / "issues" / issue.date.isoformat()
        asked = tuple(issue.pictures.items())
        logo = office.look.logo
        stamps = tuple(_stamp(folder / name) for name, _ in asked)
        key = (issue.date, asked, logo, stamps, _stamp(self.root / logo) if logo else None)
        if key not in self._known:
            # A slotted dataclass is made anew, which super() without arguments cannot know.
            found = OfficeFolder.pictures(self, issue, office)
            self._known.clear()
            self._known[key] = found
        pictures, findings = self._known[key]
        return dict(pictures), list(findings)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes whenever a file does, or nothing if it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
