"""Read an office's folder, and nothing outside it."""

from __future__ import annotations

import stat
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.encoding import decode as lines_of
from newsletter.audience.seat import Seat, read_seat
from newsletter.authoring.issue import FILE as ISSUE_FILE
from newsletter.authoring.issue import Issue, parse_issue
from newsletter.authoring.office import FILE as OFFICE_FILE
from newsletter.authoring.office import Office, parse_office
from newsletter.authoring.text import LARGEST, decode
from newsletter.authoring.yaml import read_mapping
from newsletter.builds import BuildFolder
from newsletter.errors import ConfigurationError, MistakeError
from newsletter.findings import Finding, Severity
from newsletter.rendering.colours import look_problem
from newsletter.rendering.pictures import LARGEST as LARGEST_PICTURE
from newsletter.rendering.pictures import SHOWN_WIDTH, PictureFile, prepare
from newsletter.rendering.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGO_WIDTH = 96  # CSS pixels
_LARGEST_LIST = 20_000_000  # bytes: all postcodes of the country would fit
WORDS_FILE = "words.txt"


@dataclass(frozen=True, slots=True)
class OfficeFolder:
    """The folder of one office; see the files of an office in CONTRIBUTING.md."""

    root: Path

    def office(self) -> Office:
        """Read office.yaml. Raises ConfigurationError with every finding."""
        path = self.root / OFFICE_FILE
        if not path.exists():
            raise ConfigurationError(
                f"There is no {OFFICE_FILE} in {self.root}",
                hint="Go to the office's folder, or name it with --office.",
            )
        try:
            text, findings = decode(self._read(path, LARGEST), file=OFFICE_FILE)
        except MistakeError as error:
            raise ConfigurationError(error.message, hint=error.hint, file=error.file) from error
        office = None
        if text is not None:
            office, found = _parsed(text)
            findings = list(found)
        if office is None or findings:
            raise ConfigurationError(
                f"{OFFICE_FILE} has {_counted(findings)}",
                hint="Mend what is listed, then run the same command again.",
                file=OFFICE_FILE,
                findings=findings,
            )
        return office

    def issue(self, day: date) -> tuple[Issue | None, list[Finding]]:
        """Read an issue. Raises MistakeError if there is none of that day."""
        path = self._issue_file(day)
        if not path.is_file():
            raise MistakeError(
                f"There is no issue of {day.isoformat()}",
                hint=self._known_issues() or f"Write issues/{day.isoformat()}/{ISSUE_FILE}.",
                file=f"issues/{day.isoformat()}/{ISSUE_FILE}",
            )
        text, findings = decode(self._read(path, LARGEST), file=ISSUE_FILE)
        if text is None:
            return None, findings
        return parse_issue(text, day)

    def source(self, day: date) -> str:
        """Return an issue's text as it was written: findings name its lines."""
        path = self._issue_file(day)
        text, _ = decode(self._read(path, LARGEST), file=ISSUE_FILE)
        return text or ""

    def words(self) -> str:
        """Return words.txt, the office's own words, or nothing where there is none."""
        path = self.root / WORDS_FILE
        text = None
        if path.exists():
            text, _ = decode(self._read(path, LARGEST), file=WORDS_FILE)
        return text or ""

    def office_source(self) -> str:
        """Return office.yaml as it was written."""
        text, _ = decode(self._read(self.root / OFFICE_FILE, LARGEST), file=OFFICE_FILE)
        return text or ""

    def last_subject(self, day: date) -> str:
        """Return the subject of the newest issue before `day`; empty if that cannot be read."""
        earlier = (path for path in self._issue_files() if path.parent.name < day.isoformat())
        newest = max(earlier, default=None)
        if newest is None:
            return ""
        try:
            text, _ = decode(self._read(newest, LARGEST), file=ISSUE_FILE)
        except MistakeError:
            return ""
        return _subject(text or "")

    def pictures(
        self, issue: Issue, office: Office
    ) -> tuple[dict[str, PictureFile], list[Finding]]:
        """Read the pictures that an issue and the office's look ask for."""
        pictures: dict[str, PictureFile] = {}
        findings: list[Finding] = []
        folder = self.root / "issues" / issue.date.isoformat()
        asked = [
            (name, folder / name, SHOWN_WIDTH, ISSUE_FILE, line)
            for name, line in issue.pictures.items()
        ]
        if office.look.logo:
            logo = office.look.logo
            asked.append((logo, self.root / logo, LOGO_WIDTH, OFFICE_FILE, 0))
        for name, path, shown, source, line in asked:
            found = self._picture(name, path, shown=shown, source=source, line=line or None)
            if isinstance(found, Finding):
                findings.append(found)
            else:
                pictures[name] = found
        return pictures, findings

    def logo(self, office: Office) -> PictureFile | None:
        """Read the office's logo; None where there is none that can be shown."""
        name = office.look.logo
        if name is None:
            return None
        path = self.root / name
        found = self._picture(name, path, shown=LOGO_WIDTH, source=OFFICE_FILE, line=None)
        return None if isinstance(found, Finding) else found

    def seat(self, office: Office) -> Seat | None:
        """Read the seat's postcodes, if the office names a file of them.

        Raises ConfigurationError if it cannot be used.
        """
        if office.postcodes is None:
            return None
        try:
            data = self._read(self.root / office.postcodes, _LARGEST_LIST)
            # What is larger is cut, and so ends in a line that is told to be no postcode.
            with closing(lines_of(BytesIO(data))) as lines:
                return read_seat(lines, file=office.postcodes)
        except MistakeError as error:
            raise ConfigurationError(
                error.message, hint=error.hint, file=office.postcodes, line=error.line
            ) from error

    def templates(self) -> Templates:
        """Read templates/: a file that the office lacks is the one that came with us."""
        sources = {
            path.relative_to(folder).as_posix(): self._template(path)
            for folder in (_built_in_templates(), self.root / "templates")
            if folder.is_dir()
            for path in sorted(_templates_in(folder))
        }
        return Templates(sources)

    def catalogues(self) -> dict[str, str]:
        """Read the office's own translations of the web site, by their languages.

        Raises ConfigurationError for one that is no text.
        """
        found = {}
        for path in sorted((self.root / "translations").glob("*/LC_MESSAGES/newsletter.po")):
            text, findings = decode(self._read(path, LARGEST), file=path.name)
            if text is None:
                raise ConfigurationError(
                    findings[0].message, hint=findings[0].hint, file=path.name, findings=findings
                )
            found[path.parts[-3]] = text
        return found

    @property
    def builds(self) -> BuildFolder:
        """Where this office keeps what renders made."""
        return BuildFolder(self.root / "build")

    def _known_issues(self) -> str:
        names = [path.parent.name for path in self._issue_files()]
        return f"There are: {', '.join(names[-8:])}." if names else ""

    def _issue_file(self, day: date) -> Path:
        return self.root / "issues" / day.isoformat() / ISSUE_FILE

    def _issue_files(self) -> list[Path]:
        return sorted((self.root / "issues").glob(f"*/{ISSUE_FILE}"))

    def _read(self, path: Path, limit: int) -> bytes:
        """Return the bytes of a file inside the folder, one more than `limit` at most."""
        name = path.name
        try:
            inside = path.resolve(strict=True).is_relative_to(self.root.resolve())
            if not inside:
                raise MistakeError(
                    f"{name} is a link that leads out of the office's folder",
                    hint="Put a copy of the file in its place.",
                    file=name,
                )
            if not stat.S_ISREG(path.stat().st_mode):
                raise MistakeError(f"{name} is not a file", hint="Remove it.", file=name)
            with path.open("rb") as opened:
                return opened.read(limit + 1)
        except (OSError, RuntimeError) as error:  # a loop of links was no OSError before 3.13
            reason = getattr(error, "strerror", None) or "it is a link to itself"
            raise MistakeError(
                f"{name} cannot be read: {reason}",
                hint="Look whether the file is there, and whether you may read it.",
                file=name,
            ) from error

    def _picture(
        self, name: str, path: Path, *, shown: int, source: str, line: int | None
    ) -> PictureFile | Finding:
        if not _is_there(path):
            message = f"There is no picture “{name}”"
            hint = f"Put it beside {source}, or mend its name; capital letters count."
            return Finding("picture-missing", Severity.ERROR, message, hint, source, line)
        try:
            data = self._read(path, LARGEST_PICTURE)
        except MistakeError as error:
            return Finding("picture", Severity.ERROR, error.message, error.hint, source, line)
        return prepare(name, data, shown=shown, source=source, line=line)

    def _template(self, path: Path) -> str:
        built_in = not path.is_relative_to(self.root)
        data = path.read_bytes() if built_in else self._read(path, LARGEST)
        text, findings = decode(data, file=f"templates/{path.name}")
        if text is None:
            first = findings[0]
            raise MistakeError(
                first.message, hint=first.hint, file=first.file, line=first.line, findings=findings
            )
        return text


@lru_cache(maxsize=2)  # a command asks more than once
def _parsed(text: str) -> tuple[Office | None, tuple[Finding, ...]]:
    office, findings = parse_office(text)
    return office, (*findings, *_illegible(office, text))


def _is_there(path: Path) -> bool:
    """Whether there may be a file: what nobody may look into is tried, and told then."""
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:  # no such file, a loop of links, too long a name
        return False
    return True


def _illegible(office: Office | None, text: str) -> list[Finding]:
    """Return what is wrong with the office's colours, which hardly anybody could read."""
    problem = look_problem(office.look.colours) if office else None
    if problem is None:
        return []
    sentence, hint = problem
    line = next((n for n, row in enumerate(text.split("\n"), 1) if row.startswith("look:")), None)
    message = sentence[:1].upper() + sentence[1:]
    return [Finding("look", Severity.ERROR, message, hint, OFFICE_FILE, line)]


def _templates_in(folder: Path) -> Iterator[Path]:
    """Find templates, also in folders below. Raises OSError for one that nobody may enter."""
    for path in folder.iterdir():
        if path.name.endswith(".j2"):
            yield path
        elif path.is_dir() and not path.is_symlink():
            yield from _templates_in(path)


def _built_in_templates() -> Path:
    """Return the templates that came with us: in the package, or beside it in a clone."""
    packaged = Path(str(files("newsletter"))) / "templates"
    return packaged if packaged.is_dir() else packaged.parent.parent / "templates"


def _subject(text: str) -> str:
    """Return the subject that stands in the front matter, which is all that is read."""
    matter = text.split("\n---", maxsplit=1)[0].removeprefix("---")
    located, _ = read_mapping(matter, file=ISSUE_FILE, first_line=1)
    return str(located.data.get("subject", "")) if located else ""


def _counted(findings: list[Finding]) -> str:
    return "1 mistake" if len(findings) == 1 else f"{len(findings)} mistakes"
