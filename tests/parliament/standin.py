"""Stand in for Parliament's services on this machine: a real HTTP server with their manners."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from tests.parliament import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Query = dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent, and `gate` is waited for before its end."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    gate: threading.Event | None = None


def as_json(value: object) -> Reply:
    return Reply(json.dumps(value).encode(), headers={"Content-Type": "application/json"})


@dataclass(slots=True)
class Standin:
    """Services at one address, each below its name. `traps` are sprung before any answer."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    traps: dict[str, list[Reply]] = field(default_factory=dict)
    always: dict[str, Reply] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    hook: Callable[[str], Reply] | None = None

    def trap(self, start: str, *replies: Reply) -> None:
        """Give these replies, one after the other, to whoever asks below `start`."""
        self.traps[start] = list(replies)

    def reply(self, target: str) -> Reply:
        self.asked.append(target)
        for start, replies in self.traps.items():
            if target.startswith(start) and replies:
                return replies.pop(0)
        for start, reply in self.always.items():
            if target.startswith(start):
                return reply
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return self._answer(parts.path, query)

    def _answer(self, path: str, query: Query) -> Reply:
        if path in self.answers:
            return as_json(self.answers[path])
        if path in _LISTS:
            return as_json(_LISTS[path](query))
        start, _, last = path.rpartition("/")
        found = _SINGLE.get(start, {}).get(last)
        return as_json(found) if found is not None else Reply(b"{}", 404)


def _page(rows: list[Any], query: Query, name: str) -> dict[str, Any]:
    skip = int(query.get("skip", "0"))
    take = min(int(query.get("take", "20")), 20)
    return {name: rows[skip : skip + take], "totalResults": len(rows), "skip": skip, "take": take}


def _search(query: Query) -> dict[str, Any]:
    words = query.get("Name", "").casefold()
    place = query.get("Location", "").casefold()
    found = [
        each
        for each in samples.PEOPLE
        if words in each["value"]["nameDisplayAs"].casefold()
        and place in each["value"]["latestHouseMembership"]["membershipFrom"].casefold()
    ]
    return _page(found, query, "items")


def _written(query: Query) -> dict[str, Any]:
    found = [
        each
        for each in samples.QUESTIONS
        if each["value"]["askingMemberId"] == int(query["askingMemberId"])
        and _within(each["value"]["dateTabled"], query, "tabledWhenFrom", "tabledWhenTo")
        and _within(each["value"]["dateAnswered"], query, "answeredWhenFrom", "answeredWhenTo")
    ]
    return _page(found, query, "results")


def _within(value: str | None, query: Query, first: str, last: str) -> bool:
    if first not in query:
        return True
    return value is not None and query[first] <= value[:10] <= query[last]


_DATES = ("queryParameters.startDate", "queryParameters.endDate")


def _divisions(query: Query) -> list[Any]:
    found = [each for each in samples.DIVISIONS if _within(each["Date"], query, *_DATES)]
    skip, take = (int(query[f"queryParameters.{name}"]) for name in ("skip", "take"))
    return found[skip : skip + take]


def _recorded(query: Query) -> list[Any]:
    number = int(query["queryParameters.memberId"])
    with_tellers = query["queryParameters.includeWhenMemberWasTeller"] == "true"
    found = [
        each
        for each in samples.RECORDED
        if each["MemberId"] == number
        and (with_tellers or not each["MemberWasTeller"])
        and _within(each["PublishedDivision"]["Date"], query, *_DATES)
    ]
    skip, take = (int(query[f"queryParameters.{name}"]) for name in ("skip", "take"))
    return found[skip : skip + take]


def _spoken(query: Query) -> dict[str, Any]:
    found = [each for each in samples.SPOKEN if _within(each["SittingDate"], query, *_DATES)]
    skip, take = (int(query[f"queryParameters.{name}"]) for name in ("skip", "take"))
    return {"TotalResultCount": len(found), "Results": found[skip : skip + take]}


def _wrapped(rows: list[Any] | dict[str, Any]) -> dict[str, Any]:
    return {"PagingInfo": None, "StatusCode": 200, "Success": True, "Errors": [], "Response": rows}


def _motions(query: Query) -> dict[str, Any]:
    dates = ("parameters.tabledStartDate", "parameters.tabledEndDate")
    found = [each for each in samples.MOTIONS if _within(each["DateTabled"], query, *dates)]
    return _wrapped([{**each, "Sponsors": None} for each in found])


def _oral(query: Query) -> dict[str, Any]:
    dates = ("parameters.answeringDateStart", "parameters.answeringDateEnd")
    return _wrapped(
        [each for each in samples.ORAL if _within(each["AnsweringWhen"], query, *dates)]
    )


def _sittings(query: Query) -> dict[str, Any]:
    days = [day for day in samples.SITTINGS if _within(day, query, "startDate", "endDate")]
    return {"SittingDates": [{"Date": f"{day}T00:00:00"} for day in days]}


def _nonsitting(query: Query) -> list[Any]:
    first, last = (query[name] for name in _DATES)
    return [
        each
        for each in samples.NONSITTING
        if each["StartDate"][:10] <= last and each["EndDate"][:10] >= first
    ]


def _next_sitting(query: Query) -> str | None:
    later = (day for day in samples.SITTINGS if day > query["dateToCheck"])
    day = next(later, None)
    return f"{day}T00:00:00" if day else None


_EVENTS = "/whatson-api/calendar"
_LISTS: dict[str, Callable[[Query], Any]] = {
    "/members-api/api/Members/Search": _search,
    "/commonsvotes-api/data/divisions.json/search": _divisions,
    "/commonsvotes-api/data/divisions.json/membervoting": _recorded,
    "/questions-statements-api/api/writtenquestions/questions": _written,
    "/oralquestionsandmotions-api/oralquestions/list": _oral,
    "/oralquestionsandmotions-api/EarlyDayMotions/list": _motions,
    "/hansard-api/search/contributions/Spoken.json": _spoken,
    f"{_EVENTS}/events/list.json": lambda query: [
        each for each in samples.EVENTS if _within(each["StartDate"], query, *_DATES)
    ],
    f"{_EVENTS}/events/nonsitting.json": _nonsitting,
    f"{_EVENTS}/proceduraldates/Commons/sittingdates.json": _sittings,
    f"{_EVENTS}/proceduraldates/Commons/nextsittingdate.json": _next_sitting,
    "/bills-api/api/v1/Sittings": lambda query: {
        "items": [
            each
            for each in samples.BILL_SITTINGS
            if _within(each["date"], query, "DateFrom", "DateTo")
        ]
    },
    "/gov-uk/bank-holidays.json": lambda _: samples.HOLIDAYS,
}
_SINGLE: dict[str, dict[str, Any]] = {
    "/members-api/api/Members": {str(each["value"]["id"]): each for each in samples.PEOPLE},
    "/questions-statements-api/api/writtenquestions/questions": {
        str(each["value"]["id"]): samples.WHOLE.get(each["value"]["id"], each)
        for each in samples.QUESTIONS
    },
    "/oralquestionsandmotions-api/EarlyDayMotion": {
        str(each["Id"]): _wrapped(each) for each in samples.MOTIONS
    },
    "/bills-api/api/v1/Bills": {str(number): bill for number, bill in samples.BILLS.items()},
    "/hansard-api/debates/debate": {"D-BENEFIT.json": samples.DEBATE},
}


@contextmanager
def parliament() -> Iterator[Standin]:
    """Serve a week of Parliament on this machine."""
    standin = Standin()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = (standin.hook or standin.reply)(self.path)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if reply.gate is not None:
                self.wfile.write(reply.body[:1])
                self.wfile.flush()
                reply.gate.wait(60)
                self.close_connection = True
                return
            self.wfile.write(reply.body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    standin.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
