"""What a container starts: programs with their arguments, and the files that its script writes first.

Programs that only start another one (`exec`, `tini --`, `env A=b`, `python -m`) are left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.workload import Container
from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault, not_followed
from kblint.syntax.passage import UNKNOWN, Passage, unknown_at, written
from kblint.syntax.shell import parse_script
from kblint.syntax.shell_words import Assignment, SimpleCommand
from kblint.wire.listening.files import ContainerFiles
from kblint.wire.listening.images import word_table
from kblint.wire.listening.script_files import Writer
from kblint.wire.listening.variables import Variables, expanded

IsServer = Callable[[tuple[str, ...]], bool]
"""Whether a command line, its program's file name first, starts a program that listens."""

SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh"))
MOST_WRAPPERS = 20
"""Programs that only start another one, in one command line."""

_INTERPRETERS = regex(r"(?:python|ruby|node|pypy)[0-9.]*")


def command_line(words: Sequence[Passage]) -> tuple[str, ...]:
    """Words as texts, the first without its directory."""
    return (posixpath.basename(words[0].text), *(word.text for word in words[1:])) if words else ()


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
    `-c port=80` gives; `TCP-LISTEN:` is the beginning of a word, in capitals or not, that goes on to a comma.
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
                if word.text[: len(flag)].upper() == flag.upper():
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


class Run(Struct, frozen=True, eq=False):
    """One program as it is started.

    `words` are its command line. `from_image` says that they are arguments of the image's entrypoint, none included;
    `by_entrypoint` that some entrypoint goes first; `cuts` are why it is not known which program it is.
    """

    words: tuple[Passage, ...]
    environment: Variables
    files: ContainerFiles
    from_image: bool = False
    by_entrypoint: bool = False
    cuts: tuple[SyntaxFault, ...] = ()

    @property
    def command_line(self) -> tuple[str, ...]:
        """The words as texts, the program by its file name."""
        return command_line(self.words)


class StartedPrograms(Struct, frozen=True, eq=False):
    """What a container runs for good, all that listens if `is_complete`; `cuts` are limits that hide more."""

    runs: tuple[Run, ...] = ()
    is_complete: bool = False
    cuts: tuple[SyntaxFault, ...] = ()


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
        message = f"this command line has more than {MOST_WORDS:,} words and is not followed"
        place = container.origin.place("command" if container.command else "args")
        return StartedPrograms(cuts=(not_followed(place, message),))
    words = tuple(word for key in ("command", "args") for word in written_words(container, key, environment))
    is_args = not container.command
    return _start(Run(words, environment, files, from_image=is_args, by_entrypoint=is_args), is_server, 0)


_TEMPLATE = regex(r"\{\{[^{}]*\}\}|<no value>")
_PLACEHOLDER = regex(r"(?a)\$\{[^{}]*\}|\A\$\w+\Z")


def written_words(container: Container, key: str, environment: Variables) -> Iterator[Passage]:
    """The words of `command` or `args`, with the variables in them filled in."""
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
    if run.cuts:
        return StartedPrograms(cuts=run.cuts)
    if line and line[0] in SHELLS:
        script = next((index for index in range(1, len(line)) if re.fullmatch(r"-[a-z]*c[a-z]*", line[index])), None)
        if script is None or script + 1 >= len(line):
            return StartedPrograms()
        if depth >= DEEPEST:
            message = f"this script stands in more than {DEEPEST} shells within one another and is not followed"
            return StartedPrograms(cuts=(not_followed(run.words[script + 1].place(0, 1), message),))
        parsed = parse_script(run.words[script + 1], partial(_lookup, run.environment))
        cuts = (parsed.cut,) if parsed.cut else ()
        if not parsed.gap and len(parsed.commands) > MOST_COMMANDS:
            message = f"this script has more than {MOST_COMMANDS:,} commands and is not followed"
            cuts = (*cuts, not_followed(run.words[script + 1].place(0, 1), message))
        if parsed.gap or len(parsed.commands) > MOST_COMMANDS:
            return StartedPrograms(cuts=cuts)
        return _Script(run, parsed.commands, is_server, depth + 1, cuts).start()
    words = tuple(_mark_unknown(word, _PLACEHOLDER) for word in run.words)
    return StartedPrograms((replace(run, words=words),), is_complete=True)


def _without_wrappers(run: Run, is_server: IsServer) -> Run:
    """A run without what only starts it, with the variables that this gives to it."""
    words, table = run.words, word_table()
    variables: dict[str, Passage] = {}
    before: tuple[Passage, ...] | None = None
    for wrappers in count():
        if wrappers == MOST_WRAPPERS:
            message = f"more than {MOST_WRAPPERS} programs that only start the next one are not followed"
            return replace(run, words=(), cuts=(not_followed(words[0].place(), message),))
        line = command_line(words[:2])
        if not line:
            break
        takes_own = line[0] in table["starters_of_next"]
        if len(words) > 1 and (takes_own or line[0] in table["starters"]):
            words = _without_flags(words[1:])[int(takes_own) :]
        elif line[0] == "env":
            words = _without_flags(words[1:])
            while words and (given := Assignment.in_word(words[0])):
                variables[given.name] = given.value
                words = words[1:]
        elif "+".join(line) in table["runners"]:
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
        words, before = before, None
    environment, by_entrypoint = run.environment.with_added(variables), run.by_entrypoint or before is not None
    # what is started by another program is none of the image's own arguments
    from_image = run.from_image and len(words) == len(run.words)
    return replace(run, words=words, environment=environment, from_image=from_image, by_entrypoint=by_entrypoint)


def _lookup(environment: Variables, name: str) -> str | None:
    value = environment.values.get(name)
    return value.text if value is not None else UNKNOWN if environment.is_open else None


class _Script:
    """Runs through the commands of a script without running them."""

    def __init__(
        self,
        run: Run,
        commands: Sequence[SimpleCommand],
        is_server: IsServer,
        depth: int,
        cuts: tuple[SyntaxFault, ...],
    ) -> None:
        self.run = run
        self.commands = commands
        self.is_server = is_server
        self.depth = depth
        self.writer = Writer(run.files, run.environment)
        self.runs: list[Run] = []
        self.cuts = [*cuts]
        self.is_complete = True

    def start(self) -> StartedPrograms:
        last = len(self.commands) - 1
        while last > 0 and self.commands[last].before == "|":
            last -= 1
        for index, command in enumerate(self.commands):
            if command.words and not self._command(command, stays=index >= last or command.after == "&"):
                break
        cuts = (*self.cuts, *self.writer.cuts)
        return StartedPrograms(tuple(self.runs), self.is_complete and self.writer.is_complete, cuts)

    def _command(self, command: SimpleCommand, *, stays: bool) -> bool:
        """Follow one command; whether the script goes on after it."""
        is_exec = command.words[0].text == "exec" and len(command.words) > 1 and not command.is_conditional
        environment = self.run.environment.with_added(command.variables)
        run = _without_wrappers(Run(command.words, environment, self.writer.files), self.is_server)
        line = run.command_line
        self.cuts += run.cuts
        self.is_complete = self.is_complete and not run.cuts
        if not line:
            return not is_exec
        if not stays and not set(line[1:]).isdisjoint(word_table()["asking"]):
            return not is_exec
        if line[0] in SHELLS or self.is_server(line):
            start = _start(run, self.is_server, self.depth)
            self.cuts += start.cuts
            self.is_complete = self.is_complete and start.is_complete and not command.is_conditional
            if not command.is_conditional:
                self.runs += start.runs
        elif not self.writer.follow(command, run.words, environment) and line[0] not in word_table()["harmless"]:
            # it may change what its words name; if it stays, it may be a server
            self.writer.cloud(run.words[1:], command)
            if stays or is_exec:
                self.runs.append(run)
        return not is_exec
