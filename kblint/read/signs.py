"""Signs of the cluster in any text: which cloud, which Kubernetes, which network between the pods.

They are looked for in the text itself, so that scripts, Ansible, cloud-init, templates and kustomizations show them
alike, also where they cannot be parsed. Lines that are comments show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from kblint.model.cluster import ClusterSign, SignOf
from kblint.read.reading import Reading
from kblint.source.text import Place, Source, Span

POD_NETWORKS = ("antrea", "calico", "cilium", "kube-ovn", "kube-router", "ovn-kubernetes", "tigera-operator", "weave")
"""Charts, operators and manifests of pod networks other than flannel: https://kubernetes.io/docs/concepts/cluster-administration/addons/#networking-and-network-policy"""

_SIGNS: tuple[tuple[SignOf, str, tuple[str, ...], re.Pattern[str]], ...] = (
    (
        SignOf.K3S,
        "k3s",
        ("get.k3s.io", "INSTALL_K3S_", "/etc/rancher/k3s"),
        re.compile(r"get\.k3s\.io|\bINSTALL_K3S_[A-Z]+|/etc/rancher/k3s\b"),
    ),
    (
        SignOf.HETZNER,
        "hcloud",
        ("HCLOUD_TOKEN", "hcloud", "csi.hetzner.cloud"),
        re.compile(
            r"\bHCLOUD_TOKEN\b|\bhetzner\.hcloud\.\w|\bhcloud (?:server|network|load-balancer|firewall) \w"
            r"|\bhcloud-cloud-controller-manager\b|\bcsi\.hetzner\.cloud\b"
        ),
    ),
    (
        SignOf.PRIVATE_NETWORK,
        "hcloud",
        ("HCLOUD_NETWORK", "networking.enabled=true", "hcloud "),
        re.compile(
            r"\bHCLOUD_NETWORK\b[\"']?[ \t]*[:=][ \t]*(?!\"\"|'')\S|\bname:[ \t]*[\"']?HCLOUD_NETWORK\b"
            r"|\bnetworking\.enabled=true\b|\bhcloud (?:network create|server attach-to-network)\b"
        ),
    ),
    (
        SignOf.RELEASE,
        "a release of a chart",
        ("helm ",),
        re.compile(r"helm (?<=\bhelm )[ \t]*(?:upgrade|install)\b"),
    ),
    (SignOf.RELEASE, "a release of a chart", ("kubernetes.core.helm:",), re.compile(r"kubernetes\.core\.helm:")),
    (
        SignOf.RELEASE,
        "a release of a chart",
        ("releases:",),
        re.compile(
            r"releases:(?<=^releases:)[ \t]*\r?\n[ \t]*-[ \t]+(?:chart|name|namespace):",
            re.MULTILINE,
        ),
    ),
    (
        SignOf.RELEASE,
        "a manifest from elsewhere",
        ("kubectl ",),
        re.compile(r"kubectl(?<=\bkubectl)\b[^\n|;&#]{0,300}\s[\"']?https?://"),
    ),
    (SignOf.OTHER_NETWORK, "kubeadm", ("kubeadm ",), re.compile(r"kubeadm (?<=\bkubeadm )(?:init|join)\b")),
    (SignOf.OTHER_NETWORK, "cilium", ("cilium install",), re.compile(r"cilium install(?<=\bcilium install)\b")),
)
"""What is shown, by what, plain words of which a text must hold one (cheap to look for), and the pattern."""
_NETWORKS = {
    name: re.compile(rf"({name})(?<=[\s/\"'=]{name})(?:(?=[\s\"'@]|$)|(?P<file>[\w.-]{{0,100}}\.ya?ml\b))")
    for name in POD_NETWORKS
}
"""Each begins with the name, and looks back at what stands before it: that is cheap to look for in long texts."""
_INSTALLS = re.compile(r"\bhelm\s+(?:upgrade|install)\b|\bchart_ref:")
"""What stands before the name of a chart."""
_APPLIES = re.compile(
    r"\bkubectl\s+(?:apply|create|replace)\b|^\s*-\s*[\"']?https?://|^\s*-?\s*src:\s*[\"']?https?://", re.MULTILINE
)
"""What stands before the name of a manifest."""
_ENDED = re.compile(r"(?<!\\)\n|[|;&]")
"""The end of a command, or of a line."""
_INSTALLERS = ("helm", "chart_ref:", "kubectl", "http")
"""What a text must hold for `_INSTALLS` or `_APPLIES` to find anything."""
_COMMENT = re.compile(r"\s*(?:#|//)")
_BEFORE = 1000
"""Characters looked at before a word, and words looked at in a text: lines of strangers may never end."""


def read_text(source: Source) -> Reading | None:
    """What a text shows of the cluster, each sign once; None when it shows nothing."""
    found = tuple(_signs(source))
    return Reading(found) if found else None


def _signs(source: Source) -> Iterator[ClusterSign]:
    for of, name, words, pattern in _SIGNS:
        if not _holds(source.text, words):
            continue
        for match in islice(pattern.finditer(source.text), _BEFORE):
            line = source.text[max(0, match.start() - _BEFORE) : match.start() + 1].rpartition("\n")[2]
            if not _COMMENT.match(line):
                yield ClusterSign(of, name, Place(source, Span(*match.span())))
                break
    networks = [pattern for name, pattern in _NETWORKS.items() if name in source.text]
    if not networks or not _holds(source.text, _INSTALLERS):
        return
    named = (match for network in networks for match in islice(network.finditer(source.text), _BEFORE))
    installed = (match for match in named if _is_installed(source.text, match))
    if first := min(installed, key=re.Match.start, default=None):
        yield ClusterSign(SignOf.OTHER_NETWORK, first[1], Place(source, Span(*first.span(1))))


def _holds(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _is_installed(text: str, named: re.Match[str]) -> bool:
    """Whether the words before the name of a pod network install it, as a chart or as a manifest."""
    start = named.start(1)
    command = _ENDED.split(text[max(0, start - _BEFORE) : start])[-1]
    if _COMMENT.match(command):
        return False
    return bool(_APPLIES.search(command) if named["file"] else _INSTALLS.search(command))
