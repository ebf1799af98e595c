"""Ask everything at once, and wait for no answer longer than a deadline.

A thing that cannot be asked, for want of a connection, is doubtful and not bad.
"""

from __future__ import annotations

from concurrent.futures import Future, wait
from threading import Thread
from typing import TYPE_CHECKING

from newsletter.doctor.facts import Answer, Verdict
from newsletter.errors import NewsletterError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def examine(probes: Mapping[str, Callable[[], Answer]], *, deadline: float) -> list[Answer]:
    """Ask all probes at once; return their answers in order. `deadline` is in seconds."""
    futures: dict[str, Future[Answer]] = {name: Future() for name in probes}
    for name, probe in probes.items():
        Thread(target=_ask, args=(name, probe, futures[name]), daemon=True).start()
    wait(futures.values(), timeout=deadline)
    return [
        future.result() if future.done() else _unasked(name, f"no answer within {deadline:g} s")
        for name, future in futures.items()
    ]


def is_ready(answers: Sequence[Answer]) -> bool:
    """Whether nothing keeps the office from sending."""
    return all(answer.verdict is not Verdict.BAD for answer in answers)


def _ask(name: str, probe: Callable[[], Answer], future: Future[Answer]) -> None:
    try:
        future.set_result(probe())
    except UnavailableError as error:
        future.set_result(_unasked(name, error.message.rstrip("."), error.hint))
    except NewsletterError as error:
        future.set_result(Answer(name, Verdict.BAD, error.message, error.hint))
    except Exception as error:  # noqa: BLE001 - one odd answer must not hide the others
        future.set_result(_unasked(name, f"an error in this program ({type(error).__name__})"))


def _unasked(name: str, reason: str, hint: str = "") -> Answer:
    return Answer(
        name,
        Verdict.DOUBTFUL,
        f"Could not be asked: {reason}.",
        hint or "Run this again where there is a connection.",
    )
