"""Put the preview of an office together."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newsletter import wiring
from newsletter.database.looking import LookingGlass
from newsletter.errors import ConfigurationError, MistakeError
from newsletter.web.preview.actions import Actions
from newsletter.web.preview.desk import RememberingFolder
from newsletter.web.preview.issues import Shelf
from newsletter.web.preview.server import PORT, Preview, serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from newsletter.settings import Settings


def run(
    root: Path,
    settings: Settings,
    day: date | None,
    *,
    port: int = PORT,
    ready: Callable[[str], None],
) -> None:
    """Preview an office's issues until Ctrl-C, `day` or else the newest issue first.

    Raises MistakeError if there is no such issue, ConfigurationError if there is no office.
    Mistakes in office.yaml are shown in the page, like those of an issue, until they are mended.
    """
    # Premailer asks the environment, once, how much to remember: an issue has more styles than
    # its 128, and to read them again takes a third of a render.
    os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "4096")
    desk = RememberingFolder(wiring.office_folder(root).root)
    _refuse_without_office(desk)
    looking = LookingGlass(settings.database_url, root)
    shelf = Shelf(desk, looking, _now)
    first = day or max(shelf.days(), default=None)
    if first is None:
        raise MistakeError("There is no issue yet", hint="Start one: newsletter new 2019-02-25")
    desk.issue(first)  # an issue that is not there is told at once, not in the browser
    actions = Actions(root, settings).by_name()
    serve(Preview(desk, shelf, looking, actions), first, port=port, ready=ready)


def _refuse_without_office(desk: RememberingFolder) -> None:
    """Raise ConfigurationError if office.yaml is not there, which means another folder."""
    try:
        desk.office()
    except ConfigurationError as error:
        if not error.findings:
            raise


def _now() -> datetime:
    return datetime.now(UTC)
