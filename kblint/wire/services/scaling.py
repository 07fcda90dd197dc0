"""Workloads whose number of pods is not the one in their file: an autoscaler, or whatever wakes them up, decides it.

https://keda.sh/docs/2.17/reference/scaledobject-spec/, https://docs.flagger.app/usage/how-it-works (`targetRef`),
https://argo-rollouts.readthedocs.io/en/stable/migrating/ (`workloadRef`),
https://codeberg.org/hjacobs/kube-downscaler and https://sablierapp.dev/#/providers/kubernetes (labels and annotations)
"""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from kblint.model.bundle import Bundle, Other
from kblint.model.policy import Reference
from kblint.model.workload import Workload

_NAMING = ("scaleTargetRef", "targetRef", "workloadRef")
_BY_NAME = ("scale", "sablier", "keda", "kube-green", "sleep")
"""Words in the keys of labels and annotations by which something is told to change the number of pods."""
_SIZING = "VerticalPodAutoscaler"
"""It changes what pods ask for, not how many there are."""


class Scaled(Struct, frozen=True, eq=False, dict=True):
    """What scales the workloads of a bundle."""

    bundle: Bundle

    @cached_property
    def _named(self) -> frozenset[tuple[str | None, str]]:
        """The namespaces and names that something scales."""
        found = {
            (one.meta.namespace, one.name)
            for one in self.bundle.all(Reference)
            if one.purpose == "scale-target" and one.meta.kind != _SIZING and isinstance(one.name, str)
        }
        for other in self.bundle.all(Other):
            spec = other.meta.origin.child("spec")
            for key in _NAMING if spec.node and other.meta.kind != _SIZING else ():
                name = spec.child(key).get("name")
                if isinstance(name, str):
                    found.add((other.meta.namespace, name))
        return frozenset(found)

    def holds(self, workload: Workload) -> bool:
        """Whether something but the file of a workload decides how many pods it has, or may."""
        meta = workload.meta
        keys = (*meta.labels, *meta.annotations)
        is_told = any(word in key.lower() for key in keys for word in _BY_NAME)
        return is_told or (meta.namespace, meta.name) in self._named or (None, meta.name) in self._named
