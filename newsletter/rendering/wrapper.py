"""Give the email its landmark, which MJML has no place for."""

from __future__ import annotations

import re

_BODY = re.compile(r"(<body\b[^>]*>)(.*)(</body>)", re.DOTALL | re.IGNORECASE)


def with_landmark(html: str) -> str:
    """Return `html` with all of its body in one <main>.

    A reader who has the email open as a document of its own can go there directly. Webmail
    has a main part already, and takes the tag away: a role=main would stay, and be a second.
    Source: caniemail.com, “HTML5 semantics”.
    """
    return _BODY.sub(r"\1<main>\2</main>\3", html, count=1)
