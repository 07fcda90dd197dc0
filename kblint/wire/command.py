"""What a container starts: programs with their arguments, and the files that its script writes first."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kblint.model.workload import Container
from kblint.source.values import Unknown
from kblint.wire.environment import Environment, expanded
from kblint.wire.files import Content, Files, FromImage
from kblint.wire.passage import UNKNOWN, Passage, joined, written
from kblint.wire.shell import ShellSyntaxError, SimpleCommand, parse_script

SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh"))

_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|\{\{.*?\}\}|<no value>|\A\$\w+\Z", re.DOTALL)
_TEMPLATE = re.compile(r"\{\{.*?\}\}|<no value>", re.DOTALL)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One program as it is started.

    `words` are the command line, empty for the image's own. `from_image` says that the image's entrypoint takes them.
    """

    words: tuple[Passage, ...]
    environment: Environment
    files: Files
    from_image: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """All that a container runs for good; `is_complete` says that nothing else may."""

    runs: tuple[Run, ...]
    is_complete: bool


def start_of(container: Container, environment: Environment, files: Files, *, is_server: Callable[[tuple[str, ...]], bool]) -> Start:
    """What a container starts. `is_server` tells a known server by its command line.

    https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    """
    key = "command" if container.command else "args"
    words = _words(container, "command", environment) if container.command else ()
    words += _words(container, "args", environment)
    from_image = key == "args"
    return _start(Run(words, environment, files, from_image), is_server)


def _words(container: Container, key: str, environment: Environment) -> tuple[Passage, ...]:
    items = container.origin.get(key)
    count = len(items) if isinstance(items, list) else 0
    return tuple(expanded(written(container.origin, key, index), environment.values) for index in range(count))
