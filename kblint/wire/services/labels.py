"""Keys of labels by what they are for: to name an application, to tell its variants apart, to mark running pods."""

from __future__ import annotations

from kblint.source.regex import regex

RUN_TIME = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "controller-uid",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "rollouts-pod-template-hash",
        "security.istio.io/tlsMode",
        "service.istio.io/canonical-name",
        "service.istio.io/canonical-revision",
        "statefulset.kubernetes.io/pod-name",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    }
)
"""Labels that controllers add to pods: https://kubernetes.io/docs/reference/labels-annotations-taints/"""


_ROLES = frozenset(
    {"active", "initialized", "leader", "master", "primary", "replica", "role", "sealed", "standby", "state", "status"}
)
"""Words in the names of labels that change while a pod runs."""
_VARIANTS = frozenset(
    {
        *("canary", "color", "colour", "deployment", "env", "environment", "release", "rev", "revision", "slot"),
        *("stable", "stage", "track", "variant", "version"),
    }
)
"""Words in the names of labels by which several variants of one application stand side by side."""
_WORD = regex(r"[a-z0-9]+")
_NAMES = frozenset({"app", "application", "k8s-app", "name", "run"})
_PARTS = frozenset({"component", "instance", "service", "svc", "tier"})
"""Labels that say what an application, or a part of it, is called."""


def is_name(key: str) -> bool:
    """Whether a label says what an application is called, and is given to pods by whoever writes them."""
    prefix, _, name = key.rpartition("/")
    return prefix in ("", "app.kubernetes.io") and name in _NAMES


def is_naming(key: str) -> bool:
    """The same of an application or a part of it."""
    prefix, _, name = key.rpartition("/")
    return is_name(key) or (prefix in ("", "app.kubernetes.io") and name in _PARTS)


def is_variant(key: str) -> bool:
    """Whether a label tells variants of one application apart, or changes while a pod runs."""
    return not (_VARIANTS | _ROLES).isdisjoint(_WORD.findall(key.rpartition("/")[2].lower()))


def names_role(key: str) -> bool:
    """Whether a label may be put there while a pod runs, for the role it has then."""
    return not _ROLES.isdisjoint(_WORD.findall(key.rpartition("/")[2].lower()))
