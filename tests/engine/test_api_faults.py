"""What the API refuses by itself is known to the ways in, before anything is wired."""

from __future__ import annotations

from pathlib import Path

import pytest

from kblint.config import read_config
from kblint.intake import read
from kblint.model.workload import Workload
from kblint.run import judge_objects, wire_all
from kblint.source.text import Source
from kblint.wire.faults.fault import Kind, Outcome
from kblint.wire.topology import Topology
from tests.given.manifests import WEB_PORTS, container, service, stream, workload

CONFIG = read_config(Source("kblint.yaml", "cluster: {overlay: working}"), folder=Path(), root=Path())
PROBED = container(ports=WEB_PORTS, readinessProbe="{tcpSocket: {port: http}}")
SERVICE = service(type="NodePort", ports="[{port: 80, targetPort: http, nodePort: 30080}]")
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: web, port: {number: 80}}}
"""


def wired(*texts: str) -> Topology:
    given = read([Source(f"{index}.yaml", text) for index, text in enumerate(texts)])
    (topology,) = wire_all(given, CONFIG, judge_objects(given, CONFIG))
    return topology


def outcome(found: Topology, name: str = "http://<node>:30080") -> Outcome:
    return next(journey.outcome for journey in found.journeys if journey.name == name)


def test_what_fits_passes() -> None:
    found = wired(workload(PROBED), SERVICE, INGRESS)
    assert outcome(found) is Outcome.OK
    assert outcome(found, "http://<any host>/") is Outcome.UNKNOWN, "no controller is here"
    assert not found.network.faults.stopping
    assert not found.network.faults.noted


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("apps/v1", "apps/v1beta1", Outcome.NOT_SERVED),
        ("apps/v1", "v1", Outcome.NOT_SERVED),
        ("spec:\n  selector", "spec:\n  replicas: many\n  selector", Outcome.REJECTED),
        ("  selector: {matchLabels: {app: web}}\n", "", Outcome.REJECTED),
        ("spec:\n  selector", "spec:\n  replica: 2\n  selector", Outcome.UNKNOWN),
        ("spec:\n  selector", "spec:\n  replicas: 2\n  selector", Outcome.OK),
    ],
)
def test_a_workload_that_is_refused_serves_nobody(old: str, new: str, expected: Outcome) -> None:
    manifest = workload(PROBED)
    assert old in manifest
    found = wired(manifest.replace(old, new), SERVICE)
    assert outcome(found) is expected
    (owner,) = found.bundle.all(Workload)
    assert (owner in found.network.faults.stopping) is (expected in (Outcome.REJECTED, Outcome.NOT_SERVED))
    assert (owner in found.network.faults.noted) is (expected is Outcome.UNKNOWN)


def test_a_service_that_is_refused_leads_nowhere() -> None:
    assert outcome(wired(workload(PROBED), SERVICE.replace("port: 80,", "port: eighty,"))) is Outcome.REJECTED


def test_a_route_that_is_refused_leads_nowhere() -> None:
    refused = wired(workload(PROBED), SERVICE, INGRESS.replace("            pathType: Prefix\n", ""))
    assert outcome(refused, "http://<any host>/") is Outcome.REJECTED


def test_an_object_with_a_key_twice_may_be_refused_and_the_next_one_not() -> None:
    twice = "replicas: 1\nreplicas: 2"
    found = wired(stream(workload(PROBED, name="other", spec=twice), workload(PROBED)), SERVICE)
    assert [owner.meta.name for owner in found.network.faults.noted if owner.meta] == ["other"]
    assert outcome(found) is Outcome.OK
    assert outcome(wired(workload(spec=twice), SERVICE)) is Outcome.UNKNOWN


def test_a_route_that_is_refused_is_so_whatever_is_wrong_behind_it() -> None:
    elsewhere = SERVICE.replace("namespace: shop", "namespace: front")
    refused = wired(workload(PROBED), elsewhere, INGRESS.replace("            pathType: Prefix\n", ""))
    (journey,) = (one for one in refused.journeys if one.name == "http://<any host>/")
    assert journey.outcome is Outcome.REJECTED
    assert [hop.fault.kind for hop in journey.hops if hop.fault] == [Kind.SCHEMA]
