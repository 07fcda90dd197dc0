"""The tasks of Ansible playbooks and task files, with simple loops and variables filled in.

https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_intro.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from kblint.read.hetzner.hcloud import roots
from kblint.source.regex import regex
from kblint.source.text import Span
from kblint.source.values import Document, Origin, PositionedDict, PositionedList, Unknown

TASK_LISTS = ("pre_tasks", "tasks", "post_tasks", "handlers")
BLOCK_LISTS = ("block", "rescue", "always")
LOOPS = ("loop", "with_items", "with_list")
MAX_TASKS = 2000
"""Tasks of one play after loops are unrolled; further ones are left out, and the first of them tells that."""

Variables = Mapping[str, object]


COMMANDS = frozenset(f"{prefix}{name}" for prefix in ("ansible.builtin.", "") for name in ("command", "shell"))
"""Modules that run commands."""


class Task(Struct, frozen=True, eq=False):
    """One call of a module: `arguments` are filled in, as far as they are known; `key` is where the module is named.

    `line` holds the arguments of the short form (`ufw: rule=allow port=22`) or of a command, None otherwise.
    """

    module: str
    arguments: Origin
    line: str | Unknown | None
    line_span: Span
    is_conditional: bool
    has_environment: bool = False
    """Whether it sets variables of its own, which are not read."""

    @property
    def command(self) -> tuple[str | Unknown | None, Span | None]:
        """What a module of `COMMANDS` runs, and where it stands; None where that cannot be told."""
        if self.line is not None:
            return self.line, self.line_span
        written = self.arguments.get("cmd")
        found = written if isinstance(written, str | Unknown) else None
        return found, self.arguments.node.value_spans.get("cmd")


def plays(document: Document) -> Iterator[tuple[Task, ...]]:
    """The tasks of each play, or of a task file as a whole; nothing for other documents."""
    found = roots(document)
    if not isinstance(document.root, PositionedList) or len(found) != len(document.root):
        return
    books = [play for play in found if "hosts" in play.node and any(key in play.node for key in TASK_LISTS)]
    for play in books:
        variables = _variables(play, {})
        tasks = (task for key in TASK_LISTS for entry in play.children(key) for task in _tasks(entry, variables))
        yield _bounded(tasks)
    if not books and not any("hosts" in entry.node for entry in found):
        yield _bounded(task for entry in found for task in _tasks(entry, {}))


def _bounded(tasks: Iterator[Task]) -> tuple[Task, ...]:
    return tuple(task for _, task in zip(range(MAX_TASKS + 1), tasks, strict=False))


def _variables(holder: Origin, outer: Variables) -> Variables:
    """The variables that a play, block or task sets, over those around it."""
    own = holder.get("vars")
    if not isinstance(own, PositionedDict):
        return outer
    return {**outer, **{key: filled(value, outer) for key, value in own.items()}}


def _tasks(entry: Origin, outer: Variables) -> Iterator[Task]:
    variables = _variables(entry, outer)
    if any(isinstance(entry.node.get(key), PositionedList) for key in BLOCK_LISTS):
        for key in BLOCK_LISTS:
            for inner in entry.children(key):
                yield from _tasks(inner, variables)
        return
    for module, value in entry.node.items():
        if module in _KEYWORDS or module.startswith("with_"):
            continue
        for bound in _loop(entry, variables):
            yield _task(entry, module, value, bound)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KEYWORDS = _words(
    """
    args async become become_user changed_when check_mode connection delay delegate_to diff environment failed_when
    ignore_errors listen loop loop_control module_defaults name no_log notify poll register retries run_once tags
    timeout until vars when
    """
)
"""Keys of a task that name no module.

https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html#task
"""


def _task(entry: Origin, module: str, value: object, variables: Variables) -> Task:
    arguments = PositionedDict(entry.node.value_spans[module])
    for written in (entry.node.get("args"), value):
        if isinstance(written, PositionedDict):
            for key, argument in written.items():
                arguments.put(key, filled(argument, variables), written.key_spans[key], written.value_spans[key])
    line = filled(value, variables) if isinstance(value, str) else None
    return Task(
        module=module,
        arguments=Origin(entry.source, arguments, entry.node.key_spans[module]),
        line=line if isinstance(line, str | Unknown) else None,
        line_span=entry.node.value_spans[module],
        is_conditional="when" in entry.node,
        has_environment="environment" in entry.node,
    )


def _loop(entry: Origin, variables: Variables) -> Iterator[Variables]:
    """The variables of each turn of a task's loop; those of the task where there is none, or no known one."""
    key = next((key for key in LOOPS if key in entry.node), None)
    if key is None:
        yield variables
        return
    items = filled(entry.node[key], variables)
    name = entry.get("loop_control", "loop_var")
    if not isinstance(items, list):
        yield variables
        return
    for item in items:
        # `with_items` opens lists in its list
        for one in item if isinstance(item, list) and key == "with_items" else [item]:
            yield {**variables, name if isinstance(name, str) else "item": one}


_EXPRESSION = regex(r"\{\{((?:(?!\{\{|\}\}).)*)\}\}")
_PATH = regex(
    r"\s*([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*|\[\s*(?:'[^']*'|\"[^\"]*\"|\d+)\s*\])*)\s*(?:\|\s*(?:int|string|trim)\s*)?",
    re.ASCII,
)
_STEP = regex(r"\.(\w+)|\[\s*(?:'([^']*)'|\"([^\"]*)\"|(\d+))\s*\]")


def filled(value: object, variables: Variables) -> object:
    """A value with its `{{ }}` filled in; a string with one that is not known is unknown. Positions are kept."""
    if isinstance(value, str):
        return _filled_text(value, variables)
    if isinstance(value, PositionedDict):
        mapping = PositionedDict(value.span)
        for key, item in value.items():
            mapping.put(key, filled(item, variables), value.key_spans[key], value.value_spans[key])
        return mapping
    if isinstance(value, PositionedList):
        sequence = PositionedList(value.span)
        for item, span in zip(value, value.item_spans, strict=True):
            sequence.put(filled(item, variables), span)
        return sequence
    return value


def _filled_text(text: str, variables: Variables) -> object:
    found = list(_EXPRESSION.finditer(text))
    if not found:
        return Unknown(text) if "{{" in text or "{%" in text else text
    values = [_looked_up(match[1], variables) for match in found]
    if len(found) == 1 and found[0][0] == text.strip():
        return Unknown(text) if isinstance(values[0], Unknown) else values[0]
    pieces: list[str] = []
    position = 0
    for match, value in zip(found, values, strict=True):
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return Unknown(text)
        pieces += [text[position : match.start()], str(value)]
        position = match.end()
    return "".join([*pieces, text[position:]])


def _looked_up(expression: str, variables: Variables) -> object:
    """The value of `name`, `name.key` or `name['key']`; unknown for anything more."""
    match = _PATH.fullmatch(expression)
    if match is None or match[1] not in variables:
        return Unknown(expression)
    value = variables[match[1]]
    for step in _STEP.finditer(match[2]):
        key = next(part for part in step.groups() if part is not None)
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return Unknown(expression)
    return value
