"""Each copy greets its reader, says why it came, and lets them leave, whatever their name is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from newsletter.audience.recipient import Recipient
from newsletter.links import Purpose, Signer
from newsletter.message import filled
from newsletter.personalization import Personalization, Personalizer
from newsletter.rendering.edition import Edition, Sender
from newsletter.rendering.tags import ANY_TAG, Field, Landing, tag

SIGNER = Signer(("a secret of the tests",))
KEY = "0123456789abcdef" * 2
LEAVE = f"https://update.example.org/unsubscribe/{SIGNER.token(Purpose.UNSUBSCRIBE, KEY)}"
DATA = f"https://update.example.org/my-data/{SIGNER.token(Purpose.MY_DATA, KEY)}"
EVERY = {
    landing: " ".join(f"[{field}:{tag(field, landing)}]" for field in Field) for landing in Landing
}
EDITION = Edition(
    issue=date(2019, 2, 18),
    subject=EVERY[Landing.SUBJECT],
    preheader="",
    html=f'<p>{EVERY[Landing.HTML]}</p><a href="https://e.example/?{EVERY[Landing.LINK]}">x</a>',
    text=EVERY[Landing.TEXT],
    web="",
    sender=Sender("Robin", "update@example.org", "robin@example.org"),
    list_id="<update.example.org>",
)
ONE = Recipient(
    key=KEY,
    address="amira@constituents.example",
    first_name="Amira",
    consent_at=datetime(2018, 5, 14, 23, 30, tzinfo=UTC),
    consent_source="website form",
)


def fitted(
    name: str = "Amira",
    *,
    consent_at: datetime | None = ONE.consent_at,
    source: str = "website form",
    edition: Edition = EDITION,
) -> Personalization:
    personalizer = Personalizer(edition, base_url="https://update.example.org", signer=SIGNER)
    return personalizer.fit(Recipient(KEY, ONE.address, name, consent_at, source))


def value(person: Personalization, field: Field, landing: Landing = Landing.TEXT) -> str:
    return person.substitutions[tag(field, landing)]


def test_a_copy_holds_what_its_reader_is_to_read() -> None:
    """All of it, each value escaped for the place where it lands."""
    why = "You are getting this email because you asked for it on 15 May 2018 (website form)."
    quoted = LEAVE.replace(":", "%3A").replace("/", "%2F")
    assert fitted() == Personalization(
        key=KEY,
        address="amira@constituents.example",
        substitutions={
            "-nl_greeting_html-": "Dear Amira,",
            "-nl_greeting_text-": "Dear Amira,",
            "-nl_greeting_link-": "Dear%20Amira%2C",
            "-nl_greeting_subject-": "Dear Amira,",
            "-nl_first_name_html-": "Amira",
            "-nl_first_name_text-": "Amira",
            "-nl_first_name_link-": "Amira",
            "-nl_first_name_subject-": "Amira",
            "-nl_unsubscribe_html-": LEAVE,
            "-nl_unsubscribe_text-": LEAVE,
            "-nl_unsubscribe_link-": quoted,
            "-nl_unsubscribe_subject-": LEAVE,
            "-nl_why_html-": why,
            "-nl_why_text-": why,
            "-nl_why_link-": why.replace(" ", "%20").replace("(", "%28").replace(")", "%29"),
            "-nl_why_subject-": why,
            "-nl_my_data_html-": DATA,
            "-nl_my_data_text-": DATA,
            "-nl_my_data_link-": DATA.replace(":", "%3A").replace("/", "%2F"),
            "-nl_my_data_subject-": DATA,
        },
        headers={
            "List-Unsubscribe": f"<{LEAVE}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def test_only_tags_that_stand_in_the_edition_are_given_values() -> None:
    """What SendGrid does not need to know it is not told."""
    bare = Edition(
        issue=EDITION.issue,
        subject="Trains",
        preheader="",
        html=f"<p>{tag(Field.GREETING, Landing.HTML)}</p>",
        text="No tags",
        web=tag(Field.WHY, Landing.HTML),
        sender=EDITION.sender,
        list_id=EDITION.list_id,
    )
    assert fitted(edition=bare).substitutions == {"-nl_greeting_html-": "Dear Amira,"}


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("", "Dear reader,"),
        ("  \t ", "Dear reader,"),
        (" Mary  Ann ", "Dear Mary Ann,"),
        ("Siân", "Dear Siân,"),
        ("O'Neill & Sons", "Dear O'Neill & Sons,"),
        ("Jean-Luc", "Dear Jean-Luc,"),
        ("محمد", "Dear محمد,"),
        ("A" * 60, f"Dear {'A' * 60},"),
        ("A" * 61, "Dear reader,"),
        ("A" * 10_000, "Dear reader,"),
        ("amira@constituents.example", "Dear reader,"),
        ("https://evil.example/", "Dear reader,"),
        ("<script>alert(1)</script>", "Dear reader,"),
        ("{{ 7 * 7 }}", "Dear reader,"),
        ("*|FNAME|*", "Dear reader,"),
        ("%FIRSTNAME%", "Dear reader,"),
        ("[First name]", "Dear reader,"),
        ("Ann -- Bcc", "Dear reader,"),
        ("-nl_unsubscribe_html-", "Dear reader,"),
        ("x-nl_why_text-x", "Dear reader,"),
        ("Ann\r\nBcc: all@example.org", "Dear reader,"),
        ("Ann\nMary", "Dear Ann Mary,"),
        ("Ann\u2028Mary\x00\x1b", "Dear Ann Mary,"),
        ("\u202eevil\u202c", "Dear evil,"),
        ("Ann\u200b\ufeff\u2066", "Dear Ann,"),
        ("\u200b", "Dear reader,"),
        ("half \ud83d a name", "Dear half a name,"),
        ("\u0300" * 50, "Dear reader,"),
        ("ن\u200cس", "Dear ن\u200cس,"),
        ("12345", "Dear reader,"),
    ],
)
def test_whatever_stands_as_a_first_name_the_greeting_is_one(name: str, greeting: str) -> None:
    """Spreadsheets hold anything, and some people try what happens."""
    assert value(fitted(name), Field.GREETING) == greeting


@given(name=st.text(max_size=80), source=st.text(max_size=80))
def test_no_value_is_markup_a_line_of_its_own_or_a_tag(name: str, source: str) -> None:
    """Nobody puts anything into a header, a page or another reader's copy by their name."""
    person = fitted(name, source=source)
    for words in person.substitutions.values():
        assert len(words.splitlines()) == 1
        assert not ANY_TAG.search(words)
        words.encode()
    page = parser.fragment_fromstring(filled(EDITION.html, person.substitutions), "div")
    assert [element.tag for element in page.iter()] == ["div", "p", "a"]
    (link,) = page.xpath("//a/@href")
    for field in Field:
        shown = value(person, field)
        assert f"[{field}:{shown}]" in page.text_content()
        assert f"[{field}:{shown}]" in unquote(link)


@pytest.mark.parametrize(
    ("consent_at", "source", "why"),
    [
        (None, "", "it."),
        (None, "sign-up sheet", "it (sign-up sheet)."),
        (datetime(2018, 1, 2, 3, tzinfo=UTC), "", "it on 2 January 2018."),
        # London's own day: half past eleven in the evening in UTC is tomorrow in summer.
        (datetime(2018, 7, 1, 23, 30, tzinfo=UTC), "", "it on 2 July 2018."),
        (datetime(2018, 1, 1, 23, 30, tzinfo=UTC), "", "it on 1 January 2018."),
        (None, "https://update.example.org/subscribe?x=1", "it."),
        (None, "from -nl_why_text-", "it."),
        (None, "x" * 500, "it."),
    ],
)
def test_everybody_is_told_why_they_get_it(
    consent_at: datetime | None, source: str, why: str
) -> None:
    """With the day and the place if they are known (UK GDPR, article 7)."""
    words = value(fitted(consent_at=consent_at, source=source), Field.WHY)
    assert words == f"You are getting this email because you asked for {why}"


def test_no_link_holds_an_address() -> None:
    """Links end up in logs, and in the hands of those a copy is passed on to."""
    person = fitted()
    everything = [*person.substitutions.values(), *person.headers.values()]
    assert not any("amira@" in words or "constituents" in words for words in everything)
    assert not any("@" in words or "%40" in words for words in everything)
