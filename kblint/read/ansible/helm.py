"""Releases of charts as tasks of Ansible install them: the module `kubernetes.core.helm`, and helm's own commands.

https://docs.ansible.com/ansible/latest/collections/kubernetes/core/helm_module.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.model.release import ChartRelease, Form, ValuesIn, ValuesReference, no_values
from kblint.read.ansible.tasks import COMMANDS, Task
from kblint.read.charts.commands import releases
from kblint.read.kubernetes.charts import named_chart
from kblint.read.scripts.commands import script_in
from kblint.read.values import known_word, word
from kblint.source.text import Place, Source
from kblint.source.values import Origin, PositionedDict, strings

_MODULES = frozenset({"kubernetes.core.helm", "community.kubernetes.helm", "helm"})
_VALUES = ("values", "release_values")
"""The argument, and its older name."""
_FILES = "values_files"


def helm_releases(source: Source, tasks: Sequence[Task]) -> Iterator[ChartRelease]:
    """The releases that tasks install."""
    for task in tasks:
        if task.module in _MODULES and word(task.arguments.node, "chart_ref"):
            yield _of_module(task)
        elif task.module in COMMANDS and not task.has_environment:
            line, span = task.command
            if isinstance(line, str) and span and "helm" in line:
                yield from releases(script_in(source, span, line), source)


def _of_module(task: Task) -> ChartRelease:
    """A later file wins, and what is written in the task wins over files."""
    arguments = task.arguments
    node = arguments.node
    layers: list[Origin | ValuesReference] = [
        ValuesReference(ValuesIn.FILE, name, None, "", (), is_optional=False, place=arguments.place(_FILES, index))
        for index, name in enumerate(strings(node.get(_FILES)))
    ]
    key = next((key for key in _VALUES if isinstance(node.get(key), PositionedDict)), None)
    unknown = tuple(
        "some of its values are not known" for one in (*_VALUES, "set_values") if node.get(one) and one != key
    )
    if key:
        layers.append(arguments.child(key))
    own = [layer for layer in layers if isinstance(layer, Origin)]
    place = arguments.key_place(key) if key else Place(arguments.source, arguments.head)
    chart = named_chart(word(node, "chart_ref"), known_word(node, "chart_repo_url"), known_word(node, "chart_version"))
    name = known_word(node, "name") or known_word(node, "release_name")
    return ChartRelease(
        form=Form.COMMAND,
        name=name or chart.name,
        namespace=known_word(node, "namespace") or known_word(node, "release_namespace"),
        chart=chart.name,
        repository=chart.repository,
        version=chart.version,
        layers=tuple(layers),
        values=own[0] if own else no_values(place),
        place=place,
        meta=None,
        written=chart.written,
        is_folder=chart.is_folder,
        unknown=unknown if name else (*unknown, "its name is not known"),
    )
