"""What a container starts: programs with their arguments, and the files that its script writes first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from kblint.model.workload import Container
from kblint.syntax.passage import UNKNOWN, Passage, written
from kblint.syntax.shell import parse_script
from kblint.syntax.shell_tree import SimpleCommand
from kblint.wire.listening.command_line import SHELLS, IsServer, command_line, unwrapped
from kblint.wire.listening.files import ContainerFiles
from kblint.wire.listening.script_files import Writer
from kblint.wire.listening.variables import Variables, expanded


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One program as it is started.

    `words` are its command line. `from_image` says that they are arguments of the image's entrypoint, none included;
    `by_entrypoint` that some entrypoint goes first.
    """

    words: tuple[Passage, ...]
    environment: Variables
    files: ContainerFiles
    from_image: bool = False
    by_entrypoint: bool = False

    @property
    def command_line(self) -> tuple[str, ...]:
        """The words as texts, the program by its file name."""
        return command_line(self.words)


@dataclass(frozen=True, slots=True, eq=False)
class StartedPrograms:
    """What a container runs for good; `is_complete` says that nothing else may listen."""

    runs: tuple[Run, ...] = ()
    is_complete: bool = False


MOST_COMMANDS = 500
"""Commands of a script; a longer one is not followed."""
MOST_WORDS = 2000
"""Words of a command line; a longer one is not read."""


def start_of(
    container: Container, environment: Variables, files: ContainerFiles, is_server: IsServer
) -> StartedPrograms:
    """What a container starts. `is_server` tells the programs of the table.

    https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    """
    if len(container.command or ()) + len(container.args or ()) > MOST_WORDS:
        return StartedPrograms()
    words = tuple(word for key in ("command", "args") for word in _words(container, key, environment))
    is_args = not container.command
    return _start(Run(words, environment, files, from_image=is_args, by_entrypoint=is_args), is_server, 0)


_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|<no value>")
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|\A\$\w+\Z", re.ASCII)


def _words(container: Container, key: str, environment: Variables) -> Iterator[Passage]:
    items = container.origin.get(key)
    for index in range(len(items) if isinstance(items, list) else 0):
        word = written(container.origin, key, index)
        # most words name no variable, and then none is looked up
        yield _mark_unknown(expanded(word, environment.values) if "$" in word.text else word, _TEMPLATE)


def _mark_unknown(word: Passage, pattern: re.Pattern[str]) -> Passage:
    return word.replaced((*match.span(), UNKNOWN) for match in pattern.finditer(word.text))


DEEPEST = 3
"""Shells within shells that are followed."""


def _start(run: Run, is_server: IsServer, depth: int) -> StartedPrograms:
    run = _without_wrappers(run, is_server)
    line = run.command_line
    if line and line[0] in SHELLS:
        script = next((index for index in range(1, len(line)) if re.fullmatch(r"-[a-z]*c[a-z]*", line[index])), None)
        if script is None or script + 1 >= len(line) or depth >= DEEPEST:
            return StartedPrograms()
        parsed = parse_script(run.words[script + 1], partial(_lookup, run.environment))
        if parsed.gap or len(parsed.commands) > MOST_COMMANDS:
            return StartedPrograms()
        return _Script(run, parsed.commands, is_server, depth + 1).start()
    words = tuple(_mark_unknown(word, _PLACEHOLDER) for word in run.words)
    return StartedPrograms((replace(run, words=words),), is_complete=True)


def _without_wrappers(run: Run, is_server: IsServer) -> Run:
    found = unwrapped(run.words, is_server)
    environment = run.environment.with_added(found.variables)
    by_entrypoint = run.by_entrypoint or found.by_entrypoint
    return replace(run, words=found.words, environment=environment, by_entrypoint=by_entrypoint)


def _lookup(environment: Variables, name: str) -> str | None:
    value = environment.values.get(name)
    return value.text if value is not None else UNKNOWN if environment.is_open else None


class _Script:
    """Runs through the commands of a script without running them."""

    def __init__(self, run: Run, commands: Sequence[SimpleCommand], is_server: IsServer, depth: int) -> None:
        self.run = run
        self.commands = commands
        self.is_server = is_server
        self.depth = depth
        self.writer = Writer(run.files, run.environment)
        self.runs: list[Run] = []
        self.is_complete = True

    def start(self) -> StartedPrograms:
        last = len(self.commands) - 1
        while last > 0 and self.commands[last].before == "|":
            last -= 1
        for index, command in enumerate(self.commands):
            if command.words and not self._command(command, stays=index >= last or command.after == "&"):
                break
        return StartedPrograms(tuple(self.runs), self.is_complete and self.writer.is_complete)

    def _command(self, command: SimpleCommand, *, stays: bool) -> bool:
        """Follow one command; whether the script goes on after it."""
        is_exec = command.words[0].text == "exec" and len(command.words) > 1 and not command.is_conditional
        environment = self.run.environment.with_added(command.variables)
        run = _without_wrappers(Run(command.words, environment, self.writer.files), self.is_server)
        line = run.command_line
        if not line:
            return not is_exec
        if not stays and _ASKS & set(line[1:]):
            return not is_exec
        if line[0] in SHELLS or self.is_server(line):
            start = _start(run, self.is_server, self.depth)
            self.is_complete = self.is_complete and start.is_complete and not command.is_conditional
            if not command.is_conditional:
                self.runs += start.runs
        elif not self.writer.follow(command, run.words, environment) and line[0] not in _HARMLESS:
            # it may change what its words name; if it stays, it may be a server
            self.writer.cloud(run.words[1:])
            if stays or is_exec:
                self.runs.append(run)
        return not is_exec


_ASKS = frozenset(("-t", "-T", "-v", "-V", "--version", "--help", "--test", "--validate"))
"""Flags with which a server only says something and ends."""

_HARMLESS = frozenset((
    "[", "test", "true", "false", ":", "set", "sleep", "tail", "wait", "ls", "pwd", "export", "unset", "umask",
    "ulimit", "trap", "id", "whoami", "date", "printenv", "chmod", "chown", "chgrp", "mkdir", "touch", "awk", "grep",
    "egrep", "find", "head", "cut", "tr", "sort", "uniq", "wc", "which", "type", "hash", "read", "shift", "for",
    "break", "continue", "exit", "local", "alias", "mktemp", "hostname", "uname", "kill",
))  # fmt: skip
"""Commands that open no socket and change no server's configuration."""
