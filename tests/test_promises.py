"""What is promised: each of these mistakes gives one finding at its line, and none of these right cases any."""

from __future__ import annotations

import pytest

from kblint.engine.marks import marks
from kblint.finding import Severity
from tests.given.hetzner import PREFIX, balancer, check, listener, ufw
from tests.given.manifests import (
    Value,
    config_map,
    container,
    host,
    ingress,
    manifest,
    marked,
    nginx,
    nginx_service,
    service,
    stream,
    workload,
)
from tests.given.runs import checked, configured

CONFIG = configured("{profile: hetzner-k3s, cluster: {overlay: working}}")
Files = dict[str, str]
NODE_PORT = "[{port: 80, targetPort: 8080, nodePort: 30080}]"


def on_host(name: str = "web", ports: str = "[{containerPort: 8080}]", **pod: Value) -> str:
    """A DaemonSet on the network of its nodes, with ports that nothing disproves."""
    return workload(container(ports=ports), name=name, kind="DaemonSet", hostNetwork=True, **pod)


def node_ports(name: str = "web", ports: str = NODE_PORT, namespace: str = "shop") -> str:
    return service(name, namespace=namespace, type="NodePort", ports=ports)


def app() -> str:
    """A DaemonSet on its nodes, and a node port that leads to it."""
    return stream(on_host(), node_ports())


MISTAKES: dict[str, tuple[str, Files]] = {
    "hostPort differs from containerPort": (
        "POD001",
        {"a.yaml": marked(on_host(ports="[{containerPort: 8080, hostPort: 8081}]"), "hostPort: 8081")},
    ),
    "two DaemonSets on one host port": (
        "NODE001",
        {"a.yaml": on_host("api"), "b.yaml": marked(on_host("web"), "containerPort: 8080")},
    ),
    "a node port used twice across files and namespaces": (
        "SVC007",
        {
            "a.yaml": node_ports("api", "[{port: 80, nodePort: 30080}]", namespace="apps"),
            "b.yaml": marked(node_ports("web", "[{port: 80, nodePort: 30080}]"), "nodePort: 30080"),
        },
    ),
    "node port 40000": (
        "SVC006",
        {"a.yaml": marked(node_ports(ports="[{port: 80, nodePort: 40000}]"), "nodePort: 40000")},
    ),
    "a named targetPort with a typo": (
        "SVC001",
        {
            "a.yaml": stream(
                on_host(ports="[{name: http, containerPort: 8080}]"),
                marked(node_ports(ports="[{port: 80, targetPort: htpp}]"), "targetPort: htpp"),
            )
        },
    ),
    "a UDP port on a TCP Service": (
        "SVC003",
        {
            "a.yaml": stream(
                on_host("dns", "[{containerPort: 5353, protocol: UDP}]"),
                marked(node_ports("dns", "[{port: 53, targetPort: 5353}]"), "targetPort: 5353"),
            )
        },
    ),
    "an Ingress naming the container's port": (
        "ING002",
        {
            "a.yaml": stream(
                on_host(),
                service(ports="[{port: 80, targetPort: 8080}]"),
                marked(ingress(host(port="{number: 8080}")), "number: 8080"),
            )
        },
    ),
    "a probe on a port nobody has": (
        "POD012",
        {
            "a.yaml": marked(
                workload(
                    # a number need not be declared: that nobody has it must be proved
                    container(
                        image="traefik/whoami:v1.10",
                        args='["--port=8080"]',
                        ports="[{containerPort: 8080}]",
                        livenessProbe="{tcpSocket: {port: 9999}}",
                    ),
                    kind="DaemonSet",
                    hostNetwork=True,
                ),
                "port: 9999",
            )
        },
    ),
    "nginx listening on 80 behind containerPort 8080, from a ConfigMap": (
        "PROC001",
        {
            "a.yaml": stream(
                config_map(data="default.conf: |\n  server { listen 80; }\n"),
                marked(
                    workload(
                        container(
                            image="nginx:1.27",
                            volumeMounts="[{name: conf, mountPath: /etc/nginx/conf.d}]",
                            ports="[{containerPort: 8080}]",
                        ),
                        volumes="[{name: conf, configMap: {name: web}}]",
                    ),
                    "containerPort: 8080",
                ),
            )
        },
    ),
    "nginx listening on 80 behind containerPort 8080, from the command": (
        "PROC001",
        {
            "a.yaml": marked(
                workload(
                    container(
                        image="nginx:1.27",
                        command="""
                            - sh
                            - -c
                            - echo 'server { listen 80; }' > /etc/nginx/conf.d/default.conf; nginx -g 'daemon off;'
                        """,
                        ports="[{containerPort: 8080}]",
                    )
                ),
                "containerPort: 8080",
            )
        },
    ),
    "an application reading PORT=5000 behind containerPort 8000": (
        "PROC001",
        {
            "a.yaml": marked(
                workload(container(env='[{name: PORT, value: "5000"}]', ports="[{containerPort: 8000}]")),
                "containerPort: 8000",
            )
        },
    ),
    "a DaemonSet on 10250": (
        "NODE002",
        {"a.yaml": marked(on_host("agent", "[{containerPort: 10250}]"), "containerPort: 10250")},
    ),
    "a Pod Security baseline namespace with a host-network pod": (
        "NET001",
        {
            "a.yaml": stream(
                manifest("v1", "Namespace", "shop", labels="{pod-security.kubernetes.io/enforce: baseline}"),
                marked(on_host(), "hostNetwork: true"),
            )
        },
    ),
    "PROXY protocol on one side only": (
        "LB008",
        {
            "lb.yaml": marked(balancer(listener("tcp", 80, 31695, proxyprotocol=True)), "proxyprotocol: true"),
            "controller.yaml": stream(
                config_map("ingress-nginx-controller", namespace="ingress-nginx", data='{use-proxy-protocol: "false"}'),
                nginx_service(),
                nginx("--configmap=ingress-nginx/ingress-nginx-controller", hostNetwork=True),
            ),
        },
    ),
    "the invented key http-redirect-https": (
        "LB010",
        {
            "a.yaml": marked(
                service(
                    annotations=f'{PREFIX}location: fsn1\n{PREFIX}http-redirect-https: "true"\n',
                    type="LoadBalancer",
                    ports="[{port: 80, targetPort: 8080}]",
                ),
                "http-redirect-https",
            )
        },
    ),
    "a Terraform destination_port that equals the targetPort instead of the node port": (
        "LB001",
        {
            "lb.tf": """
resource "hcloud_load_balancer" "lb" {
  name               = "lb1"
  load_balancer_type = "lb11"
  location           = "fsn1"
}

resource "hcloud_load_balancer_service" "web" {
  load_balancer_id = hcloud_load_balancer.lb.id
  protocol         = "tcp"
  listen_port      = 80
  destination_port = 8080 # <- primary
}
""",
            "web.yaml": stream(workload(kind="DaemonSet"), node_ports()),
        },
    ),
    "a UFW that opens 30080 but not 8080": (
        "NODE006",
        {"ufw.txt": marked(ufw("30080/tcp ALLOW Anywhere"), "30080/tcp"), "web.yaml": app()},
    ),
    "8472 opened as tcp": (
        "NODE008",
        {"ufw.txt": marked(ufw().replace("8472/udp", "8472/tcp"), "8472/tcp")},
    ),
    "a Service named n8n beside an n8n pod": (
        "POD015",
        {
            "a.yaml": stream(
                workload(container("n8n", "n8nio/n8n:1.80.0", ports="[{containerPort: 5678}]"), name="n8n"),
                marked(service("n8n", ports="[{port: 80, targetPort: 5678}]"), "name: n8n"),
            )
        },
    ),
}

RIGHT: dict[str, Files] = {
    "TCP passthrough with different HTTPS and HTTP ports": {
        "lb.yaml": stream(
            balancer(listener("tcp", 80, 31695), listener("tcp", 443, 32443)),
            nginx_service(selector="{app: made-by-a-chart}"),
        )
    },
    "hostPort left out": {"a.yaml": on_host()},
    "the same host port on different addresses": {
        "a.yaml": stream(
            *(
                workload(
                    container(ports=f"[{{containerPort: 5353, hostPort: 53, hostIP: {address}}}]"),
                    name=name,
                    kind="DaemonSet",
                )
                for name, address in (("one", "10.0.0.1"), ("two", "10.0.0.2"))
            )
        )
    },
    "the same host port for different protocols": {
        "a.yaml": stream(on_host("one"), on_host("two", "[{containerPort: 8080, protocol: UDP}]"))
    },
    "the same host port on disjoint nodes": {
        "a.yaml": stream(on_host("one", nodeSelector="{pool: a}"), on_host("two", nodeSelector="{pool: b}"))
    },
    "a Service without a selector, with EndpointSlices": {
        "a.yaml": stream(
            service("db", selector="", ports="[{port: 5432, targetPort: 5432}]"),
            manifest(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                "db-1",
                namespace="shop",
                labels="{kubernetes.io/service-name: db}",
                addressType="IPv4",
                ports="[{port: 5432, protocol: TCP}]",
                endpoints="[{addresses: [10.0.0.9]}]",
            ),
        )
    },
    "ExternalName": {
        "a.yaml": service("db", selector="", ports="", type="ExternalName", externalName="db.example.com")
    },
    "a headless Service of a StatefulSet": {
        "a.yaml": stream(
            service("db", clusterIP="None", ports="[{name: sql, port: 5432}]"),
            workload(
                container("db", "postgres:17", ports="[{containerPort: 5432, name: sql}]"),
                name="db",
                kind="StatefulSet",
                spec="serviceName: db",
            ),
        )
    },
    "an undeclared but proved listening port": {
        "a.yaml": stream(
            workload(container(image="traefik/whoami:v1.10", args='["--port=8081"]')),
            service(ports="[{port: 80, targetPort: 8081}]"),
        )
    },
    "overlays beside their base": {f"{folder}/web.yaml": app() for folder in ("base", "dev", "prod")},
    "the firewall of another environment": {
        **{f"{env}/app.yaml": app() for env in ("prod", "staging")},
        **{
            f"{env}/lb.yaml": balancer(
                listener("http", 80, 30080, health_check=check("tcp", 30080)),
                targets=f"""
                    - type: label_selector
                      label_selector: {{selector: env={env}}}
                      use_private_ip: {str(env == "staging").lower()}
                """,
                private_net="[{network: 1, ip: 10.0.0.2}]",
            ).replace("lb1", f"lb-{env}")
            for env in ("prod", "staging")
        },
        "staging/firewall.yaml": """
name: fw-staging
rules: [{direction: in, protocol: tcp, port: "22", source_ips: [0.0.0.0/0]}]
applied_to: [{type: label_selector, label_selector: {selector: env=staging}}]
""",
    },
    "a kustomize patch, which is no object of its own": {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": stream(on_host(), node_ports(ports="[{port: 80, targetPort: 8080}]")),
        "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
        "prod/patch.yaml": service(selector="", ports="[{port: 80, nodePort: 30080}]"),
    },
    "the ports of an injected sidecar": {
        "a.yaml": stream(workload(), service(ports="[{port: 15020, targetPort: http-envoy-prom}]"))
    },
    "one node port for TCP and UDP within a Service": {
        "a.yaml": node_ports(
            "dns",
            "[{name: tcp, port: 53, nodePort: 30053}, {name: udp, port: 53, nodePort: 30053, protocol: UDP}]",
        )
    },
    "canaries that share a selector": {
        "a.yaml": stream(
            service(ports="[{port: 80, targetPort: 8080}]"),
            workload(),
            workload(name="web-canary", labels="{app: web, track: canary}"),
        )
    },
}


def found(files: Files) -> set[tuple[str, str, int]]:
    return {
        (finding.rule.id, place.source.path, place.source.point(place.span.start).line)
        for finding in checked(files, CONFIG).findings
        for place in (finding.location.place,)
        if finding.severity > Severity.INFO
    }


@pytest.mark.parametrize("name", MISTAKES)
def test_one_clear_finding_at_the_right_line(name: str) -> None:
    rule, files = MISTAKES[name]
    expected = {
        (rule, path, mark.line) for path, text in files.items() for mark in marks(text) if mark.kind == "primary"
    }
    assert found(files) == expected != set()


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_stays_silent(name: str) -> None:
    assert found(RIGHT[name]) == set()
