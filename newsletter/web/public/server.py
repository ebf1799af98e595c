"""Serve the public service until it is told to stop, and finish what is under way then."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING

import uvicorn
from typing_extensions import override
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess

from newsletter.errors import ConfigurationError, StoppedError
from newsletter.web.public.patience import PatientProtocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp

KEEP_ALIVE = 15
"""Seconds that a connection without a request is kept."""

GRACE = 20
"""Seconds for requests that are under way when the service is told to stop."""

STARTING = 30.0
"""Seconds in which each of several processes has to be ready."""

LARGEST_HEADERS = 16_384
"""The most bytes that a request's first line and headers may have."""

_WAITING = 1024  # connections that the machine holds until they are taken up


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, with how many processes, and which proxies are believed who asks."""

    host: str
    port: int
    workers: int = 1
    proxies: tuple[str, ...] = ()


def serve(make: Callable[[], ASGIApp], address: Address, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; `ready` is given the address once it can be opened.

    `make` makes the application, anew in each process: with several it must survive pickling.
    What it raises passes through. Raises ConfigurationError where the address cannot be used.
    """
    with listen(address.host, address.port) as listener:
        url = _url(listener)
        if address.workers > 1:
            _Workers(_config(make, address), listener, lambda: ready(url)).run()
            return
        application = make()
        server = _Server(_config(lambda: application, address), lambda: ready(url))
        # Uvicorn ends well and then raises the signal again: both signals end the same way.
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with suppress(KeyboardInterrupt):
                server.run(sockets=[listener])
        finally:
            signal.signal(signal.SIGTERM, before)


def _config(make: Callable[[], ASGIApp], address: Address) -> uvicorn.Config:
    return uvicorn.Config(
        make,
        factory=True,
        http=PatientProtocol,
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(address.proxies),
        forwarded_allow_ips=list(address.proxies),
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=LARGEST_HEADERS,
        workers=address.workers,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises ConfigurationError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, place = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigurationError(
            f"There is no address {host} to listen at",
            hint="Give --host 127.0.0.1 behind a proxy, or 0.0.0.0 to be reached from outside.",
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"Port {port} of {host} cannot be used: {os.strerror(error.errno or 0)}",
            hint="Look whether the service runs already, or name another with --port.",
        ) from error
    return listener


def proxies(texts: Sequence[str]) -> tuple[str, ...]:
    """Read the addresses of proxies, or their networks. Raises ConfigurationError."""
    parts = [part.strip() for text in texts for part in text.split(",")]
    for part in parts:
        try:
            ip_network(part)
        except ValueError as error:
            raise ConfigurationError(
                "--behind-proxy takes the address from which the proxy calls",
                hint="Write --behind-proxy 127.0.0.1, or a network such as 10.0.0.0/24.",
            ) from error
    return tuple(parts)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class _Server(uvicorn.Server):
    """Uvicorn, which says when it can be reached."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets=sockets)
        self._ready()


class _Workers(Multiprocess):
    """Several processes on one socket; one that dies is replaced."""

    def __init__(
        self, config: uvicorn.Config, listener: socket.socket, ready: Callable[[], None]
    ) -> None:
        super().__init__(config, [listener])
        self._ready = ready

    @override
    def init_processes(self) -> None:
        """Start them, and say so once all of them answer."""
        super().init_processes()
        if all(process.wait_until_ready(STARTING, self.should_exit) for process in self.processes):
            self._ready()

    @override
    def run(self) -> None:
        """Run until told to stop. Raises StoppedError if a process could not even start."""
        super().run()
        if any(process.exitcode == STARTUP_FAILURE for process in self.processes):
            raise StoppedError(
                "The service could not start", hint="What stands above this line says why."
            )
