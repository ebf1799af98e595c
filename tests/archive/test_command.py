"""`newsletter archive` shows what was sent, and nothing else."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from newsletter.database.opening import open_database
from newsletter.files import OfficeFolder
from newsletter.pipeline import prepare
from newsletter.publishing import MANIFEST
from tests.archive.archives import carry
from tests.commands import ROOT
from tests.offices import DAY, FRONT
from tests.sendgrid_standin.server import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands import Office
    from tests.sendgrid_standin.server import StandIn

READER = (
    "email,first_name,consent_at,consent_source,consent_wording\n"
    "reader@constituents.example,Ann,2019-02-01,website,I agree\n"
)
SECOND = f"""{FRONT.replace("268", "269")}
# Your buses

The number 7 comes back.
"""


@pytest.fixture
def ready(office: Office) -> Office:
    """An office with a reader and two issues."""
    office.write("readers.csv", READER)
    office.write("issues/2019-02-25/issue.md", SECOND)
    assert office("subscribers", "import", "readers.csv").code == 0
    return office


def go_live(office: Office, sendgrid: StandIn) -> None:
    office.environment.update(
        SENDGRID_API_KEY=KEY, SENDGRID_HOST=sendgrid.host, NEWSLETTER_SECRET="s" * 32
    )


def rehearse(office: Office, *issues: str) -> None:
    for issue in issues:
        done = office("send", "--issue", issue, "--transport", "folder", "--yes")
        assert done.code == 0, done.err


def shown(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("2*/index.html"))


def test_nothing_is_shown_before_anything_was_sent(ready: Office) -> None:
    """A draft is nobody's business."""
    done = ready("archive")
    assert (done.code, done.out) == (1, "")
    assert "No issue has been sent yet" in done.err
    assert not (ready.folder / "public").exists()


def test_both_sample_issues_sent_to_the_folder_appear(office: Office) -> None:
    """As they would on the day on which an office tries everything out."""
    for name in ("issues", "office.yaml", "logo.png", "subscribers.example.csv"):
        source, target = ROOT / name, office.folder / name
        if source.is_dir():
            shutil.rmtree(target)
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    assert office("subscribers", "import", "subscribers.example.csv").code == 0
    rehearse(office, "2019-02-18", "2019-03-08")
    shutil.rmtree(office.folder / "issues")
    done = office("archive", "--json")
    assert done.code == 0
    document = done.document
    written = document.pop("written")
    assert document == {
        "folder": "public",
        "issues": ["2019-03-08", "2019-02-18"],
        "corrected": [],
        "rehearsed": ["2019-03-08", "2019-02-18"],
        "without_files": [],
        "removed": [],
        "unchanged": 0,
    }
    assert "Rehearsed in outbox/ and mailed to nobody: 2019-03-08, 2019-02-18" in done.err
    public = office.folder / "public"
    files = {path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()}
    assert set(written) == files - {MANIFEST}
    again = office("archive")
    assert f"0 files written, {len(written)} unchanged, 0 removed" in again.out
    text = "".join(
        (public / name).read_text(encoding="utf-8") for name in files if not name.endswith(".png")
    )
    people = (ROOT / "subscribers.example.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line for line in people if line.split(",")[0] in text] == []


def test_once_an_issue_has_been_sent_rehearsals_stay_out(ready: Office, sendgrid: StandIn) -> None:
    """What was shown while one tried things out goes, unless somebody asks for it."""
    rehearse(ready, "2019-02-18", "2019-02-25")
    assert ready("archive").code == 0
    public = ready.folder / "public"
    assert shown(public) == ["2019-02-18", "2019-02-25"]
    go_live(ready, sendgrid)
    assert ready("send", "--issue", "2019-02-18", "--yes").code == 0
    done = ready("archive")
    assert done.code == 0
    assert "outbox" not in done.err
    assert shown(public) == ["2019-02-18"]
    done = ready("archive", "--rehearsals", "--out", "elsewhere")
    assert "mailed to nobody: 2019-02-25" in done.err
    assert shown(ready.folder / "elsewhere") == ["2019-02-18", "2019-02-25"]


def test_a_database_that_knows_less_takes_nothing_off_the_web(
    ready: Office, sendgrid: StandIn
) -> None:
    """A new laptop, or the wrong URL: years of issues stay where they are."""
    go_live(ready, sendgrid)
    assert ready("send", "--issue", "2019-02-18", "--yes").code == 0
    assert ready("archive").code == 0
    ready.environment["NEWSLETTER_DATABASE_URL"] = "sqlite:///other.db"
    assert ready("subscribers", "import", "readers.csv").code == 0
    rehearse(ready, "2019-02-25")
    done = ready("archive")
    assert done.code == 1
    assert "does not know as sent: 2019-02-18" in done.err
    assert shown(ready.folder / "public") == ["2019-02-18"]


def test_an_erratum_is_shown_with_the_reason_that_was_typed(ready: Office) -> None:
    """And the first edition stays beside it."""
    rehearse(ready, "2019-02-18")
    issue = ready.folder / "issues" / "2019-02-18" / "issue.md"
    issue.write_text(
        issue.read_text(encoding="utf-8").replace("On Tuesday", "On Monday"), encoding="utf-8"
    )
    send = ("send", "--issue", "2019-02-18", "--transport", "folder", "--yes")
    done = ready(*send, "--erratum", "--reason", "  it was\nMonday ")
    assert done.code == 0
    assert "Corrects    it was Monday" in done.out
    assert ready("archive", "--json").document["corrected"] == ["2019-02-18"]
    folder = ready.folder / "public" / "2019-02-18"
    assert "It was Monday." in (folder / "index.html").read_text(encoding="utf-8")
    assert "On Tuesday" in (folder / "edition-1" / "index.html").read_text(encoding="utf-8")
    certificate = ready.folder / "build" / "2019-02-18" / "certificate.html"
    assert "it was Monday" in certificate.read_text(encoding="utf-8")


def test_an_erratum_without_a_reason_is_told_so(ready: Office) -> None:
    """Before it is sent, as long as one can be given."""
    rehearse(ready, "2019-02-18")
    ready.write("issues/2019-02-18/issue.md", SECOND)
    done = ready("send", "--issue", "2019-02-18", "--transport", "folder", "--yes", "--erratum")
    assert "Without --reason the archive will say that it was corrected, but not why." in done.out


def test_a_reason_without_an_erratum_is_not_typed_as_it_should_be(ready: Office) -> None:
    """It would be lost in silence."""
    done = ready("send", "--issue", "2019-02-18", "--reason", "it was Monday")
    assert done.code == 2
    assert "add that, too" in done.err


def test_issues_sent_by_an_older_version_are_named(ready: Office) -> None:
    """It kept no pictures: the page stands without them, and nobody wonders why."""
    draft = prepare(OfficeFolder(ready.folder), DAY)
    assert draft.edition
    with open_database("sqlite:///newsletter.db", folder=ready.folder) as database:
        opened = database.dispatches.open(
            draft.edition, segment="all", transport="folder", batch_size=10
        )
        carry(database, opened)
    done = ready("archive", "--json")
    assert done.document["without_files"] == ["2019-02-18"]
    assert "Sent by a version that kept no pictures, so shown without them: 2019-02-18" in done.err
    assert "1 issue in public" in done.err


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM contents WHERE hash = :hash",
        "UPDATE contents SET data = x'00' || substr(data, 2) WHERE hash = :hash",
        "UPDATE contents SET data = substr(data, 1, 99) WHERE hash = :hash",
    ],
    ids=["lost", "changed", "cut"],
)
def test_a_picture_that_the_database_has_lost_is_named_and_nothing_is_written(
    ready: Office, damage: str
) -> None:
    """A page with a hole in it, or somebody else's bytes, is not what was sent."""
    shutil.copy(ROOT / "logo.png", ready.folder / "issues" / "2019-02-25" / "hall.png")
    ready.write("issues/2019-02-25/issue.md", f"{SECOND}\n![The hall](hall.png)\n")
    rehearse(ready, "2019-02-25")
    with sqlite3.connect(ready.folder / "newsletter.db") as database:
        [(name, digest)] = database.execute("SELECT name, hash FROM edition_files")
        database.execute(damage, {"hash": digest})
    database.close()
    done = ready("archive")
    assert done.code == 1, done.out
    assert f"2019-02-25/{name} is not in the database as it was when it was sent" in done.err
    assert "Restore a backup" in done.err
    assert not (ready.folder / "public" / "2019-02-25").exists()


def test_other_files_in_the_folder_are_left_alone(ready: Office) -> None:
    """It may be the MP's whole web site."""
    rehearse(ready, "2019-02-18")
    ready.write("public/about.html", "about me")
    assert ready("archive").code == 0
    assert (ready.folder / "public" / "about.html").read_text(encoding="utf-8") == "about me"
    ready.write("web/index.html", "my own")
    done = ready("archive", "--out", "web")
    assert done.code == 1
    assert "index.html in web was not made by newsletter" in done.err
    assert (ready.folder / "web" / "index.html").read_text(encoding="utf-8") == "my own"


@pytest.mark.parametrize("out", [".", "..", "issues", "build/site", "public/../outbox"])
def test_the_offices_own_files_are_never_published(ready: Office, out: str) -> None:
    """Whoever uploads such a folder would upload the database with everybody's address."""
    rehearse(ready, "2019-02-18")
    before = sorted(ready.folder.parent.rglob("*"))
    done = ready("archive", "--out", str(ready.folder / out))
    assert done.code == 1
    assert "holds files of the office that are not for the public" in done.err
    assert sorted(ready.folder.parent.rglob("*")) == before


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(ready: Office) -> None:
    """With the code for what is not set up."""
    rehearse(ready, "2019-02-18")
    ready.write("public", "a file")
    done = ready("archive", "--json")
    assert done.code == 3
    assert done.document["error"]["message"].startswith("The site cannot be written to public: ")


def test_an_office_that_is_not_set_up_is_told_before_all_else(ready: Office) -> None:
    """Nothing can be drawn without it."""
    ready.write("office.yaml", "name: Robin\n")
    assert ready("archive").code == 3


def test_a_test_copy_finds_its_pictures(ready: Office, sendgrid: StandIn) -> None:
    """The service that shares the database shows them before anything is sent."""
    go_live(ready, sendgrid)
    shutil.copy(ROOT / "logo.png", ready.folder)
    with (ready.folder / "office.yaml").open("a", encoding="utf-8") as office:
        office.write("look: {logo: logo.png}\n")
    assert ready("test", "--issue", "2019-02-18", "--to", "colleague@example.org").code == 0
    with open_database("sqlite:///newsletter.db", folder=ready.folder) as database:
        assert database.shelf.picture("pictures/logo-1af6f18e00.png")
        assert database.shelf.sent() == []
    assert ready("archive").code == 1
