"""`newsletter check` says what to mend, and what it looks for."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from newsletter import checks
from newsletter.cli.options import EXIT_REFUSED, EXIT_USAGE
from newsletter.files import OfficeFolder
from tests.offices import DAY, ISSUE, OFFICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.commands import Office

CHECK = ("check", "--issue", "2019-02-18")
SEND = ("send", "--issue", "2019-02-18")
PALE = ISSUE.replace("On Tuesday", "Please vote for me. On Tuesday")
DISSOLVED = OFFICE.replace("{status: sitting}", "{status: dissolved, since: 2019-02-01}")


def write(office: Office, issue: str = ISSUE, *, settings: str = OFFICE) -> None:
    office.write("issues/2019-02-18/issue.md", issue)
    office.write("office.yaml", settings)


def test_a_clean_issue_has_nothing_to_mend(office: Office) -> None:
    """And says so."""
    done = office(*CHECK)
    assert (done.code, done.out) == (0, "Nothing to mend.\n")


def test_a_warning_names_its_line_and_does_not_refuse(office: Office) -> None:
    """The office judges."""
    write(office, PALE)
    done = office(*CHECK, "--json")
    assert done.code == 0
    assert done.document["findings"] == [
        {
            "code": "asks-for-votes",
            "severity": "warning",
            "message": "“Please vote for me” reads like a request for votes, and the public pays "
            "for this issue.",
            "hint": "Take it out, or pay for the issue yourself and write funding: personal.",
            "file": "issue.md",
            "line": 10,
        }
    ]


def test_an_error_refuses(office: Office) -> None:
    """So that a script stops, too."""
    write(office, settings=DISSOLVED)
    done = office(*CHECK, "--json")
    codes = {finding["code"] for finding in done.document["findings"]}
    assert (done.code, codes) == (EXIT_REFUSED, {"mp-in-dissolution", "house-in-dissolution"})


def test_the_list_has_every_check(office: Office) -> None:
    """In three forms, from one text; no issue is needed."""
    codes = {rule.code for rule in checks.rules()} | {"link-dead"}
    said = office("check", "--list")
    assert said.code == 0
    listed = office("check", "--list", "--json").document["checks"]
    assert codes <= {item["code"] for item in listed}
    assert all(f"{code} (" in said.out for code in codes)
    page = office("check", "--list", "--markdown").out
    assert all(f"### `{code}` – " in page for code in codes)


def test_without_an_issue_there_is_nothing_to_check(office: Office) -> None:
    """The usage says how to go on."""
    done = office("check")
    assert done.code == EXIT_USAGE
    assert "name an issue with --issue, or ask for --list" in done.err


def test_send_refuses_an_error_and_allows_it_by_name(office: Office) -> None:
    """What was allowed is said, for it will be asked for later."""
    write(office, settings=DISSOLVED)
    office.write("people.csv", PEOPLE)
    assert office("subscribers", "import", "people.csv").code == 0
    refused = office(*SEND, "--dry-run")
    assert refused.code == EXIT_REFUSED
    allowed = ("--allow", "mp-in-dissolution", "--allow", "house-in-dissolution")
    assert office(*SEND, "--dry-run", *allowed[:2]).code == EXIT_REFUSED
    assert office(*SEND, "--dry-run", *allowed).code == 0
    sent = office(*SEND, "--yes", *allowed)
    assert sent.code == 0
    assert "Allowed     house-in-dissolution, mp-in-dissolution" in sent.out + sent.err


PEOPLE = (
    "email,first_name,status,consent_at,consent_source,consent_wording\n"
    "reader@constituents.example,Reader,confirmed,2018-05-14,website,Please\n"
)


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("imprint-mising", "did you mean “imprint-missing”?"),
        ("zzz", "newsletter check --list names all"),
    ],
)
def test_a_code_that_does_not_exist_is_a_slip_of_typing(
    office: Office, code: str, hint: str
) -> None:
    """Nothing is sent on a misunderstanding."""
    done = office(*SEND, "--allow", code)
    assert done.code == EXIT_USAGE
    assert f"there is no check “{code}”" in " ".join(done.err.split())
    assert hint in " ".join(done.err.split())


def test_what_cannot_be_rendered_cannot_be_allowed(office: Office) -> None:
    """Without an edition there is nothing to send."""
    write(office, ISSUE.replace("# Your trains", "Your trains"))
    assert office(*SEND, "--dry-run", "--allow", "imprint-missing").code == EXIT_REFUSED


class _Gone(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_error(410)

    def do_GET(self) -> None:
        self.send_error(410)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def gone() -> Iterator[str]:
    """A website without a single page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gone)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_online_every_link_is_asked_for(office: Office, gone: str) -> None:
    """The issue's own and the office's."""
    site = OFFICE.replace("https://update.example.org", gone)
    write(office, f"{ISSUE}\n[The page about lifts]({gone}/page)\n", settings=site)
    offline = {finding["code"] for finding in office(*CHECK, "--json").document["findings"]}
    done = office(*CHECK, "--online", "--json")
    found = [f for f in done.document["findings"] if f["code"] == "link-dead"]
    assert "link-dead" not in offline
    assert (done.code, found[0]["line"]) == (EXIT_REFUSED, 12)


def test_the_last_subject_is_that_of_the_newest_earlier_issue(office: Office) -> None:
    """It is read cheaply: the rest of an old issue may be broken."""
    folder = OfficeFolder(office.folder)
    assert folder.last_subject(DAY) == ""
    office.write("issues/2019-01-01/issue.md", "---\nsubject: Older\n---\n")
    office.write("issues/2019-02-01/issue.md", "---\nsubject: 'Not yet: a title'\n---\nNo title")
    office.write("issues/2019-03-01/issue.md", "---\nsubject: Later\n---\n")
    office.write("issues/notes/issue.md", "---\nsubject: No issue\n---\n")
    assert folder.last_subject(DAY) == "Not yet: a title"
    office.write("issues/2019-02-02/issue.md", "\x00")
    assert folder.last_subject(DAY) == ""
    (office.folder / "issues/2019-02-03").mkdir()
    (office.folder / "issues/2019-02-03/issue.md").symlink_to("/etc/hostname")
    assert folder.last_subject(DAY) == ""
    assert folder.source(DAY) == ISSUE
