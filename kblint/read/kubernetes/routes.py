"""Ingresses and their classes.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/
"""

from __future__ import annotations

from kblint.model.meta import Meta
from kblint.model.route import Backend, Dialect, Route, RouteClass, RouteRule, RouteTls
from kblint.read.values import as_text, known_word, mapping, port, text, word, words
from kblint.source.values import Origin

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
DEFAULT_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class"


def read_ingress(meta: Meta, origin: Origin) -> Route:
    """An Ingress of `networking.k8s.io`, or of the groups and versions before it."""
    spec = origin.child("spec")
    return Route(
        meta=meta,
        dialect=Dialect.INGRESS,
        class_name=text(spec.node, "ingressClassName") or meta.annotations.get(CLASS_ANNOTATION) or None,
        rules=_default_rule(spec) + tuple(rule for item in spec.children("rules") for rule in _rules(item)),
        tls=tuple(
            RouteTls(words(item.node, "hosts"), text(item.node, "secretName"), item) for item in spec.children("tls")
        ),
        origin=spec,
    )


def _default_rule(spec: Origin) -> tuple[RouteRule, ...]:
    """The rule for whatever no other rule takes; `backend` is its name before v1."""
    for key in ("defaultBackend", "backend"):
        if mapping(spec.node, key):
            default = spec.child(key)
            return (RouteRule(None, None, None, _backends(default), default),)
    return ()


def _rules(origin: Origin) -> tuple[RouteRule, ...]:
    """One rule for each path of a host; a host without paths goes to the default backend, so it has no backends."""
    host = text(origin.node, "host")
    paths = origin.child("http").children("paths")
    if not paths:
        return (RouteRule(host, None, None, (), origin),)
    return tuple(
        RouteRule(
            host,
            text(path.node, "path"),
            known_word(path.node, "pathType"),
            _backends(path.child("backend")),
            path,
        )
        for path in paths
    )


def _backends(origin: Origin) -> tuple[Backend, ...]:
    """The backend of a rule, in the form of v1, of the versions before it, or a resource that is no Service.

    Its origin is the mapping that holds the name.
    """
    node = origin.node
    if mapping(node, "service"):
        service = origin.child("service")
        written = mapping(service.node, "port")
        number_or_name = port(written, "number") or port(written, "name")
        return (Backend("Service", "", as_text(service.node.get("name")), None, number_or_name, service),)
    if mapping(node, "resource"):
        resource = origin.child("resource")
        kind, group = word(resource.node, "kind"), word(resource.node, "apiGroup")
        return (Backend(kind, group, as_text(resource.node.get("name")), None, None, resource),)
    if "serviceName" in node:
        return (Backend("Service", "", as_text(node["serviceName"]), None, port(node, "servicePort"), origin),)
    return ()


def read_ingress_class(meta: Meta, origin: Origin) -> RouteClass:
    """An IngressClass."""
    controller = as_text(mapping(origin.node, "spec").get("controller"))
    return RouteClass(meta, controller, is_default=meta.annotations.get(DEFAULT_CLASS_ANNOTATION) == "true")
