"""The PROXY protocol in values of charts: annotations of a controller's Service against the controller's own settings.

K3s users set Traefik and its balancer up in one HelmChartConfig, where both ends stand side by side.
https://github.com/traefik/traefik-helm-chart/blob/master/traefik/VALUES.md and
https://github.com/kubernetes/ingress-nginx/blob/main/charts/ingress-nginx/README.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kblint.model.annotations import PREFIX, as_boolean
from kblint.model.bundle import Bundle
from kblint.model.cluster import ChartValues
from kblint.model.meta import Meta
from kblint.source.text import Place
from kblint.source.values import Origin, PositionedDict, Unknown
from kblint.wire.link import Certainty
from kblint.wire.proxy_protocol import Handover, Receiver, Sender, Takes

_ANNOTATION = f"{PREFIX}uses-proxyprotocol"
_FLAG = re.compile(r"--entrypoints\.(\w+)\.proxyprotocol(?:\.|=|$)", re.IGNORECASE)
_POINTS = ("web", "websecure")
"""The entry points that the chart's Service exposes."""


@dataclass(frozen=True, slots=True)
class ChartHandover:
    """Both ends, in the values of the chart `name`."""

    name: str
    meta: Meta | None
    handover: Handover


def chart_handovers(bundle: Bundle) -> Iterator[ChartHandover]:
    """Every chart of a controller whose values make a balancer at Hetzner."""
    for chart in bundle.all(ChartValues):
        values = Origin(chart.place.source, chart.values, chart.place.span)
        path = {"traefik": ("service",), "ingress-nginx": ("controller", "service")}.get(chart.chart)
        if path is None or values.get(*path, "type") in ("ClusterIP", "NodePort"):
            continue
        sent = _sender(values, (*path, "annotations"))
        taken = _traefik(values) if chart.chart == "traefik" else _ingress_nginx(values)
        if sent and taken:
            yield ChartHandover(chart.chart, chart.meta, Handover(sent, taken))


def _sender(values: Origin, path: tuple[str, ...]) -> Sender | None:
    annotations = values.get(*path)
    if not isinstance(annotations, PositionedDict) or not any(key.startswith(PREFIX) for key in annotations):
        return None
    if _ANNOTATION not in annotations:
        # the manager's own default may be another
        return Sender(sends=False, certainty=Certainty.LIKELY, place=values.place(*path))
    sends = _boolean(annotations[_ANNOTATION])
    return None if sends is None else Sender(sends, Certainty.KNOWN, values.place(*path, _ANNOTATION))


def _ingress_nginx(values: Origin) -> Receiver | None:
    path = ("controller", "config", "use-proxy-protocol")
    if values.is_written(*path):
        told = _boolean(values.get(*path))
        if told is None:
            return None
        takes = Takes.REQUIRED if told else Takes.REFUSED
        return _receiver(takes, Certainty.KNOWN, "ingress-nginx", "`use-proxy-protocol`", values.place(*path))
    place = values.place("controller", "config")
    return _receiver(Takes.REFUSED, Certainty.LIKELY, "ingress-nginx", "`use-proxy-protocol`", place)


def _traefik(values: Origin) -> Receiver | None:
    """Traefik takes the header where every entry point that the balancer leads to is told to."""
    setting = "`proxyProtocol.trustedIPs` of the entry point"
    written = [values.get("ports", point, "proxyProtocol") for point in _POINTS]
    arguments = values.get("additionalArguments")
    words = [str(word) for word in arguments] if isinstance(arguments, list) else []
    told = {match[1].lower() for word in words if (match := _FLAG.match(word))}
    if any(isinstance(value, Unknown) for value in (*written, arguments)):
        return None
    untold = next(
        (point for point, value in zip(_POINTS, written, strict=True) if not value and point not in told), None
    )
    if untold is None:
        return _receiver(Takes.OPTIONAL, Certainty.KNOWN, "traefik", setting, values.place("ports"))
    return _receiver(Takes.REFUSED, Certainty.LIKELY, "traefik", setting, values.place("ports", untold))


def _receiver(takes: Takes, certainty: Certainty, program: str, setting: str, place: Place) -> Receiver:
    return Receiver(takes, certainty, program, setting, place)


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return as_boolean(value) if isinstance(value, str) else None
