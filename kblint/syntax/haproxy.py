"""The configuration of HAProxy as sections.

https://docs.haproxy.org/3.2/configuration.html#2.1
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from kblint.source.regex import regex
from kblint.syntax.passage import Passage, words_by_line


class Section(Struct, frozen=True, eq=False):
    """A section: what it is, and its lines as words; `kind` is empty for what stands before the first."""

    kind: str
    lines: list[list[Passage]] = field(default_factory=list)

    def named(self, keyword: str) -> Iterator[list[Passage]]:
        """The lines that begin with a keyword."""
        return (words for words in self.lines if words[0].text == keyword)


def sections(text: Passage) -> Iterator[Section]:
    """The sections of a file."""
    section = Section("")
    for words in words_by_line(text, _TOKEN):
        if words[0].text in _KINDS:
            yield section
            section = Section(words[0].text)
        else:
            section.lines.append(words)
    yield section


_KINDS = frozenset((
    "global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist", "mailers", "cache",
    "program", "ring", "http-errors",
))  # fmt: skip
_TOKEN = regex(r"""(?P<comment>#.*)|(?P<end>\n)|["']?([^\s"'#]+)["']?""")
