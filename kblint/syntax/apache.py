"""The configuration of an Apache HTTP server as directives.

https://httpd.apache.org/docs/2.4/configuring.html#syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from kblint.source.regex import regex
from kblint.syntax.passage import Passage, words_by_line


class ApacheDirective(Struct, frozen=True, eq=False):
    """One directive: its `name` in small letters, its arguments, and the words of the sections it stands in."""

    name: str
    arguments: tuple[Passage, ...]
    sections: tuple[tuple[Passage, ...], ...]


def directives(text: Passage) -> Iterator[ApacheDirective]:
    """The directives of a file, those in its sections too."""
    sections: list[tuple[Passage, ...]] = []
    for words in words_by_line(text, _TOKEN):
        name = words[0].text.lower()
        if name.startswith("</"):
            del sections[-1:]
        elif name.startswith("<"):
            sections.append(tuple(words))
        else:
            yield ApacheDirective(name, tuple(words[1:]), tuple(sections))


_TOKEN = regex(r'(?P<comment>^[^\S\n]*#.*)|(?P<end>\n)|"([^"\n]*)"|([^\s"]+)', re.MULTILINE)
