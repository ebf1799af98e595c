"""Write the first files of an office or an issue, and never over any that are there."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.authoring.issue import FILE as ISSUE_FILE
from newsletter.authoring.office import FILE as OFFICE_FILE
from newsletter.authoring.office import parse_office
from newsletter.drafting import office as offices
from newsletter.drafting.parliament import draft
from newsletter.drafting.skeleton import Extra, front_matter, next_number, skeleton
from newsletter.errors import ConfigurationError, MistakeError, NewsletterError, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from newsletter.authoring.issue import Issue
    from newsletter.authoring.office import Office
    from newsletter.drafting.parliament_week import Week
    from newsletter.drafting.pasted import Pasted
    from newsletter.files import OfficeFolder

LARGEST_DRAFT = 50_000_000  # bytes: a Word file full of photographs
_KINDS = ".docx, .html, .htm or .txt"
_RECENT = 12  # issues that are looked through for what they left open: a quarter of a year


@dataclass(frozen=True, slots=True)
class Started:
    """What was written, and sentences about what is left to do."""

    files: tuple[Path, ...]
    number: int = 0
    reminders: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def start_issue(desk: OfficeFolder, day: date) -> Started:
    """Write the skeleton of an issue. Raises NotAllowedError if there is one already."""
    desk.office()
    return _start(desk, day, Extra())


def start_from_parliament(
    desk: OfficeFolder, day: date, find: Callable[[Office], Week]
) -> tuple[Started, Week]:
    """Write an issue that begins with the week in Parliament, which `find` finds out.

    Raises NotAllowedError if there is one already, or no House; nobody is asked then.
    """
    office = desk.office()
    if not office.has_members(day):
        raise NotAllowedError(
            "Parliament is dissolved on that day, so that there is no week in it to tell of",
            hint="Leave --from-parliament out, or mend parliament: in office.yaml once the new "
            "House sits.",
        )
    _refuse_if_there(desk, day)
    week = find(office)
    return _start(desk, day, draft(week)), week


def _start(desk: OfficeFolder, day: date, extra: Extra) -> Started:
    made = skeleton(day, _earlier(desk, day), extra, numbers=_numbers(desk, day))
    path = _write_issue(desk, day, made.text, {})
    return Started((path,), made.number, reminders=made.reminders)


def import_issue(desk: OfficeFolder, day: date, draft: Path) -> Started:
    """Write an issue from a draft in Word, HTML or plain text.

    Raises NotAllowedError if there is one already, MistakeError if the draft cannot be read.
    """
    desk.office()
    pasted = _pasted(draft)
    before = _earlier(desk, day)
    number = next_number(before, _numbers(desk, day))
    text = front_matter(number, before, subject=pasted.title) + "\n" + pasted.markdown
    path = _write_issue(desk, day, text, pasted.pictures)
    pictures = tuple(path.parent / name for name in pasted.pictures)
    return Started((path, *pictures), number, lost=pasted.lost)


def start_office(root: Path, answers: Mapping[str, str], today: date) -> Started:
    """Write a new office into `root`. Raises NotAllowedError if there is one already."""
    text = offices.office_text(answers, today)
    _, findings = parse_office(text)
    if findings:
        raise MistakeError(
            "An answer cannot be used", hint="Mend what is listed.", findings=findings
        )
    files = {
        OFFICE_FILE: text,
        "subscribers.example.csv": offices.SUBSCRIBERS,
        ".gitignore": offices.IGNORED,
    }
    if (root / OFFICE_FILE).exists():
        raise NotAllowedError(
            f"There is an office in {root} already", hint="Name a new folder.", file=OFFICE_FILE
        )
    try:
        (root / "issues").mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            if not (root / name).exists():
                (root / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"The office cannot be written to {root}: {error.strerror or error}",
            hint="Name a folder where you may write.",
        ) from error
    return Started(tuple(root / name for name in files))


def _names_before(desk: OfficeFolder, day: date) -> list[str]:
    names = sorted(path.parent.name for path in (desk.root / "issues").glob(f"*/{ISSUE_FILE}"))
    return [name for name in names if name < day.isoformat()][-_RECENT:]


def _numbers(desk: OfficeFolder, day: date) -> list[int]:
    """Return the numbers of the last issues before `day`, of those with mistakes in them, too."""
    found = []
    for name in _names_before(desk, day):
        try:
            source = desk.source(type(day).fromisoformat(name))
        except (ValueError, NewsletterError):
            continue
        written = re.search(r"(?m)^number:[ \t]*[\"']?([0-9]{1,6})\b", source)
        found += [int(written[1])] if written else []
    return found


def _earlier(desk: OfficeFolder, day: date) -> list[Issue]:
    """Return the last issues before `day` that can be read, oldest first."""
    found = []
    for name in _names_before(desk, day):
        try:
            issue, _ = desk.issue(type(day).fromisoformat(name))
        except (ValueError, NewsletterError):
            continue  # a folder of another name, or a file that is no issue: its own check tells
        if issue is not None:
            found.append(issue)
    return found


def _refuse_if_there(desk: OfficeFolder, day: date) -> None:
    if (desk.root / "issues" / day.isoformat() / ISSUE_FILE).exists():
        raise NotAllowedError(
            f"There is an issue of {day.isoformat()} already",
            hint="Name another day, or go on with that issue.",
            file=f"issues/{day.isoformat()}/{ISSUE_FILE}",
        )


def _write_issue(desk: OfficeFolder, day: date, text: str, pictures: Mapping[str, bytes]) -> Path:
    folder = desk.root / "issues" / day.isoformat()
    path = folder / ISSUE_FILE
    _refuse_if_there(desk, day)
    taken = next((name for name in pictures if (folder / name).exists()), None)
    if taken:
        raise NotAllowedError(
            f"There is a {taken} in issues/{day.isoformat()} already",
            hint="Give it another name, or name another day.",
            file=f"issues/{day.isoformat()}/{taken}",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in pictures.items():
            (folder / name).write_bytes(data)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"The issue cannot be written: {error.strerror or error}",
            hint="Look whether the disk is full, and whether you may write there.",
        ) from error
    return path


def _pasted(draft: Path) -> Pasted:
    from newsletter.drafting import pasted  # noqa: PLC0415 - only here; it brings an HTML parser

    kind = draft.suffix.lower()
    if kind not in {".docx", ".html", ".htm", ".txt"}:
        raise MistakeError(
            f"{draft.name} is of no kind that can be taken in",
            hint=f"Save it as {_KINDS}.",
            file=draft.name,
        )
    data = _bytes(draft)
    if kind == ".docx":
        from newsletter.drafting import word  # noqa: PLC0415 - only here, as mammoth, which it brings

        return word.from_word(data, draft.name)
    text = _decoded(data, draft.name)
    return pasted.from_text(text) if kind == ".txt" else pasted.from_html(text)


def _bytes(draft: Path) -> bytes:
    try:
        with draft.open("rb") as opened:
            data = opened.read(LARGEST_DRAFT + 1)
    except OSError as error:
        raise MistakeError(
            f"{draft.name} cannot be read: {error.strerror or error}",
            hint="Look whether it is there, and whether you may read it.",
            file=draft.name,
        ) from error
    if len(data) > LARGEST_DRAFT:
        raise MistakeError(
            f"{draft.name} is larger than 50 MB", hint="Save it with smaller pictures."
        )
    return data


def _decoded(data: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, or in what Windows saves: “Unicode” is its UTF-16."""
    is_unicode = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_unicode else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise MistakeError(
        f"{name} is no text that can be read",
        hint="In your editor choose “Save as”, encoding UTF-8.",
        file=name,
    )
