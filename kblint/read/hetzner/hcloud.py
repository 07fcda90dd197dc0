"""What `hcloud load-balancer describe`, `hcloud firewall describe` and the API answer, as YAML or JSON.

The CLI prints the bare object, the API wraps it; lists of either come bare or wrapped; the rules of a firewall also
stand alone, as `hcloud firewall replace-rules --rules-file` takes them.
"""

from __future__ import annotations

from collections.abc import Callable

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.firewall import CloudFirewall
from kblint.model.input_format import InputFormat
from kblint.read.hetzner import balancers, firewalls
from kblint.read.hetzner.balancers import held_in, stem
from kblint.read.reading import Reading
from kblint.source.text import Place
from kblint.source.values import Document, Origin, PositionedDict, PositionedList, head_of, origins

FORMAT = InputFormat(
    "load balancers and firewalls of Hetzner",
    "`hcloud load-balancer` and `firewall describe -o yaml` or `json`, answers of the API, the same written by hand",
    "what `hcloud` prints as plain text",
)

WORDS = ("listen_port", "destination_port")


def read_document(document: Document) -> Reading | None:
    """The load balancers and firewalls of a document; None when it holds none."""
    if isinstance(document.root, dict) and "apiVersion" in document.root:
        return None
    rules = _bare_rules(document)
    if rules:
        return Reading((rules,))
    declarations: list[LoadBalancer | CloudFirewall] = []
    for root in roots(document):
        found = _recognised(root, balancers.WRAPPERS, balancers.is_balancer)
        declarations.extend(balancers.balancer(origin, DeclaredBy.API) for origin in found)
        declarations.extend(map(firewalls.firewall, _recognised(root, firewalls.WRAPPERS, firewalls.is_firewall)))
    return Reading(tuple(declarations)) if declarations else None


def roots(document: Document) -> tuple[Origin, ...]:
    """The mapping a document is, or those of the sequence it is."""
    root = document.root
    if isinstance(root, PositionedDict):
        return (Origin(document.source, root, head_of(root, document.span)),)
    return origins(document.source, root)


def _recognised(root: Origin, wrappers: tuple[str, ...], fits: Callable[[PositionedDict], bool]) -> list[Origin]:
    return [found for found in held_in(root, wrappers) if fits(found.node)]


def _bare_rules(document: Document) -> CloudFirewall | None:
    """The rules of one firewall without the firewall: it is named after the file."""
    root = document.root
    found = roots(document)
    if not isinstance(root, PositionedList) or not root or len(found) < len(root):
        return None
    if not all(firewalls.is_rule(rule.node) for rule in found):
        return None
    return CloudFirewall(
        name=stem(document.source),
        rules=tuple(map(firewalls.rule, found)),
        is_applied=None,
        applied_to=(),
        place=Place(document.source, found[0].head),
    )
