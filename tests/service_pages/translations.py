"""Gather the words that visitors read, and bring the catalogues up to date with them.

`python -m tests.service_pages.translations` writes newsletter/translations/newsletter.pot and
adds what is new to each newsletter.po, empty, for translators to fill in.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "newsletter" / "translations"
TEMPLATE = TRANSLATIONS / "newsletter.pot"
_HEADER = """\
# The words that visitors of the web site read{name}.
msgid ""
msgstr ""
{language}"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_OPTIONS = {"**.j2": {"trimmed": "true", "silent": "false"}}
_PLACES = (
    (ROOT / "templates" / "site", ("**.j2", "jinja2")),
    (ROOT / "newsletter", ("**.py", "python")),
)
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "translate": None}


def messages() -> Catalog:
    """Return every sentence that is marked in the templates of the site and in our code."""
    found = Catalog(charset="utf-8")
    for folder, method in _PLACES:
        for file, _, message, comments, context in extract_from_dir(
            folder, method_map=[method], options_map=_OPTIONS, keywords=_KEYWORDS
        ):
            place = (folder / file).relative_to(ROOT).as_posix()
            found.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return found


def catalogues(folder: Path = TRANSLATIONS) -> dict[str, Path]:
    """Return the catalogue of each language."""
    return {path.parts[-3]: path for path in folder.glob("*/LC_MESSAGES/newsletter.po")}


def read(code: str, path: Path) -> Catalog:
    with path.open("rb") as opened:
        return read_po(opened, locale=code)


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file has it: no dates, no line numbers, so that it rests."""
    name = language = ""
    if catalogue.locale is not None:
        name = f", in {catalogue.locale.get_language_name('en')}"
        language = (
            f'"Language: {catalogue.locale_identifier}\\n"\n'
            f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
        )
    out = BytesIO()
    out.write(_HEADER.format(name=name, language=language).encode())
    write_po(
        out,
        catalogue,
        width=98,
        sort_output=True,
        include_lineno=False,
        omit_header=True,
        ignore_obsolete=True,
    )
    return out.getvalue()


def bring_up_to_date(folder: Path) -> None:
    """Write them all."""
    found = messages()
    (folder / TEMPLATE.name).write_bytes(written(found))
    for code, path in catalogues(folder).items():
        catalogue = read(code, path)
        catalogue.update(found, no_fuzzy_matching=True)
        path.write_bytes(written(catalogue))


if __name__ == "__main__":
    bring_up_to_date(TRANSLATIONS)
