"""Private keys in any text: PEM, OpenSSH, PGP, SSH2 and PuTTY, whole or cut off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kblint.source.regex import regex
from kblint.source.text import Span

_BEGIN = regex(r"-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}|(?<![\w-])Private-Lines:[ \t]*\d+")
"""https://www.rfc-editor.org/rfc/rfc7468#section-10, https://www.rfc-editor.org/rfc/rfc4716#section-3.3"""
_END = regex(r"-{4,5} ?END (?:[A-Z0-9]+ )*PRIVATE KEY|(?<![\w-])Private-MAC:")
_SIGNS = ("PRIVATE KEY", "Private-Lines:")
_LONGEST = 20_000
"""Characters between the two: the longest RSA key that OpenSSL makes takes 13,000, and every line may be indented."""
_KEY_LINE = regex(r"[\s\"'|>]*(?:#.*|[\s#\"'|>]*[A-Za-z0-9+/=\\]+|(?:[\s#]*[A-Z][\w-]*: ).*)?[\s\"',;]*")
"""A line of a key: base64, a comment, or one of the headers that PEM once had.

https://www.rfc-editor.org/rfc/rfc1421#section-4.4
"""
_REST = regex(r"(?P<line>[^\r\n]*)(?:\r\n|\r|\n|\Z)")


def private_keys(text: str) -> Iterator[Span]:
    """What stands between the first line of each private key and its last.

    Where there is no last line, as far as there are lines of a key; what stands behind the first one is never shown.
    """
    if not any(sign in text for sign in _SIGNS):
        return
    begins = [match.span() for match in _BEGIN.finditer(text)]
    for (_, start), (following, _) in pairwise([*begins, (len(text), len(text))]):
        end = _END.search(text, start, min(following, start + _LONGEST))
        yield Span(start, end.start() if end else _as_far_as_it_goes(text, start, following))


def _as_far_as_it_goes(text: str, start: int, following: int) -> int:
    """Where the lines of a key end that has no last line."""
    position = start
    while position < following and (match := _REST.match(text, position)):
        is_first = position == start
        dashes = match["line"].find("-----")
        if dashes >= 0 and (is_first or _KEY_LINE.fullmatch(match["line"], 0, dashes)):
            return position + dashes
        if not is_first and not _KEY_LINE.fullmatch(match["line"]):
            break
        position = match.end()
    return position
