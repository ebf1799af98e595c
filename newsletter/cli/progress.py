"""Show how a dispatch gets on: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from typing_extensions import override

from newsletter.delivery import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.progress import ProgressColumn, Task

    from newsletter.delivery import Batch


class Progress:
    """Watch a dispatch of `total` messages.

    Where another send was waited for, `recount` returns how many that has left; else None.
    """

    def __init__(
        self, out: Console, *, total: int, recount: Callable[[], int | None] = lambda: None
    ) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar

        self._out = out
        self._total = total
        self._done = 0
        self._recount = recount
        self._bar = Bar(
            TextColumn("Sending"),
            BarColumn(),
            MofNCompleteColumn(),
            _rate(),
            TimeRemainingColumn(),
            console=out,
            disable=not out.is_terminal,
        )
        self._task = self._bar.add_task("Sending", total=total)

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave the bar as it is."""
        self._bar.stop()

    def settled(self, batch: Batch, state: State) -> None:
        """Move on by one batch."""
        count = len(batch.recipients)
        if state is not State.WAITING:
            self._done += count
            self._bar.advance(self._task, count)
        self._look_again()
        if not self._out.is_terminal:
            self._out.print(
                f"{count:,} {state.value} ({self._done:,} of {self._total:,})", style="dim"
            )

    def _look_again(self) -> None:
        """Find out, once it is our turn, how many there are to send."""
        recount, self._recount = self._recount, lambda: None
        left = recount()
        if left is not None:
            self._total = self._done + left
            self._bar.update(self._task, total=self._total)

    def pausing(self, seconds: float) -> None:
        """Say that the carrier asked for patience."""
        many = "" if f"{seconds:.0f}" == "1" else "s"
        self._out.print(f"The carrier asks to wait {seconds:.0f} second{many}.", style="yellow")

    def stopping(self) -> None:
        """Say what is waited for, and how not to."""
        self._out.print(
            "Waiting for the answers that are on their way; Ctrl-C again does not.",
            style="yellow",
        )


def _rate() -> ProgressColumn:
    """Return the column that shows how many go out in a second."""
    from rich.progress import ProgressColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        @override
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f} a second" if task.speed else "")

    return Rate()
