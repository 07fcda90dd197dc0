"""What keeps a balancer from its targets: none are chosen, values that Hetzner does not know, addresses of its own.

The manager takes the nodes whose labels fit `node-selector`; labels of Hetzner's servers are no labels of nodes. In
kube-proxy's ipvs mode each node takes the addresses of balancers in a Service's status for its own, and does not answer
the balancer there: https://github.com/hetznercloud/hcloud-cloud-controller-manager/issues/212
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kblint.model.annotations import PREFIX, as_boolean
from kblint.model.balancer import DeclaredBy, Listener, LoadBalancer
from kblint.model.bundle import Bundle, Other
from kblint.model.cluster import ClusterSign, K3sConfig
from kblint.model.meta import Text
from kblint.model.route import Route
from kblint.source.regex import regex
from kblint.source.spelling import RESEMBLES, nearest
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown
from kblint.wire.balancers.cloud_manager import CloudManager, CloudManagers
from kblint.wire.balancers.ownership import about
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.services.together import is_sample

_BY_API = (DeclaredBy.API, DeclaredBy.TERRAFORM, DeclaredBy.ANSIBLE, DeclaredBy.COMMANDS)
_VALUES: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("protocol",), frozenset({"http", "https", "tcp"})),
    (("health_check", "protocol"), frozenset({"http", "tcp"})),
)
"""https://docs.hetzner.cloud/reference/cloud#load-balancer-actions-add-service ; TLS is `http` with `tls: true`."""
_ALGORITHMS = frozenset({"least_connections", "round_robin"})
_NAMES: tuple[tuple[str, str, frozenset[str], re.Pattern[str]], ...] = (
    ("location", "location", frozenset({"ash", "fsn1", "hel1", "hil", "nbg1", "sin"}), regex("[a-z]{3}[0-9]?")),
    (
        "network_zone",
        "network-zone",
        frozenset({"ap-southeast", "eu-central", "us-east", "us-west"}),
        regex("[a-z]{2}-[a-z]+"),
    ),
    ("load_balancer_type", "type", frozenset({"lb11", "lb21", "lb31"}), regex("lb[0-9]{2}")),
)
"""What Hetzner has of each, and how such names look: one that looks so may be newer than this table.

https://docs.hetzner.com/cloud/general/locations and https://docs.hetzner.cloud/reference/cloud#load-balancer-types
"""
_SET_BY_KUBERNETES = regex(r"(?:[\w.-]*\.)?(?:kubernetes|k8s)\.io/|(?:instance|csi)\.hetzner\.cloud/|\Ak3s\.io/")
"""Labels that nodes get without anybody's word."""
_REQUIREMENT = regex(r"\s*([\w./-]+)\s*(?:==?\s*([\w.-]*)\s*)?\Z")
"""One part of a selector that asks for a label, or for a value of one."""
_WITH_PROXY_MODE = (1, 22)
"""Since this release the manager keeps kube-proxy from going past a balancer that sends the header.

https://github.com/hetznercloud/hcloud-cloud-controller-manager/issues/727
"""
_VERSION = regex(r":v?(\d+)\.(\d+)\.")


def target_conflicts(bundle: Bundle, managers: CloudManagers) -> Iterator[Conflict]:
    """What is wrong with the targets and the values of every balancer of a bundle."""
    secrets, ipvs = _secrets(bundle), _ipvs(bundle)
    challenged = next((one.meta.origin.place("kind") for one in bundle.all(Other) if _asks_over_http(one)), None)
    for balancer in bundle.all(LoadBalancer):
        if balancer.form in _BY_API:
            yield from _values(balancer)
            yield from _names(balancer)
            yield from _no_targets(balancer)
            yield from _servers(balancer, bundle)
        elif balancer.form is DeclaredBy.CCM and balancer.meta:
            manager = managers.of(balancer)
            yield from _names(balancer)
            yield from _nodes(balancer, bundle)
            yield from _certificates(balancer, secrets)
            yield from _private_ingress(balancer, manager, ipvs)
            yield from _hairpin(balancer, manager, challenged)


def _annotation(balancer: LoadBalancer, name: str) -> Text | None:
    return balancer.meta.annotations.get(PREFIX + name) if balancer.meta else None


def _place(balancer: LoadBalancer, name: str) -> Place:
    return balancer.origin.place("metadata", "annotations", PREFIX + name)


def _values(balancer: LoadBalancer) -> Iterator[Conflict]:
    """Values of which Hetzner's API knows no more than a few."""
    asked: list[tuple[Origin, tuple[str, ...], frozenset[str], tuple[Listener, ...]]] = [
        (listener.origin, path, known, (listener,)) for listener in balancer.listeners for path, known in _VALUES
    ]
    asked.append((balancer.origin, ("algorithm", "type"), _ALGORITHMS, balancer.listeners))
    for origin, path, known, things in asked:
        written = origin.get(*path)
        if isinstance(written, str) and written not in known:
            case = "tls check" if path[0] == "health_check" and written == "https" else ""
            yield Conflict(
                "balancer-value", about(balancer), origin.place(*path), path[-1], written, "`, `".join(sorted(known)),
                case, nearest(written.lower(), known, RESEMBLES), things=things, stops=Certainty.KNOWN,
            )  # fmt: skip


def _names(balancer: LoadBalancer) -> Iterator[Conflict]:
    """Names of places and types that Hetzner does not have."""
    is_managed = balancer.form is DeclaredBy.CCM
    for field, annotation, known, shape in _NAMES:
        written = _annotation(balancer, annotation) if is_managed else balancer.origin.get(field)
        if not isinstance(written, str) or not written or written in known or unknown(written):
            continue
        certainty = Certainty.LIKELY if shape.fullmatch(written.lower()) else Certainty.KNOWN
        yield Conflict(
            "balancer-value", about(balancer),
            _place(balancer, annotation) if is_managed else balancer.origin.place(field),
            annotation if is_managed else field, written, "`, `".join(sorted(known)), "managed" if is_managed else "",
            nearest(written.lower(), known, RESEMBLES), certainty, things=balancer.listeners, stops=certainty,
        )  # fmt: skip


def _no_targets(balancer: LoadBalancer) -> Iterator[Conflict]:
    """A list of targets that is written, and empty."""
    written = balancer.origin.get("targets")
    if balancer.form is DeclaredBy.API and isinstance(written, list) and not written:
        yield Conflict(
            "no-targets", about(balancer), balancer.origin.place("targets"), balancer.name,
            certainty=Certainty.LIKELY, things=balancer.listeners, stops=Certainty.LIKELY,
        )  # fmt: skip


def _servers(balancer: LoadBalancer, bundle: Bundle) -> Iterator[Conflict]:
    """A selector of servers by a value that none has, where those that are here have one much like it."""
    servers = [sign for sign in bundle.all(ClusterSign) if sign.labels]
    for target in balancer.targets if servers else ():
        selector = target.value if target.kind == "label_selector" else None
        asked = [_REQUIREMENT.match(part) for part in selector.split(",")] if isinstance(selector, str) else []
        for key, value in (match.groups() for match in asked if match):
            having = {sign.labels[key]: sign for sign in servers if key in sign.labels}
            near = nearest(value, having, RESEMBLES) if value and value not in having else None
            if near is None:
                continue
            shown = (Evidence(having[near].place, f"has `{key}={near}`"),)
            yield Conflict(
                "server-selector", about(balancer), target.origin.place("label_selector"), balancer.name,
                f"{key}={value}", certainty=Certainty.LIKELY, suggestion=f"{key}={near}", shown=shown,
            )  # fmt: skip
            return


def _nodes(balancer: LoadBalancer, bundle: Bundle) -> Iterator[Conflict]:
    """A selector of nodes that asks for a label that no node of the input has."""
    written = _annotation(balancer, "node-selector")
    found = (_REQUIREMENT.match(part) for part in written.split(",")) if isinstance(written, str) else ()
    configs = [one for one in bundle.all(K3sConfig) if not is_sample(one.place.source.path)]
    told = _node_labels(bundle)
    if not configs or None in told:
        return
    for key, value in (match.groups() for match in found if match):
        if _SET_BY_KUBERNETES.match(key) or any(_has(labels, key, value) for labels in told if labels):
            continue
        named = next((sign for sign in bundle.all(ClusterSign) if sign.labels.get(key) == value), None)
        label = f"{key}={value}" if value else key
        at_hetzner = (Evidence(named.place, "a label of the server at Hetzner, not of the node"),) if named else ()
        yield Conflict(
            "node-selector", about(balancer), _place(balancer, "node-selector"), balancer.name, label,
            certainty=Certainty.KNOWN if named else Certainty.LIKELY,
            shown=at_hetzner or (Evidence(configs[0].place, "gives its node no such label"),),
        )  # fmt: skip
        return


def _has(labels: Mapping[str, Text], key: str, value: str | None) -> bool:
    return key in labels and (value is None or isinstance(labels[key], Unknown) or labels[key] == value)


def _node_labels(bundle: Bundle) -> list[Mapping[str, Text] | None]:
    """The labels of every node that the input tells of; None where one of them cannot be known."""
    found: list[Mapping[str, Text] | None] = []
    for config in bundle.all(K3sConfig):
        written = config.options.get("node-label")
        words = [*config.values("node-label"), *_kubelet_labels(config)]
        is_known = written is None or not any(isinstance(value, Unknown) for value in written.values)
        pairs = (word.partition("=") for word in words)
        found.append({key: value for key, _, value in pairs} if is_known else None)
    return found + [one.meta.labels for one in bundle.all(Other) if (one.meta.group, one.meta.kind) == ("", "Node")]


def _kubelet_labels(config: K3sConfig) -> Iterable[str]:
    name = "node-labels="
    return (word.removeprefix(name) for word in config.values("kubelet-arg") if word.startswith(name))


def _secrets(bundle: Bundle) -> Mapping[str, Place]:
    """Where the names of the cluster's Secrets for TLS stand."""
    found: dict[str, Place] = {}
    for route in bundle.all(Route):
        for entry in route.tls:
            if isinstance(entry.secret, str):
                found.setdefault(entry.secret, entry.origin.place("secretName"))
    for meta in (one.meta for one in bundle.all(Other)):
        if (meta.group, meta.kind) == ("", "Secret") and meta.origin.get("type") == "kubernetes.io/tls":
            found.setdefault(meta.name, meta.origin.place("metadata", "name"))
        secret = meta.origin.get("spec", "secretName") if meta.group == "cert-manager.io" else None
        if isinstance(secret, str):
            found.setdefault(secret, meta.origin.place("spec", "secretName"))
    return found


def _certificates(balancer: LoadBalancer, secrets: Mapping[str, Place]) -> Iterator[Conflict]:
    """Certificates of the balancer that are called as Secrets of the cluster are, which Hetzner does not see."""
    written = _annotation(balancer, "http-certificates")
    names = written.split(",") if isinstance(written, str) and _annotation(balancer, "certificate-type") is None else ()
    for name in names:
        if name in secrets:
            shown = (Evidence(secrets[name], "a Secret of the cluster"),)
            place = _place(balancer, "http-certificates")
            yield Conflict("balancer-secret", about(balancer), place, balancer.name, name, shown=shown)
            return


def _ipvs(bundle: Bundle) -> Place | None:
    """Where kube-proxy is told to run in ipvs mode."""
    for config in bundle.all(K3sConfig):
        if "proxy-mode=ipvs" in config.values("kube-proxy-arg"):
            return config.options["kube-proxy-arg"].place
    for meta in (one.meta for one in bundle.all(Other)):
        if meta.kind == "KubeProxyConfiguration" and meta.origin.get("mode") == "ipvs":
            return meta.origin.place("mode")
    return None


def _private_ingress(balancer: LoadBalancer, manager: CloudManager | None, ipvs: Place | None) -> Iterator[Conflict]:
    """A private address of the balancer in the status of its Service, where nodes take it for their own."""
    is_private = as_boolean(str(_annotation(balancer, "use-private-ip"))) is True
    if ipvs is None or not is_private or _annotation(balancer, "disable-private-ingress") is not None:
        return
    default = manager.default("DISABLE_PRIVATE_INGRESS").value if manager else Unknown()
    if isinstance(default, str) and as_boolean(default) is not False:
        return
    certainty = Certainty.KNOWN if manager and default is None else Certainty.UNKNOWN
    shown = (Evidence(ipvs, "kube-proxy runs in ipvs mode"),)
    yield Conflict(
        "private-ingress", about(balancer), _place(balancer, "use-private-ip"), balancer.name,
        case="managed" if manager else "", shown=shown, things=balancer.listeners, stops=certainty,
    )  # fmt: skip


def _asks_over_http(thing: Other) -> bool:
    """Whether an issuer of cert-manager proves a host by asking it over http, from inside of the cluster first."""
    meta = thing.meta
    solvers = meta.origin.children("spec", "acme", "solvers") if meta.group == "cert-manager.io" else ()
    return any(solver.is_written("http01") for solver in solvers)


def _hairpin(balancer: LoadBalancer, manager: CloudManager | None, challenged: Place | None) -> Iterator[Conflict]:
    """A PROXY protocol that clients inside of the cluster do not speak, whom kube-proxy leads past the balancer."""
    sends = any(listener.proxy_protocol is True for listener in balancer.listeners)
    image = manager.container.image if manager else None
    version = _VERSION.search(image) if isinstance(image, str) else None
    is_old = version is not None and (int(version[1]), int(version[2])) < _WITH_PROXY_MODE
    if challenged and sends and is_old and _annotation(balancer, "hostname") is None:
        asking = (Evidence(challenged, "asks the host from inside of the cluster"),)
        place = _place(balancer, "uses-proxyprotocol")
        yield Conflict("hairpin", about(balancer), place, balancer.name, str(image), shown=asking)
