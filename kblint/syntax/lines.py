"""Configurations that are lines of words, such as those of Apache, HAProxy and Caddy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kblint.syntax.passage import Passage


def words_by_line(text: Passage, token: re.Pattern[str]) -> Iterator[list[Passage]]:
    """The words of each line that holds some.

    `token` matches one word, of which its last group is what counts, or a `comment`, or the `end` of a line.
    """
    words: list[Passage] = []
    for match in token.finditer(text.text):
        if match.lastgroup == "end":
            if words:
                yield words
            words = []
        elif match.lastgroup != "comment":
            words.append(text.cut(*match.span(match.lastindex or 0)))
    if words:
        yield words
