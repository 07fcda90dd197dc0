"""What surely does not exist: only where the user says that the input holds everything (`world: closed`).

Even then an object may be made out of something that is in the input: a chart, an operator's own object, a generator.
"""

from __future__ import annotations

from collections.abc import Callable

from kblint.model.bundle import Bundle, Other
from kblint.model.kustomization import is_kustomization, remote_parts
from kblint.model.meta import Meta
from kblint.model.release import ChartRelease
from kblint.source.values import texts
from kblint.wire.services.makers import Makers

Elsewhere = Callable[[str, str | None, str], bool]
"""Whether an object (kind, namespace, name) exists outside the scope, as far as the user or other scopes tell."""
Absent = Callable[[str, str | None, str], bool]
"""Whether an object (kind, namespace, name) that is not in the scope surely does not exist.

A Service without a name is any that opens ports of nodes.
"""

_SETTINGS = frozenset({"ConfigMap", "PersistentVolumeClaim", "Secret", "ServiceAccount"})


def absence(bundle: Bundle, elsewhere: Elsewhere, makers: Makers, *, is_closed: bool) -> Absent:
    """What surely does not exist, though something names it; nothing in an open world."""
    if not is_closed:
        return lambda _kind, _namespace, _name: False
    others = [one.meta for one in bundle.all(Other) if _is_foreign(one.meta)]
    named = {text for meta in others for text in (meta.name, *texts(meta.origin.node))}
    # values without a release beside them: nobody sees what their chart makes, or where
    has_charts = any(one.meta is None for one in bundle.all(ChartRelease))

    def is_made(kind: str, namespace: str | None, name: str) -> bool:
        if kind == "Service" and not name:
            return has_charts or makers.has_more_ways
        # an operator's Secret bears the name of its object, or a name that begins with that
        is_settled = kind in _SETTINGS and (name in named or any(name.startswith(f"{meta.name}-") for meta in others))
        return is_settled or has_charts or makers.of(namespace) is not None

    return lambda kind, namespace, name: not elsewhere(kind, namespace, name) and not is_made(kind, namespace, name)


def _is_foreign(meta: Meta) -> bool:
    """Whether an object is of an operator's own kind, or brings others from elsewhere."""
    return (is_kustomization(meta) and any(remote_parts(meta))) or (
        "." in meta.group and not meta.group.endswith(".k8s.io")
    )
