"""What pods call outside and Cloud Firewalls keep in."""

from __future__ import annotations

import pytest

from tests.given.manifests import container, workload
from tests.given.runs import checked

FIREWALL = "name: nodes\nrules:\n  - {{direction: out, protocol: {}, port: '{}', destination_ips: [0.0.0.0/0]}}\n"


@pytest.mark.parametrize(
    ("env", "rule", "closed"),
    [
        ("{name: URL, value: 'https://api.example.com:8443/v1'}", ("tcp", "443"), ["8443"]),
        ("{name: URL, value: 'https://api.example.com:8443/v1'}", ("tcp", "any"), []),
        ("{name: URL, value: 'https://api.example.com:8443/v1'}", ("tcp", "8000-9000"), []),
        ("{name: URL, value: 'https://api.example.com:8443/v1'}", ("udp", "8443"), ["8443"]),
        ("{name: URL, value: 'https://api.example.com/v1'}", ("tcp", "443"), []),
        ("{name: URL, value: 'http://api.web.svc:8080'}", ("tcp", "443"), []),
        ("{name: URL, value: 'http://api:8080'}", ("tcp", "443"), []),
        ("{name: URL, value: 'http://10.0.0.7:8080'}", ("tcp", "443"), []),
        ("{name: DB_HOST, value: db.example.com}, {name: DB_PORT, value: '5432'}", ("tcp", "443"), ["5432"]),
        ("{name: DB_HOST, value: db}, {name: DB_PORT, value: '5432'}", ("tcp", "443"), []),
        ("{name: DB_HOST, value: db.example.com}", ("tcp", "443"), []),
    ],
)
def test_calls_that_no_outbound_rule_names(env: str, rule: tuple[str, str], closed: list[str]) -> None:
    files = {"firewall.yaml": FIREWALL.format(*rule), "app.yaml": workload(container(env=f"[{env}]"))}
    found = [one for one in checked(files).findings if one.rule.id == "NODE014"]
    assert [port for port in closed if any(f" {port}," in one.message for one in found)] == closed
    assert bool(found) is bool(closed)
