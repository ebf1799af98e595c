"""Say which provider keeps somebody's mail, and join groups so small that they are people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OTHERS = "Others"

FEWEST = 5
"""People in a group; in a smaller one somebody would be found out, so it is not shown alone."""

Counts = dict[str, int]

_DOMAINS = {
    "Gmail": ("gmail.com", "googlemail.com", "google.com"),
    "Outlook and Hotmail": (
        *("outlook.com", "outlook.co.uk", "hotmail.com", "hotmail.co.uk", "hotmail.fr"),
        *("live.com", "live.co.uk", "msn.com", "windowslive.com"),
    ),
    "Yahoo and AOL": (
        *("yahoo.com", "yahoo.co.uk", "yahoo.ie", "ymail.com", "rocketmail.com", "aol.com"),
        "aol.co.uk",
    ),
    "iCloud": ("icloud.com", "me.com", "mac.com", "privaterelay.appleid.com"),
    "BT": ("btinternet.com", "btopenworld.com", "btconnect.com", "bt.com", "talk21.com"),
    "Sky": ("sky.com", "skymail.co.uk"),
    "Virgin Media": (
        *("virginmedia.com", "virgin.net", "ntlworld.com", "blueyonder.co.uk"),
        "virginmedia.co.uk",
    ),
    "TalkTalk": ("talktalk.net", "tiscali.co.uk", "lineone.net", "tinyworld.co.uk"),
    "Plusnet and EE": (
        *("plus.com", "plus.net", "ee.co.uk", "orange.net", "orange.co.uk", "wanadoo.co.uk"),
        *("freeserve.co.uk", "fsnet.co.uk"),
    ),
    "GMX": ("gmx.com", "gmx.co.uk", "gmx.net", "gmx.de"),
    "Proton": ("proton.me", "protonmail.com", "pm.me"),
    "NHS": ("nhs.net", "nhs.uk", "nhs.scot"),
    "Parliament": ("parliament.uk", "parliament.scot", "senedd.wales", "niassembly.gov.uk"),
    "Government, councils": ("gov.uk", "gov.scot", "gov.wales", "mod.uk", "police.uk"),
    "Schools, universities": ("ac.uk", "sch.uk"),
}
_BY_DOMAIN = {domain: name for name, domains in _DOMAINS.items() for domain in domains}


def provider_of(domain: str) -> str:
    """Return the provider of a domain; a part of a domain, `x.nhs.uk`, belongs to the whole.

    A domain of one's own is among the others: it may name a person.
    """
    labels = domain.lower().rstrip(".").split(".")
    whole = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_BY_DOMAIN[name] for name in whole if name in _BY_DOMAIN), OTHERS)


def by_provider(domains: Iterable[tuple[str, str, int]]) -> dict[str, Counts]:
    """Join counts by (domain, fate) to counts by provider, the largest first, Others last.

    What the rest holds is no smaller than any group may be, unless all together are.
    """
    found: dict[str, Counts] = {}
    for domain, fate, number in domains:
        _add(found.setdefault(provider_of(domain), {}), {fate: number})
    return _without_small_groups(found)


def _without_small_groups(groups: Mapping[str, Counts]) -> dict[str, Counts]:
    ordered = sorted(
        ((name, counts) for name, counts in groups.items() if name != OTHERS),
        key=lambda group: (-sum(group[1].values()), group[0]),
    )
    others = dict(groups.get(OTHERS, {}))
    while ordered and (_is_small(ordered[-1][1]) or (others and _is_small(others))):
        _add(others, ordered.pop()[1])
    return dict(ordered) | ({OTHERS: others} if others else {})


def only_large(groups: Mapping[str, Counts]) -> tuple[dict[str, Counts], int]:
    """Return the groups that may be shown, the largest first, and how many may not."""
    shown = sorted(
        ((name, counts) for name, counts in groups.items() if not _is_small(counts)),
        key=lambda group: (-sum(group[1].values()), group[0]),
    )
    return dict(shown), len(groups) - len(shown)


def _is_small(counts: Mapping[str, int]) -> bool:
    return sum(counts.values()) < FEWEST


def _add(total: Counts, more: Mapping[str, int]) -> None:
    for fate, number in more.items():
        total[fate] = total.get(fate, 0) + number
