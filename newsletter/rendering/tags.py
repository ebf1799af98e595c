"""Name the places in an edition that one person's values take."""

from __future__ import annotations

import re
from enum import StrEnum

from newsletter.errors import NewsletterError


class Field(StrEnum):
    """What can be personal in an edition."""

    GREETING = "greeting"
    FIRST_NAME = "first_name"
    UNSUBSCRIBE = "unsubscribe"
    WHY = "why"
    MY_DATA = "my_data"


class Landing(StrEnum):
    """Where a value lands, which decides how it is escaped."""

    HTML = "html"
    TEXT = "text"
    LINK = "link"
    SUBJECT = "subject"


ANY_TAG = re.compile(r"-nl_([a-z_]+)_(html|text|link|subject)-")


def tag(field: str, landing: str) -> str:
    """Return the tag that SendGrid replaces, such as `-nl_greeting_html-`.

    The form survives markdown-it, MJML and premailer, in links too, and none of these tags
    is a part of another. Raises NewsletterError for a name that does not exist.
    """
    if field not in set(Field) or landing not in set(Landing):
        raise NewsletterError(
            f"There is no personal value “{field}” for “{landing}”",
            hint=f"Known are {', '.join(Field)}, each for {', '.join(Landing)}.",
        )
    return f"-nl_{field}_{landing}-"


def tags_in(*texts: str) -> frozenset[tuple[Field, Landing]]:
    """Return the tags that stand in any of `texts`."""
    return frozenset(
        (Field(found[1]), Landing(found[2])) for text in texts for found in ANY_TAG.finditer(text)
    )
