"""Draw the pages of the office's web site: its look, in the visitor's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsletter.rendering.colours import dark_scheme, light_scheme
from newsletter.rendering.languages import language as language_of
from newsletter.rendering.view import fitted, telephone

if TYPE_CHECKING:
    from datetime import date

    from newsletter.authoring.office import Office
    from newsletter.rendering.languages import Languages
    from newsletter.rendering.pictures import PictureFile
    from newsletter.rendering.templates import Templates


@dataclass(frozen=True, slots=True)
class Website:
    """The pages of one office, drawn by the templates in templates/site/.

    Each extends site/layout.html.j2. The office's own templates take the place of ours.
    """

    office: Office
    templates: Templates
    languages: Languages
    logo: PictureFile | None = None

    def page(self, name: str, /, *, language: str, today: date, **shown: object) -> str:
        """Return a page in a language: `name` is that of its template below site/.

        `today` says whether there is a House, so that the member is an MP. What is in `shown`
        goes before what every page may speak of.
        """
        context = {**self._everywhere(language, today), **shown}
        return self.templates.translated(
            f"site/{name}", context, self.languages.translations(language)
        )

    def letter(self, name: str, /, *, language: str, today: date, **shown: object) -> str:
        """Return the plain text of a letter: as `page`, but nothing in it is HTML."""
        context = {**self._everywhere(language, today), **shown}
        return self.templates.translated_text(
            f"site/{name}", context, self.languages.translations(language)
        )

    def stylesheet(self) -> str:
        """Return the style sheet of all pages, in the office's colours."""
        return self.templates.page("site/site.css.j2", self._colours())

    @property
    def root(self) -> str:
        """Return the path below which the site lies, without a slash at its end."""
        return urlsplit(self.office.base_url).path

    def _colours(self) -> dict[str, object]:
        colours = self.office.look.colours
        return {"light": light_scheme(colours), "dark": dark_scheme(colours)}

    def _everywhere(self, code: str, today: date) -> dict[str, object]:
        chosen = language_of(code)
        return {
            **self._colours(),
            "office": self.office,
            "newsletter": self.office.title or f"News from {self.office.name}",
            "member": self.office.styled_name(today),
            "affiliation": self.office.affiliation(today),
            "year": today.year,
            "privacy_words": self.languages.translations(code).gettext(self.office.privacy.text),
            "language": chosen,
            "languages": self.languages.all,
            "root": self.root,
            "logo": fitted(self.logo) if self.logo else None,
            "telephone": telephone,
            # A number is read in one go: it does not break at its blanks.
            "phone": self.office.contact.phone.replace(" ", "\u00a0"),
        }
