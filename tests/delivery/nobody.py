"""Watch a dispatch without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.delivery import Batch, State


class Nobody:
    """Who sees everything and says nothing."""

    def settled(self, batch: Batch, state: State) -> None: ...
    def pausing(self, seconds: float) -> None: ...
    def stopping(self) -> None: ...
