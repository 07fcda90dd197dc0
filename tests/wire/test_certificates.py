"""Certificates of ingress controllers, where TLS is passed through to them."""

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Outcome
from tests.given.hetzner import WORKERS, balancer, check, listener
from tests.given.manifests import container, host, ingress, nginx, nginx_service, service, workload
from tests.given.runs import topology

APP = (workload(container(image="nginx:1.27", ports="[{containerPort: 80}]")), service(ports="[{port: 80}]"))
BEFORE = balancer(listener("tcp", 443, 32443, health_check=check("tcp", 32443)), targets=WORKERS)
FLAG = "--default-ssl-certificate=ingress-nginx/all"


def outcome(*texts: str, controller: str | None = None, **route: str) -> Outcome:
    """What people meet at https://www.example.com, which a balancer passes through to ingress-nginx."""
    asked = ingress(host(), **{"ingressClassName": "nginx", **route})
    seen = nginx("--watch=true") if controller is None else controller
    found = topology(*APP, BEFORE, nginx_service(), seen, asked, *texts, overlay="working")
    return next(one for one in found.journeys if "www.example.com" in one.name).outcome


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        ("[]", Outcome.UNKNOWN),
        ("[{hosts: [shop.example.com], secretName: a}]", Outcome.TLS_ERROR),
        ("[{hosts: ['*.com'], secretName: a}]", Outcome.TLS_ERROR),
        ("[{hosts: [www.example.com], secretName: a}]", Outcome.OK),
        ("[{hosts: ['*.example.com'], secretName: a}]", Outcome.OK),
        ("[{secretName: a}]", Outcome.OK),
        ("[{hosts: ['${HOST}'], secretName: a}]", Outcome.OK),
    ],
)
def test_a_host_needs_a_certificate_that_names_it(tls: str, expected: Outcome) -> None:
    assert outcome(tls=tls) is expected


def test_a_default_certificate_is_for_all() -> None:
    assert outcome(controller=nginx(FLAG)) is Outcome.OK
    assert outcome(controller=nginx("'${FLAGS}'")) is not Outcome.TLS_ERROR


def test_a_route_that_no_controller_takes_brings_no_certificate() -> None:
    known = """\
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
"""
    tls = "[{hosts: [www.example.com], secretName: a}]"
    assert outcome(known, tls=tls, ingressClassName="nginx-internal") is Outcome.TLS_ERROR
