"""Hosts in the values of charts that are not rendered are ways in of which the end is not known."""

from __future__ import annotations

import pytest

from kblint.model.bundle import Bundle
from kblint.wire.journeys.chart_ways import through_charts
from kblint.wire.journeys.journey import Stage
from tests.given.manifests import helm_chart
from tests.given.readings import composed
from tests.given.runs import topology


def ways(values: str, chart: str = "wiki") -> list[str]:
    """What people ask for."""
    found = list(through_charts(Bundle(tuple(composed(helm_chart(values, chart, chart))))))
    assert all(one.lost_at == Stage.CHART.value for one in found)
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("ingress: {hosts: [a.example.com, b.example.com]}", ["http://a.example.com/", "http://b.example.com/"]),
        ("ingress: {hosts: [{host: a.example.com, paths: [/]}]}", ["http://a.example.com/"]),
        ("ingress: {hostname: a.example.com, tls: [{secretName: a}]}", ["https://a.example.com/"]),
        ("grafana: {ingress: {enabled: true, hosts: [a.example.com]}}", ["http://a.example.com/"]),
        ("grafana: {enabled: false, ingress: {enabled: true, hosts: [a.example.com]}}", []),
        ("ingress: {enabled: false, hosts: [a.example.com]}", []),
        ("route: {main: {hostnames: [a.example.com]}}", []),
        ("route: {hostnames: [a.example.com, '${HOST}', '{{ .x }}', localhost]}", ["http://a.example.com/"]),
        ("database: {host: db.example.com}", []),
    ],
)
def test_hosts_below_keys_of_routes_are_ways_in(values: str, expected: list[str]) -> None:
    assert ways(values) == expected


def test_of_a_chart_whose_ways_in_are_known_nothing_more_is_asked() -> None:
    assert ways("ingress: {hosts: [a.example.com]}", chart="traefik") == []


def test_the_service_of_a_release_leads_to_its_own_pods() -> None:
    by_hand = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress-nginx-controller, namespace: web}
spec:
  selector: {matchLabels: &labels {app.kubernetes.io/name: ingress-nginx}}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ingress-nginx
        app.kubernetes.io/instance: ingress-nginx
        app.kubernetes.io/component: controller
    spec: {containers: [{name: controller, image: "registry.example.com/controller:1"}]}
"""
    values = helm_chart("tcp: {5432: shop/db:5432}", "ingress-nginx", "ingress-nginx", targetNamespace="web")
    (found,) = topology(values, by_hand).services.services
    assert {one.workload.meta.made is None for one in found.selected} == {False}
