"""Subjects about balancers as a whole: LoadBalancer, Annotation, Node."""

from __future__ import annotations

from collections.abc import Iterator

from kblint.engine.row import Row
from kblint.engine.subject import Subject
from kblint.engine.subjects.fields import boolean, build, many, maybe_one, maybe_text, row_type, subject, text
from kblint.engine.subjects.listeners import named
from kblint.engine.subjects.services import service_port_ref
from kblint.model.annotations import KEYS, PREFIX, WRITTEN_BY_MANAGER, problem
from kblint.model.balancer import BalancerAnnotation, DeclaredBy, LoadBalancer, Target
from kblint.model.service import Service
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.balancers.excluded_nodes import declared_nodes
from kblint.wire.balancers.ignored_annotations import no_effect
from kblint.wire.services.service_lb import service_lb
from kblint.wire.topology import Topology

TARGET_REF = row_type(
    "TargetRef",
    "what a balancer sends to",
    {"kind": text("server, label_selector or ip"), "value": maybe_text("which one, null where none is named")},
)
SERVICE_LB = row_type(
    "ServiceLB",
    "K3s's own load balancer, where a K3s server's configuration leaves it on",
    {"file": text("the file of that configuration")},
)
LOAD_BALANCER = row_type(
    "LoadBalancer",
    "a load balancer at Hetzner",
    {
        "name": text("its name"),
        "form": text("hcloud, annotations, terraform, ansible or kblint.yaml"),
        "isNamed": boolean("whether annotations name it, so that one that is there already may be taken over"),
        "isFromChart": boolean("whether a chart makes its Service, so that further values may tell more"),
        "isRunning": boolean("whether it is known to be there already"),
        "hasLocation": boolean("whether it has a location or network zone; left out where it cannot be told"),
        "managerIsKnown": boolean("whether the cloud controller manager, which has defaults, is in the input"),
        "hasNetwork": boolean("whether it is attached to a network; left out where it cannot be told"),
        "privateTarget": maybe_one("TargetRef", "the first target that it reaches over a private network"),
        "skipped": many("ServicePortRef", "ports of its Service that it leaves out, because they are not TCP"),
        "skipsOnlyQuic": boolean("whether all of these are 443/UDP beside 443/TCP"),
        "serviceLB": maybe_one("ServiceLB", "K3s's own balancer, where that is on too"),
    },
)
ANNOTATION = row_type(
    "Annotation",
    "an annotation for Hetzner's cloud controller manager",
    {
        "key": text("the whole key"),
        "name": text("the key without `load-balancer.hetzner.cloud/`"),
        "value": text("its value"),
        "ownerKind": maybe_text("the kind of the object it stands in, null in a values file"),
        "ownerName": maybe_text("that object's name"),
        "isKnown": boolean("whether the manager reads such a key"),
        "isValid": boolean("whether the manager can parse the value; true for a key that it does not read"),
        "expected": text("what the manager takes"),
        "suggestion": maybe_text("the key (without its prefix) or value that was probably meant"),
        "suggestedKey": maybe_text("the whole key that was probably meant, null where the key is known"),
        "serviceType": maybe_text("the type of the Service that it ends on, null where that is not known"),
        "noEffect": maybe_text(
            "why the manager does not look at it: `no service`, `type`, `tcp check`; null where it may"
        ),
    },
)
NODE = row_type(
    "Node",
    "a node that a label keeps out of load balancers",
    {
        "name": text("its name, or the file that configures it"),
        "label": maybe_text("that label's value"),
        "othersTakePart": boolean("whether the input tells of another node that is not kept out"),
        "balancer": maybe_text("a balancer whose targets are the cluster's nodes, null where there is none"),
    },
)


def load_balancers(topology: Topology) -> Iterator[Subject]:
    """Every balancer."""
    services = {id(wired.service.meta.origin.node): wired.service for wired in topology.services.services}
    answers_too = service_lb(topology.bundle, topology.environment)
    for balancer in topology.bundle.all(LoadBalancer):
        service = services.get(id(balancer.origin.node)) if balancer.meta else None
        keys = [("listener", id(listener)) for listener in balancer.listeners]
        row = _balancer(balancer, service, topology, answers_too if balancer.form is DeclaredBy.CCM else None)
        yield named(subject(topology, row, balancer.meta, *keys), balancer)


def _balancer(balancer: LoadBalancer, service: Service | None, topology: Topology, answers_too: Place | None) -> Row:
    skipped = [port for port in service.ports if port.protocol != "TCP"] if service else []
    plain = {listener.listen_port for listener in balancer.listeners}
    private = next((target for target in balancer.targets if target.use_private_ip is True), None)
    service_row = build(SERVICE_LB, answers_too, {"file": answers_too.source.path}) if answers_too else None
    return build(
        LOAD_BALANCER,
        _head(balancer),
        {
            "name": balancer.name,
            "form": balancer.form.value,
            "isNamed": _is_annotated(balancer, "name"),
            "isFromChart": service is not None and service.is_from_chart,
            "isRunning": bool(balancer.addresses) or _is_annotated(balancer, "id"),
            "hasLocation": _has_location(balancer, topology),
            "managerIsKnown": topology.cloud_manager is not None,
            "hasNetwork": _has_network(balancer, topology),
            "privateTarget": _target(private, balancer) if private else None,
            "skipped": tuple(service_port_ref(service, port, "protocol") for port in skipped) if service else (),
            "skipsOnlyQuic": all(port.port == 443 for port in skipped) and 443 in plain,
            "serviceLB": service_row,
        },
        _network_place(balancer, topology),
    )


def _head(balancer: LoadBalancer) -> Place:
    """Where a balancer is declared: the first annotation of its Service, or its name."""
    if balancer.form is not DeclaredBy.CCM or balancer.meta is None:
        return balancer.origin.place("name")
    key = next(key for key in balancer.meta.annotations if key.startswith(PREFIX))
    return balancer.origin.key_place("metadata", "annotations", key)


def _is_annotated(balancer: LoadBalancer, name: str) -> bool:
    return balancer.meta is not None and PREFIX + name in balancer.meta.annotations


def _has_location(balancer: LoadBalancer, topology: Topology) -> bool | Unknown:
    if balancer.has_location is None:
        return Unknown()
    if balancer.has_location or balancer.form is not DeclaredBy.CCM or topology.cloud_manager is None:
        return balancer.has_location
    defaults = [topology.cloud_manager.default(name).value for name in ("LOCATION", "NETWORK_ZONE")]
    return any(value is not None for value in defaults)


def _has_network(balancer: LoadBalancer, topology: Topology) -> bool | Unknown:
    if balancer.form is DeclaredBy.CCM and topology.cloud_manager:
        return topology.cloud_manager.variable("HCLOUD_NETWORK").value is not None
    return Unknown() if balancer.has_network is None else balancer.has_network


def _network_place(balancer: LoadBalancer, topology: Topology) -> dict[str, Place]:
    if balancer.form is DeclaredBy.CCM and topology.cloud_manager:
        return {"hasNetwork": topology.cloud_manager.variable("HCLOUD_NETWORK").place}
    written = balancer.origin.is_written("private_net")
    return {"hasNetwork": balancer.origin.place("private_net")} if written else {}


def _target(target: Target, balancer: LoadBalancer) -> Row:
    key = f"{PREFIX}use-private-ip" if balancer.form is DeclaredBy.CCM else "use_private_ip"
    return build(TARGET_REF, target.origin.place(key), {"kind": target.kind, "value": target.value})


def balancer_annotations(topology: Topology) -> Iterator[Subject]:
    """Every annotation for the manager, wherever it stands."""
    for annotation in topology.bundle.all(BalancerAnnotation):
        yield subject(topology, _annotation(annotation), annotation.owner, ("annotation", id(annotation)))


def _annotation(annotation: BalancerAnnotation) -> Row:
    origin, owner, value = annotation.origin, annotation.owner, annotation.value
    is_known = annotation.name in KEYS or annotation.name in WRITTEN_BY_MANAGER
    # what is wrong with a key does not depend on its value
    found = problem(annotation.name, "" if isinstance(value, Unknown) else value)
    effect = no_effect(annotation)
    return build(
        ANNOTATION,
        origin.key_place(annotation.key),
        {
            "key": annotation.key,
            "name": annotation.name,
            "value": value,
            "ownerKind": owner.kind if owner else None,
            "ownerName": owner.name if owner else None,
            "isKnown": is_known,
            "isValid": value if isinstance(value, Unknown) else found is None or not is_known,
            "expected": found.expected if found else "",
            "suggestion": found.suggestion if found else None,
            "suggestedKey": PREFIX + found.suggestion if found and found.suggestion and not is_known else None,
            "serviceType": annotation.service_type,
            "noEffect": effect.value if effect else None,
        },
        {"key": origin.key_place(annotation.key), "value": origin.place(annotation.key)},
    )


def nodes(topology: Topology) -> Iterator[Subject]:
    """Every node that a label keeps out of load balancers."""
    declared = declared_nodes(topology.bundle)
    others = any(node.excluded is None for node in declared)
    made = [one for one in topology.bundle.all(LoadBalancer) if one.form is DeclaredBy.CCM]
    for node in declared:
        if node.excluded is None:
            continue
        value, place = node.excluded
        row = build(
            NODE,
            place,
            {
                "name": node.name,
                "label": value,
                "othersTakePart": others,
                "balancer": made[0].name if made else None,
            },
            {"balancer": _head(made[0])} if made else {},
        )
        yield subject(topology, row, None)


TYPES = (TARGET_REF, SERVICE_LB, LOAD_BALANCER, ANNOTATION, NODE)
