"""Command lines: programs that only start another one (`exec`, `tini --`, `env A=b`, `python -m`), and flags."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kblint.syntax.passage import Passage, unknown_at
from kblint.syntax.shell_tree import Assignment

IsServer = Callable[[tuple[str, ...]], bool]
"""Whether a command line, its program's file name first, starts a program that listens."""

SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh"))
MOST_WRAPPERS = 20
"""Programs that only start another one, in one command line."""

_PREFIXES: Mapping[str, int] = {
    **dict.fromkeys(("exec", "nohup", "time", "command", "builtin", "catatonit", "setsid", "ddtrace-run", "npx"), 1),
    **dict.fromkeys(
        ("opentelemetry-instrument", "bunx", "xvfb-run", "busybox", "tini", "dumb-init", "nice", "stdbuf", "-"), 1
    ),
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


@dataclass(frozen=True, slots=True, eq=False)
class Unwrapped:
    """The command line of the program itself, the variables it is given, and whether an entrypoint goes before it."""

    words: tuple[Passage, ...]
    variables: Mapping[str, Passage]
    by_entrypoint: bool


def command_line(words: Sequence[Passage]) -> tuple[str, ...]:
    """Words as texts, the first without its directory."""
    return (posixpath.basename(words[0].text), *(word.text for word in words[1:])) if words else ()


def unwrapped(words: tuple[Passage, ...], is_server: IsServer) -> Unwrapped:
    """A command line without what only starts it."""
    variables: dict[str, Passage] = {}
    before: tuple[Passage, ...] | None = None
    for _ in range(MOST_WRAPPERS):
        line = command_line(words[:2])
        if not line:
            break
        if line[0] in _PREFIXES and len(words) > 1:
            words = _without_flags(words[1:])[_PREFIXES[line[0]] - 1 :]
        elif line[0] == "env":
            words = _without_flags(words[1:])
            while words and (given := Assignment.in_word(words[0])):
                variables[given.name] = given.value
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
        return Unwrapped(before, variables, by_entrypoint=False)
    return Unwrapped(words, variables, by_entrypoint=before is not None)


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


def flag_values(arguments: Sequence[Passage], flags: Sequence[str]) -> Iterator[Passage]:
    """The values given to any of `flags`, in order.

    `--port` is found as `--port=80` and `--port 80`, a flag of one letter also as `-p80`. `-c port` is the value that
    `-c port=80` gives; `TCP-LISTEN:` is the beginning of a word that goes on to a comma.
    """
    waiting: str | None = None
    for word in arguments:
        if waiting is not None:
            key, waiting = waiting, None
            value = word.after(key)
            if value is not None:
                yield value
            continue
        for flag in flags:
            name, _, key = flag.partition(" ")
            key = f"{key}=" if key else ""
            if flag.endswith(":"):
                if word.text.startswith(flag):
                    yield word.cut(len(flag), len(word.text.partition(",")[0]))
                    break
            elif word.text == name:
                # `-c port=80 -c bind=…`: the same flag with another key takes its value too
                others = [other.partition(" ")[2] for other in flags if other.partition(" ")[0] == name]
                waiting = key if len(others) == 1 else ""
                break
            elif (value := _attached(word, name)) is not None and (value := value.after(key)) is not None:
                yield value
                break
    if waiting is not None:
        # the flag stands last, without the value that it needs
        yield unknown_at(arguments[-1])


def _attached(word: Passage, name: str) -> Passage | None:
    """The value in the same word as the flag."""
    value = word.after(f"{name}=")
    if value is None and len(name) == 2 and name[0] == "-" != name[1]:
        return word.after(name)
    return value
