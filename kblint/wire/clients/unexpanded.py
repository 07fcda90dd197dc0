"""References to variables that stay as they are written: the kubelet replaces `$(NAME)` in `value`, and nowhere else.

https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ : only names that
are defined before, and not in what comes from ConfigMaps and Secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct, field

from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, EnvVar, Role, Workload
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.syntax.passage import written
from kblint.wire.clients.aliases import dead_aliases
from kblint.wire.clients.names import Cluster
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Evidence
from kblint.wire.listening.variables import Variables

_REFERENCE = regex(r"(?<!\$)\$\(([A-Z_][A-Z0-9_]*)\)")
_LONGEST = 2000
"""Characters of a value; a longer one is a script or a file."""


def client_conflicts(cluster: Cluster) -> Iterator[Conflict]:
    """What clients are told that leads nowhere: references that stay as they are, and aliases of no Service."""
    yield from unexpanded(cluster)
    yield from dead_aliases(cluster)


def unexpanded(cluster: Cluster) -> Iterator[Conflict]:
    """Every such reference to a variable that the container has, each place once."""
    seen: set[Place] = set()
    referring = _Referring()
    for workload in cluster.bundle.all(Workload):
        for container in workload.pod.containers:
            if container.role is Role.EPHEMERAL or not (container.env or container.env_from):
                continue
            for conflict in _of_container(workload, container, cluster, referring):
                if conflict.place not in seen:
                    seen.add(conflict.place)
                    yield conflict


class _Referring(Struct, frozen=True):
    """The keys of ConfigMaps that hold a reference: found once, however many containers take one in."""

    _known: dict[ConfigMap, tuple[str, ...]] = field(default_factory=dict)

    def of(self, found: ConfigMap) -> tuple[str, ...]:
        """Those of one ConfigMap."""
        if found not in self._known:
            self._known[found] = tuple(key for key, text in found.data.items() if _refers(text))
        return self._known[found]


def _refers(text: object) -> bool:
    return isinstance(text, str) and "$(" in text[:_LONGEST] and "\n" not in text.strip()


def _of_container(
    workload: Workload, container: Container, cluster: Cluster, referring: _Referring
) -> Iterator[Conflict]:
    config_map = partial(cluster.config_map_of, workload.meta.namespace)
    variables = Variables(container, config_map)
    yield from _too_early(workload, container, variables)
    for source in container.env_from:
        found = config_map(source.name) if source.kind == "ConfigMap" else None
        for key in referring.of(found) if found else ():
            yield from _in_map(workload, found, key, variables, source.origin.place())
    for one in container.env:
        if one.source and one.source.kind == "ConfigMap":
            found = config_map(one.source.name)
            yield from _in_map(workload, found, one.source.key, variables, one.origin.place("name"))


def _in_map(
    workload: Workload, found: ConfigMap | None, key: str, variables: Variables, used: Place
) -> Iterator[Conflict]:
    """What stands in a ConfigMap is given to the program as it is."""
    text = found.data.get(key) if found else None
    if found is None or not _refers(text):
        return
    passage = written(found.origin, key)
    match = next((one for one in _REFERENCE.finditer(passage.text) if one[1] in variables.values), None)
    if match:
        shown = (Evidence(used, f"given to {workload.meta} here"),)
        place = passage.place(*match.span())
        yield Conflict("unexpanded", workload.meta, place, str(workload.meta), match[0], match[1], "map", shown=shown)


def _too_early(workload: Workload, container: Container, variables: Variables) -> Iterator[Conflict]:
    """A variable that is named before it is defined."""
    if variables.is_open or not any(isinstance(one.value, str) and "$(" in one.value for one in container.env):
        return
    given = {key for source, found in variables.sources if found for key in (source + one for one in found.data)}
    later: dict[str, EnvVar] = {}
    first = {one.name: index for index, one in reversed(list(enumerate(container.env)))}
    index = len(container.env)
    for one in reversed(container.env):
        index -= 1
        value = one.value
        for match in _REFERENCE.finditer(value) if isinstance(value, str) and "$(" in value else ():
            defined = later.get(match[1])
            is_before = first.get(match[1], index) < index
            if defined and match[1] not in given and not is_before:
                shown = (Evidence(defined.origin.place("name"), "defined here"),)
                place = written(one.origin, "value").place(*match.span())
                yield Conflict(
                    "unexpanded", workload.meta, place, str(workload.meta), match[0], match[1], "order", shown=shown
                )
        later[one.name] = one
