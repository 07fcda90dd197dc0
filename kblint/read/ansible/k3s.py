"""K3s as commands in the tasks of Ansible install it.

https://docs.k3s.io/installation/configuration
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.model.cluster import K3sConfig
from kblint.read.ansible.tasks import COMMANDS, Task
from kblint.read.k3s.configuration import starts
from kblint.read.scripts.commands import commands, script_in
from kblint.source.text import Source


def k3s_installs(source: Source, tasks: Sequence[Task]) -> Iterator[K3sConfig]:
    """What the commands of tasks give to K3s; nothing for a task of which a part, or its environment, is not known.

    That might switch off what the rest leaves on.
    """
    for task in tasks:
        if task.module not in COMMANDS or task.has_environment:
            continue
        line, span = task.command
        if isinstance(line, str) and span and "k3s" in line:
            yield from starts(commands(script_in(source, span, line)), source)
