"""Move the styles of an email into its elements, where every mail program reads them."""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import Any, cast

# What MJML writes stays in <style>: phone columns, dark mode and Outlook's repairs. Only
# our own style sheet is moved, which premailer does well once it is kept from all else.
_STYLE = re.compile(r"<style\b(?![^>]*data-premailer)", re.IGNORECASE)
_MOST_SHEETS = 8
_MARKER = re.compile(r'\s*data-premailer="ignore"')


def inline_styles(html: str, css: str) -> str:
    """Return `html` with the rules of `css` in `style` attributes.

    Reaches no network, and leaves every <style> block as it stands.
    """
    # A lower-case doctype would be dropped, and the mail be shown in quirks mode.
    html = re.sub(r"<!doctype html>", "<!DOCTYPE html>", html, count=1, flags=re.IGNORECASE)
    html = _STYLE.sub('<style data-premailer="ignore"', html)
    inlined = _inliner()(
        html,
        css_text=[css],
        keep_style_tags=False,
        strip_important=False,
        disable_validation=True,
        align_floating_images=False,
        allow_network=False,
        disable_basic_attributes=["align", "valign", "bgcolor", "width", "height"],
    ).transform(pretty_print=False)
    return _MARKER.sub("", cast("str", inlined))


@cache
def _inliner() -> Any:  # noqa: ANN401 - premailer carries no types
    """Return Premailer, which remembers our style sheet: to read it takes longer than to use it."""
    import cssutils  # noqa: PLC0415 - half of a cold start
    from premailer import Premailer  # noqa: PLC0415 - the same

    cssutils.log.setLevel(logging.CRITICAL)

    known: dict[tuple[str, int], Any] = {}

    class Inliner(Premailer):  # type: ignore[misc] # it carries no types
        def _parse_style_rules(self, css: str, index: int) -> Any:  # noqa: ANN401 - the same
            if (css, index) not in known:
                if len(known) >= _MOST_SHEETS:
                    known.clear()
                known[css, index] = super()._parse_style_rules(css, index)
            return known[css, index]

    return Inliner
