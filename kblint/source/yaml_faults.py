"""What libyaml says about a broken text, said to the person who has to mend it."""

from __future__ import annotations

import re

import yaml

from kblint.source.stream import SyntaxFault, character_at
from kblint.source.text import Place, Source, Span

UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that YAML does not allow. https://yaml.org/spec/1.1/#c-printable"""

_INDENTATION = "check the indentation of this line and of the lines above it"
_MESSAGES: dict[str, tuple[str, str | None]] = {
    "mapping values are not allowed in this context": (
        "found a `:` where no mapping can start",
        "quote the text if the `:` belongs to it, or check the indentation",
    ),
    "block sequence entries are not allowed in this context": ("found a `-` where no list can start", _INDENTATION),
    "mapping keys are not allowed in this context": ("found a `?` where no mapping can start", _INDENTATION),
    "did not find expected key": ("expected a key here", _INDENTATION),
    "did not find expected '-' indicator": ("expected a `-` here", _INDENTATION),
    "did not find expected ',' or ']'": ("expected `,` or `]` here", "close the list with `]`"),
    "did not find expected ',' or '}'": (
        "expected `,` or `}` here",
        "close the mapping with `}`; quote a text that starts with `{`",
    ),
    "did not find expected node content": ("expected a value here", None),
    "did not find expected <document start>": ("expected `---` here", "put `---` between two documents"),
    "found unexpected end of stream": ("the text ends inside a quoted text", "close the quote"),
    "found unexpected document indicator": ("the document ends inside a quoted text", "close the quote"),
    "found undefined tag handle": ("found a tag with an undefined prefix", None),
    "found unknown escape character": (
        "found an unknown escape in a double-quoted text",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    "could not find expected ':'": (
        "expected a `:` after this key",
        "add the `:`, or check the indentation if this line continues the text above",
    ),
    "found a tab character where an indentation space is expected": (
        "found a tab character where an indentation space is expected",
        "indent with spaces",
    ),
    "found a tab character that violates indentation": (
        "found a tab character that violates indentation",
        "indent with spaces",
    ),
}


def nesting_limit(error: yaml.MarkedYAMLError) -> int | None:
    """The offset in the parsed text at which libyaml gave up for its own limit of nesting; None for any other error.

    Releases from 0.2.6 on have one, of 1000 levels.
    """
    mark = error.problem_mark
    return mark.index if mark is not None and error.problem == "exceeded maximum nesting depth" else None


def syntax_fault(source: Source, error: yaml.MarkedYAMLError, base: int) -> tuple[SyntaxFault, int]:
    """The fault that a scanner's or parser's error is, and the offset at which reading stopped.

    `base` is the offset in the source at which the parsed text starts.
    """
    text = source.text
    stopped = min(base + error.problem_mark.index, len(text)) if error.problem_mark else base
    context = base + error.context_mark.index if error.context_mark else stopped
    problem = error.problem or "cannot be read as YAML"
    span = character_at(text, stopped)
    if problem == "found character that cannot start any token":
        message, help = _strange_character(text[stopped : stopped + 1])
    else:
        message, help = _MESSAGES.get(problem, (problem.replace("'", "`"), None))
    if problem == "could not find expected ':'":
        # the scanner notices only on the line below; the key that lacks its colon is what must be mended
        span = Span(context, len(text[context:].splitlines()[0].rstrip()) + context if context < len(text) else context)
    related: tuple[tuple[Place, str], ...] = ()
    if error.context and context < span.start:
        label = error.context.removeprefix("while scanning ").removeprefix("while parsing ")
        related = ((Place(source, character_at(text, context)), f"{label} starts here"),)
    return SyntaxFault("unreadable", Place(source, span), message, help, related), stopped


def character_fault(source: Source, start: int, end: int) -> SyntaxFault:
    """The fault of the first character between `start` and `end` that YAML does not allow."""
    match = UNREADABLE.search(source.text, start, end)
    offset = match.start() if match else start
    code = ord(match[0]) if match else 0
    return SyntaxFault(
        "unreadable",
        Place(source, character_at(source.text, offset)),
        f"found the control character U+{code:04X}, which YAML does not allow",
        "remove it, or write it as an escape in double quotes",
    )


def _strange_character(character: str) -> tuple[str, str | None]:
    if character == "\t":
        return "found a tab character that cannot start any token", "indent with spaces"
    return f"found a `{character}` that cannot start any token", "quote a text that starts with it"
