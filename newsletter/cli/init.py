"""`newsletter init`: a new office, after a short interview or from options."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.answers import console, failures, show_files

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

    from newsletter.drafting.office import Question


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new office's folder.")],
    name: Annotated[str | None, typer.Option("--name", help="The member's name.")] = None,
    constituency: Annotated[
        str | None, typer.Option("--constituency", help="The constituency.")
    ] = None,
    party: Annotated[str | None, typer.Option("--party", help="The party.")] = None,
    email: Annotated[
        str | None, typer.Option("--email", help="The office's email address.")
    ] = None,
    phone: Annotated[
        str | None, typer.Option("--phone", help="The office's telephone number.")
    ] = None,
    post: Annotated[
        str | None, typer.Option("--post", help="The office's postal address.")
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", help="The newsletter's website, with https://.")
    ] = None,
) -> None:
    """Make a new office: what no option answers is asked."""
    given = {
        "name": name,
        "constituency": constituency,
        "party": party,
        "email": email,
        "phone": phone,
        "post": post,
        "site": site,
    }
    with failures():
        from datetime import date

        from newsletter import starting

        out = console()
        today = date.today()  # noqa: DTZ011 - the day of whoever sits here
        answers = _interview(out, {k: v for k, v in given.items() if v is not None}, today)
        started = starting.start_office(folder, answers, today)
        out.print(f"\nThe office of {answers['name']} is made.", style="bold green")
        show_files(out, started.files)
        out.print("Next:")
        out.print(f"  cd {folder}")
        out.print(f"  newsletter new {today}")
        out.print("  newsletter preview")


def _interview(out: Console, given: dict[str, str], today: date) -> dict[str, str]:
    """Return an answer to each question, those that were given checked like the others."""
    from newsletter.drafting.office import QUESTIONS, problem, suggestion
    from newsletter.errors import NotAllowedError

    missing = [question for question in QUESTIONS if question.field not in given]
    if missing and not sys.stdin.isatty():
        options = " ".join(f"--{question.field}" for question in missing)
        raise NotAllowedError(
            "Nobody is here to answer the questions", hint=f"Answer them with {options}."
        )
    for field, answer in given.items():
        found = problem(field, answer, today)
        if found:
            raise typer.BadParameter(f"--{field}: {found.message}. {found.hint}")
    if missing:
        out.print("A few questions; everything can be changed later in office.yaml.\n")
    answers = dict(given)
    for question in missing:
        answers[question.field] = _asked(out, question, suggestion(question.field, answers), today)
    return answers


def _asked(out: Console, question: Question, suggested: str, today: date) -> str:
    """Ask until the answer can be used."""
    from newsletter.drafting.office import problem

    while True:
        hint = f"[{suggested}]" if suggested else f"(such as {question.example})"
        out.print(f"{question.words} {hint}: ", end="", style="bold")
        line = sys.stdin.readline()
        if not line:
            raise typer.Abort
        answer = line.strip() or suggested
        found = problem(question.field, answer, today)
        if answer and found is None:
            return answer
        sentence = f"{found.message}. {found.hint}" if answer and found else "Please answer this."
        out.print(f"        → {sentence}", style="yellow")
