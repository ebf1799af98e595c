"""Words: every visitor is answered in a language that they read, and in whole sentences."""

from __future__ import annotations

import re
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest
from babel.messages.checkers import python_format

from newsletter.authoring.office import parse_office
from newsletter.errors import ConfigurationError, MistakeError
from newsletter.files import OfficeFolder
from newsletter.rendering.languages import Languages, language, own_catalogues
from newsletter.rendering.website import Website
from tests.offices import OFFICE
from tests.rendering.emails import ROOT
from tests.service_pages.translations import (
    TEMPLATE,
    TRANSLATIONS,
    bring_up_to_date,
    catalogues,
    messages,
    read,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsletter.authoring.office import Office
    from tests.service_pages.door import Door

LANGUAGES = Languages(own_catalogues())
UPDATE = "Run python -m tests.service_pages.translations, and have what is new translated."


def several(text: object) -> tuple[str, ...]:
    """Return the forms of a sentence that counts, or the one of a sentence that does not."""
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


def test_the_sentences_for_translators_are_those_of_the_pages() -> None:
    """A sentence that is missing there stays English for ever."""
    assert TEMPLATE.read_bytes() == written(messages()), UPDATE


def test_what_is_new_is_added_for_translators_and_nothing_is_lost(tmp_path: Path) -> None:
    """They fill in what is empty, and find the rest as they left it."""
    folder = tmp_path / "translations"
    shutil.copytree(TRANSLATIONS, folder)
    path = folder / "cy" / "LC_MESSAGES" / "newsletter.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('msgid "Join"\nmsgstr "Ymuno"', 'msgid "Gone"\nmsgstr "G"'))
    (folder / "newsletter.pot").unlink()
    bring_up_to_date(folder)
    assert path.read_text(encoding="utf-8") == text.replace('msgstr "Ymuno"', 'msgstr ""')
    assert (folder / "newsletter.pot").read_bytes() == TEMPLATE.read_bytes()


@pytest.mark.parametrize("code", sorted(catalogues()))
def test_every_sentence_is_translated(code: str) -> None:
    """Half a page in another language is worse than none."""
    path = catalogues()[code]
    catalogue = read(code, path)
    found = {message.id for message in messages() if message.id}
    assert {message.id for message in catalogue if message.id} == found, UPDATE
    for message in catalogue:
        texts = several(message.string)
        assert all(texts), message.id
        assert not message.fuzzy, message.id
    assert path.read_bytes() == written(catalogue), UPDATE


@pytest.mark.parametrize("code", sorted(catalogues()))
def test_every_translation_has_the_places_of_its_sentence(code: str) -> None:
    """A place that is lost loses the telephone number; one too many loses the page."""
    for message in read(code, catalogues()[code]):
        if not message.id:
            continue
        python_format(None, message)
        ids = several(message.id)
        texts = several(message.string)
        wanted = set(re.findall(r"%\((\w+)\)s", ids[-1]))
        for text in texts:
            places = re.findall(r"%\((\w+)\)s", text)
            assert set(places) <= wanted
            assert "%" not in re.sub(r"%\(\w+\)s", "", text)
            if not isinstance(message.id, tuple):
                assert set(places) == wanted


def test_welsh_counts_as_the_welsh_do() -> None:
    """One thing, two things and three things have a form each."""
    count = LANGUAGES.translations("cy").ngettext
    shown = {
        n: count("Please mend one thing", "Please mend %(count)s things", n) for n in range(1, 7)
    }
    assert shown == {
        1: "Cywirwch un peth",
        2: "Cywirwch ddau beth",
        3: "Cywirwch dri pheth",
        4: "Cywirwch %(count)s peth",
        5: "Cywirwch %(count)s peth",
        6: "Cywirwch chwe pheth",
    }


@pytest.mark.parametrize(
    ("asked", "accepted", "otherwise", "chosen"),
    [
        ("cy", "en", "en-GB", "cy"),
        ("CY-gb", "", "en-GB", "cy"),
        ("xx", "cy", "en-GB", "cy"),
        ("", "fr, cy;q=0.8, en;q=0.9", "en-GB", "en"),
        ("", "fr, cy;q=0.9, en;q=0.8", "en-GB", "cy"),
        ("", "cy;q=0, fr", "en-GB", "en"),
        ("", "cy;q=much, en", "cy-GB", "en"),
        ("", "*", "cy-GB", "cy"),
        ("", "", "fr-FR", "en"),
        ("../../etc/passwd", ";;;,,,q=", "en-GB", "en"),
        ("", ",".join(["xx"] * 10_000), "en-GB", "en"),
    ],
)
def test_a_visitor_gets_the_language_they_like_best(
    asked: str, accepted: str, otherwise: str, chosen: str
) -> None:
    """What they clicked on, then what their browser says, then the office's."""
    assert LANGUAGES.choose(asked=asked, accepted=accepted, otherwise=otherwise) == chosen


def test_a_language_is_added_by_a_file() -> None:
    """It is offered under its own name, and written in its own direction."""
    text = 'msgid "Past issues"\nmsgstr "أعداد سابقة"\n'
    found = Languages({**own_catalogues(), "ar": text})
    assert [one.name for one in found.all] == ["English", "العربية", "Cymraeg"]
    assert found.translations("ar").gettext("Past issues") == "أعداد سابقة"
    assert (language("ar").direction, language("en").tag) == ("rtl", "en-GB")


def test_a_catalogue_that_cannot_be_read_is_named() -> None:
    """Somebody wrote it by hand, and wants to know which."""
    with pytest.raises(ConfigurationError, match="The catalogue for the language “gd”"):
        Languages({"gd": 'msgid "a'})
    with pytest.raises(ConfigurationError, match="no language with the short name “tlh-x”"):
        Languages({"tlh-x": ""})


def website(office: Office) -> Website:
    return Website(office, OfficeFolder(ROOT).templates(), LANGUAGES)


@pytest.fixture
def site() -> Website:
    office, _ = parse_office(OFFICE)
    assert office is not None
    return website(office)


def test_nobody_is_a_member_while_parliament_is_dissolved(site: Website) -> None:
    """On the web site neither, from that day on."""
    dissolved = "parliament: {status: dissolved, since: 2019-11-06}"
    office, _ = parse_office(OFFICE.replace("parliament: {status: sitting}", dissolved))
    assert office is not None
    shown = {"title": "T", "words": []}
    pages = [
        website(office).page("problem.html.j2", language="en", today=day, **shown)
        for day in (date(2019, 11, 5), date(2019, 11, 6))
    ]
    assert ["Robin Halloway MP" in page for page in pages] == [True, False]
    assert "Robin Halloway MP" in site.page(
        "problem.html.j2", language="en", today=date(2019, 11, 6), **shown
    )


def test_a_template_that_is_wrong_is_named_with_its_line(site: Website) -> None:
    """Offices may put their own in the place of ours."""
    wrong = {"site/problem.html.j2": "<p>\n{{ nothing }}"}
    site.templates.sources = {**site.templates.sources, **wrong}
    with pytest.raises(MistakeError) as caught:
        site.page("problem.html.j2", language="en", today=date(2019, 2, 18))
    assert (caught.value.file, caught.value.line) == ("templates/site/problem.html.j2", 2)


def test_the_style_sheet_is_asked_for_again_only_when_it_has_changed(door: Door) -> None:
    """Its address stays the same while the office may change its colours."""
    first = door.get("/site.css")
    assert first.headers["content-type"] == "text/css; charset=utf-8"
    assert "#1d4f91" in first.text
    again = door.get("/site.css", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert door.get("/logo/logo.png").status_code == 404


def test_the_logo_is_kept_by_browsers_for_ever(
    open_door: Callable[[str], Door], tmp_path: Path
) -> None:
    """Its name has its digest in it: another logo has another address."""
    (tmp_path / "office").mkdir()
    shutil.copy(ROOT / "logo.png", tmp_path / "office" / "logo.png")
    door = open_door(f"{OFFICE}look: {{logo: logo.png}}\n")
    found = re.search(r'src="(/logo/[^"]+)"', door.get("/join").text)
    assert found is not None
    logo = door.get(found[1])
    assert (logo.status_code, logo.headers["content-type"]) == (200, "image/png")
    assert "immutable" in logo.headers["cache-control"]
    assert door.get("/logo/another.png").status_code == 404


def test_pages_bring_neither_script_nor_style_with_them(door: Door) -> None:
    """So that the policy for what a page may load can forbid both."""
    key = door.subscribe()
    for path in ("/join", "/privacy", door.leave_path(key), door.open_path(key)):
        page = door.get(path)
        assert "script-src" not in page.headers["content-security-policy"]
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert not re.search(r"<script|<style|style=|\bon\w+=", page.text)
        assert page.text.count("<h1>") == 1
        assert (page.headers["content-language"], page.headers["cache-control"]) == (
            "en",
            "no-store",
        )


def test_a_page_of_the_office_that_is_wrong_is_not_the_visitors_fault(door: Door) -> None:
    """They are told that it is ours, and that they may come back."""
    templates = door.house.website().templates
    templates.sources = {**templates.sources, "site/join.html.j2": "{{ nothing }}"}
    answer = door.get("/join")
    assert answer.status_code == 503
    assert "It is not your fault" in answer.text
    assert "nothing" not in answer.text


def test_every_form_leaves_it_to_us_to_say_what_is_wrong_with_an_address() -> None:
    """A browser says it in its own language, and refuses the full stop that a phone has added."""
    forms = [
        form
        for page in sorted((ROOT / "templates" / "site").glob("*.html.j2"))
        for form in re.findall(r"(?s)<form[^>]*>.*?</form>", page.read_text(encoding="utf-8"))
        if 'type="email"' in form
    ]
    assert len(forms) == 3
    assert [form for form in forms if " novalidate>" not in form] == []
