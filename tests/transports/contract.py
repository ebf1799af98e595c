"""Say what every transport must do with a batch, whoever the carrier is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from newsletter.letters import HEADERS
from newsletter.personalization import Personalization
from tests.transports.samples import edition, people, person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.delivery import Transport


@dataclass(frozen=True, slots=True)
class Copy:
    """One message as one person has it."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


class Carrier(Protocol):
    """A transport, and a look into the inboxes at its other end."""

    transport: Transport

    def inbox(self) -> dict[str, list[Copy]]:
        """Return each address with what lies there."""
        ...


class TransportContract:
    """Tests for every transport; each has a class of its own with a `carrier` fixture."""

    def test_each_address_gets_exactly_one_message(self, carrier: Carrier) -> None:
        """Nobody gets an issue twice, and nobody is left out."""
        batch = people(20)
        carrier.transport.send(edition(), batch, dispatch="d-1")
        inbox = carrier.inbox()
        assert {address: len(copies) for address, copies in inbox.items()} == {
            each.address: 1 for each in batch
        }

    def test_values_land_in_their_places(self, carrier: Carrier) -> None:
        """A reader sees their own name, escaped where HTML needs it, and never a tag."""
        reader = person()
        carrier.transport.send(edition(), [reader], dispatch="d-1")
        (copy,) = carrier.inbox()[reader.address]
        link = reader.substitutions["-nl_link-"]
        assert copy.subject == "Your trains, Zoë Ó Néill & <Co>, and “a vote” that matters 🚆"
        assert copy.text == (
            f"Dear Zoë Ó Néill & <Co>,\n\nShwmae! Ŵyn ac ŷd: “café”.\n\nStop these: {link}\n"
        )
        assert copy.html == (
            "<!doctype html>\n<p>Dear Zoë Ó Néill &amp; &lt;Co&gt;,</p>\n"
            "<p>Shwmae! Ŵyn ac ŷd: “café”.</p>\n"
            f'<p><a href="{link}">Stop these</a></p>\n'
        )

    def test_the_ways_to_unsubscribe_arrive_literally(self, carrier: Carrier) -> None:
        """RFC 8058: mail readers press the button only if both headers are just so."""
        reader = person()
        carrier.transport.send(edition(), [reader], dispatch="d-1")
        (copy,) = carrier.inbox()[reader.address]
        assert {name: copy.headers[name] for name in [*reader.headers, "List-Id"]} == {
            **reader.headers,
            "List-Id": "Ashcombe East <update.example.org>",
        }

    def test_a_letter_asks_machines_not_to_answer_it_and_an_issue_does_not(
        self, carrier: Carrier
    ) -> None:
        """RFC 3834: robots keep silent on what a form had sent; an issue was written by people."""
        reader, other = person(), person(2)
        letter = Personalization(other.key, other.address, {}, HEADERS)
        plain = edition(subject="Please confirm", text="Yes?\n", html="<p>Yes?</p>\n", list_id="")
        carrier.transport.send(edition(), [reader], dispatch="d-1")
        carrier.transport.send(plain, [letter], dispatch="letter")
        inbox = carrier.inbox()
        found = {
            address: {name: value for name, value in copy.headers.items() if "Auto" in name}
            for address, (copy,) in inbox.items()
        }
        assert found == {
            reader.address: {},
            letter.address: {
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "OOF, AutoReply",
            },
        }

    def test_nothing_of_one_person_is_in_the_copy_of_another(self, carrier: Carrier) -> None:
        """A link of somebody else's would unsubscribe them, and names are private."""
        batch = people(12)
        carrier.transport.send(edition(), batch, dispatch="d-1")
        inbox = carrier.inbox()
        for reader in batch:
            (copy,) = inbox[reader.address]
            whole = f"{copy.subject}{copy.text}{copy.html}{dict(copy.headers)}"
            others = [other for other in batch if other is not reader]
            assert not [
                private
                for other in others
                for private in (other.key, other.address, *other.substitutions.values())
                if private in whole.replace(reader.address, "")
            ]

    def test_a_list_longer_than_a_batch_reaches_everybody(self, carrier: Carrier) -> None:
        """A constituency's list is longer than what one request may hold."""
        size = carrier.transport.batch_size
        everybody = people(size * 2 + size // 2)
        for start in range(0, len(everybody), size):
            batch = everybody[start : start + size]
            carrier.transport.send(edition(), batch, dispatch="d-1")
        inbox = carrier.inbox()
        assert len(inbox) == sum(len(copies) for copies in inbox.values()) == len(everybody)
