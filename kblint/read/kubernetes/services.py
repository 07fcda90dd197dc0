"""Services, Endpoints and EndpointSlices.

Fields and defaults: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/
"""

from __future__ import annotations

from kblint.model.meta import Meta
from kblint.model.service import EndpointPort, Endpoints, Service, ServicePort
from kblint.read.values import (
    as_number,
    as_text,
    flag,
    known_word,
    mapping,
    mappings,
    number,
    port,
    positive,
    sequence,
    text,
    text_map,
    word,
    words,
)
from kblint.source.values import Origin

SERVICE_LABEL = "kubernetes.io/service-name"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetesioservice-name"""


def read_service(meta: Meta, origin: Origin) -> Service:
    """A core Service. An empty selector reads as none: the API makes no endpoints for it either."""
    spec = origin.child("spec")
    node = spec.node
    return Service(
        meta=meta,
        type=word(node, "type", "ClusterIP"),
        selector=text_map(node, "selector") or None,
        ports=tuple(map(_port, spec.children("ports"))),
        cluster_ip=text(node, "clusterIP") or next(map(as_text, sequence(node, "clusterIPs")), None),
        external_name=text(node, "externalName"),
        external_traffic_policy=word(node, "externalTrafficPolicy", "Cluster"),
        allocates_node_ports=flag(node, "allocateLoadBalancerNodePorts", default=True),
        load_balancer_class=text(node, "loadBalancerClass"),
        health_check_node_port=positive(node, "healthCheckNodePort"),
        origin=spec,
    )


def _port(origin: Origin) -> ServicePort:
    node = origin.node
    listen = as_number(node.get("port"))
    target = port(node, "targetPort")
    return ServicePort(
        name=text(node, "name"),
        port=listen,
        target_port=listen if target is None else target,
        protocol=word(node, "protocol", "TCP"),
        node_port=positive(node, "nodePort"),
        app_protocol=text(node, "appProtocol"),
        origin=origin,
    )


def read_endpoints(meta: Meta, origin: Origin) -> Endpoints:
    """An Endpoints object: it belongs to the Service of its own name."""
    subsets = origin.children("subsets")
    return Endpoints(
        meta=meta,
        service=meta.name,
        ports=tuple(_endpoint_port(item) for subset in subsets for item in subset.children("ports")),
        addresses=tuple(word(address, "ip") for subset in subsets for address in mappings(subset.node, "addresses")),
    )


def read_endpoint_slice(meta: Meta, origin: Origin) -> Endpoints:
    """An EndpointSlice: a label says which Service it belongs to."""
    return Endpoints(
        meta=meta,
        service=known_word(mapping(mapping(origin.node, "metadata"), "labels"), SERVICE_LABEL),
        ports=tuple(map(_endpoint_port, origin.children("ports"))),
        addresses=tuple(
            address for endpoint in mappings(origin.node, "endpoints") for address in words(endpoint, "addresses")
        ),
    )


def _endpoint_port(origin: Origin) -> EndpointPort:
    node = origin.node
    return EndpointPort(known_word(node, "name"), number(node, "port"), word(node, "protocol", "TCP"), origin)
