"""Signs of the cluster in any text: which cloud, which Kubernetes, which network between the pods.

They are looked for in the text itself, so that scripts, Ansible, cloud-init, templates and kustomizations show them
alike, also where they cannot be parsed. Lines that are comments show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from kblint.model.cluster import ClusterSign, SignOf
from kblint.read.reading import Reading
from kblint.source.regex import regex
from kblint.source.text import Place, Source, Span

POD_NETWORKS = ("antrea", "calico", "cilium", "kube-ovn", "kube-router", "ovn-kubernetes", "tigera-operator", "weave")
"""Charts, operators and manifests of pod networks other than flannel: https://kubernetes.io/docs/concepts/cluster-administration/addons/#networking-and-network-policy"""

_SIGNS: tuple[tuple[SignOf, str, tuple[tuple[str, re.Pattern[str]], ...]], ...] = (
    (
        SignOf.K3S,
        "k3s",
        (
            ("get.k3s.io", regex(r"get\.k3s\.io")),
            ("INSTALL_K3S_", regex(r"INSTALL_K3S_(?<=\bINSTALL_K3S_)[A-Z]+")),
            ("/etc/rancher/k3s", regex(r"/etc/rancher/k3s\b")),
        ),
    ),
    (SignOf.KUBEADM, "kubeadm", (("kubeadm init", regex(r"kubeadm (?<=\bkubeadm )init\b")),)),
    (
        SignOf.HETZNER,
        "hcloud",
        (
            ("HCLOUD_TOKEN", regex(r"HCLOUD_TOKEN(?<=\bHCLOUD_TOKEN)\b")),
            ("hcloud", regex(r"hetzner\.hcloud\.(?<=\bhetzner\.hcloud\.)\w")),
            ("hcloud", regex(r"hcloud (?<=\bhcloud )(?:server|network|load-balancer|firewall) \w")),
            ("hcloud", regex(r"hcloud-cloud-controller-manager(?<=\bhcloud-cloud-controller-manager)\b")),
            ("csi.hetzner.cloud", regex(r"csi\.hetzner\.cloud(?<=\bcsi\.hetzner\.cloud)\b")),
        ),
    ),
    (
        SignOf.PRIVATE_NETWORK,
        "hcloud",
        (
            (
                "HCLOUD_NETWORK",
                regex(r"\bHCLOUD_NETWORK\b[\"']?[ \t]*[:=][ \t]*(?!\"\"|'')\S|\bname:[ \t]*[\"']?HCLOUD_NETWORK\b"),
            ),
            ("networking.enabled=true", regex(r"\bnetworking\.enabled=true\b")),
            ("hcloud", regex(r"hcloud (?<=\bhcloud )(?:network create|server attach-to-network)\b")),
        ),
    ),
    (SignOf.RELEASE, "a release of a chart", (("helm", regex(r"helm (?<=\bhelm )[ \t]*(?:upgrade|install)\b")),)),
    (SignOf.RELEASE, "a release of a chart", (("helm", regex(r"kubernetes\.core\.helm:")),)),
    (
        SignOf.RELEASE,
        "a release of a chart",
        (
            (
                "releases:",
                regex(r"releases:(?<=^releases:)[ \t]*\r?\n[ \t]*-[ \t]+(?:chart|name|namespace):", re.MULTILINE),
            ),
        ),
    ),
    (
        SignOf.RELEASE,
        "a manifest from elsewhere",
        (("kubectl", regex(r"kubectl(?<=\bkubectl)\b[^\n|;&#]{0,300}\s[\"']?https?://")),),
    ),
    (SignOf.OTHER_NETWORK, "kubeadm", (("kubeadm", regex(r"kubeadm (?<=\bkubeadm )(?:init|join)\b")),)),
    (SignOf.OTHER_NETWORK, "cilium", (("cilium install", regex(r"cilium install(?<=\bcilium install)\b")),)),
)
"""What is shown, by what, and the patterns, each with a word that is cheap to look for and that its text must hold."""
_NETWORKS = {
    name: regex(rf"({name})(?<=[\s/\"'=]{name})(?:(?=[\s\"'@]|$)|(?P<file>[\w.-]{{0,100}}\.ya?ml\b))")
    for name in POD_NETWORKS
}
"""Each begins with the name, and looks back at what stands before it: that is cheap to look for in long texts."""
_INSTALLS = regex(r"\bhelm\s+(?:upgrade|install)\b|\bchart_ref:")
"""What stands before the name of a chart."""
_APPLIES = regex(
    r"\bkubectl\s+(?:apply|create|replace)\b|^\s*-\s*[\"']?https?://|^\s*-?\s*src:\s*[\"']?https?://", re.MULTILINE
)
"""What stands before the name of a manifest."""
_ENDED = regex(r"(?<!\\)\n|[|;&]")
"""The end of a command, or of a line."""
_INSTALLERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("helm", regex(r"helm\s+(?:upgrade|install)\b")),
    ("chart_ref:", regex(r"chart_ref:")),
    ("kubectl", regex(r"kubectl\s+(?:apply|create|replace)\b")),
    ("http", regex(r"https?://[^\s\"']{0,500}\.ya?ml\b")),
)
"""Of which a text must hold one to install a pod network, each behind a word as above."""
_WORDS = dict.fromkeys(word for patterns in (*(row[2] for row in _SIGNS), _INSTALLERS) for word, _ in patterns)
_COMMENT = regex(r"\s*(?:#|//)")
_BEFORE = 1000
"""Characters looked at before a word, and words looked at in a text: lines of strangers may never end."""


def read_text(source: Source) -> Reading | None:
    """What a text shows of the cluster, each sign once; None when it shows nothing."""
    found = tuple(_signs(source))
    return Reading(found) if found else None


def _signs(source: Source) -> Iterator[ClusterSign]:
    text = source.text
    words = {word for word in _WORDS if word in text}
    for of, name, patterns in _SIGNS if words else ():
        found = [span for word, pattern in patterns if word in words and (span := _uncommented(text, pattern))]
        if found:
            yield ClusterSign(of, name, Place(source, min(found)))
    if not any(word in words and installer.search(text) for word, installer in _INSTALLERS):
        return
    networks = (pattern for name, pattern in _NETWORKS.items() if name in text)
    named = (match for network in networks for match in islice(network.finditer(text), _BEFORE))
    installed = (match for match in named if _is_installed(text, match))
    if first := min(installed, key=re.Match.start, default=None):
        yield ClusterSign(SignOf.OTHER_NETWORK, first[1], Place(source, Span(*first.span(1))))


def _uncommented(text: str, pattern: re.Pattern[str]) -> Span | None:
    """The first match that stands in no comment."""
    for match in islice(pattern.finditer(text), _BEFORE):
        line = text[max(0, match.start() - _BEFORE) : match.start() + 1].rpartition("\n")[2]
        if not _COMMENT.match(line):
            return Span(*match.span())
    return None


def _is_installed(text: str, named: re.Match[str]) -> bool:
    """Whether the words before the name of a pod network install it, as a chart or as a manifest."""
    start = named.start(1)
    command = _ENDED.split(text[max(0, start - _BEFORE) : start])[-1]
    if _COMMENT.match(command):
        return False
    return bool(_APPLIES.search(command) if named["file"] else _INSTALLS.search(command))
