"""Write issues and offices for the tests, and tell findings as a reader sees them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from newsletter.authoring.issue import Issue, parse_issue
from newsletter.authoring.office import Office, parse_office
from newsletter.findings import Finding

ROOT = Path(__file__).parents[2]
DAY = date(2019, 2, 18)

FRONT = """\
number: 268
subject: Your trains
preheader: What I asked
funding: parliamentary
"""

OFFICE = """\
name: Robin Halloway
constituency: Ashcombe East
affiliations:
  - {party: Example Party, since: 2015-05-07}
  - {party: Independent, since: 2019-02-18}
sender: {name: Robin Halloway MP, email: update@example.org, reply_to: robin@example.org}
contact: {email: robin@example.org, phone: 01632 960123, post: 12 Example Row}
site: https://update.example.org/
privacy: {url: "https://update.example.org/privacy"}
imprint:
  promoter: {name: Robin Halloway, address: 12 Example Row}
  publisher: {name: Robin Halloway, address: 12 Example Row}
"""

MINIMAL = {
    "event": "title: Public meeting\ndate: 2019-03-30",
    "surgery": "date: 2019-03-15",
    "button": "text: Tell us\nurl: https://example.org/tell",
    "quote": "text: I can cross the county.",
    "news": "items:\n  - title: Lift\n    date: 2019-02-08",
    "stats": "items:\n  - value: 412\n    label: letters",
    "votes": "items:\n  - title: A Bill\n    date: 2019-03-06\n    vote: no",
    "questions": "items:\n  - question: When?\n    to: Minister\n    asked: 2019-02-26",
    "video": "title: A film\nurl: https://example.org/f\npicture: still.png\nalt: A platform",
    "notice": "text: Beware.",
    "contact": "",
    "columns": "items:\n  - text: One\n  - text: Two",
}

FULL = {
    "event": """\
title: Public meeting
date: 2019-03-30
starts: "14:00"
ends: 16:00
venue: Corn Hall
address: 1 Placeholder Square
note: Bring *questions*.
register: https://example.org/meeting
thanks: Thank you.""",
    "surgery": """\
title: Surgery
date: 2019-03-15
starts: 16:00
ends: 18:00
venue: Library
address: 8 Sample Lane
note: Ring first.
book: tel:+441632960123""",
    "button": "text: Write to me\nurl: mailto:robin@example.org",
    "quote": "text: Words.\nby: A constituent\nsource: A letter\nurl: https://example.org/letter",
    "news": """\
title: News
items:
  - title: Lift
    date: 2019-02-08
    url: https://example.org/lift
    summary: Still **out**.""",
    "stats": """\
title: Cases
items:
  - {value: "412", label: letters}
  - {value: 6 days, label: wait}
note: Our records.""",
    "votes": """\
title: Votes
items:
  - title: "A Bill: second reading"
    date: 2019-03-06
    vote: teller for the noes
    result: Rejected by 312 to 248
    why: Because.
    url: https://example.org/votes""",
    "questions": """\
title: Asked
items:
  - question: How many?
    to: Transport minister
    asked: 2019-02-26
    answer: 63.
    answered: 2019-03-05
    url: https://example.org/q""",
    "video": """\
title: A film
url: https://example.org/film
picture: stills/one.jpeg
alt: A platform
length: 2 minutes""",
    "notice": "title: Fraud\ntext: Ring your bank.",
    "contact": """\
title: Help
text: Write.
email: robin@example.org
phone: 01632960123
post: 12 Example Row""",
    "columns": """\
items:
  - {title: One, text: First, url: "https://example.org/1", link: Read}
  - {title: Two, text: Second, url: "mailto:robin@example.org", link: Write}
  - {text: Third}""",
}


def issue_text(body: str = "Words.", front: str = FRONT) -> str:
    """Return an issue whose title is in line 7 and whose body begins in line 9."""
    return f"---\n{front}---\n# Your trains\n\n{body}\n"


def block(kind: str, text: str) -> str:
    return f"```{kind}\n{text}\n```\n"


def read_issue(body: str) -> Issue:
    """Return the issue with `body`, which holds no mistake."""
    issue, findings = parse_issue(issue_text(body), DAY)
    assert findings == []
    assert issue is not None
    return issue


def read_office(text: str = OFFICE) -> Office:
    """Return the office of `text`, which holds no mistake."""
    office, findings = parse_office(text)
    assert findings == []
    assert office is not None
    return office


def told(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    """Return place, sentence and hint of each finding."""
    return [(finding.place, finding.message, finding.hint) for finding in findings]


def told_of_body(body: str, front: str = FRONT) -> list[tuple[str, str, str]]:
    _, findings = parse_issue(issue_text(body, front), DAY)
    return told(findings)


def told_of_office(text: str) -> list[tuple[str, str, str]]:
    return told(parse_office(text)[1])
