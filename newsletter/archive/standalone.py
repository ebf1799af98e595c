"""Make a website of past issues that needs no server of ours: files that any host can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.archive.site import CSS, Made
from newsletter.rendering.enclosures import media_type

if TYPE_CHECKING:
    from newsletter.archive.site import Builder, Site


def whole_site(builder: Builder) -> Site:
    """Return every file of a site that needs no server, in the order of their paths."""
    website = builder.website
    language = website.languages.choose(otherwise=website.office.language)
    # Only the service answers there, and these files may stand on another host.
    join = f"{website.office.base_url}/join"
    made = {
        **builder.issues(),
        **builder.companions(),
        # From the home page every path is near, so that it can be opened from a disk, too.
        "index.html": builder.home(language, root=".", languages=(), join=join),
        "404.html": builder.page("missing", language, languages=(), join=join),
        "site.css": Made(CSS, website.stylesheet().encode()),
    }
    if website.logo:
        logo = website.logo.file
        made[f"logo/{logo}"] = Made(media_type(logo), website.logo.data)
    for path, day in builder.moved().items():
        target = f"{website.root}/{day.isoformat()}/"
        page = builder.page("moved", language, languages=(), target=target, join=join)
        made.setdefault(_page_file(path), page)
    return dict(sorted(made.items()))


def _page_file(path: str) -> str:
    """Return the file that a web server shows at a path."""
    name = path.rpartition("/")[2]
    return path[1:] if "." in name else f"{path.strip('/')}/index.html"
