"""The machine configuration of Talos Linux: which pod network it leaves to others, and what its firewall lets in.

https://www.talos.dev/latest/reference/configuration/v1alpha1/config/ ,
https://www.talos.dev/latest/talos-guides/network/ingress-firewall/
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.cluster import ClusterSign, SignOf
from kblint.model.firewall import Action, FirewallRule, HostFirewall, PortRange
from kblint.model.input_format import InputFormat
from kblint.read.hetzner.firewalls import network
from kblint.read.reading import Reading
from kblint.read.ufw.rules import port_ranges
from kblint.read.values import lenient_text, scalar_text
from kblint.source.text import Source
from kblint.source.values import Document, Origin, PositionedDict, Unknown
from kblint.source.yaml_stream import parse_yaml

FORMAT = InputFormat(
    "Talos",
    "the pod network of a machine configuration, and its `NetworkRuleConfig` documents",
    "everything else in it; what no rule lets in may be let in by a patch elsewhere",
)

_RULE = "NetworkRuleConfig"
_FLANNEL = "flannel"


def read_document(document: Document) -> Reading | None:
    """What a machine configuration shows of its cluster; None for anything else, and where flannel is its network."""
    origin = document.origin
    if origin.get("version") != "v1alpha1" or not {"machine", "cluster"} & set(origin.node):
        return None
    name = origin.get("cluster", "network", "cni", "name")
    if not isinstance(name, str) or name == _FLANNEL:
        return None
    place = origin.place("cluster", "network", "cni", "name")
    return Reading((ClusterSign(SignOf.OTHER_NETWORK, "what Talos leaves to others", place),))


def read_text(source: Source) -> Reading | None:
    """The firewall that the documents of a file make together; None where none of them is a rule of it."""
    if _RULE not in source.text:
        return None
    roots = (document.origin for document in parse_yaml(source).documents if isinstance(document.root, PositionedDict))
    found = [one for one in roots if one.get("kind") == _RULE and one.get("apiVersion") == "v1alpha1"]
    rules = tuple(rule for one in found for rule in _rules(one))
    if not rules:
        return None
    firewall = HostFirewall(source.path, rules, None, "deny", None, False, rules[0].place, tool="Talos")
    return Reading((firewall,))


def _rules(origin: Origin) -> Iterator[FirewallRule]:
    """The rules of one document, one for each of its networks."""
    written = origin.get("portSelector", "ports")
    protocol = lenient_text(origin.get("portSelector", "protocol")) or Unknown()
    ports: list[PortRange] = []
    is_known = isinstance(written, list)
    for one in written if isinstance(written, list) else ():
        ranges = port_ranges(scalar_text(one))
        is_known = is_known and not isinstance(ranges, Unknown)
        ports += () if isinstance(ranges, Unknown) else ranges
    for ingress in origin.children("ingress"):
        subnet, place = ingress.get("subnet"), origin.place("portSelector", "ports")
        # what is left out of a network again is not followed
        is_whole = isinstance(subnet, str) and not ingress.is_written("except")
        yield FirewallRule(
            Action.ALLOW,
            "in",
            protocol,
            tuple(ports) if is_known and ports else Unknown(place.text),
            (network(str(subnet)),) if is_whole else Unknown(str(subnet)),
            None,
            None,
            place,
        )
