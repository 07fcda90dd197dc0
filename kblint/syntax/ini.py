"""Settings as lines: `key = value`, `key: value` or `key value`, in sections or not.

So write my.cnf, grafana.ini, php-fpm's pools, postgresql.conf, redis.conf, properties of Java and plain TOML; what one
of them would read otherwise (lines that go on, escapes) is no port and no address.
https://dev.mysql.com/doc/refman/8.4/en/option-files.html , https://redis.io/docs/latest/operate/oss_and_stack/
management/config/ , https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kblint.source.regex import regex
from kblint.syntax.passage import Passage

_LINE = regex(
    r"""^[ \t]*(?:
        \[(?P<section>[^\]\n]*)\] |
        (?P<key>[\w.-]+)(?:[ \t]*[=:][ \t]*|[ \t]+) (?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<plain>[^\n]*))
    )""",
    re.VERBOSE | re.MULTILINE | re.ASCII,
)
_COMMENT = regex(r"[ \t]+[#;].*|\s+\Z")


class KeyValue(NamedTuple):
    """A key, with its section and a dot before it where it stands in one, and its value without quotes."""

    key: str
    value: Passage


def settings(text: Passage) -> Iterator[KeyValue]:
    """The settings of a file, in their order; keys in small letters, as most of these formats compare them."""
    section = ""
    for match in _LINE.finditer(text.text):
        if match["section"] is not None:
            section = match["section"].strip().lower() + "."
            continue
        kind = next(kind for kind in ("double", "single", "plain") if match[kind] is not None)
        start, end = match.span(kind)
        cut = _COMMENT.search(text.text, start, end) if kind == "plain" else None
        yield KeyValue(section + match["key"].lower(), text.cut(start, cut.start() if cut else end))
