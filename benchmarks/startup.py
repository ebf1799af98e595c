"""Compare the cost of `newsletter --help` with that of a bare Typer with the same commands.

Prints both in milliseconds of processor time, and their ratio, which is to stay below 3.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from typing import Final

RUNS: Final = 15

# The same commands and options, with nothing behind them.
BARE = """
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
people = typer.Typer()
def check(issue: str, office: str = ".", as_json: bool = False): "Say what is wrong."
def render(issue: str, office: str = ".", as_json: bool = False, open_it: bool = False): "Write."
def send(issue: str, office: str = ".", dry_run: bool = False, yes: bool = False,
         transport: str = "", resend_uncertain: bool = False, accept_uncertain: bool = False,
         as_json: bool = False, open_it: bool = False): "Deliver."
def status(issue: str, office: str = ".", as_json: bool = False): "Say how far it is."
def schema(name: str): "Print a schema."
for command in (check, render, send, status, schema):
    app.command()(command)
def take(file: str, office: str = ".", as_json: bool = False): "Take in."
def listing(office: str = ".", as_json: bool = False): "List."
people.command("import")(take)
people.command("list")(listing)
app.add_typer(people, name="subscribers")
app(["--help"])
"""
OURS = "import sys; sys.argv = ['newsletter', '--help']; import newsletter.__main__ as m; m.main()"


def cost(program: str) -> float:
    """Return the processor time of one run, in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", program]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Run both in turn, so that a busy machine slows both down alike."""
    costs: dict[str, list[float]] = {"bare Typer": [], "newsletter": []}
    for _ in range(RUNS):
        costs["bare Typer"].append(cost(BARE))
        costs["newsletter"].append(cost(OURS))
    middle = {name: statistics.median(values) for name, values in costs.items()}
    for name, value in middle.items():
        print(f"{name:12} {value:7.1f} ms")
    print(f"{'ratio':12} {middle['newsletter'] / middle['bare Typer']:7.2f}")


if __name__ == "__main__":
    main()
