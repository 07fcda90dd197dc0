"""What a start script writes: `echo … >`, `printf`, here-documents, `tee`, `cp`, `rm`, `envsubst`, `sed -i`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.values import Unknown
from kblint.syntax.passage import UNKNOWN, Passage, joined
from kblint.syntax.sed import (
    LONGEST_COMMAND,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_REPEATS,
    InPlaceEdit,
    edit_in_place,
    is_too_long,
)
from kblint.syntax.shell_words import SimpleCommand
from kblint.wire.listening.files import MOST_UNKNOWN_PATHS, ContainerFiles, Content, FromImage
from kblint.wire.listening.images import word_table
from kblint.wire.listening.variables import VARIABLE, Variables, envsubst

_ESCAPE = regex(r"\\([nrt\\])")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
_CONVERSION = regex(r"%([sdb%])")

LONGEST_WRITTEN = 1 << 16
"""Characters of a file that a script puts together; what a longer one holds is unknown."""
MOST_EDITS = 20
"""Substitutions that are followed in one script."""


class Writer:
    """Keeps the files as a script changes them, command by command."""

    def __init__(self, files: ContainerFiles, environment: Variables) -> None:
        self.files = files
        self.environment = environment
        self.directory: str | None = None
        self.piped: Content = None
        self.is_complete = True
        self.edits = 0
        self.cuts: list[SyntaxFault] = []
        """Where a limit ends what is followed, the first of each."""

    def follow(self, command: SimpleCommand, words: Sequence[Passage], environment: Variables) -> bool:
        """Apply what one command does to files; whether that is all it does.

        `words` is the command line without what only starts it.
        """
        name = posixpath.basename(words[0].text)
        output = self._output(name, command, words, environment)
        for redirection in command.redirections:
            if redirection.operator in (">", ">|", ">>", "&>"):
                self._write(redirection.target, output, command, is_added=redirection.operator == ">>")
        if name == "tee":
            is_added = any(word.text == "-a" for word in words)
            for target in _operands(words):
                self._write(target, self.piped, command, is_added=is_added)
        elif name == "cd":
            operands = _operands(words)
            self.directory = self._path(operands[0]) if operands else None
        elif name in ("cp", "mv", "ln", "install"):
            self._copy(_operands(words), command)
        elif name == "rm":
            for target in _operands(words):
                self._remove(target, command)
        elif name == "sed" and (edit := edit_in_place(words)):
            self._edit(edit, command)
        self.piped = output if command.after == "|" else None
        return name in word_table()["followed"]

    def cloud(self, words: Sequence[Passage], command: SimpleCommand) -> None:
        """Something unknown is done to whatever files the words name."""
        for word in words:
            if word.text.startswith("/") and word.is_known:
                self._unknown(posixpath.normpath(word.text), command)

    def _unknown(self, path: str, command: SimpleCommand) -> None:
        """Something unknown happens at or below a path."""
        self.files = self.files.marked_unknown(path)
        if self.files.knows_nothing:
            self._cut(
                command,
                f"this script changes more than {MOST_UNKNOWN_PATHS} files and folders; from here on no file is known",
            )

    def _output(self, name: str, command: SimpleCommand, words: Sequence[Passage], environment: Variables) -> Content:
        """What a command writes to its standard output."""
        if name == "echo":
            return _echo(words[1:])
        if name == "printf":
            return _printf(words[1:])
        if name == "cat":
            return self._input(command, _operands(words))
        if name == "envsubst":
            source = self._input(command, [])
            return _filled(source, environment, _operands(words)) if isinstance(source, Passage) else Unknown()
        return Unknown()

    def _input(self, command: SimpleCommand, operands: Sequence[Passage]) -> Content:
        for redirection in command.redirections:
            if redirection.operator == "<<":
                return redirection.target
            if redirection.operator == "<":
                operands = [redirection.target]
        if not operands:
            return self.piped if command.before == "|" else Unknown()
        path = self._path(operands[0])
        content = self.files.at(path) if path and len(operands) == 1 else Unknown()
        return content if isinstance(content, Passage) else Unknown()

    def _path(self, word: Passage) -> str | None:
        if not word.is_known or not (word.text.startswith("/") or self.directory):
            return None
        return posixpath.normpath(posixpath.join(self.directory or "/", word.text))

    def _write(self, target: Passage, content: Content, command: SimpleCommand, *, is_added: bool) -> None:
        path = self._path(target)
        if path is None:
            # into which file is unknown; logs and the like matter to nobody
            self.is_complete = self.is_complete and not target.text.endswith((".conf", "Caddyfile", UNKNOWN))
            return
        if path.startswith("/dev/"):
            return
        if command.is_conditional:
            content = Unknown()
        elif is_added:
            content = self._added(path, content, command)
        self.files = self.files.with_changes({path: content})

    def _cut(self, command: SimpleCommand, message: str) -> None:
        if not self.cuts:
            self.cuts.append(not_followed(command.end, message))

    def _added(self, path: str, content: Content, command: SimpleCommand) -> Content:
        before = self.files.at(path)
        if before is None or (
            isinstance(before, FromImage) and posixpath.basename(path) not in word_table()["in_images"]
        ):
            return content
        if isinstance(before, Passage) and isinstance(content, Passage) and before.holder is content.holder:
            # a file that is added to itself doubles with every line
            if len(before.text) + len(content.text) <= LONGEST_WRITTEN:
                return joined([before, content], "\n")
            self._cut(
                command, f"`{path}` becomes longer than {LONGEST_WRITTEN:,} characters; what it holds is not followed"
            )
            return Unknown(path)
        return Unknown()

    def _copy(self, operands: Sequence[Passage], command: SimpleCommand) -> None:
        if len(operands) < 2:
            return
        *sources, target = operands
        to = self._path(target)
        if to is None:
            self.is_complete = False
            return
        for source in sources:
            path = self._path(source)
            name = posixpath.basename(source.text)
            is_directory = target.text.endswith("/") or len(sources) > 1 or "." not in posixpath.basename(to)
            content = self.files.at(path) if path and not command.is_conditional else Unknown()
            changed = posixpath.join(to, name) if is_directory else to
            self.files = self.files.with_changes(
                {changed: content if isinstance(content, Passage) else Unknown(changed)}
            )
            if not isinstance(content, Passage):
                self._unknown(to, command)

    def _remove(self, target: Passage, command: SimpleCommand) -> None:
        path = self._path(target)
        if path is None:
            return
        if command.is_conditional:
            self._unknown(path, command)
        elif posixpath.basename(path) in ("*", "*.conf"):
            self.files = self.files.emptied(posixpath.dirname(path))
        elif "." in posixpath.basename(path)[1:]:
            self.files = self.files.with_changes({path: None})
        else:
            self.files = self.files.emptied(path)

    def _edit(self, edit: InPlaceEdit, command: SimpleCommand) -> None:
        """`sed -i`: plain substitutions are applied, anything else leaves the file unknown."""
        for target in edit.targets:
            path = self._path(target)
            if path is None:
                self.is_complete = False
                continue
            content = self.files.at(path)
            text = self.files.of_image.get(path) if isinstance(content, FromImage) else content
            self.edits += len(edit.substitutions)
            if self.edits > MOST_EDITS:
                self._cut(
                    command, f"this script edits files more than {MOST_EDITS} times; from here on it is not followed"
                )
            if command.is_conditional or self.edits > MOST_EDITS:
                text = Unknown(path)
            if isinstance(text, Passage) and edit.is_beyond:
                self._cut(
                    command,
                    f"a command of `sed` of more than {LONGEST_COMMAND} characters, or with more than {MOST_REPEATS} "
                    "repeats, is not followed",
                )
            elif isinstance(text, Passage) and is_too_long(text.text):
                self._cut(
                    command,
                    f"texts of more than {LONGEST_TEXT:,} characters, or lines of more than {LONGEST_LINE}, "
                    "are not edited",
                )
            for substitution in edit.substitutions:
                text = substitution.applied(text) if substitution and isinstance(text, Passage) else None
            if text:
                self.files = self.files.with_changes({path: text})
            else:
                self._unknown(path, command)


def _operands(words: Sequence[Passage]) -> list[Passage]:
    return [word for word in words[1:] if not word.text.startswith("-") or word.text == "-"]


def _echo(words: Sequence[Passage]) -> Content:
    while words and re.fullmatch(r"-[neE]+", words[0].text):
        words = words[1:]
    return _unescaped(joined(words)) if words else None


def _printf(words: Sequence[Passage]) -> Content:
    if not words:
        return None
    words = words[1:] if words[0].text == "--" and len(words) > 1 else words
    pattern, *values = words
    texts = iter(values)
    edits: list[tuple[int, int, Passage]] = []
    for match in _CONVERSION.finditer(pattern.text):
        is_percent = match.group(1) == "%"
        value = pattern.cut(match.end() - 1, match.end()) if is_percent else next(texts, None)
        edits.append((*match.span(), pattern.cut(0, 0) if value is None else value))
    # more values than conversions: the pattern is used again
    return Unknown() if next(texts, None) else _unescaped(pattern.patched(edits))


def _unescaped(text: Passage) -> Passage:
    return text.replaced((*match.span(), _ESCAPES[match.group(1)]) for match in _ESCAPE.finditer(text.text))


def _filled(text: Passage, environment: Variables, names: Sequence[Passage]) -> Passage:
    """What `envsubst` makes of a text; with names given, only those are replaced."""
    wanted = {braced or bare for word in names for braced, bare in VARIABLE.findall(word.text)}

    def value_of(name: str) -> str | None:
        if names and name not in wanted:
            return None
        value = environment.values.get(name)
        # a variable that is not set becomes nothing, one of the image's something
        return UNKNOWN if value is None else value.text

    return envsubst(text, value_of)
