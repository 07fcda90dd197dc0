"""Scripts of which a limit of kblint's own keeps something from being followed."""

from __future__ import annotations

from collections.abc import Iterable

from kblint.read.reading import Reading
from kblint.read.scripts.cloud_init import is_cloud_init, scripts_in
from kblint.read.scripts.commands import is_data, script_of
from kblint.source.regex import regex
from kblint.source.text import Source
from kblint.source.values import Document
from kblint.syntax.passage import Passage
from kblint.syntax.shell import LONGEST, MOST_LINES, MOST_MARKS, parse_script
from kblint.syntax.shell_words import LONGEST_WORD

_OURS = (regex(r"ufw(?<=\bufw)\b"), regex("k3s"))
"""What other readers look for in a script; each begins with its word, and so is looked for quickly in long texts."""


def read_document(document: Document) -> Reading | None:
    """The limits that scripts of cloud-init meet; None where there is none."""
    text, span = document.source.text, document.span
    if not is_cloud_init(document) or not any(ours.search(text, *span) for ours in _OURS):
        return None
    return _reading(scripts_in(document))


def read_text(source: Source) -> Reading | None:
    """The limits that a script meets; None where there is none."""
    if is_data(source) or not any(ours.search(source.text) for ours in _OURS):
        return None
    return _reading((script_of(source),))


def _reading(scripts: Iterable[Passage]) -> Reading | None:
    faults = tuple(cut for script in scripts if _may_be_cut(script.text) and (cut := parse_script(script).cut))
    return Reading(faults=faults) if faults else None


def _may_be_cut(text: str) -> bool:
    """Whether a script may meet a limit: most surely do not, and parsing prose as a script takes long."""
    if len(text) > LONGEST or text.count("|") + text.count("(") > MOST_MARKS or text.count("\n") >= MOST_LINES:
        return True
    # a word grows by what stands in for a variable that the script itself sets, and is long by what is in quotes
    return ("$" in text and "=" in text) or (2 * len(text) > LONGEST_WORD and any(sign in text for sign in _EDITED))


_EDITED = ("$", "'", '"', "`", "\\", "<(", ">(", "=(")
"""Without one of these, a word is what is written."""
