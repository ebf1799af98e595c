"""`newsletter preview` starts, says where, and opens the page."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx

from tests.commands import environment
from tests.offices import ISSUE, make_office
from tests.web.previews import running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands import Office


def test_the_newest_issue_is_shown_unless_another_is_named(tmp_path: Path) -> None:
    """Which is the one that is being written."""
    folder = make_office(tmp_path / "office")
    (folder / "issues" / "2019-02-25").mkdir()
    (folder / "issues" / "2019-02-25" / "issue.md").write_text(ISSUE, encoding="utf-8")
    with running(folder, "--port", "28801") as preview:
        assert 'data-issue="2019-02-25"' in httpx.get(preview.address, timeout=60).text
    with running(folder, "--issue", "2019-02-18") as preview:
        assert 'data-issue="2019-02-18"' in httpx.get(preview.address, timeout=60).text


def test_the_page_is_opened_in_the_browser(office: Office) -> None:
    """The one that BROWSER names, or the desktop's own."""
    script = office.folder / "browser.py"
    script.write_text(
        "import os, signal, sys; open('opened', 'w').write(sys.argv[1]);"
        "os.kill(int(os.environ['PREVIEW']), signal.SIGINT)"
    )
    starter = (
        "import os, sys; os.environ['PREVIEW'] = str(os.getpid());"
        "sys.argv = ['newsletter', 'preview'];"
        "from newsletter.__main__ import main; main()"
    )
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", starter],
        cwd=office.folder,
        env=environment({"BROWSER": f"{shlex.join([sys.executable, str(script)])} %s"}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    opened = (office.folder / "opened").read_text()
    assert opened in done.stdout


def test_what_is_not_there_is_told_at_once(office: Office) -> None:
    """In the terminal, not in the browser."""
    outcome = office("preview", "--issue", "2019-02-19", "--no-open")
    assert outcome.code == 1
    assert "There is no issue of 2019-02-19" in outcome.err
    (office.folder / "issues" / "2019-02-18" / "issue.md").unlink()
    outcome = office("preview", "--no-open")
    assert outcome.code == 1
    assert "newsletter new" in outcome.err
    assert office("preview", "--office", "nowhere").code == 3


def test_a_folder_without_an_office_is_told_at_once_and_a_broken_one_in_the_page(
    office: Office, tmp_path: Path
) -> None:
    """The one is the wrong folder, the other is about to be mended while the page follows."""
    kept = (office.folder / "office.yaml").read_text("utf-8")
    (office.folder / "office.yaml").unlink()
    outcome = office("preview", "--no-open")
    assert outcome.code == 3
    assert "There is no office.yaml in" in outcome.err
    assert "name it with --office" in outcome.err
    broken = make_office(tmp_path / "broken", office=kept.replace("name:", "nam:", 1))
    with running(broken) as preview:
        assert httpx.get(preview.address, timeout=60).status_code == 200
    assert preview.process.returncode == 0
