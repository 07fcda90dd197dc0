"""Listener protocol against backend role: what is said of each cell of the table, in both profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from kblint.config import read_config
from kblint.intake import Loaded
from kblint.run import check, load_rules
from kblint.source.text import Source

CATALOG = load_rules(read_config(Source("kblint.yaml", ""), folder=Path(), root=Path()), {})
SERVICES = """
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  type: NodePort
  selector: {app.kubernetes.io/name: ingress-nginx}
  ports:
    - {name: http, port: 80, targetPort: http, nodePort: 31695}
    - {name: offloaded, port: 8443, targetPort: http, nodePort: 31700}
    - {name: https, port: 443, targetPort: https, nodePort: 32443}
    - {name: stream, port: 9000, nodePort: 32000}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: api}
spec: {type: NodePort, selector: {app: api}, ports: [{port: 9000, nodePort: 30900}]}
"""
PLAIN, OFFLOADED, TLS, UNKNOWN, OTHER_APP, NOWHERE = 31695, 31700, 32443, 32000, 30900, 31999
WITH_HTTP = f"  - {{protocol: http, listen_port: 80, destination_port: {PLAIN}}}\n"
RULES = ("LB001", "LB002", "LB003")


def said(listener: str, profile: str, before: str = "", services: str = SERVICES) -> dict[str, str]:
    """Rule and severity of each finding about a balancer whose last listener this is."""
    text = f"name: lb1\nservices:\n{before}  - {{{listener}, http: {{certificates: [1]}}}}\ntargets: []\n"
    config = read_config(Source("kblint.yaml", f"profile: {profile}"), folder=Path(), root=Path())
    sources = (Source("lb.yaml", text), Source("services.yaml", services))
    result = check(Loaded(sources, (), ()), config, CATALOG)
    return {one.rule.id: one.severity.name.lower() for one in result.findings if one.rule.id in RULES}


@pytest.mark.parametrize("profile", ["hetzner-k3s", "kubernetes"])
@pytest.mark.parametrize(
    ("protocol", "port", "destination", "findings"),
    [
        ("http", 80, PLAIN, {}),
        ("http", 80, TLS, {"LB002": "error"}),
        ("http", 80, UNKNOWN, {}),
        ("https", 443, PLAIN, {}),
        ("https", 443, TLS, {"LB002": "error"}),
        ("https", 443, UNKNOWN, {}),
        ("tcp", 443, PLAIN, {"LB003": "warning"}),
        ("tcp", 443, TLS, {}),
        ("tcp", 443, UNKNOWN, {}),
        ("tcp", 80, PLAIN, {}),
        ("tcp", 80, TLS, {"LB002": "error"}),
        ("tcp", 80, UNKNOWN, {}),
        ("tcp", 5432, PLAIN, {}),
        ("tcp", 8443, TLS, {}),
    ],
)
def test_each_cell(profile: str, protocol: str, port: int, destination: int, findings: dict[str, str]) -> None:
    listener = f"protocol: {protocol}, listen_port: {port}, destination_port: {destination}"

    assert findings == said(listener, profile)


@pytest.mark.parametrize(
    ("profile", "protocol", "destination", "findings"),
    [
        ("hetzner-k3s", "https", PLAIN, {}),
        ("hetzner-k3s", "https", OFFLOADED, {}),
        ("hetzner-k3s", "https", OTHER_APP, {}),
        ("hetzner-k3s", "https", UNKNOWN, {"LB002": "warning"}),
        ("hetzner-k3s", "https", NOWHERE, {"LB002": "error"}),
        ("hetzner-k3s", "tcp", TLS, {}),
        ("kubernetes", "https", OTHER_APP, {}),
        ("kubernetes", "https", UNKNOWN, {"LB002": "warning"}),
        ("kubernetes", "https", NOWHERE, {"LB001": "warning"}),
        ("kubernetes", "https", "${PORT}", {}),
    ],
)
def test_beside_a_plain_listener(profile: str, protocol: str, destination: object, findings: dict[str, str]) -> None:
    listener = f"protocol: {protocol}, listen_port: 443, destination_port: '{destination}'"

    assert findings == said(listener, profile, before=WITH_HTTP)


@pytest.mark.parametrize(("profile", "severity"), [("hetzner-k3s", "error"), ("kubernetes", "warning")])
def test_two_destinations_of_which_nothing_is_known(profile: str, severity: str) -> None:
    listener = "protocol: https, listen_port: 443, destination_port: 31696"

    assert said(listener, profile, before=WITH_HTTP, services="") == {"LB002": severity}
