"""What an office types about its subscribers does what it says, on both kinds of database."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from newsletter.audience.subscriber import Consent, Subscriber
from newsletter.database.opening import open_database
from tests.sendgrid_standin.server import KEY
from tests.sendgrid_standin.steps import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands import Office, Outcome
    from tests.sendgrid_standin.server import StandIn

HEADER = "email,first_name,postcode,segments,consent_at,consent_source,consent_wording,status"
PROOF = "2019-02-01,website,I agree,confirmed"
ANN = "ann@example.org"


@pytest.fixture
def both(office: Office, url: str) -> Office:
    """An office with an empty database of each kind in turn."""
    office.environment["NEWSLETTER_DATABASE_URL"] = url
    return office


def bring_in(office: Office, *rows: str, options: tuple[str, ...] = ()) -> Outcome:
    office.write("list.csv", "\n".join([HEADER, *rows]) + "\n")
    return office("subscribers", "import", "list.csv", "--json", "--by", "Olu", *options)


def listed(office: Office, *options: str) -> dict[str, str]:
    document = office("subscribers", "list", "--json", *options).document
    return {person["email"]: person["state"] for person in document["subscribers"]}


def test_a_hostile_list_an_objection_the_list_again_and_the_persons_rights(both: Office) -> None:
    """The whole story that a data protection officer would ask about, in its order."""
    hostile = [
        f'{ANN},"=HYPERLINK(""http://example.org"")",AE1 5BQ,news;ward:Castle,{PROOF}',
        f"bob@example.org,Bob,,news,{PROOF}",
        "carol@example.org,Carol,,,,,,inactive",
        "dan@example.org,Dan,,,2019-02-01,purchased,I agree,confirmed",
        "not an address,,,,,,,",
        f'eve@example.org,"Eve,,,{PROOF}',
    ]
    first = bring_in(both, *hostile)
    assert first.code == 0
    counts = {"rows": 6, "added": 2, "updated": 0, "unchanged": 0, "suppressed": 0, "rejected": 4}
    assert counts.items() <= first.document.items()
    assert [problem["line"] for problem in first.document["problems"]] == [4, 5, 6, 7]
    assert "@" not in json.dumps(first.document)

    assert both("subscribers", "suppress", "ANN@example.org", "--reason", "unsubscribed").code == 0
    assert listed(both) == {ANN: "unsubscribed", "bob@example.org": "confirmed"}
    again = bring_in(both, *hostile).document
    assert (again["suppressed"], again["unchanged"], again["updated"]) == (1, 1, 0)
    assert listed(both)[ANN] == "unsubscribed"

    exported = both("subscribers", "export")
    rows = list(csv.DictReader(io.StringIO(exported.out)))
    assert [row["email"] for row in rows] == [ANN, "bob@example.org"]
    assert rows[0]["first_name"].startswith("'=")

    held = both("subscribers", "export", ANN).document
    assert held["subscriber"]["first_name"] == '=HYPERLINK("http://example.org")'
    assert [step["state"] for step in held["consents"]] == ["confirmed", "withdrawn"]
    assert held["consents"][0]["recorded_by"] == "Olu"

    erased = both("subscribers", "erase", ANN, "--json")
    assert (erased.code, erased.document["known"]) == (0, True)
    assert listed(both) == {"bob@example.org": "confirmed"}
    assert bring_in(both, *hostile).document["suppressed"] == 1
    left = both("subscribers", "export", "--person", ANN).document
    assert left["subscriber"] is None
    assert [entry["reason"] for entry in left["suppressions"]] == ["erased"]

    log = both("subscribers", "log", "--json").document["log"]
    assert [entry["action"] for entry in log] == [
        "import",
        "suppress",
        "import",
        "export",
        "export-person",
        "erase",
        "import",
        "export-person",
    ]
    assert "@" not in json.dumps(log)


def test_the_last_import_can_be_taken_back(both: Office) -> None:
    """Everybody has imported the wrong file once."""
    bring_in(both, f"bob@example.org,Bob,,,{PROOF}")
    bring_in(both, f"{ANN},Ann,,,{PROOF}", "bob@example.org,Robert,,,,,,unsubscribed")
    undone = both("subscribers", "undo-import", "--json", "--yes")
    assert undone.code == 0
    assert {"file": "list.csv", "removed": 1, "restored": 1, "kept": 0}.items() <= (
        undone.document.items()
    )
    assert listed(both) == {"bob@example.org": "confirmed"}
    said = both("subscribers", "undo-import")
    assert (said.code, listed(both)) == (0, {})
    nothing = both("subscribers", "undo-import", "--json")
    assert (nothing.code, "error" in nothing.document) == (1, True)


def test_who_acted_since_is_kept_and_that_is_said(office: Office) -> None:
    """The count of the kept is told to whoever undoes."""
    bring_in(office, f"{ANN},Ann,,,{PROOF}")
    office("subscribers", "suppress", ANN, "--reason", "unsubscribed")
    assert "1 kept" in office("subscribers", "undo-import").out


def test_strict_stores_nothing_if_one_row_is_bad(both: Office) -> None:
    """All or nothing, and what to mend."""
    refused = bring_in(both, f"{ANN},,,,{PROOF}", "bad,,,,,,,", options=("--strict",))
    assert refused.code == 1
    assert refused.document == {
        "error": {
            "message": "Nothing was stored: 1 row has mistakes.",
            "hint": "Mend them, or leave out --strict to take in all the others.",
            "file": None,
            "line": 3,
        },
        "problems": [{"line": 3, "reason": "The email address is not written as one can be."}],
    }
    assert listed(both) == {}
    assert bring_in(both, f"{ANN},,,,{PROOF}", options=("--strict",)).code == 0
    assert listed(both) == {ANN: "confirmed"}


def test_a_strict_import_stores_nothing_of_the_rows_before_a_bad_one(
    both: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored in portions, so that nobody waits, but only once all of it has been read."""
    monkeypatch.setattr("newsletter.database.importing.CHUNK", 1)
    rows = [f"{ANN},,,,{PROOF}", f"{ANN},Ann,,,{PROOF}", "bad,,,,,,,"]
    options = ("--strict", "--rejects", "rejects.csv")
    refused = bring_in(both, *rows, options=options)
    assert (refused.code, listed(both)) == (1, {})
    assert [problem["line"] for problem in refused.document["problems"]] == [4]
    assert "bad" in (both.folder / "rejects.csv").read_text(encoding="utf-8")
    assert bring_in(both, *rows[:2], options=options).document["updated"] == 1
    assert listed(both) == {ANN: "confirmed"}
    assert "bad" not in (both.folder / "rejects.csv").read_text(encoding="utf-8")


def test_a_dry_run_tells_everything_and_stores_nothing(both: Office) -> None:
    """It is how one looks at a list that one does not trust."""
    rows = [f"{ANN},,,,{PROOF}", f"{ANN},Ann,,,{PROOF}", "bad,,,,,,,"]
    tried = bring_in(both, *rows, options=("--dry-run",))
    assert tried.code == 0
    assert {"added": 1, "updated": 1, "rejected": 1, "stored": False}.items() <= (
        tried.document.items()
    )
    assert listed(both) == {}
    assert "nothing was stored" in both("subscribers", "import", "list.csv", "--dry-run").out


def test_the_rejected_rows_are_written_for_mending(office: Office) -> None:
    """Mended, the file can be imported as it is; till then it runs nothing, and is private."""
    bring_in(office, "bad,=1,,,,,,", "b@d@d,Bé,,,,,,", options=("--rejects", "rejects.csv"))
    path = office.folder / "rejects.csv"
    assert path.read_text(encoding="utf-8").splitlines() == [
        f"line,reason,{HEADER}",
        "2,The email address is not written as one can be.,bad,'=1,,,,,,",
        "3,The email address is not written as one can be.,b@d@d,Bé,,,,,,",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(path.read_text(encoding="utf-8").replace("bad,", f"{ANN},"), encoding="utf-8")
    again = office("subscribers", "import", "rejects.csv", "--json").document
    assert (again["added"], again["rejected"], again["ignored_columns"]) == (
        1,
        1,
        ["line", "reason"],
    )
    said = office("subscribers", "import", "rejects.csv", "--rejects", "more.csv")
    assert "The rejected rows are in more.csv." in said.out
    assert office("subscribers", "import", "list.csv", "--rejects", "no/dir.csv").code == 1


def test_the_rejected_rows_are_never_written_over_the_list(office: Office) -> None:
    """Whoever mends a file of rejects may well name it twice; nor may others read the old one."""
    refused = bring_in(office, "bad,,,,,,,", options=("--rejects", "list.csv"))
    assert refused.code == 1
    assert (office.folder / "list.csv").read_text() == f"{HEADER}\nbad,,,,,,,\n"
    office.write("rejects.csv", "")
    bring_in(office, "bad,,,,,,,", options=("--rejects", "rejects.csv"))
    assert stat.S_IMODE((office.folder / "rejects.csv").stat().st_mode) == 0o600
    assert office("subscribers", "import", "gone.csv", "--rejects", "rejects.csv").code == 1


def test_only_the_first_problems_are_printed(office: Office) -> None:
    """A program can have all of them; a person has seen enough."""
    bring_in(office, *["bad,,,,,,,"] * 23)
    said = office("subscribers", "import", "list.csv").out
    assert said.count("line ") == 20
    assert "… and 3 more" in said


@pytest.mark.parametrize("wish", ["email=E-post", "E-post=email", " email = E-post "])
def test_columns_of_any_list_can_be_mapped(office: Office, wish: str) -> None:
    """Either way about, as people write it."""
    office.write("list.csv", "E-post;Navn\nann@example.org;Ann\n")
    texts = ("consent_at=2019-02-01", "consent_source=fair", "consent_wording=Yes")
    fixed = [word for text in texts for word in ("--set", text)]
    done = office("subscribers", "import", "list.csv", "--map", wish, *fixed)
    assert done.code == 0
    assert listed(office) == {ANN: "confirmed"}


@pytest.mark.parametrize(
    "options",
    [
        ("--map", "nonsense=E-post"),
        ("--map", "email="),
        ("--set", "email=ann@example.org"),
        ("--set", "status"),
        ("--set", "nonsense=1"),
        ("--map", "email=Missing"),
    ],
)
def test_a_wish_that_means_nothing_is_refused(office: Office, options: tuple[str, ...]) -> None:
    """Nothing is stored, and no address is repeated."""
    refused = bring_in(office, f"{ANN},,,,{PROOF}", options=options)
    assert refused.code == 1
    assert "@" not in refused.document["error"]["message"]
    assert listed(office) == {}


def test_a_file_in_utf_16_from_excel_is_understood(both: Office) -> None:
    """Excel's “Unicode text” has tabs, and two bytes for each character."""
    text = "Email\tFirst Name\tStatus\r\nsiân@example.org\tSiân\tpending\r\n"
    (both.folder / "excel.txt").write_bytes(text.encode("utf-16"))
    assert both("subscribers", "import", "excel.txt").code == 0
    assert listed(both) == {"siân@example.org": "pending"}


def test_people_are_listed_by_segment_state_and_seat(both: Office) -> None:
    """With counts of each, for whoever plans an issue."""
    office_yaml = both.folder / "office.yaml"
    office_yaml.write_text(office_yaml.read_text() + "postcodes: postcodes.csv\n")
    both.write("postcodes.csv", "postcode\nAE1 5BQ\n")
    bring_in(
        both,
        f"{ANN},Ann,ae1 5bq,news;ward:Castle,{PROOF}",
        f"bob@example.org,Bob,AE9 9ZZ,news,{PROOF}",
        "carol@example.org,,,,,,,pending",
    )
    document: dict[str, Any] = both("subscribers", "list", "--json").document
    assert document["subscribers"][0] == {
        "email": ANN,
        "first_name": "Ann",
        "last_name": "",
        "postcode": "AE1 5BQ",
        "segments": ["news", "ward:Castle"],
        "state": "confirmed",
        "seat": "in",
    }
    assert document["counts"] == {
        "pending": 1,
        "confirmed": 2,
        "unsubscribed": 0,
        "suppressed": 0,
    }
    assert document["segments"] == {"news": 2, "ward:Castle": 1}
    assert document["seat"] == {"in": 1, "out": 1, "unknown": 1}
    assert list(listed(both, "--segment", "ward:castle")) == [ANN]
    assert list(listed(both, "--state", "pending")) == ["carol@example.org"]
    assert list(listed(both, "--seat", "out")) == ["bob@example.org"]
    said = both("subscribers", "list")
    assert "By segment: 2 news, 1 ward:Castle" in said.err
    assert "In the seat: 1 in, 1 out, 1 unknown" in said.err
    assert both("subscribers", "export", "--segment", "ward:Castle").out.count("\n") == 2


def test_a_segment_that_cannot_be_read_is_told(office: Office) -> None:
    """The column of the mistake is named; nothing of a list is printed before it."""
    refused = office("subscribers", "export", "--segment", "ward:")
    assert (refused.code, refused.out) == (1, "")
    assert "column" in refused.err
    assert office("subscribers", "list", "--seat", "abroad").code == 2


@pytest.mark.parametrize(
    ("more", "postcodes"),
    [("", None), ("postcodes: missing.csv\n", None), ("postcodes: p.csv\n", "nonsense\n")],
)
def test_who_lives_in_the_seat_cannot_be_told_without_a_list(
    office: Office, more: str, postcodes: str | None
) -> None:
    """Asked for it, that is a matter of setting up; else people are listed all the same."""
    path = office.folder / "office.yaml"
    path.write_text(path.read_text() + more)
    if postcodes:
        office.write("p.csv", postcodes)
    assert office("subscribers", "list", "--seat", "in", "--json").code == 3
    assert office("subscribers", "list").code == 0


def test_a_folder_without_an_office_has_no_seat(office: Office) -> None:
    """Subscribers can be looked at before office.yaml is written."""
    (office.folder / "office.yaml").unlink()
    assert "Nobody." in office("subscribers", "list").err


def test_addresses_that_are_not_on_the_list_can_be_suppressed_and_erased(both: Office) -> None:
    """People object before anybody has imported them."""
    first = both("subscribers", "suppress", ANN, "--json")
    assert (first.code, first.document) == (0, {"suppressed": True, "new": True})
    assert both("subscribers", "suppress", ANN, "--json").document["new"] is False
    erased = both("subscribers", "erase", "bob@example.org", "--yes", "--json")
    assert (erased.code, erased.document["known"]) == (0, False)
    rows = [f"{who},,,,{PROOF}" for who in (ANN, "bob@example.org")]
    assert bring_in(both, *rows).document["suppressed"] == 2
    for command in ("suppress", "erase", "show", "export", "opt-in"):
        proof = ("--source", "card", "--wording", "Yes") if command == "opt-in" else ()
        refused = both("subscribers", command, "ann(at)example.org", *proof)
        assert refused.code == 1
        assert "ann(at)" not in refused.err


def test_only_a_new_wish_lifts_a_suppression(both: Office) -> None:
    """It needs its own proof."""
    both("subscribers", "erase", ANN)
    refused = both("subscribers", "opt-in", ANN, "--source", "casework", "--wording", "Yes")
    assert refused.code == 1
    done = both("subscribers", "opt-in", ANN, "--source", "card", "--wording", "Yes", "--json")
    assert (done.code, done.document) == (0, {"state": "confirmed"})
    assert listed(both) == {ANN: "confirmed"}


def test_one_person_is_shown_in_words(office: Office) -> None:
    """For whoever has them on the telephone."""
    bring_in(office, f"{ANN},Ann,AE1 5BQ,news,{PROOF}", "bob@example.org,,,,,,,pending")
    office("send", "--issue", "2019-02-18", "--yes")
    office("subscribers", "suppress", ANN)
    said = office("subscribers", "show", "ANN@example.org").out
    for words in ("suppressed", "AE1 5BQ", "news", "website: I agree", "manual", "2019-02-18"):
        assert words in said
    assert "unknown" in office("subscribers", "show", "bob@example.org").out
    assert office("subscribers", "show", "x@example.org").out == (
        "Nothing is held on this person.\n"
    )
    office("subscribers", "suppress", "x@example.org")
    assert "Not on the list." in office("subscribers", "show", "x@example.org").out
    assert office("subscribers", "show", ANN, "--json").document["email"] == ANN


def test_what_was_typed_about_somebody_is_shown_in_words_too(office: Office) -> None:
    """They may ask on the telephone what that letter was about."""
    bring_in(office, "bob@example.org,Bob,,,,,,pending")
    with open_database("sqlite:///newsletter.db", folder=office.folder) as database:
        database.visitors.apply(
            Subscriber("bob@example.org", "Rob", "", "AE1 5BQ", ("trains",)),
            Consent(datetime(2019, 2, 18, tzinfo=UTC), "website form", "Please"),
            offered=("trains",),
            language="en",
        )
    said = office("subscribers", "show", "bob@example.org").out
    assert "bob@example.org  Bob\n" in said
    assert re.search(r"Typed, and not confirmed 20\S+: Rob; AE1 5BQ; trains\n", said)


def test_erasing_names_the_copies_that_are_left(office: Office) -> None:
    """Rehearsed messages bear addresses."""
    bring_in(office, f"{ANN},Ann,,,{PROOF}")
    office("send", "--issue", "2019-02-18", "--yes")
    said = office("subscribers", "erase", ANN, "--yes")
    assert "outbox/" in said.out
    assert "Nothing was held" in office("subscribers", "erase", ANN).out


def test_the_log_is_readable(office: Office) -> None:
    """A data protection officer reads it without a program."""
    bring_in(office, f"{ANN},Ann,,,{PROOF}")
    said = office("subscribers", "log").out
    assert "Olu  import  file list.csv" in said
    assert "@" not in said


def test_export_of_one_person_is_json_and_of_all_is_csv(office: Office) -> None:
    """--json without a person would be a second way to say list --json."""
    assert office("subscribers", "export", "--json").code == 2
    assert office("subscribers", "export", ANN, "--json").document["subscriber"] is None


class Terminal(io.StringIO):
    """What a person at a terminal types."""

    @override
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [("yes\n", 0), ("no\n", 1), ("", 1)])
def test_a_person_is_asked_before_anything_is_erased(
    office: Office, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    """A slip must not erase anybody; a script has no one to ask."""
    bring_in(office, f"{ANN},Ann,,,{PROOF}")
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    asked = office("subscribers", "erase", ANN)
    assert asked.code == code
    assert "cannot be taken back" in asked.err
    assert listed(office) == ({} if code == 0 else {ANN: "confirmed"})


def test_somebody_without_a_login_is_somebody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container there may be no name; --by gives one."""

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    office("subscribers", "suppress", ANN)
    log = office("subscribers", "log", "--json").document["log"]
    assert [entry["actor"] for entry in log] == ["somebody"]


def test_the_carriers_suppressions_are_fetched(both: Office, sendgrid: StandIn) -> None:
    """Whoever bounced or complained there is not mailed from here either; blocks pass."""
    both.environment.update({"SENDGRID_API_KEY": KEY, "SENDGRID_HOST": sendgrid.host})
    bring_in(both, *(f"r{n}@example.org,,,,{PROOF}" for n in range(4)))
    sendgrid.suppressions.put("suppression/bounces", *(f"x{n}@example.org" for n in range(500)))
    sendgrid.suppressions.put("suppression/bounces", "R0@example.org")
    sendgrid.suppressions.put("suppression/blocks", "r1@example.org")
    sendgrid.suppressions.put("asm/suppressions/global", "r2@example.org")
    sendgrid.suppressions.plan += [None, Answer(500)]
    stopped = both("subscribers", "sync", "--json")
    assert (stopped.code, "error" in stopped.document) == (4, True)
    done = both("subscribers", "sync", "--json")
    assert (done.code, done.document["new"]) == (0, 2)
    assert "501 bounces, 0 of them new" in both("subscribers", "sync").out
    assert listed(both) == {
        "r0@example.org": "suppressed",
        "r1@example.org": "confirmed",
        "r2@example.org": "unsubscribed",
        "r3@example.org": "confirmed",
    }


def test_there_is_nothing_to_fetch_without_a_key(office: Office) -> None:
    """Only the carrier keeps such lists."""
    assert office("subscribers", "sync").code == 3


def test_a_bar_shows_how_far_an_import_is_on_a_terminal(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large list takes a minute."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    bring_in(office, f"{ANN},Ann,,,{PROOF}")
    assert "Importing" in office("subscribers", "import", "list.csv").out
    assert office("subscribers", "import", str(tmp_path)).code == 1


def test_a_wording_of_several_lines_stays_in_its_cell(office: Office) -> None:
    """Cut in two, its row loses the status: who has left would be confirmed wherever it is read."""
    words = "Please send me the update.\n=I am over 16."
    office.write("list.csv", f'{HEADER}\n{ANN},Ann,,,2019-02-01,form,"{words}",confirmed\n')
    assert office("subscribers", "import", "list.csv").code == 0
    assert office("subscribers", "suppress", ANN, "--reason", "unsubscribed").code == 0
    exported = office("subscribers", "export").out
    (row,) = csv.DictReader(io.StringIO(exported, newline=""))
    assert row["status"] == "unsubscribed"
    assert row["consent_wording"] == words.replace("=", "'=")
    office.write("again.csv", exported)
    again = office("subscribers", "import", "again.csv", "--json").document
    assert (again["rows"], again["suppressed"], again["rejected"]) == (1, 1, 0)
