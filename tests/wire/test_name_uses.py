from __future__ import annotations

import pytest

from kblint.wire.clients.dns_names import NameUse, name_uses
from kblint.wire.evidence import Certainty
from tests.wire.topologies import deployment, service_of, topology, workload

REDIS = service_of("redis", "ports: [{port: 6379}]")
OTHER = service_of("api", "ports: [{port: 80, targetPort: 8080}]", namespace="other")
CONFIG = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: conf, namespace: shop}
    data:
      app.conf: |
        # http://old.shop.svc
        url = http://redis:6379
      HOST: redis
    """


def uses(container: str, *, pod: str = "") -> list[NameUse]:
    web = deployment(f"{pod} containers: [{{name: web, image: e, {container}}}]")
    found = topology(web, service_of(), REDIS, OTHER, CONFIG)
    return list(name_uses(workload(found), found.services, found.config_map_of))


def hosts(container: str, *, pod: str = "") -> list[tuple[str, int | None]]:
    return [(use.host, use.port) for use in uses(container, pod=pod)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://redis", [("redis", None)]),
        ("redis://user:secret@redis:6379/0", [("redis", 6379)]),
        ("http://a.b.svc", [("a.b.svc", None)]),
        ("http://a-0.a.b.svc.cluster.local:80/x", [("a-0.a.b.svc.cluster.local", 80)]),
        ("http://a.b.svc,http://c.d.svc:1", [("a.b.svc", None), ("c.d.svc", 1)]),
        ("http://api.other:80", [("api.other", 80)]),
        ("redis:6379", [("redis", 6379)]),
        ("a.b.svc:1234", [("a.b.svc", 1234)]),
        ("http://api", []),
        ("http://redis.example.com", []),
        ("http://redis.other", []),
        ("redis:7", []),
        ("redis", []),
        ("a.b.svc", []),
        ("http://web:80", []),
        ("http://${HOST}:80", []),
        ("say redis:6379-ish", []),
    ],
)
def test_names_in_a_variable(value: str, expected: list[tuple[str, int | None]]) -> None:
    assert hosts(f"env: [{{name: X, value: '{value}'}}]") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("REDIS_HOST", [("redis", None)]),
        ("redis_url", [("redis", None)]),
        ("ADDRESS", [("redis", None)]),
        ("GHOST", []),
        ("NAME", []),
    ],
)
def test_a_whole_value_counts_where_its_name_says_address(name: str, expected: list[tuple[str, int | None]]) -> None:
    assert hosts(f"env: [{{name: {name}, value: redis}}]") == expected


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy", "CERT_DNS", "TLS_SAN", "JWT_ISSUER"])
def test_names_that_are_only_compared_do_not_count(name: str) -> None:
    assert hosts(f"env: [{{name: {name}, value: 'http://redis:6379'}}]") == []


def test_commands_and_arguments_count_with_their_flags() -> None:
    found = uses("command: [app], args: ['--redis-addr=redis', '--no-proxy=http://redis', '--x=http://redis/']")
    assert [use.host for use in found] == ["redis", "redis"]
    assert [use.evidence.place.text for use in found] == ["redis", "redis"]


def test_mounted_configuration_is_likely_and_its_comments_do_not_count() -> None:
    pod = "volumes: [{name: conf, configMap: {name: conf}}],"
    (use,) = uses("volumeMounts: [{name: conf, mountPath: /etc/app}]", pod=pod)
    assert (use.host, use.certainty) == ("redis", Certainty.LIKELY)
    assert hosts("args: [a]", pod=pod) == []


def test_variables_of_a_config_map_count() -> None:
    assert hosts("envFrom: [{configMapRef: {name: conf}}]") == [("redis", 6379), ("redis", None)]


def test_a_use_leads_to_its_service() -> None:
    (use,) = uses("env: [{name: X, value: 'http://redis.shop.svc'}]")
    assert use.service is not None
    assert use.service.service.meta.name == "redis"
    (use,) = uses("env: [{name: X, value: 'http://kubernetes.default.svc'}]")
    assert (use.service, use.certainty) == (None, Certainty.KNOWN)
