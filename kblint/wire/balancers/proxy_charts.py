"""What the charts of ingress-nginx and Traefik tell their controllers about the PROXY protocol.

What the values leave out is the chart's default, unless further values come from elsewhere.
https://github.com/traefik/traefik-helm-chart/blob/master/traefik/VALUES.md and
https://github.com/kubernetes/ingress-nginx/blob/main/charts/ingress-nginx/README.md
"""

from __future__ import annotations

import re

from kblint.model.annotations import as_boolean
from kblint.model.cluster import ChartValues
from kblint.source.text import Place
from kblint.source.values import Origin, Unknown
from kblint.wire.balancers.proxy_receiver import ProxyProtocolMode, Receiver, ingress_nginx, traefik
from kblint.wire.evidence import Certainty

_FLAG = re.compile(r"--entrypoints\.(\w+)\.proxyprotocol(?:\.|=|$)", re.IGNORECASE)


def chart_receiver(chart: ChartValues, controller: str, port_name: object) -> Receiver | None:
    """What the controller does about the header on the Service port of this name; None where it cannot be known."""
    values = Origin(chart.place.source, chart.values, chart.place.span)
    if controller == "ingress-nginx":
        return _ingress_nginx(values)
    return _traefik(values, port_name) if controller == "traefik" and isinstance(port_name, str) else None


def _ingress_nginx(values: Origin) -> Receiver | None:
    path = ("controller", "config", "use-proxy-protocol")
    if not values.is_written(*path):
        return ingress_nginx(ProxyProtocolMode.REFUSED, Certainty.LIKELY, values.place(*path))
    written = values.get(*path)
    told = written if isinstance(written, bool) else as_boolean(written) if isinstance(written, str) else None
    if told is None:
        return None
    return ingress_nginx(
        ProxyProtocolMode.REQUIRED if told else ProxyProtocolMode.REFUSED, Certainty.KNOWN, values.place(*path)
    )


def _traefik(values: Origin, name: str) -> Receiver | None:
    """Each entry point is told for itself; its name in lower case is that of the Service's port."""
    points = values.child("ports").node
    point = next((key for key in points if key.lower() == name), name)
    written = values.get("ports", point, "proxyProtocol")
    arguments = values.get("additionalArguments")
    if isinstance(written, Unknown) or isinstance(arguments, Unknown):
        return None
    words = [str(word) for word in arguments] if isinstance(arguments, list) else []
    flag = next((word for word in words if (match := _FLAG.match(word)) and match[1].lower() == name), None)
    told = isinstance(written, dict) and bool(written.get("trustedIPs") or written.get("insecure"))
    place = _place(values, point, is_written=written is not None)
    if told or flag:
        return traefik(ProxyProtocolMode.OPTIONAL, Certainty.KNOWN, place)
    return traefik(ProxyProtocolMode.REFUSED, Certainty.LIKELY, place)


def _place(values: Origin, point: str, *, is_written: bool) -> Place:
    return values.place("ports", point, "proxyProtocol") if is_written else values.place("ports", point)
