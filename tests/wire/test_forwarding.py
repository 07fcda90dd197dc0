"""Applications that send plain requests back to https, whoever ends TLS before them."""

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Kind
from tests.given.hetzner import WORKERS, balancer, check, listener
from tests.given.manifests import config_map, container, host, ingress, nginx, nginx_service, service, workload
from tests.given.runs import topology, way


@pytest.mark.parametrize(
    ("options", "is_sure"),
    [
        ({"args": "[--port=8080]"}, False),
        ({"args": "[--port=8080, --insecure]"}, True),
        ({"env": "[{name: ARGOCD_SERVER_INSECURE, value: 'true'}]"}, True),
        ({"env": "[{name: ARGOCD_SERVER_INSECURE, value: 'false'}]"}, False),
        ({"env": "[{name: ARGOCD_SERVER_INSECURE, valueFrom: {configMapKeyRef: {name: a, key: b}}}]"}, False),
    ],
)
def test_argo_cd_is_not_called_right_where_it_may_send_requests_back(options: dict[str, str], is_sure: bool) -> None:
    server = container(
        image="quay.io/argoproj/argocd:v3.1.0",
        command="[argocd-server]",
        ports="[{name: http, containerPort: 8080}]",
        **options,
    )
    found = topology(
        nginx(),
        nginx_service(),
        workload(server),
        service(ports="[{port: 80, targetPort: http}]"),
        ingress(host(), ingressClassName="nginx"),
        balancer(listener("https", 443, 31695), targets=WORKERS),
    )
    reasons = [hop.reason for hop in way(found).hops if "--insecure" in hop.reason]
    assert bool(reasons) is not is_sure


@pytest.mark.parametrize(("protocol", "outcome"), [("HTTP", "ok"), ("GRPC", "unknown"), ("GRPCS", "502")])
def test_a_controller_that_speaks_grpc_is_not_called_right_before_a_web_server(protocol: str, outcome: str) -> None:
    found = topology(
        nginx(),
        nginx_service(),
        workload(container(image="nginx:1.27", ports="[{containerPort: 80}]")),
        service(ports="[{port: 80}]"),
        ingress(
            host(),
            ingressClassName="nginx",
            annotations=f"{{nginx.ingress.kubernetes.io/backend-protocol: {protocol}}}",
        ),
        balancer(listener("https", 443, 31695, health_check=check("tcp", 31695)), targets=WORKERS),
        overlay="working",
    )
    assert way(found).outcome.value == outcome


def test_a_node_port_that_another_service_has_is_one_way_in() -> None:
    """Whatever else is wrong with the Service that has lost it."""
    web = workload(container(image="nginx:1.27", ports="[{containerPort: 80}]"))
    first = service(type="NodePort", ports="[{port: 80, nodePort: 30080}]")
    found = topology(web, first, service("other", ports="[{port: 80, nodePort: 30080}]"), overlay="working")
    assert [(one.name, one.outcome.value) for one in found.journeys] == [("http://<node>:30080", "ok")]


@pytest.mark.parametrize(("header", "is_sent_back"), [("true", False), ("false", True)])
def test_a_proxy_header_tells_ingress_nginx_that_people_came_by_https(header: str, is_sent_back: bool) -> None:
    conf = "server { listen 80; if ($http_x_forwarded_proto != https) { return 301 https://$host; } }"
    found = topology(
        config_map("ingress-nginx-controller", namespace="ingress-nginx", data=f"{{use-proxy-protocol: '{header}'}}"),
        nginx(),
        nginx_service(),
        workload(
            container(image="nginx:1.27", volumeMounts="[{name: conf, mountPath: /etc/nginx/conf.d}]"),
            volumes="[{name: conf, configMap: {name: web}}]",
        ),
        config_map("web", data=f"{{a.conf: '{conf}'}}"),
        service(ports="[{port: 80}]"),
        ingress(host(), ingressClassName="nginx"),
        balancer(
            listener("https", 443, 31695, proxyprotocol=header, health_check=check("tcp", 31695)), targets=WORKERS
        ),
        overlay="working",
    )
    assert any(hop.fault and hop.fault.kind is Kind.FORWARDED_PROTOCOL for hop in way(found).hops) is is_sent_back
