"""Signs of the cluster in any text: which cloud, which Kubernetes, which network between the pods.

They are looked for in the text itself, so that scripts, Ansible, cloud-init, templates and kustomizations show them
alike, also where they cannot be parsed. Lines that are comments show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kblint.model.cluster import ClusterSign, SignOf
from kblint.read.reading import Reading
from kblint.source.text import Place, Source, Span

POD_NETWORKS = ("antrea", "calico", "cilium", "kube-ovn", "kube-router", "ovn-kubernetes", "tigera-operator", "weave")
"""Charts, operators and manifests of pod networks other than flannel: https://kubernetes.io/docs/concepts/cluster-administration/addons/#networking-and-network-policy"""

_NETWORK = rf"(?P<network>{'|'.join(POD_NETWORKS)})"
_REST = r"(?:\\\n|[^\n|;&])*?"
"""Further words of one command, over continued lines too."""

_SIGNS: tuple[tuple[SignOf, str, re.Pattern[str]], ...] = (
    (SignOf.K3S, "k3s", re.compile(r"get\.k3s\.io|\bINSTALL_K3S_[A-Z]+|/etc/rancher/k3s\b")),
    (
        SignOf.HETZNER,
        "hcloud",
        re.compile(
            r"\bHCLOUD_TOKEN\b|\bhetzner\.hcloud\.\w|\bhcloud (?:server|network|load-balancer|firewall) \w"
            r"|\bhcloud-cloud-controller-manager\b|\bcsi\.hetzner\.cloud\b"
        ),
    ),
    (
        SignOf.PRIVATE_NETWORK,
        "hcloud",
        re.compile(
            r"\bHCLOUD_NETWORK\b[\"']?\s*[:=]\s*(?!\"\"|''|\s)\S|\bname:\s*[\"']?HCLOUD_NETWORK\b"
            r"|\bnetworking\.enabled=true\b|\bhcloud (?:network create|server attach-to-network)\b"
        ),
    ),
    (SignOf.OTHER_NETWORK, "kubeadm", re.compile(r"\bkubeadm (?:init|join)\b")),
    (SignOf.OTHER_NETWORK, "cilium", re.compile(r"\bcilium install\b")),
    (
        SignOf.OTHER_NETWORK,
        "",
        re.compile(rf"\bhelm\s+(?:upgrade|install)\b{_REST}[\s/\"']{_NETWORK}(?![\w.])"),
    ),
    (
        SignOf.OTHER_NETWORK,
        "",
        re.compile(rf"\bkubectl\s+(?:apply|create|replace)\b{_REST}[\s/\"'=]{_NETWORK}[\w.-]*\.ya?ml"),
    ),
    (SignOf.OTHER_NETWORK, "", re.compile(rf"\bchart_ref:\s*[\"']?(?:\S*/)?{_NETWORK}[\"']?\s*$", re.MULTILINE)),
    (
        SignOf.OTHER_NETWORK,
        "",
        re.compile(rf"^\s*-\s*[\"']?https?://\S*/{_NETWORK}[\w.-]*\.ya?ml", re.MULTILINE),
    ),
    (
        SignOf.OTHER_NETWORK,
        "",
        re.compile(rf"^\s*-?\s*src:\s*[\"']?https?://\S*/{_NETWORK}[\w.-]*\.ya?ml", re.MULTILINE),
    ),
)
_WORDS = ("k3s", "K3S", "HCLOUD", "hcloud", "hetzner", "networking.enabled", "kubeadm", *POD_NETWORKS)
_COMMENT = re.compile(r"\s*(?:#|//)")


def read_text(source: Source) -> Reading | None:
    """What a text shows of the cluster, each sign once; None when it shows nothing."""
    if not any(word in source.text for word in _WORDS):
        return None
    found = tuple(_signs(source))
    return Reading(found) if found else None


def _signs(source: Source) -> Iterator[ClusterSign]:
    for of, name, pattern in _SIGNS:
        for match in pattern.finditer(source.text):
            if not _is_comment(source.text, match.start()):
                shown = name or match["network"]
                yield ClusterSign(of, shown, Place(source, Span(match.start(), match.end())))
                break


def _is_comment(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    return _COMMENT.match(text, start) is not None
