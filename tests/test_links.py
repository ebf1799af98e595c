"""A link in an email opens one thing for one person, for ever, and names nobody."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import ConfigurationError, ExpiredError, NotAllowedError
from newsletter.links import (
    TRIAL_SECRET,
    Purpose,
    Signer,
    my_data_url,
    parse_secrets,
    unsubscribe_url,
)

OLD, NEW = "the-secret-of-2018", "the-secret-of-2019"
KEY = "0123456789abcdef" * 2
TOKEN = Signer((OLD,)).token(Purpose.UNSUBSCRIBE, KEY)


@given(key=st.text(alphabet=string.hexdigits.lower(), min_size=32, max_size=32))
def test_a_token_says_whose_it_is(key: str) -> None:
    """And nothing that would have to be escaped in a URL."""
    signer = Signer((OLD,))
    token = signer.token(Purpose.UNSUBSCRIBE, key)
    assert signer.key(Purpose.UNSUBSCRIBE, token) == key
    assert set(token) <= set(string.ascii_letters + string.digits + "-_.")


def test_a_link_of_an_email_of_long_ago_works() -> None:
    """Whatever version of this program or of its libraries made it."""
    link = ".eJxTMjA0MjYxNTO3sExMSk5JTUPnKwEAkmIJCQ.avLZBQH1vG3cAyvcowRFA-zLO90"
    assert Signer((OLD,)).key(Purpose.UNSUBSCRIBE, link) == KEY


def test_links_in_old_emails_work_after_a_change_of_secret() -> None:
    """An opt-out must go on working (PECR regulation 22)."""
    rotated = Signer((OLD, NEW))
    assert rotated.key(Purpose.UNSUBSCRIBE, TOKEN) == KEY
    newest = rotated.token(Purpose.UNSUBSCRIBE, KEY)
    assert newest == Signer((NEW,)).token(Purpose.UNSUBSCRIBE, KEY)
    assert newest != TOKEN


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        KEY,
        TOKEN[:-1],
        TOKEN[1:],
        TOKEN + "x",
        TOKEN.replace(".", ""),
        TOKEN.swapcase(),
        "x" * 100_000,
        "ŵ.ŵ",
        "\0",
    ],
)
def test_a_link_that_was_changed_opens_nothing(token: str) -> None:
    """Nobody signs others off by guessing."""
    with pytest.raises(NotAllowedError, match="not complete") as caught:
        Signer((OLD,)).key(Purpose.UNSUBSCRIBE, token)
    assert caught.value.hint


def test_a_link_of_another_secret_opens_nothing() -> None:
    """Least of all one of a rehearsal, whose secret everybody may read."""
    for secret in (NEW, TRIAL_SECRET):
        with pytest.raises(NotAllowedError):
            Signer((secret,)).key(Purpose.UNSUBSCRIBE, TOKEN)


def test_a_link_for_one_thing_opens_no_other() -> None:
    """Another purpose is signed with another salt."""
    signer = Signer((OLD,))
    elsewhere = signer._serializer("confirm").dumps(KEY)  # type: ignore[arg-type]  # noqa: SLF001  # one that is to come
    with pytest.raises(NotAllowedError):
        signer.key(Purpose.UNSUBSCRIBE, str(elsewhere))


@pytest.mark.parametrize("secrets", [(), ("",), ("fifteen-letters",), (OLD, "short")])
def test_secrets_that_could_be_guessed_are_refused(secrets: tuple[str, ...]) -> None:
    """And are not repeated in the error."""
    with pytest.raises(ConfigurationError, match="16 characters") as caught:
        Signer(secrets)
    assert "fifteen" not in caught.value.message + caught.value.hint
    assert "token_hex" in caught.value.hint


@pytest.mark.parametrize(
    ("value", "secrets"),
    [
        ("new, old", ["old", "new"]),
        ("only", ["only"]),
        (" ,, a ,b,", ["b", "a"]),
        ("", []),
    ],
)
def test_the_newest_secret_stands_first(value: str, secrets: list[str]) -> None:
    """Whoever changes it puts the new one before the old."""
    assert parse_secrets(value) == secrets


def test_a_link_to_leave_is_below_the_offices_own_address() -> None:
    """Where `newsletter serve` answers."""
    assert unsubscribe_url("https://update.example.org", "t.x") == (
        "https://update.example.org/unsubscribe/t.x"
    )


def test_a_link_to_ones_data_is_below_the_offices_own_address() -> None:
    """As is the one to leave."""
    assert (
        my_data_url("https://update.example.org", "x.y")
        == "https://update.example.org/my-data/x.y"
    )


NOON = datetime(2019, 2, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def passing(key: str, purpose: Purpose = Purpose.CONFIRM, *, secret: str = "a" * 16) -> str:
    return Signer((secret,)).passing_token(purpose, key, now=lambda: NOON)


def opened(token: str, *, after: timedelta, purpose: Purpose = Purpose.CONFIRM) -> str:
    signer = Signer(("a" * 16, "b" * 16))
    return signer.passing_key(purpose, token, now=lambda: NOON + after, age=DAY)


def test_a_passing_link_works_until_its_time_is_over() -> None:
    """And after a change of the secret, too."""
    assert opened(passing("k"), after=DAY) == "k"
    assert opened(passing("k", secret="b" * 16), after=DAY) == "k"
    with pytest.raises(ExpiredError, match="This link has expired"):
        opened(passing("k"), after=DAY + timedelta(seconds=1))


@pytest.mark.parametrize(
    "token",
    [
        "",
        passing("k")[:-1],
        "x" + passing("k"),
        passing("k", Purpose.DATA_ACCESS),
        passing("k", secret="c" * 16),
        Signer(("a" * 16,)).token(Purpose.CONFIRM, "k"),
    ],
    ids=["nothing", "cut", "changed", "of another purpose", "of another secret", "lasting"],
)
def test_a_passing_link_that_is_not_ours_opens_nothing(token: str) -> None:
    """Nor does it say that it was ours once."""
    with pytest.raises(NotAllowedError, match="This link is not complete") as caught:
        opened(token, after=timedelta())
    assert not isinstance(caught.value, ExpiredError)


def test_a_passing_link_does_not_open_what_lasts() -> None:
    """Both are signed; only one may be old."""
    with pytest.raises(NotAllowedError):
        Signer(("a" * 16,)).key(Purpose.CONFIRM, passing("k"))
