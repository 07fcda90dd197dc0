"""Listener protocol against backend role: what is said of each cell of the table, in both profiles."""

from __future__ import annotations

import pytest

from tests.given.hetzner import balancer, listener
from tests.given.manifests import Value, nginx_service, service, stream
from tests.given.runs import checked, configured

SERVICES = stream(
    nginx_service(
        ports="""
            - {name: http, port: 80, targetPort: http, nodePort: 31695}
            - {name: offloaded, port: 8443, targetPort: http, nodePort: 31700}
            - {name: https, port: 443, targetPort: https, nodePort: 32443}
            - {name: stream, port: 9000, nodePort: 32000}
        """
    ),
    service("api", namespace="api", type="NodePort", ports="[{port: 9000, nodePort: 30900}]"),
)
PLAIN, OFFLOADED, TLS, UNKNOWN, OTHER_APP, NOWHERE = 31695, 31700, 32443, 32000, 30900, 31999
WITH_HTTP = listener("http", 80, PLAIN)
RULES = ("LB001", "LB002", "LB003")


def said(profile: str, *listeners: str, services: str = SERVICES) -> dict[str, str]:
    """Rule and severity of each finding about a balancer with these listeners."""
    files = {"lb.yaml": balancer(*listeners), "services.yaml": services}
    result = checked(files, configured(f"profile: {profile}"))
    return {one.rule.id: one.severity.name.lower() for one in result.findings if one.rule.id in RULES}


def to(protocol: str, port: int, destination: Value) -> str:
    """A listener with a certificate, whether its protocol needs one or not."""
    return listener(protocol, port, destination, http="{certificates: [1]}")


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
        ("tcp", 443, PLAIN, {"LB003": "error"}),
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
    assert findings == said(profile, to(protocol, port, destination))


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
    assert findings == said(profile, WITH_HTTP, to(protocol, 443, f"'{destination}'"))


@pytest.mark.parametrize(("profile", "severity"), [("hetzner-k3s", "error"), ("kubernetes", "warning")])
def test_two_destinations_of_which_nothing_is_known(profile: str, severity: str) -> None:
    assert {"LB002": severity} == said(profile, WITH_HTTP, to("https", 443, 31696), services="")
