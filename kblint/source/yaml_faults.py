"""What libyaml says about a broken text, said to the person who has to mend it."""

from __future__ import annotations

import functools
import importlib.resources

import yaml

from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault, character_at
from kblint.source.text import Place, Source, Span

UNREADABLE = regex("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that YAML does not allow. https://yaml.org/spec/1.1/#c-printable"""


@functools.cache
def _messages() -> dict[str, dict[str, str]]:
    text = (importlib.resources.files("kblint.source") / "yaml_faults.yaml").read_text(encoding="utf-8")
    messages: dict[str, dict[str, str]] = yaml.load(text, yaml.CSafeLoader)
    return messages


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
        told = _messages().get(problem, {})
        message, help = told.get("message", problem.replace("'", "`")), told.get("help")
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
