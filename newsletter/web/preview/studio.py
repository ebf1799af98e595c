"""Keep the newest draft of each issue that somebody looks at, and tell them of each change.

One thread renders, so that the pages stay quick. What is shown is always the newest: a render
that finds files changed meanwhile is followed by another.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Condition, Event, Lock, Thread
from typing import TYPE_CHECKING

from newsletter import pipeline
from newsletter.checks.words_reading import measure
from newsletter.errors import ConfigurationError, MistakeError, NewsletterError
from newsletter.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from newsletter.checks.registry import Material
    from newsletter.pipeline import Desk, Draft

_HEAD_START = 0.1
"""Seconds at most between showing an email and checking it."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What there is to see of an issue; `serial` grows with every change, from 0 for nothing yet.

    `draft` is the newest that could be rendered. `mistakes` say why it is not the newest of
    all, and are empty if it is. `findings` belong to the newest text, and are complete once
    `is_checked`.
    """

    day: date
    serial: int = 0
    draft: Draft | None = None
    source: str = ""
    findings: tuple[Finding, ...] = ()
    mistakes: tuple[Finding, ...] = ()
    is_checked: bool = False
    words: int = 0
    minutes: int = 0


class Studio:
    """Render issues when they change; `tell` is called from the rendering thread."""

    def __init__(self, desk: Desk, tell: Callable[[], None]) -> None:
        self._desk = desk
        self._tell = tell
        self._screens: dict[date, Screen] = {}
        self._followers: Counter[date] = Counter()
        self._rendering = Lock()
        self._news = Condition()
        self._is_stale = False
        self._is_open = True
        self._fetched = Event()
        self._thread = Thread(target=self._work, name="preview", daemon=True)

    def open(self) -> None:
        """Start to render in a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """End the thread, once it has finished what it is doing."""
        with self._news:
            self._is_open = False
            self._news.notify()
        self._thread.join()

    def screen(self, day: date) -> Screen:
        """Return what there is to see of an issue: nothing yet, if it is not followed."""
        return self._screens.get(day, Screen(day))

    @contextmanager
    def follow(self, day: date) -> Iterator[None]:
        """Keep an issue's screen up to date for as long as this lasts."""
        with self._news:
            self._followers[day] += 1
            self._screens.setdefault(day, Screen(day))
            self._is_stale = True
            self._news.notify()
        try:
            yield
        finally:
            with self._news:
                self._followers[day] -= 1

    def newest(self, day: date) -> Draft:
        """Return the draft of an issue as its files are now. Raises MistakeError and others."""
        with self._rendering:
            return pipeline.prepare(self._desk, day)

    def refresh(self) -> None:
        """Say that files have changed. Returns at once."""
        with self._news:
            self._is_stale = True
            self._news.notify()

    def fetched(self) -> None:
        """Say that a page has got the newest email."""
        self._fetched.set()

    def _work(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._is_stale or not self._is_open)
                self._is_stale = False
                if not self._is_open:
                    return
                days = [day for day, count in self._followers.items() if count]
            # Whoever came last is the most likely to be looking.
            for day in reversed(days):
                self._render(day)

    def _render(self, day: date) -> None:
        """Render and check an issue. Both steps are told of, since checks take longer."""
        last = self.screen(day)
        try:
            self._show(self._rendered(last))
        except (MistakeError, ConfigurationError) as error:
            found = error.findings or (_as_finding(error),)
            self._show(_with_mistakes(last, found))
        except Exception as error:  # noqa: BLE001 - the page must say so, and go on
            self._show(_with_mistakes(last, (_unforeseen(error),)))

    def _rendered(self, last: Screen) -> Screen:
        day, desk = last.day, self._desk
        screen = last

        def drawn(draft: Draft) -> None:
            nonlocal screen
            self._fetched.clear()
            screen = replace(
                last, draft=draft, source=desk.source(day), mistakes=(), is_checked=False
            )
            self._show(screen)
            # The page now fetches the email, and is not to share the processor with checks.
            self._fetched.wait(_HEAD_START)

        def measured(material: Material) -> Iterable[Finding]:
            nonlocal screen
            length = measure(material)
            screen = replace(screen, words=length.words, minutes=length.minutes)
            return ()

        with self._rendering:
            draft = pipeline.prepare(desk, day, also=measured, drawn=drawn)
        if draft.edition is None:
            screen = _with_mistakes(last, draft.errors)
            return replace(screen, source=desk.source(day), findings=draft.findings)
        return replace(screen, draft=draft, findings=draft.findings, is_checked=True)

    def _show(self, screen: Screen) -> None:
        serial = self.screen(screen.day).serial + 1
        self._screens[screen.day] = replace(screen, serial=serial)
        self._tell()


def _with_mistakes(last: Screen, mistakes: Iterable[Finding]) -> Screen:
    found = tuple(mistakes)
    return replace(last, findings=found, mistakes=found, is_checked=True)


def _as_finding(error: NewsletterError) -> Finding:
    return Finding("", Severity.ERROR, error.message, error.hint, error.file, error.line)


def _unforeseen(error: Exception) -> Finding:
    return Finding(
        "",
        Severity.ERROR,
        f"Something unforeseen happened ({type(error).__name__})",
        "Undo your last change; if that does not help, run newsletter check, and report it.",
    )
