"""What is promised: each of these mistakes gives one finding at its line, and none of these right cases any."""

from __future__ import annotations

from pathlib import Path

import pytest

from kblint.config import read_config
from kblint.engine.marks import marks
from kblint.finding import Severity
from kblint.intake import Loaded
from kblint.run import check, load_rules
from kblint.source.text import Source

CONFIG = read_config(Source("kblint.yaml", "cluster: {overlay: working}"), folder=Path(), root=Path())
CATALOG = load_rules(CONFIG, {})
Files = dict[str, str]


def workload(
    name: str, spec: str, *, kind: str = "DaemonSet", namespace: str = "shop", host: bool = True, labels: str = ""
) -> str:
    return f"""
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}{labels}}}}}
    spec:
      hostNetwork: {str(host).lower()}
      containers:
        - name: main
{spec}
---"""


def service(name: str, ports: str, *, kind: str = "NodePort", namespace: str = "shop", extra: str = "") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  type: {kind}
  selector: {{app: {name}}}
{extra}
  ports:
{ports}
---"""


APP = """          image: registry.example.com/app:1
          ports: [{containerPort: 8080, name: http}]"""

MISTAKES: dict[str, tuple[str, Files]] = {
    "hostPort differs from containerPort": (
        "POD001",
        {
            "a.yaml": workload(
                "web",
                """          image: registry.example.com/app:1
          ports:
            - containerPort: 8080
              hostPort: 8081 # <- primary""",
            )
        },
    ),
    "two DaemonSets on one host port": (
        "NODE001",
        {
            "a.yaml": workload("api", APP),
            "b.yaml": workload(
                "web",
                """          image: registry.example.com/app:1
          ports:
            - containerPort: 8080 # <- primary""",
            ),
        },
    ),
    "a node port used twice across files and namespaces": (
        "SVC007",
        {
            "a.yaml": service("api", "    - {port: 80, nodePort: 30080}", namespace="apps"),
            "b.yaml": service("web", "    - {port: 80, nodePort: 30080} # <- primary"),
        },
    ),
    "node port 40000": ("SVC006", {"a.yaml": service("web", "    - {port: 80, nodePort: 40000} # <- primary")}),
    "a named targetPort with a typo": (
        "SVC001",
        {"a.yaml": workload("web", APP) + service("web", "    - {port: 80, targetPort: htpp} # <- primary")},
    ),
    "a UDP port on a TCP Service": (
        "SVC003",
        {
            "a.yaml": workload(
                "dns",
                """          image: registry.example.com/dns:1
          ports: [{containerPort: 5353, protocol: UDP}]""",
            )
            + service("dns", "    - {port: 53, targetPort: 5353} # <- primary")
        },
    ),
    "an Ingress naming the container's port": (
        "ING002",
        {
            "a.yaml": workload("web", APP)
            + service("web", "    - {port: 80, targetPort: 8080}", kind="ClusterIP")
            + """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
    - host: www.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 8080 # <- primary
"""
        },
    ),
    "a probe on a port nobody has": (
        "POD012",
        {
            "a.yaml": workload(
                "web",
                APP
                + """
          livenessProbe:
            tcpSocket:
              port: 9999 # <- primary""",
            )
        },
    ),
    "nginx listening on 80 behind containerPort 8080, from a ConfigMap": (
        "PROC001",
        {
            "a.yaml": """
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
data:
  default.conf: |
    server { listen 80; }
---"""
            + workload(
                "web",
                """          image: nginx:1.27
          volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]
          ports:
            - containerPort: 8080 # <- primary
      volumes: [{name: conf, configMap: {name: web}}]""",
                host=False,
            )
        },
    ),
    "nginx listening on 80 behind containerPort 8080, from the command": (
        "PROC001",
        {
            "a.yaml": workload(
                "web",
                """          image: nginx:1.27
          command: [sh, -c, "echo 'server { listen 80; }' > /etc/nginx/conf.d/default.conf; nginx -g 'daemon off;'"]
          ports:
            - containerPort: 8080 # <- primary""",
                host=False,
            )
        },
    ),
    "an application reading PORT=5000 behind containerPort 8000": (
        "PROC001",
        {
            "a.yaml": workload(
                "web",
                """          image: registry.example.com/shop/api:1.2
          env: [{name: PORT, value: "5000"}]
          ports:
            - containerPort: 8000 # <- primary""",
                host=False,
            )
        },
    ),
    "a DaemonSet on 10250": (
        "NODE002",
        {
            "a.yaml": workload(
                "agent",
                """          image: registry.example.com/agent:1
          ports:
            - containerPort: 10250 # <- primary""",
            )
        },
    ),
    "a Pod Security baseline namespace with a host-network pod": (
        "NET001",
        {
            "a.yaml": """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
---"""
            + workload("web", APP).replace("hostNetwork: true", "hostNetwork: true # <- primary")
        },
    ),
    "PROXY protocol on one side only": (
        "LB008",
        {
            "lb.yaml": """
name: lb1
services:
  - protocol: tcp
    listen_port: 80
    destination_port: 31695
    proxyprotocol: true # <- primary
targets: []
""",
            "controller.yaml": """
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
data: {use-proxy-protocol: "false"}
---
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  type: NodePort
  selector: {app: ingress-nginx}
  ports: [{name: http, port: 80, targetPort: http, nodePort: 31695}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  selector: {matchLabels: {app: ingress-nginx}}
  template:
    metadata: {labels: {app: ingress-nginx}}
    spec:
      hostNetwork: true
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.15.1
          args: [/nginx-ingress-controller, --configmap=ingress-nginx/ingress-nginx-controller]
          ports: [{name: http, containerPort: 80}]
""",
        },
    ),
    "the invented key http-redirect-https": (
        "LB010",
        {
            "a.yaml": """
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    load-balancer.hetzner.cloud/location: fsn1
    load-balancer.hetzner.cloud/http-redirect-https: "true" # <- primary
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
"""
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
            "web.yaml": workload("web", APP, host=False)
            + service("web", "    - {port: 80, targetPort: 8080, nodePort: 30080}"),
        },
    ),
    "a UFW that opens 30080 but not 8080": (
        "NODE006",
        {
            "ufw.txt": """Status: active

To                         Action      From
--                         ------      ----
6443,10250/tcp             ALLOW       10.0.0.0/16
8472/udp                   ALLOW       10.0.0.0/16
30080/tcp                  ALLOW       Anywhere # <- primary
""",
            "web.yaml": workload("web", APP) + service("web", "    - {port: 80, targetPort: 8080, nodePort: 30080}"),
        },
    ),
    "8472 opened as tcp": (
        "NODE008",
        {
            "ufw.txt": """Status: active

To                         Action      From
--                         ------      ----
6443,10250/tcp             ALLOW       10.0.0.0/16
8472/tcp                   ALLOW       10.0.0.0/16 # <- primary
"""
        },
    ),
    "a Service named n8n beside an n8n pod": (
        "POD015",
        {
            "a.yaml": workload(
                "n8n",
                """          image: n8nio/n8n:1.80.0
          ports: [{containerPort: 5678}]""",
                kind="Deployment",
                host=False,
            )
            + service("n8n", "    - {port: 80, targetPort: 5678}", kind="ClusterIP").replace(
                "metadata: {name: n8n, namespace: shop}\nspec:\n  type",
                "metadata:\n  name: n8n # <- primary\n  namespace: shop\nspec:\n  type",
            )
        },
    ),
}

RIGHT: dict[str, Files] = {
    "TCP passthrough with different HTTPS and HTTP ports": {
        "lb.yaml": """
name: lb1
services:
  - {protocol: tcp, listen_port: 80, destination_port: 31695}
  - {protocol: tcp, listen_port: 443, destination_port: 32443}
targets: []
---
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  type: NodePort
  selector: {app: made-by-a-chart}
  ports:
    - {name: http, port: 80, targetPort: http, nodePort: 31695}
    - {name: https, port: 443, targetPort: https, nodePort: 32443}
"""
    },
    "hostPort left out": {"a.yaml": workload("web", APP)},
    "the same host port on different addresses": {
        "a.yaml": workload(
            "one",
            """          image: registry.example.com/app:1
          ports: [{containerPort: 5353, hostPort: 53, hostIP: 10.0.0.1}]""",
            host=False,
        )
        + workload(
            "two",
            """          image: registry.example.com/app:1
          ports: [{containerPort: 5353, hostPort: 53, hostIP: 10.0.0.2}]""",
            host=False,
        )
    },
    "the same host port for different protocols": {
        "a.yaml": workload("one", APP)
        + workload(
            "two",
            """          image: registry.example.com/app:1
          ports: [{containerPort: 8080, protocol: UDP}]""",
        )
    },
    "the same host port on disjoint nodes": {
        "a.yaml": workload("one", APP + "\n      nodeSelector: {pool: a}")
        + workload("two", APP + "\n      nodeSelector: {pool: b}")
    },
    "a Service without a selector, with EndpointSlices": {
        "a.yaml": """
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  ports: [{port: 5432, targetPort: 5432}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
ports: [{port: 5432, protocol: TCP}]
endpoints: [{addresses: [10.0.0.9]}]
"""
    },
    "ExternalName": {
        "a.yaml": """
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {type: ExternalName, externalName: db.example.com}
"""
    },
    "a headless Service of a StatefulSet": {
        "a.yaml": """
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  clusterIP: None
  selector: {app: db}
  ports: [{name: sql, port: 5432}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: "postgres:17", ports: [{containerPort: 5432, name: sql}]}]
"""
    },
    "an undeclared but proved listening port": {
        "a.yaml": workload(
            "whoami",
            """          image: traefik/whoami:v1.10
          args: ["--port=8081"]
          ports: [{containerPort: 9090}]""".replace("\n          ports: [{containerPort: 9090}]", ""),
            kind="Deployment",
            host=False,
        )
        + service("whoami", "    - {port: 80, targetPort: 8081}", kind="ClusterIP")
    },
    "overlays beside their base": {
        "base/web.yaml": workload("web", APP) + service("web", "    - {port: 80, targetPort: 8080, nodePort: 30080}"),
        "dev/web.yaml": workload("web", APP) + service("web", "    - {port: 80, targetPort: 8080, nodePort: 30080}"),
        "prod/web.yaml": workload("web", APP) + service("web", "    - {port: 80, targetPort: 8080, nodePort: 30080}"),
    },
    "the firewall of another environment": {
        **{
            f"{env}/{name}": text
            for env in ("prod", "staging")
            for name, text in {
                "app.yaml": workload("web", APP)
                + service("web", "    - {port: 80, targetPort: 8080, nodePort: 30080}"),
                "lb.yaml": f"""
name: lb-{env}
services: [{{protocol: http, listen_port: 80, destination_port: 30080, health_check: {{protocol: tcp, port: 30080}}}}]
targets:
  - type: label_selector
    label_selector: {{selector: env={env}}}
    use_private_ip: {str(env == "staging").lower()}
private_net: [{{network: 1, ip: 10.0.0.2}}]
""",
            }.items()
        },
        "staging/firewall.yaml": """
name: fw-staging
rules: [{direction: in, protocol: tcp, port: "22", source_ips: [0.0.0.0/0]}]
applied_to: [{type: label_selector, label_selector: {selector: env=staging}}]
""",
    },
    "a kustomize patch, which is no object of its own": {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": workload("web", APP) + service("web", "    - {port: 80, targetPort: 8080}"),
        "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
        "prod/patch.yaml": """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  ports: [{port: 80, nodePort: 30080}]
""",
    },
    "the ports of an injected sidecar": {
        "a.yaml": workload("web", APP, kind="Deployment", host=False)
        + service("web", "    - {port: 15020, targetPort: http-envoy-prom}", kind="ClusterIP")
    },
    "one node port for TCP and UDP within a Service": {
        "a.yaml": service(
            "dns",
            "    - {name: tcp, port: 53, nodePort: 30053}\n    - {name: udp, port: 53, nodePort: 30053, protocol: UDP}",
        )
    },
    "canaries that share a selector": {
        "a.yaml": service("web", "    - {port: 80, targetPort: 8080}", kind="ClusterIP")
        + workload("web", APP, kind="Deployment", host=False)
        + workload("web-canary", APP, kind="Deployment", host=False)
        .replace("labels: {app: web-canary", "labels: {app: web, track: canary")
        .replace("matchLabels: {app: web-canary}", "matchLabels: {app: web, track: canary}")
    },
}


def found(files: Files) -> set[tuple[str, str, int]]:
    sources = tuple(Source(name, text) for name, text in files.items())
    result = check(Loaded(sources, (), ()), CONFIG, CATALOG)
    return {
        (finding.rule.id, place.source.path, place.source.point(place.span.start).line)
        for finding in result.findings
        for place in (finding.location.place,)
        if finding.severity > Severity.INFO
    }


@pytest.mark.parametrize("name", MISTAKES)
def test_one_clear_finding_at_the_right_line(name: str) -> None:
    rule, files = MISTAKES[name]
    expected = {
        (rule, path, mark.line) for path, text in files.items() for mark in marks(text) if mark.kind == "primary"
    }
    assert found(files) == expected


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_stays_silent(name: str) -> None:
    assert found(RIGHT[name]) == set()
