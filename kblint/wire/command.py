"""What a container starts: programs with their arguments, and the files that its script writes first."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kblint.model.workload import Container
from kblint.wire.environment import Environment, expanded
from kblint.wire.files import Files
from kblint.wire.passage import UNKNOWN, Passage, written
from kblint.wire.script_files import Writer
from kblint.wire.shell import ShellSyntaxError, SimpleCommand, parse_script

IsServer = Callable[[tuple[str, ...]], bool]
"""Whether a command line, its program's file name first, starts a program that listens."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One program as it is started.

    `words` are its command line. `from_image` says that they are arguments of the image's entrypoint, none included.
    """

    words: tuple[Passage, ...]
    environment: Environment
    files: Files
    from_image: bool = False

    @property
    def command_line(self) -> tuple[str, ...]:
        """The words as texts, the program by its file name."""
        return command_line(self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """What a container runs for good; `is_complete` says that nothing else may listen."""

    runs: tuple[Run, ...] = ()
    is_complete: bool = False


def start_of(container: Container, environment: Environment, files: Files, is_server: IsServer) -> Start:
    """What a container starts.

    https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
    """
    words = _words(container, "command", environment) + _words(container, "args", environment)
    return _start(Run(words, environment, files, from_image=not container.command), is_server, 0)


def command_line(words: Sequence[Passage]) -> tuple[str, ...]:
    """Words as texts, the first without its directory."""
    return (posixpath.basename(words[0].text), *(word.text for word in words[1:])) if words else ()


_TEMPLATE = re.compile(r"\{\{.*?\}\}|<no value>", re.DOTALL)
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|\A\$\w+\Z", re.ASCII)


def _words(container: Container, key: str, environment: Environment) -> tuple[Passage, ...]:
    items = container.origin.get(key)
    count = len(items) if isinstance(items, list) else 0
    return tuple(_word(written(container.origin, key, index), environment) for index in range(count))


def _word(word: Passage, environment: Environment) -> Passage:
    return _blot(expanded(word, environment.values), _TEMPLATE)


def _blot(word: Passage, pattern: re.Pattern[str]) -> Passage:
    return word.replaced((*match.span(), UNKNOWN) for match in pattern.finditer(word.text))


SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh"))
DEEPEST = 3
"""Shells within shells that are followed."""


def _start(run: Run, is_server: IsServer, depth: int) -> Start:
    run = _unwrapped(run, is_server)
    line = run.command_line
    if line and line[0] in SHELLS:
        script = next((index for index in range(1, len(line)) if re.fullmatch(r"-[a-z]*c[a-z]*", line[index])), None)
        if script is None or script + 1 >= len(line) or depth >= DEEPEST:
            return Start()
        return _script(run, run.words[script + 1], is_server, depth + 1)
    words = tuple(_blot(word, _PLACEHOLDER) for word in run.words)
    return Start((Run(words, run.environment, run.files, run.from_image),), is_complete=True)


def _script(run: Run, script: Passage, is_server: IsServer, depth: int) -> Start:
    try:
        commands = parse_script(script, lambda name: _lookup(run.environment, name))
    except ShellSyntaxError:
        return Start()
    return _Script(run, commands, is_server, depth).start()


def _lookup(environment: Environment, name: str) -> str | None:
    value = environment.values.get(name)
    if value is None:
        return UNKNOWN if environment.is_open else None
    return value.text


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

    def start(self) -> Start:
        last = len(self.commands) - 1
        while last > 0 and self.commands[last].before == "|":
            last -= 1
        for index, command in enumerate(self.commands):
            if command.words and not self._command(command, stays=index >= last or command.after == "&"):
                break
        return Start(tuple(self.runs), self.is_complete and self.writer.is_complete)

    def _command(self, command: SimpleCommand, *, stays: bool) -> bool:
        """Follow one command; whether the script goes on after it."""
        is_exec = command.words[0].text == "exec" and len(command.words) > 1 and not command.is_conditional
        environment = self.run.environment.with_added(command.variables)
        run = _unwrapped(Run(tuple(command.words), environment, self.writer.files), self.is_server)
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

_HARMLESS = frozenset(
    [
        "[",
        "test",
        "true",
        "false",
        ":",
        "set",
        "sleep",
        "tail",
        "wait",
        "cat",
        "ls",
        "pwd",
        "export",
        "unset",
        "umask",
        "ulimit",
        "trap",
        "id",
        "whoami",
        "date",
        "printenv",
        "chmod",
        "chown",
        "chgrp",
        "mkdir",
        "touch",
        "awk",
        "grep",
        "egrep",
        "find",
        "head",
        "cut",
        "tr",
        "sort",
        "uniq",
        "wc",
        "which",
        "type",
        "hash",
        "read",
        "shift",
        "for",
        "break",
        "continue",
        "local",
        "alias",
        "mktemp",
        "hostname",
        "uname",
        "kill",
    ]
)
"""Commands that open no socket and change no server's configuration."""


MOST_WRAPPERS = 20
"""Programs that only start another one, in one command line."""

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=", re.ASCII)
_PREFIXES: Mapping[str, int] = {
    **dict.fromkeys(("exec", "nohup", "time", "command", "builtin", "catatonit", "setsid", "ddtrace-run", "npx"), 1),
    **dict.fromkeys(("opentelemetry-instrument", "bunx", "xvfb-run", "busybox", "tini", "dumb-init", "nice", "stdbuf", "-"), 1),
    **dict.fromkeys(("gosu", "su-exec", "timeout"), 2),
}
"""Programs that start what follows, and the words they take themselves besides flags."""
_RUNNERS = frozenset(
    (
        *(("poetry", "run"), ("pipenv", "run"), ("uv", "run"), ("pdm", "run"), ("bundle", "exec"), ("pnpm", "exec")),
        *(("yarn", "run"), ("pnpm", "dlx"), ("newrelic-admin", "run-program"), ("hatch", "run")),
    )
)
_INTERPRETERS = re.compile(r"(?:python|ruby|node|pypy)[0-9.]*")


def _unwrapped(run: Run, is_server: IsServer) -> Run:
    """The program itself, without what only starts it (`exec`, `tini --`, `env A=b`, `python -m`, entrypoints)."""
    words, environment = run.words, run.environment
    before: tuple[Passage, ...] | None = None
    for _ in range(MOST_WRAPPERS):
        line = command_line(words[:2])
        if not line:
            break
        if line[0] in _PREFIXES and len(words) > 1:
            words = _without_flags(words[1:])[_PREFIXES[line[0]] - 1 :]
        elif line[0] == "env":
            words = _without_flags(words[1:])
            while words and (match := _ASSIGNMENT.match(words[0].text)):
                environment = environment.with_added({match.group(1): words[0].cut(match.end())})
                words = words[1:]
        elif line in _RUNNERS:
            words = _without_flags(words[2:])
        elif _INTERPRETERS.fullmatch(line[0]) and is_server(command_line(_script_of(words))):
            words = _script_of(words)
        elif "entrypoint" in words[0].text and len(words) > 1:
            before = before or words
            words = words[1:]
        else:
            break
    line = command_line(words)
    if before is not None and not (line and (line[0] in SHELLS or is_server(line))):
        # an entrypoint runs the words after it only by custom: that is taken where they start something known
        words = before
    return Run(words, environment, run.files, run.from_image)


def _without_flags(words: tuple[Passage, ...]) -> tuple[Passage, ...]:
    for index, word in enumerate(words):
        if word.text == "--":
            return words[index + 1 :]
        if not word.text.startswith("-"):
            return words[index:]
    return ()


def _script_of(words: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """What an interpreter is told to run: the module after `-m`, or the first word that is no flag."""
    for index, word in enumerate(words[1:], start=1):
        if word.text == "-m":
            return words[index + 1 :]
        if word.text.startswith("-m"):
            return (word.cut(2), *words[index + 1 :])
        if not word.text.startswith("-"):
            return words[index:]
    return ()
