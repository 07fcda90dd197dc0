"""What an nginx answers by itself: the `return` directives of a server, and for which paths they stand.

https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return and
https://nginx.org/en/docs/http/ngx_http_core_module.html#location
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kblint.source.regex import regex
from kblint.syntax.nginx import Directive

SERVER, SOMETIMES, PATTERN, FORCED = "server", "if", "~", "plain"
"""Kinds of answers beside those for a path: to every request, to some, and to paths that match an expression.

And to every request that did not come by https, as far as whoever handed it on says.
"""
_NOT_HTTPS = regex(r"\(?\s*\$http_x_forwarded_proto\s*(?:!=\s*[\"']?https|=\s*[\"']?http)[\"']?\s*\)?")
_TO_HTTPS = regex(r"https://\$(?:host|http_host|server_name)\b")
_CODE = regex(r"[1-5][0-9]{2}")
_FOUND = 302


class Answer(Struct, frozen=True):
    """To what a status is the answer: every path that begins with `path`, or that is `path` where `kind` is `=`.

    `code` is None where something else than a `return` answers. `to_https`: it sends people to the same host by https.
    `is_sure`: nothing beside the `return` may change the answer.
    """

    kind: str
    path: str
    code: int | None
    to_https: bool = False
    is_sure: bool = True


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
        elif _changes(directive):
            found.append(Answer(SOMETIMES, "", None))
        elif directive.name == "location" and words and directive.block is not None:
            kind = words[0] if len(words) > 1 else ""
            kind = PATTERN if kind.startswith("~") else kind if kind == "=" else ""
            returned = _return_of(directive.block)
            code, is_sure = _code(returned) if returned else None, not any(map(_decides, directive.block))
            found.append(Answer(kind, words[-1], code, is_sure=is_sure))
    return tuple(found)


def answered(found: Iterable[Answer], path: str) -> int | None:
    """The status with which a path is surely answered; None where nobody knows."""
    listed = tuple(found)
    best = None if any(one.kind in (SOMETIMES, FORCED) for one in listed) else _best(listed, path)
    return best.code if best and best.is_sure else None


def may_redirect(found: Iterable[Answer], path: str) -> bool:
    """Whether a request for a path may be sent on to another address."""
    listed = tuple(found)
    best = _best(listed, path)
    codes = [best.code if best else None, *(one.code for one in listed if one.kind in (SOMETIMES, FORCED))]
    return any(code is not None and 300 <= code < 400 for code in codes)


def _best(listed: tuple[Answer, ...], path: str) -> Answer | None:
    """The answer to a path, as long as nothing decides that depends on more than the path; None where nobody knows."""
    whole = next((one for one in listed if one.kind == SERVER), None)
    exact = next((one for one in listed if one.kind == "=" and one.path == path), None)
    if whole or exact or any(one.kind == PATTERN for one in listed):
        return whole or exact
    prefixes = (one for one in listed if one.kind == "" and path.startswith(one.path))
    return max(prefixes, key=lambda one: len(one.path), default=None)


def _decides(directive: Directive) -> bool:
    """Whether a directive of a location may decide before its `return` does, or change what that says."""
    return directive.name in ("if", "location", "include") or _changes(directive)


def _changes(directive: Directive) -> bool:
    """Whether a directive may turn a request into one for another path, or an answer into another status."""
    is_another = directive.name == "error_page" and any(one.text.startswith("=") for one in directive.arguments)
    return is_another or directive.name == "rewrite" or directive.name.startswith("auth_")


def _return_of(block: Iterable[Directive]) -> list[str] | None:
    return next(([one.text for one in each.arguments] for each in block if each.name == "return"), None)


def _goes_to_https(words: list[str]) -> bool:
    return any(_TO_HTTPS.match(word) for word in words)


def _code(words: list[str]) -> int | None:
    """The status of a `return`; with an address alone it is 302."""
    if words and _CODE.fullmatch(words[0]):
        return int(words[0])
    return _FOUND if words and words[0].startswith(("http://", "https://", "$scheme")) else None
