"""Every copy says who sends it, from where, and how to leave."""

from __future__ import annotations

import pytest

from newsletter.checks.registry import Material, Spot
from tests.checks.editions import sample, with_office, with_parts, without
from tests.checks.materials import spots

ADDRESS = "12 Example Row, Ashcombe AE1 5BQ"
IMPRINT = f"Promoted by Robin Halloway, {ADDRESS}."
PUBLISHED = f"Published by Robin Halloway, {ADDRESS}."


def parts(material: Material) -> dict[str, str]:
    edition = material.edition
    return {"html": edition.html, "text": edition.text, "web": edition.web}


@pytest.mark.parametrize(
    ("part", "face"),
    [("html", "the email"), ("text", "the plain text"), ("web", "the web page")],
)
def test_an_imprint_without_the_address_is_named_with_its_part(part: str, face: str) -> None:
    """The law wants the postal address in the material itself, in each form of it."""
    material = sample()
    broken = with_parts(material, **{part: parts(material)[part].replace("12 Example Row", "")})
    assert spots("imprint-missing", broken) == [
        Spot(
            f"The imprint in {face} lacks the postal address of the promoter, the postal "
            "address of the publisher.",
            "Show names and addresses of office.imprint in the footer of the template.",
            "templates/",
        )
    ]


def test_an_imprint_that_is_hidden_is_missing() -> None:
    """Text with display:none is in the file, and no reader sees it."""
    html = "<html><body><p style='display:none'>Robin Halloway, 12 Example Row, Ashcombe AE1 5BQ"
    (spot,) = spots("imprint-missing", with_parts(sample(), html=html))
    assert spot.message.startswith("The imprint in the email lacks")


def test_the_sample_has_its_imprint() -> None:
    """No false alarm."""
    assert spots("imprint-missing", sample()) == []
    assert spots("imprint-illegible", sample()) == []
    assert spots("imprint-blank", sample()) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'publisher: {name: Robin Halloway, address: "12',
            'publisher: {name: TBC, address: "12',
            "The publisher in the imprint has no name.",
        ),
        (
            f'promoter: {{name: Robin Halloway, address: "{ADDRESS}"}}',
            "promoter: {name: Robin Halloway, address: robin@example.org}",
            "The address of the promoter in the imprint is not one that a letter reaches.",
        ),
    ],
)
def test_a_blank_imprint_is_no_imprint(old: str, new: str, message: str) -> None:
    """“Published by” and a placeholder has been printed before."""
    broken = with_office(sample(), old, new)
    assert [spot.message for spot in spots("imprint-blank", broken)] == [message]


def page(style: str, *, head: str = "") -> str:
    return f"<html><head>{head}</head><body><p style='{style}'>{IMPRINT} {PUBLISHED}</p></body></html>"


@pytest.mark.parametrize(
    ("style", "messages"),
    [
        (
            "font-size:11px",
            [
                "The imprint in the email is 11 pixels high, and needs 12.",
                "The imprint in the email is, in the dark scheme, 11 pixels high, and needs 12.",
            ],
        ),
        (
            "color:#999999; background-color:#ffffff",
            [
                (
                    "The imprint in the email is too pale to read: #999999 on #ffffff has a contrast "
                    "of 2.8, and needs 4.5."
                ),
                (
                    "The imprint in the email is, in the dark scheme, too pale to read: #999999 on "
                    "#ffffff has a contrast of 2.8, and needs 4.5."
                ),
            ],
        ),
        ("font-size:12px; color:#595959; background:#fff", []),
        ("background-image:url(x.png)", []),
    ],
)
def test_an_imprint_is_measured(style: str, messages: list[str]) -> None:
    """It has to be legible on any device; behind a picture nothing can be measured."""
    found = [
        spot.message for spot in spots("imprint-illegible", with_parts(sample(), html=page(style)))
    ]
    assert found == messages


def test_an_imprint_may_become_illegible_in_the_dark() -> None:
    """A style block may turn dark words on a dark ground, which no one at a desk sees."""
    head = (
        "<style>@media (prefers-color-scheme: dark) { p { background: #000000 !important; } }"
        "</style>"
    )
    html = page("color:#1a1a1a; background-color:#ffffff", head=head)
    assert [
        spot.message for spot in spots("imprint-illegible", with_parts(sample(), html=html))
    ] == [
        (
            "The imprint in the email is, in the dark scheme, too pale to read: #1a1a1a on #000000 "
            "has a contrast of 1.2, and needs 4.5."
        )
    ]


@pytest.mark.parametrize("part", ["html", "text", "web"])
def test_the_privacy_notice_is_linked_everywhere(part: str) -> None:
    """Readers have a right to know what becomes of their data, in every part."""
    material = sample()
    url = material.office.privacy.url
    broken = with_parts(material, **{part: without(parts(material)[part], url)})
    (spot,) = spots("privacy-missing", broken)
    assert spot.hint == "Link office.privacy.url in the footer of the template."
    assert spots("privacy-missing", material) == []


def test_readers_can_leave_from_both_parts() -> None:
    """What cannot be left is reported as spam, and is against the law."""
    html = sample().edition.html.replace("-nl_unsubscribe_html-", "#")
    text = without(sample().edition.text, "-nl_unsubscribe_text-")
    found = spots("unsubscribe-missing", with_parts(sample(), html=html, text=text))
    assert [spot.message for spot in found] == [
        "There is no unsubscribe link in the email.",
        "There is no unsubscribe link in the plain text.",
    ]
    assert spots("unsubscribe-missing", sample()) == []


@pytest.mark.parametrize(
    "link",
    [
        '<a href="-nl_unsubscribe_html-"></a>',
        '<p hidden><a href="-nl_unsubscribe_html-">Unsubscribe</a></p>',
        '<p style="visibility:hidden"><a href="-nl_unsubscribe_html-">Unsubscribe</a></p>',
    ],
)
def test_a_link_that_nobody_sees_is_no_way_to_leave(link: str) -> None:
    """The tag alone proves nothing."""
    html = f"<html><body>{link}</body></html>"
    assert len(spots("unsubscribe-missing", with_parts(sample(), html=html))) == 1


def test_the_sender_is_the_member() -> None:
    """Concealing who sends is against the law; “Newsletter” tells nobody."""
    broken = with_office(sample(), "sender: {name: Robin Halloway MP", "sender: {name: Newsletter")
    assert spots("sender-unclear", broken) == [
        Spot(
            "The sender is called “Newsletter”, which does not say that it is Robin Halloway.",
            "Write sender: {name: Robin Halloway, …}.",
            "office.yaml",
            26,
        )
    ]
    assert spots("sender-unclear", sample()) == []


def test_each_part_names_the_office_and_how_to_reach_it() -> None:
    """A reader of the plain text is owed the same."""
    found = spots("office-unnamed", with_parts(sample(), text="Robin Halloway writes."))
    assert [spot.message for spot in found] == [
        "The plain text does not name “Ashcombe East”.",
        "Nothing in the plain text says how to reach the office.",
    ]
    assert spots("office-unnamed", sample()) == []


def test_two_parties_may_stand_in_one_imprint() -> None:
    """Promoter and publisher are often two, and one line may hold both."""
    other = "publisher: {name: Sam Other, address: 1 Sample Lane in Ashcombe}"
    old = f'publisher: {{name: Robin Halloway, address: "{ADDRESS}"}}'
    material = with_office(sample(), old, other)
    assert len(spots("imprint-missing", material)) == 3
    said = IMPRINT + " Published by Sam Other, 1 Sample Lane in Ashcombe."
    html = f"<html><body><p>{said}</p></body></html>"
    whole = with_parts(material, html=html, text=said, web=html)
    assert spots("imprint-missing", whole) == []
    assert spots("imprint-illegible", whole) == []
