"""What programs are told to ask by YAML that they mount: Grafana, Prometheus, cloudflared, Envoy.

https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources ,
https://prometheus.io/docs/prometheus/latest/configuration/configuration/ ,
https://github.com/cloudflare/cloudflared (`config/configuration.go`) and
https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/address.proto
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from kblint.model.workload import Container
from kblint.source.text import Source, Span
from kblint.source.values import Origin, PositionedDict, PositionedList
from kblint.source.yaml_stream import parse_yaml
from kblint.syntax.passage import Passage
from kblint.wire.clients.addresses import Address, endpoint, in_urls
from kblint.wire.clients.told import LONGEST, Text, Told, made
from kblint.wire.evidence import Certainty

_MARKS = ("datasources:", "scrape_configs:", "alertmanagers:", "ingress:", "tunnel:", "socket_address")
_BY_SCHEME = {"http": 80, "https": 443}


def in_settings(container: Container, file: Passage) -> list[Told] | None:
    """What a file tells; None for a file of no such program."""
    if len(file.text) > LONGEST or not any(mark in file.text for mark in _MARKS):
        return None
    stream = parse_yaml(Source("", file.text))
    if len(stream.documents) != 1 or stream.faults:
        return None
    root = stream.documents[0].origin
    readers = (
        (("datasources",), _grafana, "in its data sources"),
        (("scrape_configs", "alerting"), _prometheus, "in its scrape configuration"),
        (("ingress",), _cloudflared, "in its ingress rules"),
        (("static_resources",), _envoy, "in its clusters"),
    )
    fit = [
        one for one in readers if any(isinstance(root.get(key), list) or key in _MAPS & {*root.node} for key in one[0])
    ]
    if not fit:
        return None
    return [
        _told(one, Text(container, file, "", label, Certainty.KNOWN)) for _, read, label in fit for one in read(root)
    ]


_MAPS = frozenset({"alerting", "static_resources"})
_Found = tuple[Address, Span, int | None]
"""An address, where in the file the text stands that it was found in, and the port where none is written."""


def _told(found: _Found, text: Text) -> Told:
    """What an address tells."""
    address, span, takes = found
    return made(address, replace(text, passage=text.passage.cut(*span)), takes=takes)


def _grafana(root: Origin) -> Iterator[_Found]:
    """The addresses that Grafana itself asks; with `access: direct` the browser does."""
    for source in root.children("datasources"):
        if source.get("access") != "direct":
            yield from _address(source, "url")


def _prometheus(root: Origin) -> Iterator[_Found]:
    for job in (*root.children("scrape_configs"), *root.children("alerting", "alertmanagers")):
        scheme = job.get("scheme")
        takes = _BY_SCHEME.get(scheme if isinstance(scheme, str) else "http")
        # what another exporter asks on behalf of Prometheus
        is_moved = any(one.get("target_label") == "__address__" for one in job.children("relabel_configs"))
        for group in () if is_moved else job.children("static_configs"):
            targets = group.get("targets")
            if isinstance(targets, PositionedList):
                yield from _items(targets, group.source, takes)
    # Promtail, which has the same jobs, sends to its `clients`
    for key in ("remote_write", "remote_read", "clients"):
        for one in root.children(key):
            yield from _address(one, "url")


def _items(items: PositionedList, source: Source, takes: int | None) -> Iterator[_Found]:
    for item, span in zip(items, items.item_spans, strict=True):
        text = source.text[span.start : span.end]
        found = endpoint(item) if isinstance(item, str) else None
        if found and isinstance(item, str) and (at := text.find(item)) >= 0:
            yield found.moved(at), span, takes


def _cloudflared(root: Origin) -> Iterator[_Found]:
    for rule in root.children("ingress"):
        yield from _address(rule, "service")
    yield from _address(root, "url")


def _envoy(root: Origin) -> Iterator[_Found]:
    """The endpoints of Envoy's clusters, whose address and port stand apart."""
    pending: list[object] = [root.get("static_resources", "clusters")]
    while pending:
        node = pending.pop()
        if isinstance(node, PositionedList):
            pending.extend(reversed(node))
        elif isinstance(node, PositionedDict):
            socket = node.get("socket_address")
            if isinstance(socket, PositionedDict):
                yield from _socket_address(socket)
            pending.extend(reversed(node.values()))


def _socket_address(socket: PositionedDict) -> Iterator[_Found]:
    host, port = socket.get("address"), socket.get("port_value")
    found = endpoint(host) if isinstance(host, str) else None
    if found and isinstance(port, int) and found.port is None and isinstance(host, str):
        at, stands = socket.value_spans["address"], socket.value_spans["port_value"]
        whole = Span(min(at.start, stands.start), max(at.end, stands.end))
        span = Span(at.start - whole.start, at.end - whole.start)
        yield (
            replace(
                found, port=port, host_span=span, port_span=Span(stands.start - whole.start, stands.end - whole.start)
            ),
            whole,
            None,
        )


def _address(origin: Origin, key: str) -> Iterator[_Found]:
    """The URLs, or the one address, that is written at a key."""
    value = origin.get(key)
    if not isinstance(value, str):
        return
    span = origin.node.value_spans[key]
    text = origin.source.text[span.start : span.end]
    found = list(in_urls(text)) if "://" in text else [one for one in (endpoint(text.strip("\"'")),) if one]
    for one in found:
        offset = 0 if "://" in text else len(text) - len(text.lstrip("\"'"))
        yield one.moved(offset), span, _BY_SCHEME.get(one.scheme)
