"""Run the public service of a small office as people do, in a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from tests.commands import command, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SECRET = "a secret of the tests that is long enough"  # noqa: S105  # nobody's
_ADDRESS = re.compile(r"^Service  (http://\S+)/$")


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs; `said` are the lines before its address, `log` is its stderr."""

    folder: Path
    address: str
    said: tuple[str, ...]
    log: Path
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def client(self) -> httpx.Client:
        """Return a client that follows nothing and remembers nothing."""
        return httpx.Client(base_url=self.address, timeout=60, follow_redirects=False)

    def stop(self) -> int:
        """Ask it to end, as systemd does; return how it ended."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


@contextmanager
def running_service(
    folder: Path,
    *arguments: str,
    settings: Mapping[str, str] | None = None,
    program: str = "",
) -> Iterator[Service]:
    """Run `newsletter serve` on a free port until the block ends; `program` stands in for it."""
    start = [sys.executable, "-c", program] if program else command()
    given = {"NEWSLETTER_SECRET": SECRET} if settings is None else dict(settings)
    log = folder.parent / f"{folder.name}.log"
    with log.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(  # noqa: S603  # our own program
            [*start, "serve", "--port", "0", *arguments],
            cwd=folder,
            env=environment({"PYTHONUNBUFFERED": "1", **given}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding="utf-8",
        )
    with process:
        said: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            found = _ADDRESS.match(line.rstrip("\n"))
            if found:
                break
            said.append(line.rstrip("\n"))
        else:
            process.wait()
            raise AssertionError(log.read_text(encoding="utf-8"))
        service = Service(folder, found[1], tuple(said), log, process)
        try:
            yield service
        finally:
            if process.poll() is None:
                service.stop()
