from __future__ import annotations

import pytest

from kblint.wire.clients.dns_names import NameUse, name_uses
from kblint.wire.evidence import Certainty
from tests.given.manifests import Value, config_map, container, service, workload
from tests.given.runs import topology, workload_of

REDIS = service("redis", ports="[{port: 6379}]")
OTHER = service("api", ports="[{port: 80, targetPort: 8080}]", namespace="other")
CONFIG = config_map(
    "conf",
    data="""
        app.conf: |
          # http://old.shop.svc
          url = http://redis:6379
        HOST: redis
    """,
)
VOLUMES = "[{name: conf, configMap: {name: conf}}]"


def uses(volumes: Value = "[]", **fields: Value) -> list[NameUse]:
    """The names that a container with these fields uses."""
    web = workload(container(**fields), volumes=volumes)
    found = topology(web, service(), REDIS, OTHER, CONFIG)
    return list(name_uses(workload_of(found), found.services, found.config_map_of))


def hosts(volumes: Value = "[]", **fields: Value) -> list[tuple[str, int | None]]:
    return [(use.host, use.port) for use in uses(volumes, **fields)]


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
    assert hosts(env=f"[{{name: X, value: '{value}'}}]") == expected


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
    assert hosts(env=f"[{{name: {name}, value: redis}}]") == expected


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy", "CERT_DNS", "TLS_SAN", "JWT_ISSUER"])
def test_names_that_are_only_compared_do_not_count(name: str) -> None:
    assert hosts(env=f"[{{name: {name}, value: 'http://redis:6379'}}]") == []


def test_commands_and_arguments_count_with_their_flags() -> None:
    found = uses(command="[app]", args="['--redis-addr=redis', '--no-proxy=http://redis', '--x=http://redis/']")
    assert [use.host for use in found] == ["redis", "redis"]
    assert [use.evidence.place.text for use in found] == ["redis", "redis"]


def test_mounted_configuration_is_likely_and_its_comments_do_not_count() -> None:
    (use,) = uses(VOLUMES, volumeMounts="[{name: conf, mountPath: /etc/app}]")
    assert (use.host, use.certainty) == ("redis", Certainty.LIKELY)
    assert hosts(VOLUMES, args="[a]") == []


def test_variables_of_a_config_map_count() -> None:
    assert hosts(envFrom="[{configMapRef: {name: conf}}]") == [("redis", 6379), ("redis", None)]


def test_a_use_leads_to_its_service() -> None:
    (use,) = uses(env="[{name: X, value: 'http://redis.shop.svc'}]")
    assert use.service is not None
    assert use.service.service.meta.name == "redis"
    (use,) = uses(env="[{name: X, value: 'http://kubernetes.default.svc'}]")
    assert (use.service, use.certainty) == (None, Certainty.KNOWN)


@pytest.mark.parametrize("value", ["redis and others", "the redis", "redis, web"])
def test_a_name_in_a_longer_text_is_no_address(value: str) -> None:
    assert hosts(env=f"[{{name: REDIS_HOST, value: '{value}'}}]") == []
