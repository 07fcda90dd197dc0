"""What a command reads."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from kblint.config import Config
from kblint.errors import UsageError
from kblint.intake import STDIN, Loaded, load
from kblint.source.discover import source_from_text

_NAMED = 5
"""Paths named in one message."""


def loaded(paths: Sequence[str], config: Config) -> Loaded:
    """The texts that the command line names (`-` is standard input), else those of the configuration, else all here."""
    root = Path.cwd()
    named = tuple(paths) or config.paths or (".",)
    files = tuple(path for path in named if path != "-")
    texts = load(files, config, root) if files else Loaded((), (), ())
    if "-" in named:
        text = sys.stdin.buffer.read().decode("utf-8", errors="surrogateescape")
        texts = Loaded((*texts.sources, source_from_text(STDIN, text)), texts.unread, texts.skipped, texts.named)
    return texts


def require_readable(texts: Loaded) -> None:
    """What the system keeps back must not look like a pass, whatever the report says of the rest.

    Raises:
        UsageError: a file or folder may not be read.
    """
    denied = [failure.path for failure in texts.unread if failure.is_denied]
    if denied:
        named = ", ".join(f"`{path}`" for path in denied[:_NAMED]) + (" and others" if denied[_NAMED:] else "")
        raise UsageError(f"{named} cannot be read", help="make it readable, or leave it out with `exclude`")
