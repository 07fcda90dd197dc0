"""UFW as tasks of Ansible set it up: its module, and its commands.

https://docs.ansible.com/ansible/latest/collections/community/general/ufw_module.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.model.firewall import Action, HostFirewall
from kblint.model.meta import Text
from kblint.read.ansible.tasks import COMMANDS, Task
from kblint.read.scripts.commands import commands, script_in
from kblint.read.ufw.commands import replay
from kblint.read.ufw.rules import RuleTable, Written, rules
from kblint.read.values import lenient_boolean, lenient_number, lenient_text
from kblint.source.regex import regex
from kblint.source.text import Place, Source
from kblint.source.values import Origin, PositionedDict, Unknown

MODULES = frozenset({"community.general.ufw", "ufw"})
_ACTIONS = {action.value: action for action in Action}
_DIRECTIONS = {"in": "in", "incoming": "in", "out": "out", "outgoing": "out", "routed": "routed"}


def ufw_firewall(source: Source, tasks: Sequence[Task]) -> Iterator[HostFirewall]:
    """The firewall that the tasks of one play make; nothing where none of them is about UFW."""
    table = RuleTable()
    first: Place | None = None
    for task in tasks:
        if task.module in MODULES:
            arguments = _arguments(task)
            place = Place(source, arguments.head)
            _apply(table, arguments, place)
            # a reset that may not happen leaves what was there
            table.is_reset = table.is_reset and not (task.is_conditional and arguments.get("state") == "reset")
            first = first or place
        elif task.module in COMMANDS:
            written, span = task.command
            line = written.text if isinstance(written, Unknown) else written
            if isinstance(line, str) and span and "ufw" in line:
                ran = replay(table, commands(script_in(source, span, line)))
                first = first or ran
    if first is not None:
        yield table.firewall(source.path, first, is_listing=False)


_SHORT = regex(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S+)")


def _arguments(task: Task) -> Origin:
    """The arguments of a task, those of the short form too, which all stand where the line does."""
    if not isinstance(task.line, str):
        return task.arguments
    node = PositionedDict(task.line_span)
    for key, value in _SHORT.findall(task.line):
        node.put(key, value.strip("\"'"), task.line_span, task.line_span)
    return Origin(task.arguments.source, node, task.arguments.head)


def _apply(table: RuleTable, arguments: Origin, place: Place) -> None:
    """One task. The module sets the state first, then the policy, then a rule."""
    state = arguments.get("state")
    if state in ("enabled", "disabled"):
        table.active = state == "enabled"
    elif state == "reset":
        table.reset()
    direction = arguments.get("direction")
    policy = _first(arguments, "default", "policy")
    if isinstance(policy, str) and policy in ("allow", "deny", "reject"):
        if direction in (None, "in", "incoming"):
            table.default_incoming = policy
        elif direction == "routed":
            table.default_routed = policy
    action = _ACTIONS.get(str(arguments.get("rule")))
    if action is not None:
        found = rules(_written(arguments, action, place))
        if lenient_boolean(arguments.get("delete")) is True:
            table.delete(found)
        else:
            position = lenient_number(arguments.get("insert"))
            table.add(found, max(position, 1) if isinstance(position, int) else None)


def _first(arguments: Origin, *names: str) -> Text | None:
    """The value of the first of these names that is written: arguments have aliases."""
    return next((found for name in names if (found := lenient_text(arguments.get(name))) is not None), None)


def _written(arguments: Origin, action: Action, place: Place) -> Written:
    is_routed = lenient_boolean(arguments.get("route")) is True
    direction = arguments.get("direction")
    interface = _first(arguments, "interface_in", "if_in", "interface", "if", "interface_out", "if_out")
    port = _first(arguments, "to_port", "port")
    key = next((name for name in ("to_port", "port", "name", "app", "rule") if arguments.is_written(name)), "rule")
    return Written(
        action,
        arguments.place(key) if arguments.node else place,
        direction="routed" if is_routed else _DIRECTIONS.get(direction if isinstance(direction, str) else "in", "in"),
        protocol=_first(arguments, "proto", "protocol"),
        port=port,
        application=_first(arguments, "name", "app"),
        source=_first(arguments, "from_ip", "from", "src"),
        source_port=_first(arguments, "from_port"),
        destination=_first(arguments, "to_ip", "dest", "to"),
        interface=interface.text if isinstance(interface, Unknown) else interface,
    )
