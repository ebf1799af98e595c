"""Everything is asked at once, and nothing is waited for longer than the deadline."""

from __future__ import annotations

from threading import Event

import pytest

from newsletter.doctor.examining import examine, is_ready
from newsletter.doctor.facts import Answer, Verdict
from newsletter.errors import ConfigurationError, UnavailableError

FINE = Answer("A", Verdict.GOOD, "Fine.")


def offline() -> Answer:
    raise UnavailableError("the website gives no answer.")


def broken() -> Answer:
    raise ConfigurationError("The key is wrong.", hint="Make another.")


def odd() -> Answer:
    raise ZeroDivisionError


def test_each_probe_answers_under_its_name_and_in_order() -> None:
    """What cannot be asked is doubtful; a mistake is bad; ours is doubtful, too."""
    probes = {"A": lambda: FINE, "B": offline, "C": broken, "D": odd}
    assert examine(probes, deadline=60) == [
        FINE,
        Answer(
            "B",
            Verdict.DOUBTFUL,
            "Could not be asked: the website gives no answer.",
            "Run this again where there is a connection.",
        ),
        Answer("C", Verdict.BAD, "The key is wrong.", "Make another."),
        Answer(
            "D",
            Verdict.DOUBTFUL,
            "Could not be asked: an error in this program (ZeroDivisionError).",
            "Run this again where there is a connection.",
        ),
    ]


def test_a_probe_that_hangs_is_left_behind() -> None:
    """The others have long answered."""
    released = Event()

    def hang() -> Answer:
        released.wait(60)
        return FINE

    answers = examine({"A": lambda: FINE, "B": hang}, deadline=1)
    released.set()
    assert [answer.verdict for answer in answers] == [Verdict.GOOD, Verdict.DOUBTFUL]
    assert answers[1].message == "Could not be asked: no answer within 1 s."


@pytest.mark.parametrize(
    ("verdicts", "ready"),
    [([], True), ([Verdict.GOOD, Verdict.DOUBTFUL], True), ([Verdict.GOOD, Verdict.BAD], False)],
)
def test_only_what_is_bad_keeps_an_office_from_sending(
    verdicts: list[Verdict], ready: object
) -> None:
    """A doubt is for a person to weigh."""
    assert is_ready([Answer("A", verdict, "") for verdict in verdicts]) is ready
