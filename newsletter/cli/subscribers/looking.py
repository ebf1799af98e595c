"""`newsletter subscribers list`, `show`, `export` and `log`: look at what is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.answers import console, failures, print_json
from newsletter.cli.options import HERE, JsonOption, OfficeOption
from newsletter.cli.subscribers.options import (
    ByOption,
    SegmentOption,
    StateName,
    StateOption,
    actor,
    seat_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsletter.audience.seat import Residence, Seat
    from newsletter.audience.subscriber import Subscriber
    from newsletter.database.listing import Listed
    from newsletter.database.subscribers import Choice

AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="Of whom.")]
SeatOption = Annotated[
    str | None,
    typer.Option("--seat", metavar="in|out|unknown", help="Only those who live there."),
]


def list_(
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
    segment: SegmentOption = "all",
    state: StateOption = None,
    where: SeatOption = None,
) -> None:
    """List people on record, with counts by state, segment and seat."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        seat, residence = _seat(office, where)
        choice = _choice(segment, state)
        with wiring.database(office, from_environment()) as database:
            found = database.subscribers
            counts = {"counts": found.counts(choice), "segments": found.segment_counts(choice)}
            if seat is not None:
                counts["seat"] = found.seat_counts(seat, choice)
            people = _living(found.listing(choice), seat, residence)
            if as_json:
                _print_as_json(people, counts, seat)
            else:
                _print_table(people, counts)


def _seat(office: Path, where: str | None) -> tuple[Seat | None, Residence | None]:
    """Return the seat, which must be there only if somebody asks who lives in it."""
    from newsletter.audience.seat import Residence
    from newsletter.errors import ConfigurationError, NewsletterError

    if where is None:
        try:
            return seat_of(office), None
        except NewsletterError:
            return None, None  # office.yaml has mistakes, which are no matter here
    if where not in list(Residence):
        raise typer.BadParameter("write in, out or unknown", param_hint="--seat")
    seat = seat_of(office)
    if seat is None:
        raise ConfigurationError(
            "The office has no list of its postcodes.",
            hint="Name the file in office.yaml: postcodes: postcodes.csv",
        )
    return seat, Residence(where)


def _choice(segment: str, state: StateName | None) -> Choice:
    from newsletter.audience.subscriber import SubscriberState
    from newsletter.database.subscribers import Choice

    return Choice(segment, None if state is None else SubscriberState(state.value))


def _living(
    people: Iterator[Subscriber], seat: Seat | None, residence: Residence | None
) -> Iterator[Subscriber]:
    if seat is None or residence is None:
        return people
    return (person for person in people if seat.residence(person.postcode) is residence)


def _print_as_json(
    people: Iterator[Subscriber], counts: dict[str, dict[str, int]], seat: Seat | None
) -> None:
    """Print one document, a person at a time: a list may be too long to hold."""
    import json

    typer.echo('{"subscribers": [', nl=False)
    for number, person in enumerate(people):
        row = person.as_data()
        if seat is not None:
            row["seat"] = seat.residence(person.postcode).value
        typer.echo(("," if number else "") + "\n" + json.dumps(row, ensure_ascii=False), nl=False)
    rest = json.dumps(counts, ensure_ascii=False)[1:]
    typer.echo(f"\n], {rest}")


def _print_table(people: Iterator[Subscriber], counts: dict[str, dict[str, int]]) -> None:
    for person in people:
        name = f"{person.first_name} {person.last_name}".strip()
        segments = "; ".join(person.segments)
        typer.echo(f"{person.state.value:13} {person.email:36} {name:28} {segments}".rstrip())
    out = console(as_json=True)
    titles = {"counts": "", "segments": "By segment: ", "seat": "In the seat: "}
    for kind, title in titles.items():
        found = [f"{count:,} {name}" for name, count in counts.get(kind, {}).items() if count]
        if found:
            out.print(title + ", ".join(found), style="" if title else "bold")
    if not any(counts["counts"].values()):
        out.print("Nobody.", style="bold")


def show(
    address: AddressArgument,
    office: OfficeOption = HERE,
    as_json: JsonOption = False,
    by: ByOption = None,
) -> None:
    """Show all that is held on one person."""
    with failures(as_json=as_json):
        document = _disclosed(office, address, by, "show")
        if as_json:
            print_json(document)
        else:
            _show_person(document)


def _disclosed(office: Path, address: str, by: str | None, action: str) -> dict[str, Any]:
    from newsletter import wiring
    from newsletter.settings import from_environment

    wiring.office_folder(office)
    seat, _ = _seat(office, None)
    with wiring.database(office, from_environment()) as database:
        return database.subscribers.disclose(address, actor=actor(by), action=action, seat=seat)


def _show_person(document: dict[str, Any]) -> None:
    from newsletter.database.disclosure import is_known

    out = console()
    person = document["subscriber"]
    if not is_known(document):
        out.print("Nothing is held on this person.")
        return
    if person is None:
        out.print("Not on the list.", style="bold")
    else:
        name = f"{person['first_name']} {person['last_name']}".strip()
        out.print(f"{person['email']}  {name}".rstrip(), style="bold")
        out.print(f"State     {person['state']}")
        out.print(f"Postcode  {person['postcode'] or 'unknown'}")
        out.print(f"Segments  {'; '.join(person['segments']) or 'none'}")
    for step in document["consents"]:
        out.print(f"Consent   {step['state']} {step['at']}, {step['source']}: {step['wording']}")
    for typed in document["unconfirmed"]:
        told = [typed["first_name"], typed["last_name"], typed["postcode"], *typed["topics"]]
        out.print(f"Typed, and not confirmed {typed['at']}: {'; '.join(filter(None, told))}")
    for entry in document["suppressions"]:
        out.print(f"Never mailed since {entry['at']}: {entry['reason']} ({entry['source']})")
    for sent in document["dispatches"]:
        out.print(f"Issue     {sent['issue']} {sent['state']} by {sent['transport']}")


def export(
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="One person, all that is held.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="ADDRESS", help="The same.")
    ] = None,
    office: OfficeOption = HERE,
    segment: SegmentOption = "all",
    state: StateOption = None,
    as_json: JsonOption = False,
    by: ByOption = None,
) -> None:
    """Write people to stdout as CSV, or with an address all that is held on one as JSON."""
    whom = person or address
    if whom is None and as_json:
        raise typer.BadParameter("name one person, or use: newsletter subscribers list --json")
    with failures(as_json=whom is not None):
        if whom is not None:
            print_json(_disclosed(office, whom, by, "export-person"))
            return
        from newsletter import wiring
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        with wiring.database(office, from_environment()) as database:
            choice = _choice(segment, state)
            _print_csv(database.subscribers.export(choice, actor=actor(by)))


def _print_csv(people: Iterator[Listed]) -> None:
    from newsletter.audience.export import export_row
    from newsletter.audience.header import COLUMNS

    typer.echo(_line(COLUMNS))
    for listed in people:
        typer.echo(_line(export_row(listed.subscriber, listed.consent)))


def _line(cells: tuple[str, ...]) -> str:
    import csv
    import io

    # Only what may end a line does csv put in quotation marks: a wording may have several lines.
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n")


def log(office: OfficeOption = HERE, as_json: JsonOption = False) -> None:
    """Show who took people in, exported, suppressed or erased them, and when; no addresses."""
    with failures(as_json=as_json):
        from newsletter import wiring
        from newsletter.settings import from_environment

        wiring.office_folder(office)
        with (
            wiring.database(office, from_environment()) as database,
            database.subscribers.log() as entries,
        ):
            if as_json:
                print_json({"log": [entry.as_data() for entry in entries]})
                return
            for entry in entries:
                details = ", ".join(f"{name} {value}" for name, value in entry.details.items())
                typer.echo(f"{entry.at:%Y-%m-%d %H:%M}  {entry.actor}  {entry.action}  {details}")
