"""A nameserver of one's own on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dnslib import QTYPE, RCODE, RR
from dnslib.server import BaseResolver, DNSServer

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Zone(BaseResolver):  # type: ignore[misc]  # the package has no types
    """Answer from a few records; what stands nowhere does not exist."""

    def __init__(self, records: str) -> None:
        self.records: list[Any] = RR.fromZone(records)

    def resolve(self, request: Any, _handler: object) -> Any:  # noqa: ANN401 - the package's
        reply = request.reply()
        wanted, kind = request.q.qname, QTYPE[request.q.qtype]
        names = [record for record in self.records if record.rname == wanted]
        for record in names:
            if QTYPE[record.rtype] in {kind, "CNAME"}:
                reply.add_answer(record)
                if QTYPE[record.rtype] == "CNAME":
                    target = record.rdata.label
                    for other in self.records:
                        if other.rname == target and QTYPE[other.rtype] == kind:
                            reply.add_answer(other)
        if not names:
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


class _Silence:
    """Log nothing."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the package logs
        return lambda *_: None


@contextmanager
def nameserver(records: str) -> Iterator[str]:
    """Serve the records of a zone file; give the server's address."""
    server = DNSServer(_Zone(records), address="127.0.0.1", port=0, logger=_Silence())
    server.start_thread()
    try:
        yield f"127.0.0.1:{server.server.server_address[1]}"
    finally:
        server.stop()
        server.server.server_close()
