"""Load balancers and firewalls as the modules of `hetzner.hcloud` set them up.

https://docs.ansible.com/ansible/latest/collections/hetzner/hcloud/index.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.firewall import CloudFirewall
from kblint.read.ansible.tasks import COMMANDS, Task
from kblint.read.hetzner.commands import steps
from kblint.read.hetzner.project import Project
from kblint.read.scripts.commands import commands, script_in

_PREFIXES = ("hetzner.hcloud.hcloud_", "hetzner.hcloud.", "hcloud_")
"""The modules' names, and the two ways in which they were called before."""


def hcloud_things(tasks: Sequence[Task]) -> Iterator[LoadBalancer | CloudFirewall]:
    """What is there after all tasks: a later one changes or takes away what an earlier one made."""
    found = Project()
    for task in tasks:
        if task.module in COMMANDS:
            line, span = task.command
            if isinstance(line, str) and span and "hcloud" in line and not task.is_conditional:
                for module, arguments in steps(commands(script_in(task.arguments.source, span, line))):
                    found.run(module, arguments)
            continue
        # what is only taken away on some condition is there without it
        if not (task.is_conditional and task.arguments.get("state") == "absent"):
            prefix = next((prefix for prefix in _PREFIXES if task.module.startswith(prefix)), None)
            found.run(task.module.removeprefix(prefix) if prefix else "", task.arguments)
    yield from found.things(DeclaredBy.ANSIBLE)
