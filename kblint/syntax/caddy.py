"""A Caddyfile as blocks.

https://caddyserver.com/docs/caddyfile/concepts#structure
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from kblint.source.regex import regex
from kblint.syntax.passage import Passage, words_by_line


class CaddyBlock(Struct):
    """A block at the top of the file: the words before its brace, and the directives directly in it."""

    header: list[Passage]
    directives: list[list[Passage]] = field(default_factory=list)

    def option(self, name: str) -> str | None:
        """The first argument of a directive, empty without one; None where it is not there."""
        found = next((words for words in self.directives if words[0].text == name), None)
        if found is None:
            return None
        return found[1].text if len(found) > 1 else ""


def blocks(file: Passage) -> list[CaddyBlock] | None:
    """The blocks at the top of the file; None where braces do not match."""
    found: list[CaddyBlock] = []
    header: list[Passage] = []
    depth = 0
    for words in words_by_line(file, _TOKEN):
        opens, closes = words[-1].text == "{", words[0].text == "}"
        if depth == 0 and closes:
            return None
        if depth == 0:
            header += words[:-1] if opens else words
            if opens:
                found.append(CaddyBlock(header))
                header = []
            elif not words[-1].text.endswith(","):
                # one site that does without braces: all that follows belongs to it; or a snippet brought in
                if not found and words[0].text != "import":
                    return [CaddyBlock(words, list(words_by_line(file, _TOKEN))[1:])] if header == words else None
                found.append(CaddyBlock(header))
                header = []
        elif depth == 1 and not closes:
            found[-1].directives.append(words)
        depth += opens - closes
    return found if depth == 0 and not header else None


def lines(file: Passage) -> Iterator[tuple[int, tuple[Passage, ...], list[Passage]]]:
    """Each line with how many braces are open before it, and the words before the outermost: the site it is of."""
    depth = 0
    site: tuple[Passage, ...] = ()
    for words in words_by_line(file, _TOKEN):
        if depth == 0:
            site = tuple(words[:-1] if words[-1].text == "{" else words)
        yield depth, site, words
        depth = max(0, depth + (words[-1].text == "{") - (words[0].text == "}"))


_TOKEN = regex(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|(?P<comment>#[^\n]*)|(?P<end>\n)|([^\s"`#][^\s]*)')
