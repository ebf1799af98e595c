"""Ask every link of an issue whether it still leads anywhere, politely.

At most eight websites are asked at once, and each of them for one page after the other.
Nothing is read but the answers' headers.
"""

from __future__ import annotations

import socket
import ssl
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from queue import SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from newsletter.authoring.words import shortened
from newsletter.checks.registry import Rule
from newsletter.findings import Finding, Severity, worst_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsletter.checks.reader import Link
    from newsletter.checks.registry import Material, Spot

AT_ONCE = 8  # websites
PATIENCE = 10.0  # seconds for one answer
MOST_REDIRECTS = 5
AGENT = "newsletter-link-check/1.0 (asks each link of a newsletter once before it is sent)"


def _nothing(material: Material) -> Iterable[Spot]:
    """Find nothing: these rules are judged by asking, not by looking."""
    del material
    return ()


def _rule(code: str, severity: Severity, reason: str, source: str) -> Rule:
    return Rule(code, severity, "links", reason, source, _nothing)


_HTTP = "[RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-status-codes)"
DEAD = _rule(
    "link-dead",
    Severity.ERROR,
    "With `--online`: the page is gone, the website does not exist, or the answer leads round "
    "in a circle.",
    _HTTP,
)
CERTIFICATE = _rule(
    "link-certificate",
    Severity.ERROR,
    "With `--online`: browsers warn readers off a website whose certificate is not in order.",
    "[RFC 9525](https://www.rfc-editor.org/rfc/rfc9525)",
)
SILENT = _rule(
    "link-silent",
    Severity.WARNING,
    f"With `--online`: the website does not answer within {PATIENCE:.0f} seconds.",
    _HTTP,
)
MOVED = _rule(
    "link-moved",
    Severity.NOTE,
    "With `--online`: the page has moved for good, and the old address will not last.",
    _HTTP,
)
UNKNOWN = _rule(
    "link-unchecked",
    Severity.NOTE,
    "With `--online`: some websites answer browsers only, or are busy: look for yourself.",
    _HTTP,
)
OFFLINE = _rule(
    "offline",
    Severity.WARNING,
    "With `--online`: not one website could be found, so it is this computer that has no "
    "connection.",
    _HTTP,
)
RULES: tuple[Rule, ...] = (DEAD, CERTIFICATE, SILENT, MOVED, UNKNOWN, OFFLINE)
"""What asking can find, for the list of checks and the guide."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one link: a rule that it breaks, or None, with a sentence and a hint."""

    rule: Rule | None
    message: str = ""
    hint: str = ""
    is_unfound: bool = False


_ALIVE = Answer(None)


def ask(
    links: Sequence[Link],
    *,
    answered: Callable[[int, int], None],
    verify: ssl.SSLContext | None = None,
    patience: float = PATIENCE,
) -> list[Finding]:
    """Ask for every web page that `links` lead to, each once; return findings, worst first.

    `answered` is told how many of how many pages have been asked, from this thread.
    `verify` says whose certificates to trust, by default those that browsers do.
    """
    urls = list(dict.fromkeys(_page(link.url) for link in links if _is_web(link.url)))
    answers: dict[str, Answer] = {}
    with (
        httpx.Client(
            headers={"User-Agent": AGENT, "Accept": "text/html,*/*;q=0.8"},
            timeout=patience,
            verify=verify or ssl.create_default_context(),
            limits=httpx.Limits(max_connections=AT_ONCE),
        ) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        arrivals: SimpleQueue[tuple[str, Answer]] = SimpleQueue()
        for group in _by_host(urls):
            pool.submit(_ask_in_turn, client, group, arrivals)
        for count in range(1, len(urls) + 1):
            url, answers[url] = arrivals.get()
            answered(count, len(urls))
    if answers and all(answer.is_unfound for answer in answers.values()):
        message = "Not one of the websites could be found."
        hint = "Look whether this computer is online, and run the same command again."
        return [Finding(OFFLINE.code, OFFLINE.severity, message, hint)]
    return worst_first(_findings(links, answers))


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme.lower() in {"http", "https"}


def _page(url: str) -> str:
    return url.partition("#")[0]


def _by_host(urls: Iterable[str]) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        groups[urlsplit(url).netloc.lower()].append(url)
    return list(groups.values())


def _findings(links: Sequence[Link], answers: dict[str, Answer]) -> Iterator[Finding]:
    for link in links:
        answer = answers.get(_page(link.url), _ALIVE)
        if answer.rule:
            yield Finding(
                answer.rule.code,
                answer.rule.severity,
                f"“{shortened(link.url)}” {answer.message}.",
                answer.hint,
                link.file,
                link.line,
            )


def _ask_in_turn(
    client: httpx.Client, urls: Iterable[str], arrivals: SimpleQueue[tuple[str, Answer]]
) -> None:
    for url in urls:
        arrivals.put((url, _ask(client, url)))


def _ask(client: httpx.Client, url: str) -> Answer:
    """Ask for one page. Whatever goes wrong on the way is an answer, too."""
    try:
        return _follow(client, url)
    except httpx.ConnectError as error:
        return _unconnected(error)
    except httpx.TimeoutException:
        hint = "Open it in a browser; if it opens there, run the same command again."
        return Answer(SILENT, "does not answer", hint)
    except Exception:  # noqa: BLE001 - one odd address must not keep the others waiting
        hint = "Open it in a browser, and copy the address from there."
        return Answer(SILENT, "gives an answer that cannot be understood", hint)


def _follow(client: httpx.Client, url: str) -> Answer:
    """Follow redirects; `settled` is where those that hold for good have led so far."""
    here = settled = url
    is_for_good = True
    for _ in range(MOST_REDIRECTS + 1):
        response = _headers(client, here)
        status = response.status_code
        target = response.headers.get("location", "")
        if not (response.has_redirect_location and target):
            return _judged(status, url, settled)
        here = urljoin(here, target)
        is_for_good = is_for_good and status in {
            HTTPStatus.MOVED_PERMANENTLY,
            HTTPStatus.PERMANENT_REDIRECT,
        }
        settled = here if is_for_good else settled
    return Answer(DEAD, "leads round in a circle", "Open it in a browser, and copy where it ends.")


def _headers(client: httpx.Client, url: str) -> httpx.Response:
    """Return the answer without its body: HEAD, and GET where a site knows no HEAD."""
    response = client.head(url)
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    with client.stream("GET", url) as streamed:
        return streamed


def _judged(status: int, url: str, settled: str) -> Answer:
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        hint = "Find out where the page is now, or take the link out."
        return Answer(
            DEAD, f"leads nowhere: the website says that there is no such page ({status})", hint
        )
    if status >= HTTPStatus.BAD_REQUEST:
        hint = "Open it in a browser to be sure."
        return Answer(UNKNOWN, f"could not be checked: the website answered {status}", hint)
    if settled != url:
        return Answer(MOVED, "has moved for good", f"Link to {settled}")
    return _ALIVE


def _unconnected(error: httpx.ConnectError) -> Answer:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        hint = "Tell the website's owner, and leave the link out until it is mended."
        return Answer(CERTIFICATE, "has a certificate that browsers do not trust", hint)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Answer(
            CERTIFICATE, "offers no secure connection", "Open it in a browser to be sure."
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        hint = "Look for a slip in the website's name."
        return Answer(DEAD, "names a website that does not exist", hint, is_unfound=True)
    return Answer(SILENT, "does not answer", "Open it in a browser to be sure.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
