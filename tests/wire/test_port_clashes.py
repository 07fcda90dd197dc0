"""Two containers of a pod on one port: only what listens there crashes, a declaration opens nothing."""

from __future__ import annotations

import pytest

from tests.given.runs import checked


def _pod(first: str, second: str) -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: web, labels: {{app: web}}}}
spec:
  containers:
    - {{name: a, ports: [{{name: http, containerPort: 80}}], {first}}}
    - {{name: b, {second}}}
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  type: NodePort
  selector: {{app: web}}
  ports: [{{port: 80, nodePort: 30080}}]
"""


@pytest.mark.parametrize(
    ("second", "severity"),
    [
        ("image: 'httpd:2.4'", "error"),
        ("image: httpd", "warning"),
        ("image: 'traefik/whoami:v1.10', args: [--port=8080]", None),
        ("image: 'registry.example.com/web:1'", None),
        ("image: 'wordpress:cli-php8.3'", None),
        ("image: 'registry.example.com/web:1', ports: [{containerPort: 80}]", "warning"),
    ],
)
def test_who_comes_second_crashes(second: str, severity: str | None) -> None:
    result = checked({"a.yaml": _pod("image: 'nginx:1.27'", second)})
    found = [(one.severity.name.lower(), one.rule.id) for one in result.findings if one.rule.id == "POD005"]
    assert found == ([(severity, "POD005")] if severity else [])


def test_the_way_in_ends_at_the_pod() -> None:
    result = checked({"a.yaml": _pod("image: 'nginx:1.27'", "image: 'httpd:2.4'")})
    (finding,) = (one for one in result.findings if one.rule.id == "POD005")
    assert finding.journeys


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [("127.0.0.1", "0.0.0.0", True), ("127.0.0.1", "10.0.0.1", False), ("127.0.0.1", "127.0.0.1", True)],
)
def test_two_addresses_may_share_a_port(first: str, second: str, clash: bool) -> None:
    told = "image: 'redis:7.2', command: [redis-server, --port, '80', --bind, '{}']"
    result = checked({"a.yaml": _pod(told.format(first), told.format(second))})
    assert any(one.rule.id == "POD005" for one in result.findings) is clash
