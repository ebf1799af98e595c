"""Write the links with which a reader passes an issue on: plain addresses, no scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsletter.authoring.office import Share

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMS = {
    Share.EMAIL: ("Email", "mailto:?subject={subject}&body={page}"),
    Share.WHATSAPP: ("WhatsApp", "https://wa.me/?text={subject}%20{page}"),
    Share.FACEBOOK: ("Facebook", "https://www.facebook.com/sharer/sharer.php?u={page}"),
    Share.BLUESKY: ("Bluesky", "https://bsky.app/intent/compose?text={subject}%20{page}"),
    Share.LINKEDIN: ("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?url={page}"),
    Share.X: ("X", "https://x.com/intent/post?text={subject}&url={page}"),
}


@dataclass(frozen=True, slots=True)
class ShareLink:
    """Where a click leads, and what to call it."""

    name: str
    url: str


def share_links(networks: Sequence[Share], page: str, subject: str) -> list[ShareLink]:
    """Return a link for each network, in the order of office.yaml."""
    values = {"page": quote(page, safe=""), "subject": quote(subject, safe="")}
    return [
        ShareLink(name, form.format_map(values))
        for name, form in (_FORMS[network] for network in networks)
    ]
