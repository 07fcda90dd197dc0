"""Sidecars of a service mesh: what a file says of a pod is no longer all that there is."""

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Journey
from tests.given.manifests import container, manifest, policy, service, workload
from tests.given.runs import checked, topology

WEB = container(image="nginx:1.27", ports="[{containerPort: 8080}]")
WRONG = service(type="NodePort", ports="[{port: 80, targetPort: 8080, nodePort: 30080}]")
"""nginx listens on 80."""
CLOSED = policy(podSelector="{}", policyTypes="[Ingress]")


def space(**meta: str) -> str:
    return manifest("v1", "Namespace", "shop", **meta)


def pods(**template: str) -> str:
    return workload(WEB, **template)


def way(*texts: str) -> Journey:
    (journey,) = topology(*texts, WRONG, overlay="working").journeys
    return journey


@pytest.mark.parametrize(
    ("texts", "mesh"),
    [
        ((pods(), space(labels="{istio-injection: enabled}")), "Istio"),
        ((pods(), space(labels="{istio.io/rev: stable}")), "Istio"),
        ((pods(), space(labels="{istio.io/dataplane-mode: ambient}")), "Istio"),
        ((pods(), space(annotations="{linkerd.io/inject: enabled}")), "Linkerd"),
        ((pods(labels="{app: web, sidecar.istio.io/inject: 'true'}"),), "Istio"),
        (
            (pods().replace("labels: {app: web}}", "labels: {app: web}, annotations: {linkerd.io/inject: ingress}}"),),
            "Linkerd",
        ),
    ],
)
def test_what_a_sidecar_takes_is_a_question(texts: tuple[str, ...], mesh: str) -> None:
    found = way(*texts, CLOSED)
    assert found.outcome is Outcome.UNKNOWN
    assert any(f"a sidecar of {mesh}" in hop.reason for hop in found.hops)
    files = {f"{number}.yaml": text for number, text in enumerate((*texts, CLOSED, WRONG))}
    assert not {"PROC001", "NET003"} & {one.rule.id for one in checked(files).findings}


@pytest.mark.parametrize(
    "texts",
    [
        (pods(),),
        (pods(), space(labels="{istio-injection: disabled}")),
        (pods(labels="{app: web, sidecar.istio.io/inject: 'false'}"), space(labels="{istio-injection: enabled}")),
        (pods(hostNetwork="true"), space(labels="{istio-injection: enabled}")),
    ],
)
def test_pods_without_one_are_as_they_are_written(texts: tuple[str, ...]) -> None:
    assert way(*texts).outcome is Outcome.REFUSED
