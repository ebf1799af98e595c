"""Find out how the bytes of a spreadsheet are written, and give its lines as text."""

from __future__ import annotations

import codecs
import io
from typing import IO, TYPE_CHECKING

from newsletter.errors import MistakeError

if TYPE_CHECKING:
    from collections.abc import Generator

LONGEST_LINE = 1_000_000
"""Characters of a line that are read; the rest of a longer one is thrown away."""

_PIECE = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, then .xls


def decode(stream: IO[bytes]) -> Generator[str]:
    r"""Return the lines of a seekable binary file, each with the line ending it had.

    The whole file is read once to make sure that it can be, before the first line is given:
    what turns out unreadable half-way would otherwise be half stored. UTF-8 and UTF-16 are
    recognised, with a byte order mark or without; what is neither counts as Windows-1252.
    Lines end with `\n`, `\r\n` or `\r`. Close it before the file, unless it was read to its
    end. Raises MistakeError.
    """
    return _lines(stream, _encoding(stream))


def _encoding(stream: IO[bytes]) -> str:
    head = _rewound(stream).read(4)
    if head.startswith(_WORKBOOKS):
        raise MistakeError(
            "This is a workbook, not a CSV file.",
            hint="Open it in the spreadsheet program and save it as “CSV UTF-8”.",
        )
    for encoding in _candidates(head):
        if _decodes(stream, encoding):
            return encoding
    raise MistakeError(
        "The file is not text that can be read: neither UTF-8, UTF-16 nor Windows-1252.",
        hint="Save it from the spreadsheet program as “CSV UTF-8”.",
    )


def _candidates(head: bytes) -> tuple[str, ...]:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return (encoding,)
    # The first letters of a header are ASCII, so in UTF-16 every other byte is zero.
    if head[1:2] == b"\0" and head[:1] != b"\0":
        return ("utf-16-le",)
    if head[:1] == b"\0" and head[1:2] not in {b"", b"\0"}:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _decodes(stream: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    _rewound(stream)
    try:
        while piece := stream.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _rewound(stream: IO[bytes]) -> IO[bytes]:
    try:
        stream.seek(0)
    except OSError as error:  # io.UnsupportedOperation is one
        raise MistakeError(
            "The list cannot be read from a pipe, as it must be read twice.",
            hint="Save it in a file first.",
        ) from error
    return stream


def _lines(stream: IO[bytes], encoding: str) -> Generator[str]:
    text = io.TextIOWrapper(_rewound(stream), encoding=encoding, newline="")
    try:
        while line := text.readline(LONGEST_LINE + 1):
            rest = line
            while len(rest) > LONGEST_LINE and not rest.endswith(("\n", "\r")):
                rest = text.readline(LONGEST_LINE + 1)
            yield line
    finally:
        text.detach()  # or else the caller's file would be closed with it
