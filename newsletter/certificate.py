"""Attest what was sent: which edition, approved by whom, to how many, and what became of it."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from newsletter import __version__
from newsletter.delivery.timetable import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

JSON_FILE, PAGE_FILE = "certificate.json", "certificate.html"


def certificate(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the certificate of a dispatch: its record, and what it was made with.

    It names nobody but those who approved: it may be shown around.
    """
    return {"certificate": "newsletter dispatch", "program": f"newsletter {__version__}", **record}


def files(record: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the certificate as a file for programs and a page for people."""
    document = certificate(record)
    return {
        JSON_FILE: json.dumps(document, ensure_ascii=False, indent=2, default=str).encode()
        + b"\n",
        PAGE_FILE: page(document).encode(),
    }


def page(document: Mapping[str, Any]) -> str:
    """Return the certificate as a page that can be read and printed."""
    before = "".join(f"<h2>Before it</h2>\n{_table(each)}" for each in document.get("earlier", ()))
    return (
        "<!DOCTYPE html>\n<html lang=en-GB>\n<head>\n<meta charset=utf-8>\n"
        '<meta name=viewport content="width=device-width">\n'
        f"<title>Certificate of {html.escape(document['issue'])}</title>\n"
        "<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;"
        "padding:0 1rem}th{text-align:left;vertical-align:top;padding-right:1.5rem;"
        "white-space:nowrap}td{overflow-wrap:anywhere}</style>\n"
        f"</head>\n<body>\n<h1>Certificate of {html.escape(document['issue'])}</h1>\n"
        f"{_table(document)}{before}</body>\n</html>\n"
    )


def _table(document: Mapping[str, Any]) -> str:
    """Return what there is to tell of one dispatch."""
    rows = "\n".join(
        f"<tr><th scope=row>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in _rows(document)
    )
    return f"<p>{_sentence(document)}</p>\n<table>\n{rows}\n</table>\n"


def _sentence(document: Mapping[str, Any]) -> str:
    counts = document["counts"]
    open_ones = sum(counts[state] for state in ("waiting", "claimed", "refused", "uncertain"))
    if document["state"] == "cancelled":
        return "This dispatch was cancelled."
    if open_ones:
        return f"This dispatch is not finished: {open_ones:,} recipients are open."
    return "This dispatch is finished: nobody is waiting, refused or uncertain."


def _rows(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [
        ("Subject", document["subject"]),
        ("Kind", document["purpose"]),
        ("Correction", document["reason"]),
        ("Digest", document["digest"]),
        ("Commit", document["commit"] or "none: the office's folder is not a git checkout"),
        ("Approved by", ", ".join(each["name"] for each in document["approvals"]) or "nobody"),
        ("Allowed in spite of", "; ".join(map(_waiver, document["waivers"])) or "nothing"),
        ("Segment", document["segment"]),
        ("Transport", document["transport"]),
        ("Begun", _moment(document["opened_at"])),
        ("Last answer", _moment(document["settled_at"])),
        ("To be sent at", _moment(document["send_at"])),
        ("Recipients", f"{document['recipients']:,}"),
    ]
    counted = [(state, f"{count:,}") for state, count in document["counts"].items() if count]
    return [*(row for row in rows if row[1]), *counted]


def _waiver(waiver: Mapping[str, str]) -> str:
    return f"{waiver['code']} ({waiver['message']})"


def _moment(moment: datetime | None) -> str:
    return f"{shown(moment)} London time" if moment else ""
