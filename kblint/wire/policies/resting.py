"""Which workloads each network policy rests on."""

from __future__ import annotations

from collections import Counter

from kblint.model.bundle import Bundle, Other
from kblint.model.cluster import K3sConfig
from kblint.model.environment import Environment
from kblint.model.policy import Namespace, NetworkPolicy
from kblint.model.workload import Selector, Workload
from kblint.source.grouping import grouped
from kblint.source.values import Origin, Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.nodes.filtering import PODS
from kblint.wire.policies.applied import MANY, AppliedPolicy, Policies
from kblint.wire.services.selection import PodIndex, same_namespace, selector_matches

_OTHER_LANGUAGES = frozenset(
    {"cilium.io", "crd.antrea.io", "crd.projectcalico.org", "policy.networking.k8s.io", "projectcalico.org"}
)
"""Groups whose own policies may let through what a NetworkPolicy does not."""


def wire_policies(bundle: Bundle, environment: Environment, pods: PodIndex, in_mesh: frozenset[Workload]) -> Policies:
    """Every NetworkPolicy with the workloads it rests on; `in_mesh` are those with a sidecar."""
    by_workload: list[tuple[Workload, AppliedPolicy]] = []
    by_namespace: list[tuple[str | None, AppliedPolicy]] = []
    crowded: set[Workload] = set()
    uncounted: dict[object, NetworkPolicy] = {}
    alike = Counter(pods.rarest(policy.pods) for policy in bundle.all(NetworkPolicy))
    for policy in bundle.all(NetworkPolicy):
        namespace = policy.meta.namespace
        pair = pods.rarest(policy.pods)
        pool = pods.carrying(pair)
        if not _is_readable(policy.pods, policy.origin):
            by_namespace.append((namespace, AppliedPolicy(policy, Certainty.UNKNOWN)))
        elif policy.pods.is_empty:
            by_namespace.append((namespace, AppliedPolicy(policy, Certainty.KNOWN)))
        elif alike[pair] > MANY and len(pool) + len(pods.templated) > MANY:
            if pair not in uncounted:
                crowded.update(pool, pods.templated)
                uncounted[pair] = policy
        else:
            selected = pods.select_by(policy.pods, namespace)
            by_workload += ((one.workload, AppliedPolicy(policy, one.certainty)) for one in selected)
            by_workload += (
                (workload, AppliedPolicy(policy, Certainty.UNKNOWN))
                for workload in pods.templated
                if selector_matches(policy.pods, workload.pod.labels) is None
                and same_namespace(namespace, workload.meta.namespace)
            )
    configs = bundle.all(K3sConfig)
    has_own_controller = not any(config.value("flannel-backend") == "none" for config in configs)
    is_off = has_own_controller and any(config.is_on("disable-network-policy") for config in configs)
    is_other_language = any(
        one.meta.group in _OTHER_LANGUAGES and one.meta.kind.endswith("Policy") for one in bundle.all(Other)
    )
    return Policies(
        grouped(by_workload),
        grouped(by_namespace),
        is_enforced=not is_off and not is_other_language,
        # which Kubernetes it is decides about the answer only: K3s's, where nobody said it is another
        is_closed=environment.is_closed,
        untold=in_mesh | crowded,
        uncounted=tuple(uncounted.values()),
        spaces={one.meta.name: one.meta.labels for one in bundle.all(Namespace)},
        pods=next((value for config in configs for value in config.values("cluster-cidr")), PODS),
        rejects=has_own_controller and (environment.is_k3s or environment.is_detected or bool(configs)),
    )


def _is_unknown(value: object) -> bool:
    return isinstance(value, Unknown)


def _is_readable(selector: Selector, spec: Origin) -> bool:
    """Whether a policy's selector holds no placeholder, and so selects what it seems to."""
    written = spec.get("podSelector")
    labels, expressions = spec.get("podSelector", "matchLabels"), spec.get("podSelector", "matchExpressions")
    return (
        isinstance(written, dict | None)
        and isinstance(labels, dict | None)
        and isinstance(expressions, list | None)
        and not any(map(_is_unknown, selector.labels.values()))
    )
