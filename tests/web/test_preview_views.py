"""What the frames show is the email itself, treated as mail programs treat it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newsletter import pipeline
from newsletter.audience.recipient import Recipient
from newsletter.files import OfficeFolder
from newsletter.web.preview import views
from newsletter.web.preview.schemes import Scheme
from tests.offices import DAY, ISSUE, make_office

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.pipeline import Draft
    from newsletter.rendering.edition import Edition

ANYBODY = views.anybody("example.org")
GWEN = Recipient("1" * 32, "gwen@example.org", "Gwen", datetime(2018, 5, 14, tzinfo=UTC), "form")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def shown(tmp_path: Path) -> tuple[Draft, Edition]:
    folder = make_office(tmp_path / "office", issue=ISSUE + "\n![Dusk](dusk.png)\n")
    (folder / "issues" / DAY.isoformat() / "dusk.png").write_bytes(PIXEL)
    draft = pipeline.prepare(OfficeFolder(folder), DAY)
    assert draft.edition, draft.findings
    return draft, draft.edition


def test_pictures_are_those_of_the_draft(shown: tuple[Draft, Edition]) -> None:
    """The website need not have them yet."""
    draft, edition = shown
    html = views.email(draft, edition, ANYBODY, views.Program())
    here = f'src="pictures/2019-02-18/{draft.pictures[0].file}"'
    assert here in html
    assert "update.example.org/2019-02-18/pictures/" not in html
    assert here in views.web_page(draft, edition, views.Program())


def test_a_copy_is_made_out_to_its_reader(shown: tuple[Draft, Edition]) -> None:
    """And to nobody in particular where there is no name."""
    draft, edition = shown
    assert "Dear reader," in views.email(draft, edition, ANYBODY, views.Program())
    assert "Dear Gwen," in views.email(draft, edition, GWEN, views.Program())
    assert "Dear Gwen," in views.text(draft, edition, GWEN)
    assert "on 14 May 2018 (form)" in views.text(draft, edition, GWEN)
    assert "To: gwen@example.org\n" in views.message(draft, edition, GWEN)
    assert views.subject(draft, edition, GWEN) == "Your trains and a vote that matters"


def test_blocked_pictures_leave_their_words(shown: tuple[Draft, Edition]) -> None:
    """The alternative text is what most readers see first."""
    draft, edition = shown
    program = views.Program(pictures=views.Pictures.BLOCKED)
    html = views.email(draft, edition, ANYBODY, program)
    assert 'alt="Dusk"' in html
    assert "dusk-" not in html
    ground = views.treated('<td style="background:url(x.png) red">', program)
    assert ground == '<td style="background:none red">'


def test_stripped_styles_leave_those_in_the_elements(shown: tuple[Draft, Edition]) -> None:
    """Some of Gmail's apps keep no more."""
    draft, edition = shown
    html = views.email(draft, edition, ANYBODY, views.Program(styles=views.Styles.STRIPPED))
    assert "<style" not in html
    assert ' style="' in html


def test_the_dark_is_asked_for(shown: tuple[Draft, Edition]) -> None:
    """Whatever this machine prefers."""
    draft, edition = shown
    html = views.email(draft, edition, ANYBODY, views.Program(scheme=Scheme.DARK))
    assert "prefers-color-scheme" in edition.html
    assert "prefers-color-scheme" not in html
