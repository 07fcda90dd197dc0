"""nginx configuration: from a text to its directives, each with the offsets of its arguments.

The tokens are crossplane's; it reads files and gives line numbers, so its lexer is fed the text itself and every token
is then found again in it. Syntax: https://nginx.org/en/docs/beginners_guide.html#conf_structure
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kblint.source.text import Span

LONGEST = 1 << 18
"""Characters; a longer configuration is not read. One of this length takes about 0.2 s."""


class NginxSyntaxError(ValueError):
    """The text is no nginx configuration, or too long to be read."""


class Argument(Struct, frozen=True):
    """One argument of a directive and its offsets in the text (inside the quotes, if any)."""

    text: str
    span: Span


class Directive(Struct, frozen=True):
    """One directive; `block` is None where it ends with a semicolon."""

    name: str
    span: Span
    arguments: tuple[Argument, ...]
    block: tuple[Directive, ...] | None


def parse(text: str) -> tuple[Directive, ...]:
    """The directives of a configuration file. Raises NginxSyntaxError."""
    if len(text) > LONGEST:
        raise NginxSyntaxError("too long")
    levels: list[tuple[tuple[Argument, ...], list[Directive]]] = []
    here: list[Directive] = []
    words: list[Argument] = []
    for word, is_mark in _tokens(text):
        if not is_mark:
            words.append(word)
        elif word.text == ";":
            if words:
                here.append(Directive(words[0].text, words[0].span, tuple(words[1:]), None))
            words = []
        elif word.text == "{":
            if not words:
                raise NginxSyntaxError("a block without a name")
            levels.append((tuple(words), here))
            here, words = [], []
        else:
            if words or not levels:
                raise NginxSyntaxError('unexpected "}"')
            opening, outer = levels.pop()
            outer.append(Directive(opening[0].text, opening[0].span, opening[1:], tuple(here)))
            here = outer
    if words or levels:
        raise NginxSyntaxError("unexpected end of file")
    return tuple(here)


def _tokens(text: str) -> Iterator[tuple[Argument, bool]]:
    """Words and the marks `{`, `}` and `;`, without comments; the flag says that it is a mark."""
    # the lexer's public entry opens a file by name; this is the same generator, fed from memory
    from crossplane.errors import NgxParserBaseException  # noqa: PLC0415  # 17 ms, only where there is nginx
    from crossplane.lexer import _lex_file_object as lex  # noqa: PLC0415  # as above

    position = 0
    is_lua_end = False
    try:
        # the end of the file must not swallow the last token
        for token, _, is_quoted in lex([text, "\n"]):
            if is_lua_end:
                is_lua_end = False
                yield Argument(token, Span(position, position)), True
                continue
            while position < len(text) and text[position].isspace():
                position += 1
            if not is_quoted:
                start, position = position, position + len(token)
                if text[start:position] != token:
                    raise NginxSyntaxError("a word was read that is not there")
                if token.startswith("#"):
                    continue
                yield Argument(token, Span(start, position)), token in ("{", "}", ";")
            elif text[position : position + 1] == "{":
                # the code of a `*_by_lua_block`, after which the lexer makes up a semicolon
                start = position + 1
                position = _end_of_lua(text, start, token)
                is_lua_end = True
                yield Argument(token, Span(start, position - 1)), False
            else:
                start = position + 1
                position = start + len(token.replace(text[position], "\\" + text[position])) + 1
                yield Argument(token, Span(start, position - 1)), False
    except NgxParserBaseException as error:
        raise NginxSyntaxError(str(error)) from error
    if text[position:].strip():
        # an open quote: the lexer gives up without a word
        raise NginxSyntaxError("unexpected end of file")


def _end_of_lua(text: str, start: int, code: str) -> int:
    """Offset after the brace that closes a Lua block. The lexer leaves comments out of `code`."""
    end = text.find("}", min(start + len(code), len(text)))
    if end < 0:
        raise NginxSyntaxError("a Lua block that does not end")
    return end + 1
