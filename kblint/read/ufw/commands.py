"""Commands of `ufw`, replayed.

https://manpages.ubuntu.com/manpages/noble/en/man8/ufw.8.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from kblint.model.firewall import Action
from kblint.read.scripts.commands import ScriptCommand, value
from kblint.read.ufw.rules import RuleTable, Written, rules
from kblint.source.templates import meets
from kblint.source.text import Place, Span
from kblint.source.values import Unknown, shown
from kblint.syntax.passage import Passage

ACTIONS = {action.value: action for action in Action}
CHANGING = frozenset(
    ("default", "enable", "disable", "reset", "route", "rule", "insert", "prepend", "delete", *ACTIONS)
)
"""Commands that change something; the others only show or reload."""


MAX_COMMANDS = 5000
"""Commands of one script that are replayed; UFW itself takes seconds for each of so many."""


def replay(table: RuleTable, run: Iterable[ScriptCommand], doubtful: Sequence[Span] = ()) -> Place | None:
    """Run the `ufw` commands among those of a script; where the first one stands that changes something, else None.

    Nobody knows whether those in the `doubtful` parts of the text are run, or in a branch of the script.

    Raises:
        TooManyCommandsError: there are more than anybody writes.
    """
    first: Place | None = None
    ufw_commands = (command for command in run if command.name == "ufw")
    for count, command in enumerate(ufw_commands):
        if count == MAX_COMMANDS:
            raise TooManyCommandsError(command.place)
        is_sure = command.is_sure and not meets(command.place.span, doubtful)
        if _apply(table, list(command.words[1:]), command.place, is_sure=is_sure):
            first = first or command.place
    return first


class TooManyCommandsError(Exception):
    """A script holds more `ufw` commands than are replayed; `place` is that of the first beyond."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"more than {MAX_COMMANDS} `ufw` commands")
        self.place = place


def _apply(table: RuleTable, words: list[Passage], place: Place, *, is_sure: bool) -> bool:
    """Run one command; whether it changes something."""
    while words and words[0].text.startswith("-"):
        if words.pop(0).text == "--dry-run":
            return False
    verb = words[0].text if words else ""
    if verb not in CHANGING:
        return False
    if verb in ("enable", "disable", "reset", "default") and not is_sure:
        table.active = None
    elif verb in ("enable", "disable"):
        table.active = verb == "enable"
    elif verb == "reset":
        table.reset()
    elif verb == "default":
        _default(table, words[1:])
    else:
        _change(table, words, place, is_sure=is_sure)
    return True


def _default(table: RuleTable, words: list[Passage]) -> None:
    policy = words[0].text if words else ""
    direction = words[1].text if len(words) > 1 else "incoming"
    if policy not in ("allow", "deny", "reject"):
        return
    if direction in ("incoming", "input", "in"):
        table.default_incoming = policy
    elif direction in ("routed", "forward"):
        table.default_routed = policy


def _change(table: RuleTable, words: list[Passage], place: Place, *, is_sure: bool) -> None:
    """`[route] [delete|insert N|prepend] [N|RULE]`, in any of the orders that UFW takes."""
    is_routed = is_deleted = False
    position: int | None = None
    while words and words[0].text in ("rule", "route", "delete", "insert", "prepend"):
        verb = words.pop(0).text
        is_routed = is_routed or verb == "route"
        is_deleted = is_deleted or verb == "delete"
        if verb == "prepend":
            position = 1
        elif verb == "insert" and words and words[0].text.isdecimal():
            position = max(int(words.pop(0).text), 1)
    if is_deleted and not is_sure:
        table.active = None
        return
    if is_deleted and words and words[0].text.isdecimal():
        table.delete_number(int(words[0].text))
        return
    if not words or words[0].text not in ACTIONS:
        return
    written = _written(words, place)
    found = rules(replace(written, direction="routed") if is_routed else written)
    if not is_sure:
        found = tuple(replace(rule, sources=Unknown(place.text)) for rule in found)
    if is_deleted:
        table.delete(found)
    else:
        table.add(found, position)


def _written(words: list[Passage], place: Place) -> Written:
    """`ACTION [in|out] [on IF] [log] PORT[/PROTO]`, or with `proto`, `from`, `to`, `port`, `app`; then a comment."""
    # without an operand: a placeholder such as `<port>`, which the shell takes for a redirection
    written = Written(ACTIONS[words[0].text], place, port=None if len(words) > 1 else Unknown())
    side = "destination"
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        operand = value(rest[0]) if rest else Unknown()
        match word.text:
            case "comment":
                break
            case "log" | "log-all":
                continue
            case "in" | "out":
                # routed rules name two interfaces; what comes in decides
                written = replace(written, direction="in" if written.interface else word.text)
                continue
            case "on":
                written = replace(written, interface=written.interface or shown(operand))
            case "proto":
                written = replace(written, protocol=operand)
            case "from":
                side, written = "source", replace(written, source=operand)
            case "to":
                side, written = "destination", replace(written, destination=operand)
            case "port" if side == "source":
                written = replace(written, source_port=operand)
            case "port":
                written = replace(written, port=operand)
            case "app" if side == "source":
                written = replace(written, source_port=operand)
            case "app":
                written = replace(written, application=operand)
            case _:
                written = replace(written, port=value(word))
                continue
        rest = rest[1:]
    return written
