"""Do what two commands do: send one copy to a colleague, and sign an edition off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter import pipeline, wiring
from newsletter.audience.address import parse_address
from newsletter.sending import send_trial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from newsletter.pipeline import Draft
    from newsletter.rendering.edition import Edition
    from newsletter.settings import Settings
    from newsletter.web.preview.app import Action


@dataclass(frozen=True, slots=True)
class Actions:
    """What the buttons of the page run. Nothing here reaches the audience."""

    root: Path
    settings: Settings

    def by_name(self) -> Mapping[str, Action]:
        """Return the actions as the page names them."""
        return {"test": self.test, "approve": self.approve}

    def test(self, draft: Draft, words: Mapping[str, str], /) -> str:
        """Send one copy to the address in `to`, as `newsletter test` does."""
        address = parse_address(words.get("to", ""))
        edition = _readable(draft)
        name = wiring.letter_transport_name(self.settings, None)
        carriage = wiring.carriage(self.root, self.settings, name, draft.office.base_url)
        send_trial(edition, [address], carriage=carriage)
        return "1 test copy sent." if name != wiring.FOLDER else "1 test copy lies in outbox/."

    def approve(self, draft: Draft, words: Mapping[str, str], /) -> str:
        """Put the name in `by` under the edition, as `newsletter approve` does."""
        edition = _readable(draft)
        with wiring.database(self.root, self.settings) as database:
            database.approvals.sign(edition, words.get("by", ""))
            signed = database.approvals.of(edition.digest)
        left = draft.office.approvals - len(signed)
        names = ", ".join(approval.name for approval in signed)
        return f"Approved by {names}." + (f" {left} more to go." if left > 0 else "")


def _readable(draft: Draft) -> Edition:
    """Return the edition of a draft without errors; what is still to be signed may be read."""
    return pipeline.sendable(draft, signed=[""] * draft.office.approvals)
