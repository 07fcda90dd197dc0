"""What keeps pods from answering though they are declared, and what only may."""

from __future__ import annotations

import pytest

from kblint.finding import Finding
from kblint.wire.faults.fault import Kind, Outcome
from kblint.wire.journeys.journey import Journey
from tests.given.hetzner import PREFIX, WORKERS, balancer, check, listener
from tests.given.manifests import (
    config_map,
    container,
    host,
    ingress,
    manifest,
    nginx,
    nginx_service,
    service,
    workload,
)
from tests.given.runs import checked, topology, way

CLASS = manifest("networking.k8s.io/v1", "IngressClass", "nginx", spec="{controller: k8s.io/ingress-nginx}")
EDGE = (
    nginx(),
    nginx_service(),
    CLASS,
    balancer(listener("http", 80, 31695, health_check=check("tcp", 31695)), targets=WORKERS),
)


def web(*, conf: str = "listen 8080;", probe: str = "", replicas: int = 1) -> tuple[str, ...]:
    """An nginx with this configuration, behind a Service and an Ingress."""
    probes = {"readinessProbe": probe} if probe else {}
    mounted = container(
        image="nginx:1.27",
        ports="[{name: http, containerPort: 8080}]",
        volumeMounts="[{name: conf, mountPath: /etc/nginx/conf.d}]",
        **probes,
    )
    pods = workload(mounted, spec=f"replicas: {replicas}", volumes="[{name: conf, configMap: {name: web}}]")
    return pods, service(), config_map(data=f"{{default.conf: 'server {{ {conf} }}'}}")


def through(*texts: str, **route: str) -> Journey:
    return way(topology(*EDGE, *texts, ingress(host(), **{"ingressClassName": "nginx", **route})))


@pytest.mark.parametrize(
    ("conf", "probe", "outcome"),
    [
        ("listen 8080;", "{httpGet: {path: /, port: 8080}}", Outcome.OK),
        ("listen 8080;", "{httpGet: {path: /, port: 8080, scheme: HTTPS}}", Outcome.UNAVAILABLE),
        ("listen 8080;", "{tcpSocket: {port: 8080}}", Outcome.OK),
    ],
)
def test_a_probe_in_a_protocol_that_nobody_speaks_keeps_a_pod_out(conf: str, probe: str, outcome: Outcome) -> None:
    assert through(*web(conf=conf, probe=probe)).outcome is outcome


def test_what_asks_for_no_pod_answers_nobody() -> None:
    assert through(*web(replicas=0)).outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize(
    "scaler",
    [
        manifest(
            "autoscaling/v2", "HorizontalPodAutoscaler", "web", spec="{scaleTargetRef: {kind: Deployment, name: web}}"
        ),
        manifest("keda.sh/v1alpha1", "ScaledObject", "web", spec="{scaleTargetRef: {name: web}}"),
        manifest("flagger.app/v1beta1", "Canary", "web", spec="{targetRef: {kind: Deployment, name: web}}"),
        manifest("argoproj.io/v1alpha1", "Rollout", "web", spec="{workloadRef: {kind: Deployment, name: web}}"),
    ],
)
def test_whether_something_scales_up_what_asks_for_no_pod_nobody_knows(scaler: str) -> None:
    assert through(*web(replicas=0), scaler).outcome is Outcome.UNKNOWN


def test_an_autoscaler_of_another_workload_scales_nothing_here() -> None:
    other = manifest("keda.sh/v1alpha1", "ScaledObject", "web", spec="{scaleTargetRef: {name: shop}}")
    assert through(*web(replicas=0), other).outcome is Outcome.UNAVAILABLE


def test_of_two_workloads_behind_a_service_one_may_have_no_pods() -> None:
    idle = workload(container(image="nginx:1.27"), name="web-old", spec="replicas: 0")
    assert through(*web(), idle).outcome is Outcome.OK


def test_an_application_may_send_requests_on() -> None:
    assert through(*web(conf="listen 8080; location / { return 200 ok; }")).outcome is Outcome.OK
    assert through(*web(conf="listen 8080; return 301 https://$host;")).outcome is Outcome.UNKNOWN


def test_the_class_comes_before_what_is_wrong_behind_it() -> None:
    lost = through(*web(), service("wep"), ingressClassName="internal")
    assert lost.outcome is Outcome.NOT_FOUND
    assert next(hop.fault.kind for hop in lost.hops if hop.fault) is Kind.CLASS


def annotated(*lines: str) -> Finding:
    annotations = "{" + ", ".join(f"{PREFIX}{line}" for line in ("location: fsn1", *lines)) + "}"
    front = service("web", type="LoadBalancer", annotations=annotations)
    (finding,) = (one for one in checked({"web.yaml": front}).findings if one.rule.id == "LB010")
    return finding


@pytest.mark.parametrize(
    ("line", "is_mended"),
    [
        ("health-check-intervall: 15s", True),
        ('health-check-intervall: "15"', False),
        ('http-redirect-https: "true"', False),
        ("protocoll: https", False),
    ],
)
def test_a_key_is_only_renamed_where_the_balancer_is_made_as_before(line: str, is_mended: bool) -> None:
    assert (annotated(line).fix is not None) is is_mended
