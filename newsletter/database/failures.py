"""Say in plain sentences what a database did not do, never with its password."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from newsletter.errors import ConfigurationError, NewsletterError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_Failure = tuple[type[NewsletterError], str, str]

_BUSY: _Failure = (
    StoppedError,
    "The database is busy: another program holds it.",
    "Run this again.",
)
_FULL: _Failure = (
    StoppedError,
    "The disk that holds the database is full.",
    "Free some space, then run this again to go on.",
)
_LOST: _Failure = (
    StoppedError,
    "The connection to the database was lost.",
    "Run this again to go on.",
)
_UNREACHABLE: _Failure = (
    ConfigurationError,
    "The database server cannot be reached, or does not let us in.",
    "Check NEWSLETTER_DATABASE_URL: host, name, user and password.",
)
_FORBIDDEN: _Failure = (
    ConfigurationError,
    "The database cannot be written to.",
    "Check who may write to it, or to the file and its folder.",
)
_OTHER: _Failure = (
    StoppedError,
    "The database did not do what was asked.",
    "Run this again; if that does not help, restore a backup or report this.",
)

# https://www.sqlite.org/rescode.html: the part before an extended code's own word.
_SQLITE: dict[str, _Failure] = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _FORBIDDEN,
    "SQLITE_PERM": _FORBIDDEN,
    "SQLITE_NOTADB": (
        ConfigurationError,
        "The database file is not a database.",
        "Move the file away, or name another in NEWSLETTER_DATABASE_URL.",
    ),
    "SQLITE_CORRUPT": (
        ConfigurationError,
        "The database file is damaged.",
        "Restore the newest backup of it.",
    ),
    "SQLITE_CANTOPEN": (
        ConfigurationError,
        "The database file cannot be opened.",
        "Check that its folder exists and that you may write there.",
    ),
    "SQLITE_IOERR": (
        StoppedError,
        "The disk that holds the database failed to read or write.",
        "Check the disk, then run this again to go on.",
    ),
}

# https://www.postgresql.org/docs/16/errcodes-appendix.html: codes, then their classes.
_POSTGRESQL: dict[str, _Failure] = {
    "53100": _FULL,
    "42501": _FORBIDDEN,
    "25006": _FORBIDDEN,
    "55P03": _BUSY,
    "57014": _BUSY,
    "40": _BUSY,
    "53": _BUSY,
    "08": _LOST,
    "57": _LOST,
    "28": _UNREACHABLE,
    "3D": _UNREACHABLE,
}


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turn every failure of the database into one of ours."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _failure(error) from error


def busy() -> NewsletterError:
    """Return what is raised where others write for longer than anybody waits."""
    kind, message, hint = _BUSY
    return kind(message, hint=hint)


def _failure(error: SQLAlchemyError) -> NewsletterError:
    kind, message, hint = _cause(error) if isinstance(error, DBAPIError) else _OTHER
    return kind(message, hint=hint)


def _cause(error: DBAPIError) -> _Failure:
    sqlite = getattr(error.orig, "sqlite_errorname", None)
    if sqlite is not None:
        return _SQLITE.get("_".join(str(sqlite).split("_")[:2]), _OTHER)
    if error.connection_invalidated:
        return _LOST
    state = getattr(error.orig, "sqlstate", "")
    if state is None:  # libpq gives none when there was no connection to begin with
        return _UNREACHABLE
    return _POSTGRESQL.get(state, _POSTGRESQL.get(state[:2], _OTHER))
