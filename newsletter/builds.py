"""Write build/: what a render made, and what tells of a dispatch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.deposit import put, put_anew

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

_LASTING = ("certificate.", "report.")  # what tells of a dispatch stays beside every render


@dataclass(frozen=True, slots=True)
class BuildFolder:
    """The folder `root` that holds one of each issue's; all of it can be made again."""

    root: Path

    def of(self, day: date) -> Path:
        """Return the folder that holds what the last render of an issue made."""
        return self.root / day.isoformat()

    def write(
        self,
        day: date,
        report: Mapping[str, Any],
        texts: Mapping[str, bytes],
        pictures: Mapping[str, bytes],
    ) -> list[Path]:
        """Replace what the last render made; return the files, those of pictures left out.

        Nothing of an earlier render stays: with `texts` empty there is no email.html. The
        certificate of what was sent does.
        """
        folder = self.of(day)
        written = {
            **texts,
            "findings.json": json.dumps(report, ensure_ascii=False, indent=2).encode() + b"\n",
        }
        beside = {f"pictures/{name}": content for name, content in pictures.items()}
        whole = {**written, **beside}
        put_anew(folder, whole, what="result", keeping=_LASTING, below=["pictures"])
        return [folder / name for name in written]

    def attest(self, day: date, certificate: Mapping[str, bytes]) -> list[Path]:
        """Write the files of a certificate into an issue's folder; return them."""
        hint = "Make room, then run newsletter status: it writes the certificate again."
        return put(self.of(day), certificate, what="certificate", hint=hint)

    def write_report(self, day: date | None, page: bytes) -> Path:
        """Write the page of a report: of an issue into its folder, else beside those."""
        folder = self.root if day is None else self.of(day)
        return put(folder, {"report.html": page}, what="report")[0]
