"""What shell scripts run, without what only prepares it (`sudo`, `env`), wherever the script is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kblint.model.meta import Text
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.text import Place, Source, Span
from kblint.source.values import Unknown
from kblint.syntax.passage import InSource, Passage, Scalar, whole
from kblint.syntax.shell import parse_script
from kblint.syntax.shell_words import Assignment, SimpleCommand


class ScriptCommand(Struct, frozen=True):
    """A command: `words` without what only prepares it, and the variables set before it.

    `operator` is what stands between the command before and this one: `|`, `&&`, `||`, `&`, `;`. `place` goes from the
    first word to the last. `is_sure`: it runs whenever the script does; not so in a branch, or in a function that
    nobody surely calls.
    """

    words: tuple[Passage, ...]
    variables: tuple[Assignment, ...]
    operator: str
    place: Place
    is_sure: bool = True

    @property
    def name(self) -> str:
        """The program's name without its folder; empty where nothing is run."""
        return self.words[0].text.rpartition("/")[2] if self.words else ""


def is_data(source: Source) -> bool:
    """Whether the text is of a format that has its own readers: a script inside of it is read with them."""
    name = source.path.lower()
    return name.endswith((".yaml", ".yml", ".json", ".jsonl", ".tf", ".hcl")) or source.text.startswith("#cloud-config")


def script_of(source: Source) -> Passage:
    """A source that is a script as a whole, or a text with scripts between fences of Markdown."""
    text = whole(source.text, InSource(source))
    return text.replaced((*match.span(), "") for match in _FENCE.finditer(source.text))


_FENCE = regex(r"^[ \t]*```.*$", re.MULTILINE)


def script_in(source: Source, span: Span, value: str) -> Passage:
    """The script that a YAML string holds."""
    return whole(value, Scalar(Place(source, span), value))


def commands(script: Passage) -> Iterator[ScriptCommand]:
    """The commands of a script in the order they stand, whatever conditions and functions are around them."""
    found = parse_script(script).commands
    called, is_tested = _called(found), False
    for simple in found:
        words, variables = prepared(simple.words)
        place = simple.place_from(words[0]) if words else simple.end
        set_by = {assignment.name for assignment in simple.assignments}
        added = (variable for variable in variables if variable.name not in set_by)
        is_behind_test = is_tested and simple.before == "&&"
        is_sure = not (simple.is_branch or is_behind_test) and simple.function in called
        yield ScriptCommand(words, (*simple.assignments, *added), simple.before, place, is_sure)
        is_tested = is_behind_test or (bool(simple.words) and simple.words[0].text in _TESTS)


_TESTS = frozenset(("[", "[[", "grep", "test"))
"""Commands behind which `&&` asks a question."""


def _called(found: Sequence[SimpleCommand]) -> frozenset[str]:
    """The functions that surely run, with the script itself, which has no name."""
    bodies = grouped((simple.function, simple) for simple in found if not simple.is_branch)
    called, pending = {""}, [""]
    while pending:
        run = (simple.words[0].text for simple in bodies.get(pending.pop(), ()) if simple.words)
        new = {name for name in run if name in bodies} - called
        called |= new
        pending += new
    return frozenset(called)


_PREPARING = frozenset(("sudo", "doas", "env", "exec", "nohup", "time", "command", "export", "declare", "local"))
_OPTIONS_WITH_VALUE = frozenset(("-u", "-g", "-h", "-p", "-C", "-r", "-t"))


def prepared(words: Sequence[Passage]) -> tuple[tuple[Passage, ...], tuple[Assignment, ...]]:
    """The words without those that only prepare the command, and the variables that these set."""
    rest = list(words)
    variables: list[Assignment] = []
    while rest:
        if rest[0].text in _PREPARING:
            rest.pop(0)
            while rest and rest[0].text.startswith("-"):
                with_value = rest.pop(0).text in _OPTIONS_WITH_VALUE
                if with_value and rest:
                    rest.pop(0)
        elif len(rest) < len(words) and (given := Assignment.in_word(rest[0])):
            variables.append(given)
            rest.pop(0)
        else:
            break
    return tuple(rest), tuple(variables)


def value(word: Passage) -> Text:
    """The word, unknown with what is written where it holds something to expand."""
    return word.text if word.is_known else Unknown(word.place().text)


def split(text: Passage) -> tuple[Passage, ...]:
    """The words inside of a word that was quoted, as a program would split an option string."""
    return tuple(text.cut(*match.span()) for match in re.finditer(r"\S+", text.text))
