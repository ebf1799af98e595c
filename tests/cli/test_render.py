"""`newsletter render` writes what an issue has become, and says where."""

from __future__ import annotations

import email
import email.policy
import re
import shlex
import sys
from typing import TYPE_CHECKING

from PIL import Image

from tests.commands import ROOT
from tests.offices import ISSUE, OFFICE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.commands import Office

RENDER = ("render", "--issue", "2019-02-18")


def build(office: Office) -> Path:
    return office.folder / "build" / "2019-02-18"


def with_pictures(office: Office) -> None:
    Image.linear_gradient("L").save(office.folder / "logo.png")
    Image.linear_gradient("L").save(office.folder / "issues" / "2019-02-18" / "a b.png")
    office.write("office.yaml", f"{OFFICE}look: {{logo: logo.png}}\n")
    office.write("issues/2019-02-18/issue.md", f"{ISSUE}\n![The lift, out again](<a b.png>)\n")


def test_the_result_is_written_and_described(office: Office) -> None:
    """Subject, size, findings and where the files are, at a glance."""
    outcome = office(*RENDER)
    assert (outcome.code, outcome.err) == (0, "")
    for words in (
        "Monday 18 February 2019",
        "Your trains and a vote that matters",
        "Robin Halloway MP <update@example.org>",
        "kB HTML",
        "build/2019-02-18/email.html",
    ):
        assert words in outcome.out


def test_the_document_names_every_file(office: Office) -> None:
    """A program needs no more than stdout; findings.json holds the same findings."""
    document = office(*RENDER, "--json").document
    files = [
        f"build/2019-02-18/{name}"
        for name in ("email.html", "email.txt", "email.eml", "web.html", "findings.json")
    ]
    assert document.pop("files") == files
    assert set(document) >= {"issue", "digest", "findings", "counts"}
    checked = office("check", "--issue", "2019-02-18", "--json").document
    assert document == checked
    assert (build(office) / "findings.json").read_text().startswith('{\n  "issue": "2019-02-18"')
    assert all((office.folder / file).is_file() for file in files)


def test_it_is_made_out_to_nobody(office: Office) -> None:
    """A colleague who looks at it must not be able to sign anybody off."""
    office(*RENDER)
    message = email.message_from_bytes(
        (build(office) / "email.eml").read_bytes(), policy=email.policy.default
    )
    assert message["To"] == "reader@example.org"
    assert message["Date"] == "Mon, 18 Feb 2019 12:00:00 +0000"
    assert "Dear reader," in (build(office) / "email.txt").read_text()
    assert "Dear reader," in (build(office) / "email.html").read_text()
    for path in build(office).glob("*.*"):
        assert "-nl_" not in path.read_text()


def test_pictures_are_shown_from_the_disk_and_mailed_from_the_web(office: Office) -> None:
    """email.html is to be looked at before anything is on the web."""
    with_pictures(office)
    assert office(*RENDER).code == 0
    names = sorted(path.name for path in (build(office) / "pictures").iterdir())
    assert [re.sub(r"-[0-9a-f]{10}\.", ".", name) for name in names] == ["a-b.png", "logo.png"]
    html = (build(office) / "email.html").read_text()
    public = "https://update.example.org/2019-02-18/pictures/"
    for name in names:
        assert f'src="pictures/{name}"' in html
        assert f'src="pictures/{name}"' in (build(office) / "web.html").read_text()
    assert public not in html
    assert public.encode() in (build(office) / "email.eml").read_bytes().replace(b"=\r\n", b"")


def test_nothing_of_an_earlier_render_stays(office: Office) -> None:
    """A picture that was taken out, or an email that cannot be made any more."""
    with_pictures(office)
    office(*RENDER)
    office.write("issues/2019-02-18/issue.md", ISSUE.replace("funding", "fundign"))
    outcome = office(*RENDER)
    assert outcome.code == 1
    assert "The issue of Monday 18 February 2019 cannot be rendered yet." in outcome.out
    assert "issue.md:5: " in outcome.out
    assert [path.name for path in build(office).rglob("*") if path.is_file()] == ["findings.json"]


def test_an_issue_that_is_not_there_is_answered_with_those_that_are(office: Office) -> None:
    """Most often the date has a slip in it."""
    outcome = office("render", "--issue", "2019-02-19")
    assert outcome.code == 1
    assert "issues/2019-02-19/issue.md: There is no issue of 2019-02-19" in outcome.err
    assert "There are: 2019-02-18." in outcome.err


def browser(office: Office) -> str:
    """Return a command that takes the place of a browser and writes down what it opens."""
    script = office.folder / "browser.py"
    script.write_text("import sys; open('opened', 'w').write(sys.argv[1])")
    return f"{shlex.join([sys.executable, str(script)])} %s"


def test_the_result_can_be_shown_in_the_browser(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that BROWSER names, or the desktop's own."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    office.environment["BROWSER"] = browser(office)
    opened = office.folder / "opened"
    for arguments in (RENDER, ("send", "--issue", "2019-02-18", "--dry-run")):
        assert office.process(*arguments, "--open", "--json").code == 0
        assert opened.read_text() == (build(office) / "email.html").as_uri()
        opened.unlink()
    office.write("issues/2019-02-18/issue.md", "nothing")
    assert office.process(*RENDER, "--open").code == 1
    assert not opened.exists()


def test_without_a_browser_the_file_is_named(office: Office) -> None:
    """On a server there is none, and that is no failure."""
    office.environment.update(BROWSER="no-such-browser", PATH="/nowhere", DISPLAY="")
    outcome = office.process(*RENDER, "--open")
    assert outcome.code == 0
    assert "No browser was found: open build/2019-02-18/email.html yourself." in outcome.out
