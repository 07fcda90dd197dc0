"""Load balancers, firewalls and servers that `hcloud` commands set up, in scripts and in cloud-init.

https://github.com/hetznercloud/cli/blob/main/docs/reference/manual/hcloud_load-balancer_add-service.md
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from kblint.model.balancer import DeclaredBy
from kblint.model.bundle import Declaration
from kblint.model.cluster import ClusterSign, SignOf
from kblint.model.input_format import InputFormat
from kblint.read.hetzner.project import Project
from kblint.read.reading import Reading
from kblint.read.scripts.cloud_init import cloud_init_commands, is_cloud_init
from kblint.read.scripts.commands import ScriptCommand, commands, is_data, script_of, value
from kblint.source.regex import regex
from kblint.source.text import Source, Span
from kblint.source.values import Document, Origin, PositionedDict, PositionedList, Unknown
from kblint.syntax.passage import Passage

FORMAT = InputFormat(
    "`hcloud` commands",
    "`hcloud load-balancer`, `firewall` and `server` in scripts, cloud-init and Ansible, replayed in their order",
    "what a shell works out only when it runs or does in a branch; rules in files; what other scripts have made",
)

MAX_COMMANDS = 2000
"""Commands of one script that are replayed."""
_CALLS = regex(r"hcloud (?<=\bhcloud )(?:load-balancer|firewall|server) \w")

Path = tuple[str, ...]


class _Form(Struct, frozen=True):
    """What a command is as a step: its module, what its first word names, and its options to keys of the arguments."""

    module: str
    named: str
    options: Mapping[str, Path]
    state: str = "present"


_CHECK = {
    **{f"--health-check-{key}": ("health_check", key) for key in ("protocol", "port")},
    **{f"--health-check-http-{key}": ("health_check", "http", key) for key in ("domain", "path")},
    "--health-check-http-status-codes": ("health_check", "http", "status_codes"),
}
_SERVICE: Mapping[str, Path] = {
    "--protocol": ("protocol",),
    "--listen-port": ("listen_port",),
    "--destination-port": ("destination_port",),
    "--proxy-protocol": ("proxyprotocol",),
    "--http-redirect-http": ("http", "redirect_http"),
    "--http-certificates": ("http", "certificates"),
    **_CHECK,
}
_TARGET = {option: (option[2:].replace("-", "_"),) for option in ("--server", "--label-selector", "--ip")}
_RULE: Mapping[str, Path] = {
    **{option: (option[2:],) for option in ("--direction", "--protocol", "--port")},
    "--source-ips": ("source_ips",),
    "--destination-ips": ("destination_ips",),
}
_LB, _FW = "load-balancer", "firewall"
_FORMS: Mapping[tuple[str, str], _Form] = {
    (_LB, "create"): _Form(
        "load_balancer", "", {"--name": ("name",), "--location": ("location",), "--network-zone": ("network_zone",)}
    ),
    (_LB, "delete"): _Form("load_balancer", "name", {}, "absent"),
    (_LB, "add-service"): _Form("load_balancer_service", "load_balancer", _SERVICE),
    (_LB, "update-service"): _Form("load_balancer_service", "load_balancer", _SERVICE, "updated"),
    (_LB, "delete-service"): _Form("load_balancer_service", "load_balancer", _SERVICE, "absent"),
    (_LB, "add-target"): _Form(
        "load_balancer_target", "load_balancer", {**_TARGET, "--use-private-ip": ("use_private_ip",)}
    ),
    (_LB, "attach-to-network"): _Form("load_balancer_network", "load_balancer", {"--ip": ("ip",)}),
    (_FW, "create"): _Form("firewall", "", {"--name": ("name",), "--rules-file": ("rules",)}),
    (_FW, "delete"): _Form("firewall", "name", {}, "absent"),
    (_FW, "replace-rules"): _Form("firewall", "name", {"--rules-file": ("rules",)}),
    (_FW, "add-rule"): _Form("firewall_rule", "firewall", _RULE),
    (_FW, "apply-to-resource"): _Form(
        "firewall_resource", "firewall", {"--server": ("servers",), "--label-selector": ("label_selectors",)}
    ),
    ("server", "create"): _Form("server", "", {"--name": ("name",), "--firewall": ("firewalls",)}),
}
_LISTS = frozenset(
    {
        *("--http-certificates", "--health-check-http-status-codes", "--source-ips", "--destination-ips"),
        *("--firewall", "--label"),
    }
)
_SWITCHES = frozenset(
    {
        *("--proxy-protocol", "--http-redirect-http", "--http-sticky-sessions", "--health-check-http-tls"),
        *("--use-private-ip", "--start-after-create", "--without-ipv4", "--without-ipv6", "--enable-backup", "--quiet"),
    }
)
"""Options that take no word behind them, but for one after `=`."""
_GLOBAL = frozenset({"--context", "--config", "--endpoint", "--poll-interval", "-o", "--output"})


def read_text(source: Source) -> Reading | None:
    """What the commands of a script set up; None where they set up nothing."""
    if is_data(source) or not _CALLS.search(source.text):
        return None
    return _reading(commands(script_of(source)))


def read_document(document: Document) -> Reading | None:
    """What the commands of cloud-init set up; None where they set up nothing."""
    if not _CALLS.search(document.source.text, *document.span) or not is_cloud_init(document):
        return None
    return _reading(cloud_init_commands(document))


def _reading(run: Iterable[ScriptCommand]) -> Reading | None:
    project, servers = Project(), list[ClusterSign]()
    for module, arguments in islice(steps(run), MAX_COMMANDS):
        project.run(module, arguments)
        if module == "server":
            servers.append(_server(arguments))
    found: tuple[Declaration, ...] = (*project.things(DeclaredBy.COMMANDS, is_whole=True), *servers)
    return Reading(found) if found else None


def _server(arguments: Origin) -> ClusterSign:
    """A script whose names are not known is run once for each server."""
    name = arguments.get("name")
    labels = arguments.get("labels")
    pairs = (label.partition("=") for label in labels if isinstance(label, str)) if isinstance(labels, list) else ()
    return ClusterSign(
        SignOf.SERVERS,
        "hcloud server create",
        arguments.place("name"),
        1 if isinstance(name, str) else None,
        {key: text for key, _, text in pairs},
    )


def steps(run: Iterable[ScriptCommand]) -> Iterator[tuple[str, Origin]]:
    """The steps that the `hcloud` commands among those of a script are, each with its arguments."""
    for command in run:
        words = _without_globals(command.words[1:]) if command.name == "hcloud" else ()
        form = _FORMS.get((words[0].text, words[1].text)) if len(words) > 1 else None
        if form and (command.is_sure or form.state != "absent"):
            arguments = _arguments(form, words[2:], command)
            yield form.module, arguments
            if form.module == "load_balancer" and (network := _option(words, "--network")):
                node = PositionedDict()
                node.put("load_balancer", arguments.get("name"), network.place().span, network.place().span)
                yield "load_balancer_network", Origin(arguments.source, node, network.place().span)


def _without_globals(words: Sequence[Passage]) -> tuple[Passage, ...]:
    """The words from the first that is no option of all commands."""
    rest = list(words)
    while rest and rest[0].text.startswith("-"):
        if rest.pop(0).text in _GLOBAL and rest:
            rest.pop(0)
    return tuple(rest)


def _option(words: Sequence[Passage], name: str) -> Passage | None:
    """What an option is given."""
    for word, following in zip(words, (*words[1:], None), strict=True):
        if word.text == name:
            return following
        if word.text.startswith(f"{name}="):
            return word.cut(len(name) + 1)
    return None


def _arguments(form: _Form, words: Sequence[Passage], command: ScriptCommand) -> Origin:
    head = command.place.span
    root = PositionedDict(head)
    root.put("state", form.state, head, head)
    named = form.named
    pending = list(words)
    while pending:
        word = pending.pop(0)
        if not word.text.startswith("-"):
            if named:
                root.put(named, value(word), word.place().span, word.place().span)
                named = ""
            continue
        option, equals, _ = word.text.partition("=")
        given: Passage | None = word.cut(len(option) + 1) if equals else None
        if not equals and option not in _SWITCHES and pending:
            given = pending.pop(0)
        path = ("labels",) if option == "--label" else form.options.get(option)
        if path:
            _put(root, path, option, word, given, is_sure=command.is_sure)
    return Origin(command.place.source, root, head)


def _put(root: PositionedDict, path: Path, option: str, word: Passage, given: Passage | None, *, is_sure: bool) -> None:
    """Put one option into the arguments. Nobody knows what an option in a branch comes to, but for names."""
    node, key_span = root, word.place().span
    for key in path[:-1]:
        inner = node.get(key)
        if not isinstance(inner, PositionedDict):
            inner = PositionedDict(key_span)
            node.put(key, inner, key_span, key_span)
        node = inner
    key = path[-1]
    span = given.place().span if given else key_span
    written = value(given) if given else True
    if key == "rules" or not (is_sure or key in ("name", "listen_port")):
        written = Unknown(given.place().text if given else option)
    if option not in _LISTS and key not in ("servers", "label_selectors"):
        node.put(key, written, key_span, span)
        return
    held = node.get(key)
    items = held if isinstance(held, PositionedList) else PositionedList(Span(span.start, span.end))
    for one in written.split(",") if isinstance(written, str) and option != "--label" else [written]:
        items.put(one, span)
    node.put(key, items, key_span, span)
