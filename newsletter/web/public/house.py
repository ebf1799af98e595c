"""Hold all that the handlers of the public service work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.archive.past import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsletter.authoring.office import Office
    from newsletter.database.opening import Database
    from newsletter.files import OfficeFolder
    from newsletter.links import Signer
    from newsletter.rendering.website import Website
    from newsletter.web.public.limits import Limiter
    from newsletter.web.public.postroom import PostRoom
    from newsletter.web.public.signatures import Verifier


@dataclass(frozen=True, slots=True)
class House:
    """What every handler may use; made once for a process, by newsletter/web/public/opening.py.

    `website` draws pages with the office as it is now: office.yaml is read again when it has
    changed. `limiter` counts requests; `verifier` knows the carrier's signatures; `post_room`
    carries the letters that people asked for. `wanted` says which issues the archive shows.
    """

    folder: OfficeFolder
    website: Callable[[], Website]
    database: Database
    signer: Signer
    verifier: Verifier
    limiter: Limiter
    post_room: PostRoom
    now: Callable[[], datetime]
    wanted: Wanted = Wanted.SENT

    @property
    def office(self) -> Office:
        """Return the office as office.yaml describes it now."""
        return self.website().office
