"""What `firewall-cmd` opens, in scripts and in cloud-init.

A zone has services of its own, which no command names: what nothing here opens may be open all the same.
https://firewalld.org/documentation/man-pages/firewall-cmd.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kblint.model.firewall import Action, FirewallRule, HostFirewall
from kblint.model.input_format import InputFormat
from kblint.read.hetzner.firewalls import network
from kblint.read.reading import Reading
from kblint.read.scripts.cloud_init import cloud_init_commands, is_cloud_init
from kblint.read.scripts.commands import ScriptCommand, commands, is_data, script_of, value
from kblint.read.ufw.rules import port_ranges
from kblint.read.ufw.services import service
from kblint.source.text import Place, Source
from kblint.source.values import Document, Unknown

FORMAT = InputFormat(
    "firewalld",
    "`firewall-cmd` in scripts and cloud-init: ports and services that are opened, sources that are trusted",
    "zones and rich rules; what is not opened there may be open all the same",
)

_PROGRAM = "firewall-cmd"
_USUAL = frozenset({"", "public"})


def read_text(source: Source) -> Reading | None:
    """The firewall that a script sets up; None where it opens nothing."""
    if is_data(source) or _PROGRAM not in source.text:
        return None
    return _reading(commands(script_of(source)), source.path)


def read_document(document: Document) -> Reading | None:
    """The firewall that cloud-init sets up; None where it opens nothing."""
    if document.source.text.find(_PROGRAM, *document.span) < 0 or not is_cloud_init(document):
        return None
    return _reading(cloud_init_commands(document), document.source.path)


def _reading(run: Iterable[ScriptCommand], name: str) -> Reading | None:
    rules = tuple(rule for command in run if command.name == _PROGRAM for rule in _rules(command))
    if not rules:
        return None
    firewall = HostFirewall(name, rules, None, "reject", None, False, rules[0].place, tool="firewalld")
    return Reading((firewall,))


def _rules(command: ScriptCommand) -> Iterator[FirewallRule]:
    """The rules of one command; of another zone than the usual one nobody knows whom it is for."""
    options = [(word, *word.text.partition("=")[::2]) for word in command.words[1:]]
    zone = next((given for _, option, given in options if option == "--zone"), "")
    doubt = None if command.is_sure and zone in _USUAL else Unknown(command.place.text)
    for word, option, given in options:
        place = word.place()
        written = value(word.cut(len(option) + 1)) if given else Unknown()
        match option:
            case "--add-port" if isinstance(written, str):
                ports, _, protocol = written.partition("/")
                yield _rule(place, protocol or "tcp", port_ranges(ports), doubt or ())
            case "--add-service" if isinstance(written, str) and (known := service(written)):
                yield _rule(place, known.protocol, port_ranges(known.ports), doubt or ())
            case "--add-source" if zone == "trusted" and isinstance(written, str) and command.is_sure:
                yield _rule(place, "any", (), (network(written),))
            case "--add-port" | "--add-service" | "--add-source" | "--add-rich-rule" | "--add-interface":
                unknown = Unknown(place.text)
                yield _rule(place, unknown, unknown, unknown)
            case _:
                continue


def _rule(place: Place, protocol: str | Unknown, ports: object, sources: object) -> FirewallRule:
    return FirewallRule(
        Action.ALLOW,
        "in",
        protocol,
        ports if isinstance(ports, tuple) else Unknown(place.text),
        sources if isinstance(sources, tuple) else Unknown(place.text),
        None,
        None,
        place,
    )
