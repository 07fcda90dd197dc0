"""Storage that pods ask for by name.

https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/
"""

from __future__ import annotations

from dataclasses import dataclass

from kblint.model.meta import Meta
from kblint.source.values import Origin


@dataclass(frozen=True, slots=True, eq=False)
class VolumeClaim:
    """A PersistentVolumeClaim. `modes` are its access modes as written; `origin` is its spec."""

    meta: Meta
    modes: tuple[str, ...]
    origin: Origin

    @property
    def is_for_one_node(self) -> bool:
        """Whether one node at a time can have it.

        https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
        """
        return bool(self.modes) and set(self.modes) <= {"ReadWriteOnce", "ReadWriteOncePod"}
