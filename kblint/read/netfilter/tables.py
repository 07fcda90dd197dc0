"""Rules of iptables and nftables that keep something out: that they are there, and no more.

https://manpages.debian.org/bookworm/iptables/iptables.8.en.html ,
https://wiki.nftables.org/wiki-nftables/index.php/Configuring_chains
"""

from __future__ import annotations

import re

from kblint.model.firewall import HostFirewall
from kblint.model.input_format import InputFormat
from kblint.read.reading import Reading
from kblint.read.scripts.commands import is_data
from kblint.source.regex import regex
from kblint.source.text import Place, Source, Span

FORMAT = InputFormat(
    "iptables and nftables",
    "that `INPUT`, or a chain with `hook input`, keeps something out, in scripts and in saved rules",
    "what their rules let in: what they may keep out is unknown",
)

_CLOSING = (
    (
        "iptables",
        regex(
            r"^[^#\n]{0,200}?\b(ip6?tables(?:-legacy|-nft)?\s(?:-\S+\s+){0,4}?"
            r"(?:-P\s+INPUT\s+DROP|-[AI]\s+INPUT\b[^\n#;&|]{0,300}?-j\s+(?:DROP|REJECT)))\b",
            re.MULTILINE,
        ),
    ),
    ("iptables", regex(r"^(:INPUT\s+DROP)\b", re.MULTILINE)),
    ("nftables", regex(r"^[^#\n]{0,300}?(hook\s+input\b[^}#\n]{0,100}\bpolicy\s+drop)\b", re.MULTILINE)),
)
_WORDS = ("INPUT", "hook input")


def read_text(source: Source) -> Reading | None:
    """The firewall that a text sets up; None where it keeps nothing out."""
    if is_data(source) or not any(word in source.text for word in _WORDS):
        return None
    for tool, pattern in _CLOSING:
        if found := pattern.search(source.text):
            place = Place(source, Span(*found.span(1)))
            return Reading((HostFirewall(source.path, (), None, "deny", None, False, place, tool=tool),))
    return None
