"""Make small offices for tests: quick to render, and with nobody real in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

DAY = date(2019, 2, 18)

OFFICE = """\
name: Robin Halloway
style: MP
constituency: Ashcombe East
title: The Ashcombe East Update
affiliations:
  - {party: Example Party, since: 2015-05-07}
  - {party: Independent, since: 2019-02-18}
sender: {name: Robin Halloway MP, email: update@example.org, reply_to: robin@example.org}
contact: {email: robin@example.org, phone: 01632 960123, post: "12 Example Row, Ashcombe"}
site: https://update.example.org
privacy: {url: "https://update.example.org/privacy", text: How we use your data}
imprint:
  promoter: {name: Robin Halloway, address: "12 Example Row, Ashcombe AE1 5BQ"}
  publisher: {name: Robin Halloway, address: "12 Example Row, Ashcombe AE1 5BQ"}
parliament: {status: sitting}
approvals: 0
"""

FRONT = """\
---
number: 268
subject: Your trains and a vote that matters
preheader: What I asked the Secretary of State on Tuesday
funding: parliamentary
---
"""

ISSUE = f"""{FRONT}
# Your trains

On Tuesday I asked when the lift will be mended.
"""


def make_office(folder: Path, *, issue: str = ISSUE, office: str = OFFICE) -> Path:
    """Write an office with one issue; return its folder."""
    (folder / "issues" / DAY.isoformat()).mkdir(parents=True)
    (folder / "office.yaml").write_text(office, encoding="utf-8")
    (folder / "issues" / DAY.isoformat() / "issue.md").write_text(issue, encoding="utf-8")
    return folder
