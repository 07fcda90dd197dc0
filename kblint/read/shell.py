"""The commands of shell scripts, with where each of their words stands.

Enough of the shell to find what a script runs: quotes, escapes, comments, here-documents, operators. Nothing is
executed or expanded: a word that holds a variable, a substitution or a template's placeholder is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kblint.model.meta import Text
from kblint.source.embedded import embedded
from kblint.source.text import Place, Source, Span
from kblint.source.values import Unknown


@dataclass(frozen=True, slots=True)
class Script:
    """A shell text: `locate` says where `text[start:end]` stands in its source."""

    text: str
    locate: Callable[[int, int], Place]


_OPTION = re.compile(r"(?:\$\([^)\n]*\)|`[^`\n]*`|\{\{[^}\n]*\}\}|\S)+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word without its quotes. `offsets[i]` is where `text[i]` stands in the script."""

    text: str
    is_known: bool
    start: int
    end: int
    offsets: tuple[int, ...]
    script: Script

    @property
    def value(self) -> Text:
        """The word, unknown when it holds something to expand."""
        return self.text if self.is_known else Unknown(self.text)

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """Where `text[start:end]` stands; the whole word with its quotes when nothing is said."""
        part = self.offsets[start:end]
        if not part or (start == 0 and end is None):
            return self.script.locate(self.start, self.end)
        return self.script.locate(part[0], part[-1] + 1)

    def part(self, start: int, end: int | None = None) -> Word:
        """The word that `text[start:end]` is."""
        offsets = self.offsets[start:end]
        text = self.text[start:end]
        first, last = (offsets[0], offsets[-1] + 1) if offsets else (self.end, self.end)
        is_known = self.is_known or not any(sign in text for sign in ("$", "`", "{{"))
        return Word(text, is_known, first, last, offsets, self.script)

    def split(self) -> tuple[Word, ...]:
        """The words inside of a word that was quoted, as a program would split an option string."""
        return tuple(self.part(*match.span()) for match in _OPTION.finditer(self.text))


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command: `words` without what only prepares it (`sudo`, `then`), and the variables set before it.

    `operator` is what stands between the command before and this one: `|`, `&&`, `||`, `&`, `;`, or a line break.
    """

    words: tuple[Word, ...]
    variables: tuple[Word, ...]
    operator: str

    @property
    def name(self) -> str:
        """The program's name without its folder; empty where nothing is run."""
        return self.words[0].text.rpartition("/")[2] if self.words else ""

    @property
    def place(self) -> Place:
        """From the first word to the last."""
        first, last = self.words[0].place(), self.words[-1].place()
        if first.source is last.source and first.span.start <= last.span.end:
            return Place(first.source, Span(first.span.start, last.span.end))
        return first


def is_data(source: Source) -> bool:
    """Whether the text is of a format that has its own readers: a script inside of it is read with them."""
    name = source.path.lower()
    return name.endswith((".yaml", ".yml", ".json", ".jsonl", ".tf", ".hcl")) or source.text.startswith("#cloud-config")


def script_of(source: Source) -> Script:
    """A source that is a script as a whole."""
    return Script(source.text, lambda start, end: Place(source, Span(start, end)))


def script_in(source: Source, span: Span, value: str) -> Script:
    """The script that a YAML string holds."""
    outer = embedded(source, span, value)
    return Script(value, outer.place)


def commands(script: Script) -> Iterator[Command]:
    """The commands of a script in the order they stand, whatever conditions and functions are around them."""
    words: list[Word] = []
    operator = "\n"
    for found in _tokens(script):
        if isinstance(found, Word):
            words.append(found)
            continue
        if words:
            yield command(words, operator)
            words, operator = [], found
        elif found != "\n":
            # a line may break behind an operator
            operator = found
    if words:
        yield command(words, operator)


ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_PREPARING = frozenset(("sudo", "doas", "env", "exec", "nohup", "time", "command", "export", "declare", "local"))
_RESERVED = frozenset(("if", "then", "elif", "else", "do", "while", "until", "!", "{", "(", "time"))
_OPTIONS_WITH_VALUE = frozenset(("-u", "-g", "-h", "-p", "-C", "-r", "-t"))


def command(words: list[Word], operator: str = "\n") -> Command:
    """The command that `words` make: variables and preparing programs are taken off its front."""
    rest = list(words)
    variables: list[Word] = []
    while rest:
        front = rest[0].text
        if ASSIGNMENT.match(front):
            variables.append(rest.pop(0))
        elif front in _RESERVED:
            rest.pop(0)
        elif front in _PREPARING:
            rest.pop(0)
            while rest and rest[0].text.startswith("-"):
                with_value = rest.pop(0).text in _OPTIONS_WITH_VALUE
                if with_value and rest:
                    rest.pop(0)
        else:
            break
    return Command(tuple(rest), tuple(variables), operator)


_OPERATOR = re.compile(r"&&|\|\|&?|\|&?|;;&?|;&?|&(?!>)|\(|\)")
_REDIRECTION = re.compile(r"(?:\d*|&)(?:<<<|<<-?|<>|>>|>\||>&|<&|>|<)(?:\d+(?=[\s;&|)]|\Z)|-(?=[\s;&|)]|\Z))?")
_PLAIN = re.compile(r"[^\s;&|()<>'\"\\$`{#]+")
_IN_DOUBLE = re.compile(r"[^\"\\$`{]+")


def _tokens(script: Script) -> Iterator[Word | str]:
    """Words, and the operators between commands; a line break for the end of a line."""
    text = script.text
    position = 0
    here_documents: list[tuple[str, bool]] = []
    redirected: str | None = None
    while position < len(text):
        character = text[position]
        if character == "\n":
            position += 1
            for delimiter, is_indented in here_documents:
                position = _after_here_document(text, position, delimiter, is_indented)
            here_documents.clear()
            redirected = None
            yield "\n"
        elif character.isspace():
            position += 1
        elif text.startswith("\\\n", position) or text.startswith("\\\r\n", position):
            position = text.index("\n", position) + 1
        elif character == "#":
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif match := _REDIRECTION.match(text, position):
            # `2>&1` and `>&-` are whole; the others name a file or a here-document's end in the next word
            position = match.end()
            is_whole = match[0][-1].isdigit() or (match[0].endswith("-") and "<<" not in match[0])
            redirected = None if is_whole else match[0]
        elif match := _OPERATOR.match(text, position):
            position = match.end()
            redirected = None
            yield match[0]
        else:
            word = _word(script, position)
            position = max(word.end, position + 1)
            if redirected is None:
                yield word
            elif redirected.endswith(("<<", "<<-")):
                here_documents.append((word.text, redirected.endswith("-")))
            redirected = None


def _after_here_document(text: str, position: int, delimiter: str, is_indented: bool) -> int:
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end].rstrip("\r")
        position = end + 1
        if (line.lstrip("\t") if is_indented else line) == delimiter:
            break
    return position


class _Growing:
    """A word while it is read."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.offsets: list[int] = []
        self.is_known = True

    def add(self, text: str, start: int, end: int) -> int:
        end = min(end, len(text))
        self.pieces.append(text[start:end])
        self.offsets.extend(range(start, end))
        return end

    def expansion(self, text: str, start: int) -> int:
        """A variable, substitution or placeholder is kept as it stands."""
        end = _expansion_end(text, start)
        self.is_known = self.is_known and end - start == 1
        return self.add(text, start, end)


def _word(script: Script, start: int) -> Word:
    text, position, word = script.text, start, _Growing()
    while position < len(text):
        character = text[position]
        if match := _PLAIN.match(text, position):
            position = word.add(text, position, match.end())
        elif character == "'":
            end = text.find("'", position + 1)
            end = len(text) if end < 0 else end
            word.add(text, position + 1, end)
            position = end + 1
        elif character == '"':
            position = _double_quoted(text, position + 1, word)
        elif character == "\\":
            if position > start and text[position + 1 : position + 2] in ("\n", "\r"):
                break
            position = word.add(text, min(position + 1, len(text) - 1), position + 2)
        elif character in "$`{":
            position = word.expansion(text, position)
        elif character == "#" and position > start:
            position = word.add(text, position, position + 1)
        else:
            break
    return Word("".join(word.pieces), word.is_known, start, min(position, len(text)), tuple(word.offsets), script)


def _double_quoted(text: str, position: int, word: _Growing) -> int:
    """Read up to the closing quote; what comes back is the position behind it."""
    while position < len(text):
        character = text[position]
        if character == '"':
            return position + 1
        if match := _IN_DOUBLE.match(text, position):
            position = word.add(text, position, match.end())
        elif character == "\\":
            escaped = text[position + 1 : position + 2]
            if escaped in ("\n", "\r"):
                position += 2
            elif escaped in ("$", "`", '"', "\\"):
                position = word.add(text, position + 1, position + 2)
            else:
                position = word.add(text, position, position + 1)
        else:
            position = word.expansion(text, position)
    return position


_LONGEST_PLACEHOLDER = 200
_VARIABLE = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-])")


def _expansion_end(text: str, start: int) -> int:
    """Where the variable, substitution or `{{ }}` at `start` ends; one character when it is none."""
    if text.startswith("{{", start):
        end = text.find("}}", start, start + _LONGEST_PLACEHOLDER)
        return end + 2 if end >= 0 else start + 1
    if text[start] == "`":
        end = text.find("`", start + 1)
        return end + 1 if end >= 0 else start + 1
    for opening, closing in (("${", "}"), ("$(", ")")):
        if text.startswith(opening, start):
            return _balanced_end(text, start + 2, opening[1], closing)
    match = _VARIABLE.match(text, start)
    return match.end() if match else start + 1


def _balanced_end(text: str, position: int, opening: str, closing: str) -> int:
    depth = 1
    for match in re.compile(f"[{re.escape(opening + closing)}]").finditer(text, position):
        depth += 1 if match[0] == opening else -1
        if not depth:
            return match.end()
    return len(text)
