"""Load balancers and firewalls as the modules of `hetzner.hcloud` set them up.

https://docs.ansible.com/ansible/latest/collections/hetzner/hcloud/index.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.firewall import CloudFirewall
from kblint.model.meta import Text
from kblint.read.ansible.tasks import Task
from kblint.read.hetzner import balancers, firewalls
from kblint.read.values import lenient_text, lenient_texts
from kblint.source.values import Origin, shown

_PREFIXES = ("hetzner.hcloud.hcloud_", "hetzner.hcloud.", "hcloud_")
"""The modules' names, and the two ways in which they were called before."""


@dataclass(slots=True, eq=False)
class _Firewall:
    declared: Origin | None = None
    rules: Origin | None = None
    applied_to: list[Text] = field(default_factory=list)


def hcloud_things(tasks: Sequence[Task]) -> Iterator[LoadBalancer | CloudFirewall]:
    """What is there after all tasks: a later one changes or takes away what an earlier one made."""
    found = _Project()
    for task in tasks:
        # what is only taken away on some condition is there without it
        if not (task.is_conditional and task.arguments.get("state") == "absent"):
            prefix = next((prefix for prefix in _PREFIXES if task.module.startswith(prefix)), None)
            found.run(task.module.removeprefix(prefix) if prefix else "", task.arguments)
    for name, balancer in found.balancers.items():
        if name and (balancer.declared or balancer.services or balancer.targets):
            yield balancer.balancer(name, DeclaredBy.ANSIBLE, balancers.target_of, is_whole=False)
    for name, firewall in found.firewalls.items():
        if name and firewall.declared:
            rules = firewalls.rules_of(firewall.rules) if firewall.rules else ()
            yield firewalls.spread(name, rules, firewall.applied_to, firewall.declared)


class _Project:
    """What the tasks have made so far, by name."""

    def __init__(self) -> None:
        self.balancers: dict[str, balancers.Parts] = {}
        self.firewalls: dict[str, _Firewall] = {}

    def run(self, module: str, arguments: Origin) -> None:
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
                firewall.rules = arguments if arguments.is_written("rules") else firewall.rules
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
            else:
                balancer.services[key] = arguments
        elif not is_absent:
            (balancer.targets if module == "load_balancer_target" else balancer.networks).append(arguments)

    def _apply(self, name: str, arguments: Origin, *keys: str) -> None:
        firewall = self.firewalls.setdefault(name, _Firewall())
        firewall.applied_to.extend(value for key in keys for value in lenient_texts(arguments.get(key)))


def _name(arguments: Origin, key: str) -> str:
    return shown(lenient_text(arguments.get(key)) or "")
