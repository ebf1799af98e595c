"""Stand at the door of the public service: its real pages, database and carrier, over HTTP."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn

from newsletter import wiring
from newsletter.audience.subscriber import Consent, Subscriber
from newsletter.letters import Postman, Stationery
from newsletter.links import Purpose, Signer
from newsletter.transports.folder import FolderTransport
from newsletter.web.public.app import application
from newsletter.web.public.house import House
from newsletter.web.public.limits import Limiter
from newsletter.web.public.postroom import PostRoom
from newsletter.web.public.signatures import verifier
from tests.offices import OFFICE, make_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from starlette.types import ASGIApp

    from newsletter.database.opening import Database
    from tests.database.fixture import Clock

ANN = "ann@constituents.example"
WORDS = (
    "Please send me The Ashcombe East Update by email, from Robin Halloway MP. I know that I can "
    "stop it at any time with a link in each email, and that how my data is used is explained at "
    "https://update.example.org/privacy"
)
TOPICS = """\
topics:
  - {tag: trains, label: Trains and buses, translations: {cy: Trenau a bysiau}}
  - {tag: surgeries, label: Advice surgeries}
"""


@dataclass
class Door:
    """The service of a small office, with a clock that stands still and a hand for the post."""

    house: House
    client: httpx.Client
    clock: Clock
    outbox: Path
    postman: Postman
    _read: set[str] = field(default_factory=set)

    @property
    def database(self) -> Database:
        return self.house.database

    def get(self, path: str, **more: str) -> httpx.Response:
        return self.client.get(path, headers=more)

    def post(self, path: str, data: Mapping[str, object] | None = None) -> httpx.Response:
        return self.client.post(path, data=data)

    def join(self, path: str = "/join", **typed: object) -> httpx.Response:
        """Fill the form in and send it; the box is ticked unless it is said otherwise."""
        ticked = re.search(r'value="([0-9a-f]{16})"', self.get(path).text)
        assert ticked is not None
        return self.post(path, {"email": ANN, "agree": ticked[1], **typed})

    def letters(self) -> list[EmailMessage]:
        """Have what waits carried; return the letters that are new."""
        while self.postman.carry_one():
            pass
        found = []
        for path in sorted(self.outbox.glob("*/*.eml")):
            if path.name not in self._read:
                self._read.add(path.name)
                letter = message_from_bytes(path.read_bytes(), policy=policy.default)
                assert isinstance(letter, EmailMessage)
                found.append(letter)
        return found

    def link(self) -> str:
        """Return the path of the link in the one letter that came."""
        (letter,) = self.letters()
        return link_in(letter)

    def subscribe(self, address: str = ANN, *, segments: tuple[str, ...] = ()) -> str:
        """Have somebody on the list, who asked and confirmed; return their key."""
        person = Subscriber(address, first_name="Ann", last_name="Ray", segments=segments)
        consent = Consent(self.clock(), "website form", WORDS)
        people = self.database.signing_up
        key = people.ask(person, consent, recorded_by="test")
        people.confirm(key, consent, recorded_by="test")
        return key

    def leave_path(self, key: str) -> str:
        return f"/unsubscribe/{self.house.signer.token(Purpose.UNSUBSCRIBE, key)}"

    def open_path(self, key: str) -> str:
        token = self.house.signer.passing_token(Purpose.DATA_ACCESS, key, now=self.clock)
        return f"/my-data/open/{token}"

    def states(self) -> dict[str, str]:
        return {one.email: one.state.value for one in self.database.subscribers.listing()}

    def fates(self) -> dict[str, int]:
        """Return the counts of letters that are not zero."""
        return {state: count for state, count in self.database.letters.counts().items() if count}


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(letter: EmailMessage) -> str:
    found = re.search(r"<https://update\.example\.org(/[^>]+)>", text_of(letter))
    assert found is not None
    return found[1]


@contextmanager
def served(application: ASGIApp) -> Iterator[httpx.Client]:
    """Serve on a free port of this machine; give a client that follows nothing."""
    config = uvicorn.Config(
        application, log_config=None, access_log=False, lifespan="on", loop="asyncio", ws="none"
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        try:
            with httpx.Client(base_url=address, timeout=60, follow_redirects=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def open_door(
    opened: Callable[..., Database], tmp_path: Path, clock: Clock
) -> Iterator[Callable[[str], Door]]:
    """Put the service of an office up, from what stands in its office.yaml."""
    with ExitStack() as running:

        def make(office: str) -> Door:
            desk = wiring.office_folder(make_office(tmp_path / "office", office=office))
            site = wiring.website(desk)
            signer = Signer(("a secret of the tests",))
            database = opened(f"sqlite:///{tmp_path / 'newsletter.db'}")
            outbox = tmp_path / "outbox"
            postman = Postman(
                database.letters,
                Stationery(lambda: site, signer, clock),
                FolderTransport(outbox, clock),
            )
            house = House(
                folder=desk,
                website=lambda: site,
                database=database,
                signer=signer,
                verifier=verifier(""),
                limiter=Limiter(clock),
                post_room=PostRoom(lambda: False, tidy=list, close=lambda: None),
                now=clock,
            )
            client = running.enter_context(served(application(house)))
            return Door(house, client, clock, outbox, postman)

        yield make


@pytest.fixture
def door(open_door: Callable[[str], Door]) -> Door:
    """The service of an office that offers two topics."""
    return open_door(OFFICE + TOPICS)
