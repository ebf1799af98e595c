"""Know the languages of the web site, a gettext catalogue each, and choose a visitor's."""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from newsletter.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

SOURCE = "en"
"""The language that templates and code are written in, which needs no catalogue."""

REGION = {"en": "en-GB"}
"""What the `lang` of a page says more precisely than the short name."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the web site: its short name, its name for itself, and its direction."""

    code: str
    name: str
    direction: str

    @property
    def tag(self) -> str:
        """Return what stands in the `lang` of a page (BCP 47)."""
        return REGION.get(self.code, self.code)

    @property
    def locale(self) -> Locale:
        """Return how dates and numbers are written in it."""
        return Locale.parse(self.tag, sep="-")


class Languages:
    """The languages that pages can be shown in: English, and one for each catalogue."""

    def __init__(self, catalogues: Mapping[str, str]) -> None:
        """Take the texts of catalogues (.po) by the short names of their languages."""
        self._translations: dict[str, gettext.NullTranslations] = {
            SOURCE: gettext.NullTranslations()
        }
        self.all = tuple(map(language, [SOURCE, *sorted(catalogues)]))
        for code, text in catalogues.items():
            self._translations[code] = _compiled(code, text)

    def translations(self, code: str) -> gettext.NullTranslations:
        """Return what puts our words into a language."""
        return self._translations[code]

    def choose(self, *, asked: str = "", accepted: str = "", otherwise: str = SOURCE) -> str:
        """Return the language for a visitor.

        `asked` is what they clicked on, `accepted` the header Accept-Language of their
        browser (RFC 9110, section 12.5.4), `otherwise` the language of the office.
        """
        for wanted in (asked, *_by_preference(accepted), otherwise):
            code = wanted.split("-")[0].lower()
            if code in self._translations:
                return code
        return SOURCE


@cache
def language(code: str) -> Language:
    """Return a language by its short name. Raises ConfigurationError for an unknown one."""
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError) as error:
        raise ConfigurationError(
            f"There is no language with the short name “{code}”",
            hint="Name the catalogue's folder by the language's code, such as cy for Welsh.",
        ) from error
    name = locale.get_display_name() or code
    return Language(code, name[:1].upper() + name[1:], locale.text_direction)


@cache
def own_catalogues() -> Mapping[str, str]:
    """Return the catalogues that came with us."""
    return {
        folder.name: catalogue.read_text(encoding="utf-8")
        for folder in _folders()
        if (catalogue := folder / "LC_MESSAGES" / "newsletter.po").is_file()
    }


def _folders() -> list[Traversable]:
    return [
        folder for folder in (files("newsletter") / "translations").iterdir() if folder.is_dir()
    ]


def _compiled(code: str, text: str) -> gettext.NullTranslations:
    try:
        catalogue = read_po(io.StringIO(text), locale=code, abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        return gettext.GNUTranslations(compiled)
    except (PoFileError, UnknownLocaleError, ValueError) as error:
        raise ConfigurationError(
            f"The catalogue for the language “{code}” cannot be read: {error}",
            hint="Open it in a program for translators, such as Poedit, and save it again.",
        ) from error


def _by_preference(header: str) -> list[str]:
    """Return the languages of Accept-Language, the best liked first."""
    liked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        name, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > 0:
            liked.append((-quality, place, name.strip()))
    return [name for _, _, name in sorted(liked)]
