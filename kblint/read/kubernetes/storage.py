"""PersistentVolumeClaims.

https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kblint.model.bundle import Declaration
from kblint.model.meta import Meta
from kblint.model.storage import VolumeClaim
from kblint.read.fields import words
from kblint.source.values import Origin


def read_volume_claim(meta: Meta, origin: Origin) -> tuple[Declaration, ...]:
    """A PersistentVolumeClaim."""
    spec = origin.child("spec")
    return (VolumeClaim(meta, words(spec.node, "accessModes"), spec),)


STORAGE: Mapping[tuple[str, str], Callable[[Meta, Origin], tuple[Declaration, ...]]] = {
    ("", "PersistentVolumeClaim"): read_volume_claim,
}
"""Group and kind to reader."""
