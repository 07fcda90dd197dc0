"""What the charts of Traefik and ingress-nginx make of their values, as far as these tell: the controller's Service.

The values stand in the objects of `k8s_charts`, or in a file of their own where it cannot be anything else. Values of
other charts that tell ports of nodes are kept as well: what they make is not known, but that it may be there.
https://github.com/traefik/traefik-helm-chart/blob/master/traefik/VALUES.md ,
https://github.com/kubernetes/ingress-nginx/blob/main/charts/ingress-nginx/README.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from kblint.model.bundle import Declaration
from kblint.model.cluster import ON_NODES, VALUES_GROUP, ChartValues, port_numbers
from kblint.model.meta import Meta, Number
from kblint.model.policy import ConfigMap
from kblint.read.charts.service_sheet import MappingSheet, ServiceSheet, unquoted
from kblint.read.kubernetes.charts import CHARTS
from kblint.read.kubernetes.objects import group_version, meta_of
from kblint.read.reading import Reading, objects_of
from kblint.read.values import Fields, as_number, as_text, flag, mapping, mappings, positive, scalar_text, word
from kblint.source.text import Place
from kblint.source.values import Document, Origin, PositionedDict, Unknown

_ARCHIVE = re.compile(r"(traefik|ingress-nginx)(?:-v?\d[\w.+-]*)?\Z", re.ASCII)
_TRAEFIK_POINT = frozenset({"exposedPort", "forwardedHeaders", "proxyProtocol", "redirections", "redirectTo"})
_NGINX_OWN = frozenset({"admissionWebhooks", "allowSnippetAnnotations", "ingressClassByName", "reportNodeInternalIp"})
"""Keys below `controller` that only the chart of ingress-nginx has."""


class _Release(NamedTuple):
    """What a chart is installed as."""

    name: str
    namespace: str | None


def read_document(document: Document) -> Reading | None:
    """The Services that the charts of a document make; None where it holds no values of theirs."""
    declarations: list[Declaration] = []
    is_object = False
    for origin in objects_of(document):
        is_object = True
        group, version = group_version(word(origin.node, "apiVersion"))
        kind = word(origin.node, "kind")
        if (group, kind) in CHARTS:
            meta = meta_of(origin, group, version, kind)
            for chart in CHARTS[group, kind](meta, origin).declarations:
                if isinstance(chart, ChartValues):
                    declarations.extend(_made(chart, _release(meta)))
    if not is_object:
        for chart in _bare(document):
            declarations.append(chart)
            declarations.extend(_made(chart, _Release(chart.chart, None)))
    return Reading(tuple(declarations)) if declarations else None


def _bare(document: Document) -> Iterator[ChartValues]:
    """Values in a file of their own, or those of a chart that another one depends on."""
    root = document.origin
    if "apiVersion" in root.node or "kind" in root.node:
        return
    is_known = False
    for chart, is_own in (("traefik", _is_traefik), ("ingress-nginx", _is_ingress_nginx)):
        for values in (root, root.child(chart)):
            if is_own(values.node):
                is_known = True
                yield ChartValues(chart, None, values.node, Place(document.source, values.head))
    text, span = document.source.text, document.span
    if not is_known and any(text.find(key, *span) >= 0 for key in ON_NODES) and port_numbers(root.node):
        yield ChartValues("", None, root.node, Place(document.source, root.head))


def _is_traefik(values: Fields) -> bool:
    ports = mapping(values, "ports")
    return bool(mapping(ports, "websecure")) or not _TRAEFIK_POINT.isdisjoint(mapping(ports, "web"))


def _is_ingress_nginx(values: Fields) -> bool:
    controller = mapping(values, "controller")
    image = word(mapping(controller, "image"), "image")
    return image == "ingress-nginx/controller" or not _NGINX_OWN.isdisjoint(controller)


def _release(meta: Meta) -> _Release:
    spec = mapping(meta.origin.node, "spec")
    target = word(spec, "targetNamespace") or None
    if meta.kind == "Application":
        sources = [mapping(spec, "source"), *mappings(spec, "sources")]
        names = (word(mapping(source, "helm"), "releaseName") for source in sources)
        namespace = word(mapping(spec, "destination"), "namespace") or None
        return _Release(next((name for name in names if name), meta.name), namespace)
    if meta.kind == "HelmRelease":
        own = f"{target}-{meta.name}" if target else meta.name
        return _Release(word(spec, "releaseName", own), target or meta.namespace)
    return _Release(meta.name, target or meta.namespace)


def _made(chart: ChartValues, release: _Release) -> list[Declaration]:
    named = _ARCHIVE.match(chart.chart.removesuffix(".tgz"))
    if named is None:
        return []
    values = Origin(chart.place.source, chart.values, chart.place.span)
    name = word(values.node, "nameOverride", named[1])
    usual = release.name if name in release.name else f"{release.name}-{name}"
    return _MAKERS[named[1]](values, word(values.node, "fullnameOverride") or usual, release.namespace)


def _traefik(values: Origin, full: str, namespace: str | None) -> list[Declaration]:
    if not flag(mapping(values.node, "service"), "enabled", default=True):
        return []
    sheet = ServiceSheet(values)
    sheet.put("type", "LoadBalancer")
    for key in values.child("service", "spec").node:
        sheet.take(key, "service", "spec", key)
    for key in ("type", "loadBalancerClass"):
        sheet.take(key, "service", key)
    names = dict.fromkeys((*_TRAEFIK_PORTS, *mapping(values.node, "ports")))
    on_host = flag(values.node, "hostNetwork", default=False)
    for name in names:
        point = _Point(values, name)
        if point.is_exposed:
            sheet.add_port(point.port(), point.number("port") if on_host else positive(point.fields, "hostPort"))
    return sheet.declarations(VALUES_GROUP, full, namespace, "traefik", ("service", "annotations"))


_TRAEFIK_PORTS: Mapping[str, Mapping[str, int]] = {
    "web": {"port": 8000, "exposedPort": 80},
    "websecure": {"port": 8443, "exposedPort": 443},
}
"""The entry points that the chart's Service has where the values say nothing."""


class _Point:
    """An entry point of Traefik in the values."""

    def __init__(self, values: Origin, name: str) -> None:
        self._values = values
        self._name = name
        self._path = ("ports", name)
        written = mapping(mapping(values.node, "ports"), name)
        self.fields: Fields = {key: unquoted(value) for key, value in written.items()}
        # Helm takes a default away where null is written for it
        self._is_removed = values.is_written(*self._path) and values.get(*self._path) is None

    @property
    def is_exposed(self) -> bool:
        """Whether the Service has it: `expose` is a switch, in later charts one for each Service."""
        written = self.fields.get("expose")
        if isinstance(written, dict):
            written = written.get("default")
        shown = written if isinstance(written, bool) else self._name in _TRAEFIK_PORTS
        return shown and not self._is_removed and self.number("exposedPort") is not None

    def number(self, key: str) -> Number | None:
        """A port as written or by default."""
        usual = _TRAEFIK_PORTS.get(self._name, {}).get(key)
        return positive(self.fields, key) or usual or positive(self.fields, "port")

    def port(self) -> MappingSheet:
        """The Service's port."""
        values, path = self._values, self._path
        speaks = self._speaks()
        name: object = self._name.lower()
        sheet = MappingSheet(values, values.key_place(*path).span)
        sheet.put("name", name if speaks else Unknown(str(name)))
        sheet.put("port", self.number("exposedPort"))
        is_defaulted = self._name in _TRAEFIK_PORTS or "exposedPort" in self.fields
        sheet.take("port", *path, "exposedPort" if is_defaulted else "port")
        # the name tells what is spoken there, unless the values say otherwise
        is_usual = speaks == ("tls" if self._name == "websecure" else "http")
        sheet.put("targetPort", name if is_usual else Unknown(str(name)))
        for key in ("targetPort", "protocol", "nodePort"):
            sheet.take(key, *path, key)
        if not is_usual and speaks:
            sheet.put("appProtocol", "https" if speaks == "tls" else "http")
        return sheet

    def _speaks(self) -> str | None:
        """`tls` or `http`, as its `tls` (in later charts `http.tls`) says; None where that cannot be known."""
        for tls in (mapping(mapping(self.fields, "http"), "tls"), mapping(self.fields, "tls")):
            if "enabled" in tls:
                written = tls["enabled"]
                return ("tls" if written else "http") if isinstance(written, bool) else None
        return "tls" if self._name == "websecure" else "http"


def _ingress_nginx(values: Origin, full: str, namespace: str | None) -> list[Declaration]:
    controller = mapping(values.node, "controller")
    name = f"{full}-{word(controller, 'name', 'controller')}"
    made: list[Declaration] = list(_config_maps(values, full, name, namespace))
    service = mapping(controller, "service")
    external = flag(mapping(service, "external"), "enabled", default=True)
    if not external or not flag(service, "enabled", default=True):
        return made
    path = ("controller", "service")
    sheet = ServiceSheet(values)
    sheet.put("type", "LoadBalancer")
    for key in ("type", "clusterIP", "externalTrafficPolicy", "healthCheckNodePort", "loadBalancerClass"):
        sheet.take(key, *path, key)
    # the chart leaves node ports out for other types
    has_node_ports = word(service, "type", "LoadBalancer") in ("NodePort", "LoadBalancer")
    for scheme, number in (("http", 80), ("https", 443)):
        if flag(service, f"enable{scheme.title()}", default=True):
            port = MappingSheet(values, values.place(*path, "ports", scheme).span)
            port.put("name", scheme)
            port.put("port", number)
            port.take("port", *path, "ports", scheme)
            port.put("targetPort", scheme)
            port.take("targetPort", *path, "targetPorts", scheme)
            if has_node_ports:
                port.take("nodePort", *path, "nodePorts", scheme)
            sheet.add_port(port, _nginx_host_port(controller, scheme, number))
    for protocol in ("tcp", "udp"):
        for key in mapping(values.node, protocol):
            port = MappingSheet(values, values.key_place(protocol, key).span)
            port.put("name", f"{key}-{protocol}")
            port.put("port", int(key) if key.isdecimal() else Unknown(key))
            port.put("targetPort", f"{key}-{protocol}")
            port.put("protocol", protocol.upper())
            if has_node_ports:
                port.take("nodePort", *path, "nodePorts", protocol, key)
            sheet.add_port(port, None)
    return [*made, *sheet.declarations(VALUES_GROUP, name, namespace, "ingress-nginx", (*path, "annotations"))]


def _nginx_host_port(controller: Fields, scheme: str, default: int) -> Number | None:
    if flag(controller, "hostNetwork", default=False):
        return as_number(unquoted(mapping(controller, "containerPort").get(scheme, default)))
    own = mapping(controller, "hostPort")
    if not flag(own, "enabled", default=False):
        return None
    return as_number(unquoted(mapping(own, "ports").get(scheme, default)))


def _config_maps(values: Origin, full: str, name: str, namespace: str | None) -> Iterator[ConfigMap]:
    """The controller's own, and those of the ports it passes through; the chart makes strings of all values."""
    for owner, path in ((name, ("controller", "config")), (f"{full}-tcp", ("tcp",)), (f"{full}-udp", ("udp",))):
        if isinstance(values.get(*path), PositionedDict):
            origin = values.child(*path)
            data = {key: as_text(scalar_text(value)) for key, value in origin.node.items()}
            meta = Meta(VALUES_GROUP, "v1", "ConfigMap", owner, namespace, {}, {}, values)
            yield ConfigMap(meta, data, origin)


_MAKERS: Mapping[str, Callable[[Origin, str, str | None], list[Declaration]]] = {
    "ingress-nginx": _ingress_nginx,
    "traefik": _traefik,
}
"""Chart to what it makes: its values, its full name, its namespace."""
