"""What an nginx answers by itself: the `return` directives of a server, and for which paths they stand.

https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return and
https://nginx.org/en/docs/http/ngx_http_core_module.html#location
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kblint.syntax.nginx import Directive

SERVER, SOMETIMES, PATTERN, FORCED = "server", "if", "~", "plain"
"""Kinds of answers beside those for a path: to every request, to some, and to paths that match an expression.

And to every request that did not come by https, as far as whoever handed it on says.
"""
_NOT_HTTPS = re.compile(r"\(?\s*\$http_x_forwarded_proto\s*(?:!=\s*[\"']?https|=\s*[\"']?http)[\"']?\s*\)?")
_TO_HTTPS = re.compile(r"https://\$(?:host|http_host|server_name)\b")
_CODE = re.compile(r"[1-5][0-9]{2}")
_FOUND = 302


@dataclass(frozen=True, slots=True)
class Answer:
    """To what a status is the answer: every path that begins with `path`, or that is `path` where `kind` is `=`.

    `code` is None where something else than a `return` answers. `to_https`: it sends people to the same host by https.
    """

    kind: str
    path: str
    code: int | None
    to_https: bool = False


def answers(server: Iterable[Directive]) -> tuple[Answer, ...]:
    """The answers of a `server` block."""
    found: list[Answer] = []
    for directive in server:
        words = [argument.text for argument in directive.arguments]
        if directive.name == "return":
            found.append(Answer(SERVER, "", _code(words), _goes_to_https(words)))
        elif directive.name == "if" and directive.block is not None:
            given = _return_of(directive.block)
            kind = FORCED if _NOT_HTTPS.fullmatch(" ".join(words)) else SOMETIMES
            found.append(Answer(kind, "", _code(given) if given else None, _goes_to_https(given or [])))
        elif directive.name == "location" and words and directive.block is not None:
            kind = words[0] if len(words) > 1 else ""
            kind = PATTERN if kind.startswith("~") else kind if kind == "=" else ""
            found.append(Answer(kind, words[-1], _returned(directive.block)))
    return tuple(found)


def answered(found: Iterable[Answer], path: str) -> int | None:
    """The status with which a path is surely answered; None where nobody knows."""
    listed = tuple(found)
    kinds = {one.kind for one in listed}
    if SERVER in kinds:
        return next(one.code for one in listed if one.kind == SERVER)
    exact = [one for one in listed if one.kind == "=" and one.path == path]
    if not kinds.isdisjoint((SOMETIMES, FORCED)) or (PATTERN in kinds and not exact):
        return None
    prefixes = [one for one in listed if one.kind == "" and path.startswith(one.path)]
    best = exact or sorted(prefixes, key=lambda one: len(one.path), reverse=True)
    return best[0].code if best else None


def may_redirect(found: Iterable[Answer], path: str) -> bool:
    """Whether a request for a path may be sent on to another address."""
    listed = tuple(found)
    codes = [answered(listed, path), *(one.code for one in listed if one.kind in (SOMETIMES, FORCED))]
    return any(code is not None and 300 <= code < 400 for code in codes)


def _returned(block: Iterable[Directive]) -> int | None:
    words = _return_of(block)
    return None if words is None else _code(words)


def _return_of(block: Iterable[Directive]) -> list[str] | None:
    return next(([one.text for one in each.arguments] for each in block if each.name == "return"), None)


def _goes_to_https(words: list[str]) -> bool:
    return any(_TO_HTTPS.match(word) for word in words)


def _code(words: list[str]) -> int | None:
    """The status of a `return`; with an address alone it is 302."""
    if words and _CODE.fullmatch(words[0]):
        return int(words[0])
    return _FOUND if words and words[0].startswith(("http://", "https://", "$scheme")) else None
