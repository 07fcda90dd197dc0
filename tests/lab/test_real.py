"""The stand-in of the API server against the real one: both take the same objects, and refuse the same.

`--lab real`, with `etcd` and `kube-apiserver` of a Kubernetes release on PATH.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab import real
from tests.lab.api_server import Object, complaints
from tests.lab.mutations import few, many
from tests.lab.wirings import Wiring

pytestmark = pytest.mark.xdist_group("lab")
ROUNDS = 3
"""How many wirings with each mistake."""


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[real.ApiServer]:
    if request.config.getoption("--lab") != "real":
        pytest.skip("the real API server is asked with --lab real")
    reason = real.why_not()
    if reason:
        pytest.skip(reason)
    with real.ApiServer() as started:
        yield started


def objects_of(wiring: Wiring) -> list[Object]:
    """What is applied to the cluster, file by file."""
    return [one for name in sorted(wiring.documents) for one in wiring.documents[name] if "apiVersion" in one]


def test_the_real_api_server_refuses_what_the_stand_in_refuses(server: real.ApiServer, lab_seed: int) -> None:
    differing, refused = [], 0
    for number, wiring in enumerate(drawn(lab_seed)):
        objects = list(real.in_namespaces_of_its_own(objects_of(wiring), f"w{number}"))
        spaces = {one["metadata"]["namespace"] for one in objects if "namespace" in one["metadata"]}
        for space in sorted(spaces):
            server.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space}})
        accepted: list[Object] = []
        for one in objects:
            expected, met = next(complaints(one, accepted), ""), server.create(one)
            if bool(expected) is not bool(met):
                differing.append((wiring.seed, wiring.mutations, one["kind"], expected, met))
            refused += bool(met)
            if not met:
                accepted.append(one)
        for one in accepted:
            server.delete(one)
    assert differing == []
    assert refused, "nothing that it was to refuse was drawn"


def drawn(seed: int) -> Iterator[Wiring]:
    """Wirings with each mistake, several times."""
    yield from few(seed)
    count = len(list(few(seed)))
    for _, (_, wiring) in zip(range(ROUNDS * count), many(seed + 1), strict=False):
        yield wiring
