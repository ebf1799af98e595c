"""Serve the preview on this machine until Ctrl-C is pressed."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
from typing_extensions import override

from newsletter.errors import ConfigurationError
from newsletter.web.preview.app import Room, application
from newsletter.web.preview.guard import Keys
from newsletter.web.preview.stream import Bell
from newsletter.web.preview.studio import Studio
from newsletter.web.preview.watching import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from types import FrameType

    from newsletter.files import OfficeFolder
    from newsletter.web.preview.app import Action, Readers
    from newsletter.web.preview.issues import Shelf

HOST = "127.0.0.1"
PORT = 8725
_MOST_TRIES = 20  # ports
_PATIENCE = 1  # seconds for requests that are under way when Ctrl-C is pressed


@dataclass(frozen=True, slots=True)
class Preview:
    """What is previewed, and with whom to work."""

    desk: OfficeFolder
    shelf: Shelf
    readers: Readers
    actions: Mapping[str, Action]


def serve(preview: Preview, day: date, *, port: int = PORT, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C; `ready` is given the page's address once it can be opened.

    A port that is taken makes room for the next. Raises ConfigurationError if none is free.
    """
    keys = Keys(path=secrets.token_urlsafe(12), token=secrets.token_urlsafe(24))
    bell = Bell()
    studio = Studio(preview.desk, bell.ring)
    watcher = Watcher(preview.desk.root, studio.refresh)
    room = Room(studio, preview.shelf, preview.readers, bell, keys, day, preview.actions)
    with listen(port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/{keys.path}/"
        server = _Server(application(room), bell, lambda: ready(address))
        studio.open()
        watcher.open()
        try:
            with studio.follow(day), suppress(KeyboardInterrupt):
                # Rendered while the browser starts. Ctrl-C comes back once all has ended.
                server.run(sockets=[listener])
        finally:
            bell.close()
            watcher.close()
            studio.close()


def listen(port: int) -> socket.socket:
    """Return a socket that listens on `port`, or on the next one that is free."""
    for number in range(port, min(port + _MOST_TRIES, 65_536)):
        listener = socket.socket()
        # Somebody's last preview may have ended a moment ago; its port is free all the same.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, number))
            listener.listen()
        except OSError:
            listener.close()
        else:
            return listener
    raise ConfigurationError(f"No port from {port} on is free", hint="Name another with --port.")


class _Server(uvicorn.Server):
    """Uvicorn, with open streams ended when Ctrl-C is pressed: it would wait for them."""

    def __init__(self, app: object, bell: Bell, ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,  # type: ignore[arg-type] # an ASGI application
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        super().__init__(config)
        self._bell = bell
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets=sockets)
        self._ready()

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take Ctrl-C for a wish to end."""
        self._bell.close()
        super().handle_exit(sig, frame)
