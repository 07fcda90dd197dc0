"""What is there at Hetzner after steps that make, change and take away: tasks of Ansible, and commands of `hcloud`.

Steps are called like the modules of the collection. https://docs.ansible.com/ansible/latest/collections/hetzner/hcloud/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.firewall import CloudFirewall
from kblint.model.meta import Text
from kblint.read.hetzner import balancers, firewalls
from kblint.read.values import lenient_text, lenient_texts
from kblint.source.values import Origin, PositionedDict, shown


class _Firewall(Struct, eq=False):
    declared: Origin | None = None
    rules: Origin | None = None
    added: list[Origin] = field(default_factory=list)
    applied_to: list[Text] = field(default_factory=list)


class Project:
    """What the steps have made so far, by name."""

    def __init__(self) -> None:
        self.balancers: dict[str, balancers.Parts] = {}
        self.firewalls: dict[str, _Firewall] = {}

    def things(self, form: DeclaredBy, *, is_whole: bool = False) -> Iterator[LoadBalancer | CloudFirewall]:
        """What is there now; with `is_whole` only what the steps have made: of anything else more is not known."""
        for name, balancer in self.balancers.items():
            if name and (balancer.declared or (not is_whole and (balancer.services or balancer.targets))):
                yield balancer.balancer(name, form, balancers.target_of, is_whole=False)
        for name, firewall in self.firewalls.items():
            if name and firewall.declared:
                written = firewalls.rules_of(firewall.rules) if firewall.rules else ()
                rules = (*written, *map(firewalls.rule, firewall.added))
                yield firewalls.spread(name, rules, firewall.applied_to, firewall.declared)

    def run(self, module: str, arguments: Origin) -> None:
        """One step; `state: absent` takes away, `state: updated` changes what is given of a service."""
        is_absent = arguments.get("state") == "absent"
        name = _name(arguments, "name")
        match module:
            case "load_balancer" | "firewall" if is_absent:
                made: dict[str, Any] = self.balancers if module == "load_balancer" else self.firewalls
                made.pop(name, None)
            case "load_balancer":
                self.balancers.setdefault(name, balancers.Parts()).declared = arguments
            case "load_balancer_service" | "load_balancer_target" | "load_balancer_network":
                self._change_balancer(module, arguments, is_absent=is_absent)
            case "firewall":
                firewall = self.firewalls.setdefault(name, _Firewall())
                firewall.declared = firewall.declared or arguments
                if arguments.is_written("rules"):
                    firewall.rules, firewall.added = arguments, []
            case "firewall_rule":
                self.firewalls.setdefault(_name(arguments, "firewall"), _Firewall()).added.append(arguments)
            case "firewall_resource" if not is_absent:
                self._apply(_name(arguments, "firewall"), arguments, "servers", "label_selectors")
            case "server" if not is_absent:
                for applied in lenient_texts(arguments.get("firewalls")):
                    self._apply(shown(applied), arguments, "name")

    def _change_balancer(self, module: str, arguments: Origin, *, is_absent: bool) -> None:
        balancer = self.balancers.setdefault(_name(arguments, "load_balancer"), balancers.Parts())
        port = lenient_text(arguments.get("listen_port"))
        if module == "load_balancer_service":
            key: object = port if isinstance(port, str) else arguments
            if is_absent:
                balancer.services.pop(key, None)
            elif arguments.get("state") == "updated" and key in balancer.services:
                balancer.services[key] = _laid_over(balancer.services[key], arguments)
            else:
                balancer.services[key] = arguments
        elif not is_absent:
            (balancer.targets if module == "load_balancer_target" else balancer.networks).append(arguments)

    def _apply(self, name: str, arguments: Origin, *keys: str) -> None:
        firewall = self.firewalls.setdefault(name, _Firewall())
        firewall.applied_to.extend(value for key in keys for value in lenient_texts(arguments.get(key)))


def _laid_over(first: Origin, then: Origin) -> Origin:
    node = PositionedDict(first.node.span)
    for one in (first.node, then.node):
        for key, value in one.items():
            node.put(key, value, one.key_spans[key], one.value_spans[key])
    return Origin(first.source, node, first.head)


def _name(arguments: Origin, key: str) -> str:
    return shown(lenient_text(arguments.get(key)) or "")
