"""Label selectors, as workloads, policies, gateways and monitors write them.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
"""

from __future__ import annotations

from kblint.model.workload import Requirement, Selector
from kblint.read.values import Fields, mappings, text_map, word, words
from kblint.source.values import Origin, PositionedDict


def selector(origin: Origin, *path: str) -> Selector | None:
    """The label selector at `path`; None where no mapping stands there."""
    if not isinstance(origin.get(*path), PositionedDict):
        return None
    found = origin.child(*path)
    return Selector(text_map(found.node, "matchLabels"), requirements(found.node, "matchExpressions"), found)


def requirements(fields: Fields, key: str) -> tuple[Requirement, ...]:
    """The requirements in the sequence at `key`."""
    return tuple(
        Requirement(word(item, "key"), word(item, "operator"), words(item, "values")) for item in mappings(fields, key)
    )
