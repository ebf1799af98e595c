"""An issue becomes the same edition on any machine and day, and what was typed stays text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html as parser

from newsletter.authoring.blocks import BLOCKS
from newsletter.authoring.fields import Prose
from newsletter.rendering.pictures import PictureFile
from newsletter.rendering.render import render
from newsletter.rendering.tags import tags_in
from tests.commands import environment
from tests.offices import DAY, FRONT, OFFICE, make_office
from tests.rendering.editions import make_edition, read_issue, read_office, templates

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.rendering.edition import Edition

HOSTILE = [
    "{{ 7*7 }} {% for x in y %} {# note #} ${x} #{y}",
    "<mj-raw> </mj-text> <b>bold</b> <script>alert(1)</script> <!-- note -->",
    "@@f0@@ @@f1@@ --> ]]> <![CDATA[ x ]]> <?xml ?> <!DOCTYPE html>",
    "“q” \"double\" 'single' & < > C:\\temp \\1 $1 %s %(x)s",
    "a\u00a0b ❤️ \u202eevil\u202c é Ŵyn",
    "-nl_ -greeting- |FNAME| [Unsubscribe] {{{x}}} <%body%>",
]


def made(text: str, *, office: str = OFFICE, day: date = DAY) -> Edition:
    """Return an edition with every picture that the issue names."""
    issue = read_issue(text, day)
    pictures = {name: PictureFile("p.png", 300, 200, b"") for name in issue.pictures}
    return render(issue, read_office(office), templates=templates(), pictures=pictures)


def squeezed(text: str) -> str:
    """Return the characters that are to be seen; plain text breaks lines and marks quotations."""
    return re.sub(r"[\s>|]+", "", text)


def parsed(markup: str) -> Any:  # noqa: ANN401  # lxml's stubs know no HTML
    return parser.document_fromstring(markup)


def seen(markup: str) -> str:
    document = parsed(markup)
    for hidden in document.xpath("//style | //script[@type]"):
        hidden.drop_tree()
    words = [document.text_content(), *document.xpath("//@alt | //@content | //@href")]
    return squeezed(" ".join(words))


def fields_of(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return a value for every field of a block, words where it takes words."""
    return {name: value_of(name, each, definitions) for name, each in schema["properties"].items()}


FIXED = {
    "url": "https://example.org/a",
    "register": "https://example.org/r",
    "book": "https://example.org/b",
    "email": "robin@example.org",
    "picture": "still.png",
    "date": "2019-03-30",
    "asked": "2019-02-01",
    "answered": "2019-02-11",
    "starts": "14:00",
    "ends": "16:00",
    "vote": "aye",
}


def value_of(name: str, schema: dict[str, Any], definitions: dict[str, Any]) -> Any:  # noqa: ANN401  # any YAML
    if name in FIXED:
        return FIXED[name]
    if schema.get("type") == "array":
        item = definitions[schema["items"]["$ref"].rsplit("/", 1)[-1]]
        return [fields_of(item, definitions) for _ in range(2)]
    return "WORDS"


def every_block(words: str) -> str:
    """Return an issue in which each block has these words in every field that takes words."""
    blocks = []
    for name, block in BLOCKS.items():
        schema = block.model_json_schema()
        values = fields_of(schema, schema.get("$defs", {}))
        written = json.dumps(values, ensure_ascii=False).replace("WORDS", _in_yaml(words))
        blocks.append(f"```{name}\n{written}\n```")
    return "\n\n".join(blocks)


def _in_yaml(words: str) -> str:
    return json.dumps(words)[1:-1]


def count_of_words(words: str) -> int:
    return every_block(words).count(_in_yaml(words))


@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_typed_into_a_block_comes_out_as_it_was_typed(words: str) -> None:
    """In the email, in its plain text and on the web page; nothing is evaluated or markup."""
    edition = make_edition_of(every_block(words))
    times = count_of_words(words)
    assert times > 40
    shown_later = {"thanks": 1}  # the event is still to come
    typed = squeezed(words)
    for part in (seen(edition.html), seen(edition.web), squeezed(edition.text)):
        assert part.count(typed) >= times - sum(shown_later.values())


def make_edition_of(body: str) -> Edition:
    return made(f"{FRONT}\n# Trains\n\n{body}\n")


@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_typed_at_the_top_and_into_a_picture_is_text_too(words: str) -> None:
    """Title, preheader, subject, prose, alternative text and caption."""
    quoted = json.dumps(words)
    front = (
        f"---\nnumber: 1\nsubject: {quoted}\npreheader: {quoted}\nfunding: parliamentary\n---\n"
    )
    bare = words.replace('"', "”").replace("[", "(").replace("]", ")").replace("\\", "/")
    bare = " ".join(bare.split())
    in_prose = f"{words}\u2028 more"
    edition = made(
        f'{front}\n# {bare}\n\n{in_prose}\n\n![{bare}](a.png "{bare}")\n\n- {in_prose}\n'
    )
    assert edition.subject == " ".join(words.split())
    assert edition.preheader == words
    for markup in (edition.html, edition.web):
        document = parsed(markup)
        (title,) = document.xpath("//h1")
        assert squeezed(title.text_content()) == squeezed(bare)
        assert squeezed(bare) in [squeezed(alt) for alt in document.xpath("//img/@alt")]
        assert seen(markup).count(squeezed(in_prose)) >= 2
        assert squeezed(words) in seen(markup)
    assert squeezed(edition.text).count(squeezed(bare)) >= 2


@pytest.mark.parametrize("words", HOSTILE)
def test_what_an_office_is_called_is_text_too(words: str) -> None:
    """Its names stand in the masthead and the footer of every copy."""
    quoted = json.dumps(words)
    office = OFFICE.replace("title: The Ashcombe East Update", f"title: {quoted}")
    office = office.replace("constituency: Ashcombe East", f"constituency: {quoted}")
    edition = make_edition("Words.", office=office)
    for part in (seen(edition.html), seen(edition.web), squeezed(edition.text)):
        assert part.count(squeezed(words)) >= 2
    assert not set(edition.list_id.removesuffix("<newsletter.update.example.org>")) & set('"\\<>')
    assert edition.list_id.endswith(" <newsletter.update.example.org>")


def test_the_party_is_that_of_the_issues_day() -> None:
    """An old issue that is rendered again must not speak for a later party."""
    text = f"{FRONT}\n# Trains\n\nWords.\n"
    for day, party in (
        (date(2015, 5, 6), ""),
        (date(2019, 2, 17), "Example Party"),
        (date(2019, 2, 18), "Independent"),
    ):
        edition = made(text, day=day)
        others = {"Example Party", "Independent"} - {party}
        for part in (edition.html, edition.text, edition.web):
            assert party in part
            assert not any(other in part for other in others)


def test_the_year_is_that_of_the_issue() -> None:
    """Not that of the day on which it is rendered."""
    edition = made(f"{FRONT}\n# Trains\n\nWords.\n", day=date(2016, 1, 1))
    assert "© 2016 Robin Halloway MP" in edition.text
    assert "© 2016" in parsed(edition.html).text_content()
    assert "2019" not in edition.html + edition.text + edition.web


def test_an_edition_holds_its_readers_places() -> None:
    """The mail is made out to its reader, with a way to leave; the web page to nobody."""
    edition = make_edition("Words.")
    for part, landing in ((edition.html, "html"), (edition.text, "text")):
        assert {("greeting", landing), ("why", landing), ("unsubscribe", landing)} <= {
            (str(field), str(place)) for field, place in tags_in(part)
        }
    assert not tags_in(edition.web)


def test_a_line_that_a_template_left_long_is_wrapped_with_its_margin() -> None:
    """An office's own template need not know how wide plain text may be."""
    text = "    " + "words and " * 20 + "\n\n\n\nend"
    changed = type(templates())({**templates().sources, "email.txt.j2": text})
    edition = render(
        read_issue(f"{FRONT}\n# Trains\n\nWords.\n"), read_office(), templates=changed, pictures={}
    )
    lines = edition.text.split("\n")
    assert lines[-3:] == ["", "end", ""]
    assert lines[-4] != ""
    assert all(line.startswith(("    words", "    and")) for line in lines[:-4])


RENDER_ON_ANOTHER_DAY = """
import datetime, sys, time

class Date(datetime.date):
    @classmethod
    def today(cls):
        return cls(2031, 12, 31)

class DateTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2031, 12, 31, 23, 59, 59, tzinfo=tz)

    utcnow = today = now

if sys.argv.pop(1) == "later":
    datetime.date, datetime.datetime, time.time = Date, DateTime, lambda: 1_956_527_999.0
from newsletter.cli.app import run
sys.exit(run())
"""


def test_the_same_issue_gives_the_same_bytes_on_any_machine_and_day(tmp_path: Path) -> None:
    """What one colleague approved another one sends, a week later."""
    issue = f"{FRONT}\n# Trains\n\n" + every_block("Words and more.") + "\n"
    built = []
    for when, settings in (
        ("now", {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"}),
        ("later", {"PYTHONHASHSEED": "2", "TZ": "America/Adak", "LANG": "cy_GB.UTF-8"}),
    ):
        folder = make_office(tmp_path / when, issue=issue)
        _picture(folder / "issues" / "2019-02-18" / "still.png")
        arguments = [when, "render", "--issue", "2019-02-18", "--json"]
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-c", RENDER_ON_ANOTHER_DAY, *arguments],
            cwd=folder,
            env=environment(settings),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        files = sorted(path for path in (folder / "build").rglob("*") if path.is_file())
        built.append({str(path.relative_to(folder)): path.read_bytes() for path in files})
        built[-1]["stdout"] = done.stdout.replace(str(folder).encode(), b"")
    assert built[0] == built[1]
    assert len(built[0]) >= 7


def _picture(path: Path) -> None:
    from PIL import Image  # noqa: PLC0415  # for one test

    Image.linear_gradient("L").resize((1_400, 400)).convert("RGB").save(path)


def test_prose_is_what_the_tests_take_for_words() -> None:
    """A new kind of field must be tried with hostile words, too."""
    assert issubclass(Prose, str)
