"""Tables that a phone has no room for are told."""

from __future__ import annotations

from tests.checks.materials import BODY_LINE, material, spots

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September")


def table(*names: str) -> str:
    rows = (names, ["---"] * len(names), ["412"] * len(names))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_a_table_with_too_many_columns_for_a_phone_is_told() -> None:
    """With its line, and how many fit; one that fits is left alone."""
    body = f"Words.\n\n{table('Ward', *MONTHS)}\n\n- A list\n\n{table(*MONTHS[:3])}"
    (spot,) = spots("wide-table", material(body))
    assert spot.message == "The table has 10 columns, and a small phone has room for the first 4."
    assert "write a list" in spot.hint
    assert (spot.file, spot.line) == ("issue.md", BODY_LINE + 2)
    button = "```button\ntext: See the table\nurl: https://example.org\n```"
    assert spots("wide-table", material(f"{button}\n\n{table(*MONTHS[:4])}")) == []


def test_a_table_with_a_word_wider_than_a_phone_is_told() -> None:
    """Mostly an address that was pasted in, where a link would have words."""
    address = "https://example.org/a/very/long/address/on/a/web/site"
    (spot,) = spots("wide-table", material(table(address)))
    assert spot.message == "The table has 1 column, and a small phone has room for none."
    (spot,) = spots("wide-table", material(table("Ward", address)))
    assert spot.message.endswith("has 2 columns, and a small phone has room for the first alone.")
