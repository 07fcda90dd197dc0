"""Kong's lists of addresses."""

from __future__ import annotations

import pytest

from kblint.wire.evidence import Certainty
from tests.given.manifests import container, workload
from tests.given.runs import topology, workload_of


def sockets(image: str = "kong:3.4", **variables: str) -> list[tuple[int, str | None, Certainty]]:
    env = "".join(f"\n- {{name: {name}, value: '{value}'}}" for name, value in variables.items())
    found = topology(workload(container(image=image, **({"env": env} if env else {}), ports="[{containerPort: 8000}]")))
    (only,) = workload_of(found).pod.containers
    return [(one.port, one.speaks, one.certainty) for one in found.listening_of(only).sockets]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("0.0.0.0:8000, 0.0.0.0:8443 http2 ssl", [(8000, "http"), (8443, "tls")]),
        ("0.0.0.0:9443 ssl reuseport backlog=16384", [(9443, "tls")]),
        ("off", []),
        ("0.0.0.0:8000,[::]:8000,unix:/run/kong", [(8000, "http"), (8000, "http")]),
    ],
)
def test_each_address_of_a_list_has_its_words(listed: str, expected: list[tuple[int, str]]) -> None:
    found = sockets(KONG_PROXY_LISTEN=listed)
    assert found == [(port, speaks, Certainty.KNOWN) for port, speaks in expected]


def test_without_a_list_it_listens_on_what_is_usual() -> None:
    assert sockets() == [(8000, "http", Certainty.LIKELY), (8443, "tls", Certainty.LIKELY)]
    assert sockets(KONG_ADMIN_LISTEN="127.0.0.1:8444 ssl")[-1] == (8444, "tls", Certainty.KNOWN)
