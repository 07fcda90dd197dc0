"""Shell scripts as they stand behind `sh -c`: from a text to simple commands whose words know where they stand.

Only what a container's start line uses is read: quotes, variables, redirections, here-documents, lists. Commands in a
condition or a loop are marked; what cannot be followed (functions, `case`) is given up on, never guessed.
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kblint.wire.listening.passage import Passage, unknown_at
from kblint.wire.listening.shell_words import GrowingText, Lookup, ShellSyntaxError, WordReader

MOST_COMMANDS = 500


@dataclass(frozen=True, slots=True, eq=False)
class Redirection:
    """`operator` and the file's name; for a here-document, its text."""

    operator: str
    target: Passage


@dataclass(slots=True, eq=False)
class SimpleCommand:
    """One command. `before` and `after` are the operators around it: `&&`, `|`, `;`, `&`, empty at the ends.

    `variables` holds what the script itself has put into its environment. `is_conditional` says that it may not run.
    """

    words: list[Passage] = field(default_factory=list)
    assignments: dict[str, Passage] = field(default_factory=dict)
    redirections: list[Redirection] = field(default_factory=list)
    variables: Mapping[str, Passage] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    is_conditional: bool = False


def parse_script(script: Passage, lookup: Lookup) -> tuple[SimpleCommand, ...]:
    """The simple commands of a script, in order. Raises ShellSyntaxError."""
    return _Reader(script, lookup).read()


_OPERATOR = re.compile(r"\n|;|&&|\|\||\||&")
_REDIRECTION = re.compile(r"[0-9]?(<<<|<<-?|<>|>>|>\||>&|<&|>|<)|&>>?")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=", re.ASCII)
_OPENING = frozenset(("if", "for", "while", "until"))
_CLOSING = frozenset(("fi", "done"))
_BETWEEN = frozenset(("then", "elif", "else", "do", "!", "{", "}"))
_BEYOND = frozenset(("case", "esac", "function", "select", "coproc", "[["))
_BLANK = " \t\r"


class _Reader(WordReader):
    """Walks once over a script."""

    def __init__(self, script: Passage, lookup: Lookup) -> None:
        super().__init__(script, lookup)
        self.depth = 0
        self.exported: dict[str, Passage] = {}
        self.commands: list[SimpleCommand] = []
        self.current = SimpleCommand()
        self.waiting: list[tuple[SimpleCommand, Passage, bool, bool]] = []
        """Here-documents whose text follows the line: command, end word, quoted, tabs stripped."""

    def read(self) -> tuple[SimpleCommand, ...]:
        text = self.text
        while self.position < len(text):
            character = text[self.position]
            if character in _BLANK:
                self.position += 1
            elif text.startswith("\\\n", self.position):
                self.position += 2
            elif character == "#":
                self.position = self._line_end(self.position)
            elif match := _REDIRECTION.match(text, self.position):
                self._redirection(match)
            elif match := _OPERATOR.match(text, self.position):
                self.position = match.end()
                self._finish(match.group())
                if match.group() == "\n":
                    self._here_documents()
            elif character in "()":
                self._parenthesis(character)
            else:
                self._command_word()
        self._finish("")
        if self.waiting or self.depth:
            raise ShellSyntaxError("unexpected end")
        return tuple(self.commands)

    def _line_end(self, position: int) -> int:
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end

    def _parenthesis(self, character: str) -> None:
        self.position += 1
        if character == "(":
            if self.current.words:
                raise ShellSyntaxError("a function")
            self.depth += 1
        else:
            self._finish(";")
            self.depth -= 1
        if self.depth < 0:
            raise ShellSyntaxError("unexpected `)`")

    def _finish(self, operator: str) -> None:
        """End the current command at `operator`."""
        command = self.current
        if not (command.words or command.assignments or command.redirections):
            # an operator after a closing word belongs to the command before it
            if self.commands and operator not in ("", "\n"):
                self.commands[-1].after = operator
            return
        command.after = ";" if operator == "\n" else operator
        command.before = self.commands[-1].after if self.commands else ""
        command.is_conditional = self.depth > 0 or command.before == "||"
        self._remember(command)
        self.commands.append(command)
        if len(self.commands) > MOST_COMMANDS:
            raise ShellSyntaxError("too long")
        self.current = SimpleCommand()

    def _remember(self, command: SimpleCommand) -> None:
        """Keep what the command sets for those after it; what may not run leaves it unknown."""
        settings = dict(command.assignments) if not command.words else {}
        is_export = bool(command.words) and command.words[0].text == "export"
        for word in command.words[1:] if is_export else ():
            if match := _ASSIGNMENT.match(word.text):
                settings[match.group(1)] = word.cut(match.end())
            elif word.text in self.own:
                self.exported[word.text] = self.own[word.text]
        for name, value in settings.items():
            kept = unknown_at(value) if command.is_conditional else value
            self.own[name] = kept
            if is_export or name in self.exported or self.lookup(name) is not None:
                self.exported[name] = kept
        command.variables = {**self.exported, **command.assignments}

    def _command_word(self) -> None:
        start = self.position
        word = self.word()
        is_bare = self.text[start : self.position] == word.text
        current = self.current
        if not current.words and is_bare:
            if word.text in _BEYOND:
                raise ShellSyntaxError("a construct that is not followed")
            if word.text in _OPENING:
                self.depth += 1
                if word.text == "for":
                    current.words.append(word)
                return
            if word.text in _CLOSING:
                self.depth -= 1
                if self.depth < 0:
                    raise ShellSyntaxError(f"unexpected `{word.text}`")
                return
            if word.text in _BETWEEN:
                return
        match = None if current.words else _ASSIGNMENT.match(self.text, start)
        if match:
            current.assignments[match.group(1)] = word.cut(match.end() - start)
        else:
            current.words.append(word)

    def _redirection(self, match: re.Match[str]) -> None:
        operator = match.group(1) or ">"
        self.position = match.end()
        while self.text[self.position : self.position + 1] in (" ", "\t"):
            self.position += 1
        start = self.position
        target = self.word()
        if self.position == start:
            raise ShellSyntaxError("a redirection to nothing")
        if operator in ("<<", "<<-"):
            is_quoted = self.text[start : self.position] != target.text
            self.waiting.append((self.current, target, is_quoted, operator == "<<-"))
        elif operator != "<&" and not (operator == ">&" and (target.text.isdigit() or target.text == "-")):
            is_error = match.group()[0] in "23456789"
            if not is_error:
                self.current.redirections.append(Redirection(operator, target))

    def _here_documents(self) -> None:
        for command, end_word, is_quoted, is_stripped in self.waiting:
            document = GrowingText(self.script)
            while True:
                start = self.position
                if start >= len(self.text):
                    raise ShellSyntaxError("a here-document that does not end")
                end = self._line_end(start)
                self.position = end + 1
                if is_stripped:
                    while self.text.startswith("\t", start):
                        start += 1
                if self.text[start:end].rstrip("\r") == end_word.text:
                    break
                self._here_line(document, start, min(end + 1, len(self.text)), is_quoted=is_quoted)
            command.redirections.append(Redirection("<<", document.passage()))
        self.waiting = []

    def _here_line(self, document: GrowingText, start: int, end: int, *, is_quoted: bool) -> None:
        if is_quoted:
            document.add(start, end)
            return
        after = self.position
        self.position = start
        while self.position < end:
            self.expandable(document, '"', "$`\\\n")
        self.position = max(after, self.position)
