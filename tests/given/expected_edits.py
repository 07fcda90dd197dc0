"""What single mistakes in the next applications must lead to, written down before kblint was asked.

Written from what Kubernetes, K3s and Hetzner's balancers do. Looked at afterwards, and changed: an upstream's own line
beside that of `proxy_pass`; a warning where nobody can tell without asking the cluster (a certificate that is handed in
unseen, pods that somebody scaled, a controller elsewhere); and what Hetzner's API says of settings for HTTP on `tcp`.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tests.given.next_apps import Edit

N8N, SUPERSET, CHATWOOT = "https://n8n.keybuzz.io/", "https://superset.keybuzz.io/", "https://chatwoot.keybuzz.io/"


class Expected(Struct, frozen=True):
    """An edit, the lines either of which a person would look at, its least severity, and what journeys end in.

    `ends` says for a way in or a call (the beginning of its name) which outcomes are right.
    """

    edit: Edit
    lines: tuple[str, ...]
    severity: str
    ends: Mapping[str, tuple[str, ...]]


EXPECTED: Mapping[str, Expected] = {
    "an Ingress asks the application past its front": Expected(
        Edit("superset.yaml", "name: front", "name: superset", "kind: Ingress"),
        ("number: 80", "name: superset"),
        "error",
        {SUPERSET: ("503",)},
    ),
    "an Ingress in another namespace": Expected(
        Edit("chatwoot.yaml", "namespace: chatwoot", "namespace: default", "kind: Ingress"),
        ("name: chatwoot-web", "namespace: default"),
        "error",
        {CHATWOOT: ("503",)},
    ),
    "a port set in the environment": Expected(
        Edit("n8n.yaml", 'N8N_PORT: "5678"', 'N8N_PORT: "5679"'),
        ('N8N_PORT: "5679"', "containerPort: 5678", "targetPort: http"),
        "error",
        {N8N: ("502", "503")},
    ),
    "a target port by another name": Expected(
        Edit("n8n.yaml", "targetPort: http", "targetPort: web"),
        ("targetPort: web",),
        "error",
        {N8N: ("503",)},
    ),
    "a target port that is the Service's": Expected(
        Edit("n8n.yaml", "targetPort: http", "targetPort: 80"),
        ("targetPort: 80",),
        "error",
        {N8N: ("502",)},
    ),
    "a database that never becomes ready": Expected(
        Edit("n8n.yaml", "port: 5432", "port: 5433", "tcpSocket"),
        ("port: 5433",),
        "error",
        {"n8n -> postgres:5432": ("name not found",), "n8n-worker -> postgres:5432": ("name not found",)},
    ),
    "a Service's port off by one": Expected(
        Edit("n8n.yaml", "- port: 6379", "- port: 6380", "name: redis\n  namespace: n8n\nspec:\n  selector:"),
        ("port: 6380", 'QUEUE_BULL_REDIS_PORT: "6379"'),
        "error",
        {"n8n -> redis.n8n": ("connection refused",), "n8n-worker -> redis.n8n": ("connection refused",)},
    ),
    "an egress rule for another port": Expected(
        Edit("n8n.yaml", "- port: 6379", "- port: 6380", "kind: NetworkPolicy\nmetadata:\n  name: n8n-worker"),
        ("port: 6380", "egress:", "podSelector:", "- podSelector:"),
        "error",
        {"n8n-worker -> redis.n8n": ("connection refused", "timeout")},
    ),
    "a Secret's key by another name": Expected(
        Edit("superset.yaml", "redis-url: redis", "redis_url: redis"),
        ("key: redis-url",),
        "error",
        {SUPERSET: ("502",)},
    ),
    "a volume of a ConfigMap that is not there": Expected(
        Edit("superset.yaml", "name: front", "name: front-conf", "configMap:"),
        ("name: front-conf",),
        "error",
        {SUPERSET: ("503",)},
    ),
    "a proxy that speaks https to a plain port": Expected(
        Edit("superset.yaml", "proxy_pass http://superset;", "proxy_pass https://superset;"),
        ("proxy_pass https://superset;", "server superset:8088;"),
        "warning",
        {SUPERSET: ("502",)},
    ),
    "an upstream in another namespace": Expected(
        Edit("superset.yaml", "server superset:8088;", "server superset.data:8088;"),
        ("server superset.data:8088;",),
        "error",
        {SUPERSET: ("502", "503"), "front -> superset.data:8088": ("name not found",)},
    ),
    "a database's target port by another name": Expected(
        Edit("superset.yaml", "targetPort: postgres", "targetPort: pg"),
        ("targetPort: pg",),
        "error",
        {"superset -> postgres.data:5432": ("connection refused",)},
    ),
    "a full name in the wrong namespace": Expected(
        Edit("superset.yaml", "postgres.data.svc.cluster.local", "postgres.superset.svc.cluster.local"),
        ("value: postgres.superset.svc.cluster.local",),
        "error",
        {"superset-worker -> postgres.superset": ("name not found",)},
    ),
    "a port beside a host": Expected(
        Edit("superset.yaml", 'value: "5432"', 'value: "5433"'),
        ('value: "5433"', "value: postgres.data.svc.cluster.local"),
        "error",
        {"superset-worker -> postgres.data": ("connection refused",)},
    ),
    "a second pod of one": Expected(
        Edit("chatwoot.yaml", "cache-0.cache.data", "cache-1.cache.data"),
        ("REDIS_URL: redis://cache-1.cache.data.svc.cluster.local:6379",),
        "warning",
        {"chatwoot-web -> cache-1": ("name not found",), "chatwoot-sidekiq -> cache-1": ("name not found",)},
    ),
    "a pod below a Service that gives it no name": Expected(
        Edit("chatwoot.yaml", "cache-0.cache.data", "cache-0.cache-master.data"),
        ("REDIS_URL: redis://cache-0.cache-master.data.svc.cluster.local:6379",),
        "error",
        {"chatwoot-web -> cache-0": ("name not found",), "chatwoot-sidekiq -> cache-0": ("name not found",)},
    ),
    "a StatefulSet of another Service": Expected(
        Edit("chatwoot.yaml", "serviceName: postgres", "serviceName: postgresql"),
        ("serviceName: postgresql", "POSTGRES_HOST: postgres-0.postgres"),
        "error",
        {"chatwoot-web -> postgres-0": ("name not found",), "chatwoot-sidekiq -> postgres-0": ("name not found",)},
    ),
    "a class of the controller that K3s was told to leave out": Expected(
        Edit("chatwoot.yaml", "ingressClassName: nginx", "ingressClassName: traefik"),
        ("ingressClassName: traefik",),
        "error",
        {CHATWOOT: ("404",)},
    ),
    "a node port that the balancer does not ask": Expected(
        Edit("ingress-nginx/service.yaml", "nodePort: 31695", "nodePort: 31696"),
        ("nodePort: 31696", "destination_port: 31695"),
        "error",
        {N8N: ("503",), SUPERSET: ("503",), CHATWOOT: ("503",)},
    ),
    "a health check of a port that nobody has": Expected(
        Edit("lb/apps-lb.yaml", "port: 31695", "port: 31690", "health_check"),
        ("port: 31690",),
        "error",
        {N8N: ("503",), SUPERSET: ("503",), CHATWOOT: ("503",)},
    ),
    "a controller by another name": Expected(
        Edit(
            "ingress-nginx/daemonset.yaml",
            "--controller-class=k8s.io/ingress-nginx",
            "--controller-class=k8s.io/internal-ingress-nginx",
        ),
        ("- --controller-class=k8s.io/internal-ingress-nginx", "controller: k8s.io/ingress-nginx"),
        "warning",
        {N8N: ("404",), SUPERSET: ("404",), CHATWOOT: ("404",)},
    ),
    "a class by another name": Expected(
        Edit("ingress-nginx/ingressclass.yaml", "name: nginx", "name: nginx-public"),
        ("ingressClassName: nginx", "name: nginx-public"),
        "error",
        {N8N: ("404",), SUPERSET: ("404",), CHATWOOT: ("404",)},
    ),
    "a container's port by another name": Expected(
        Edit(
            "chatwoot.yaml",
            "- name: http\n              containerPort: 3100",
            "- name: web\n              containerPort: 3100",
        ),
        ("targetPort: http", "port: http", "- name: web"),
        "error",
        {CHATWOOT: ("503",)},
    ),
    "a selector with a slip in a value": Expected(
        Edit(
            "ingress-nginx/service.yaml",
            "component: controller",
            "component: contoller",
            "selector:",
        ),
        ("app.kubernetes.io/component: contoller",),
        "error",
        {N8N: ("503",), SUPERSET: ("503",), CHATWOOT: ("503",)},
    ),
    "a policy that asks for another label": Expected(
        Edit("n8n.yaml", "- key: app", "- key: app.kubernetes.io/name"),
        ("- key: app.kubernetes.io/name", "podSelector:", "- podSelector:"),
        "error",
        {
            "n8n -> postgres:5432": ("connection refused", "timeout"),
            "n8n-worker -> postgres:5432": ("connection refused", "timeout"),
        },
    ),
    "a controller that never becomes ready": Expected(
        Edit("ingress-nginx/daemonset.yaml", "port: 10254", "port: 10255", "readinessProbe"),
        ("port: 10255",),
        "error",
        {N8N: ("503",), SUPERSET: ("503",), CHATWOOT: ("503",)},
    ),
    "a balancer that does not end TLS": Expected(
        Edit("lb/apps-lb.yaml", "protocol: https", "protocol: tcp"),
        ("- protocol: tcp", "redirect_http: true"),
        "error",
        dict.fromkeys((N8N, SUPERSET, CHATWOOT), ("rejected by the API",)),
    ),
    "a balancer on another port": Expected(
        Edit("lb/apps-lb.yaml", "listen_port: 443", "listen_port: 8443"),
        ("listen_port: 8443", "FRONTEND_URL: https://chatwoot.keybuzz.io", "WEBHOOK_URL: https://n8n.keybuzz.io/"),
        "warning",
        {},
    ),
    "a database's port in the settings": Expected(
        Edit("chatwoot.yaml", 'POSTGRES_PORT: "5432"', 'POSTGRES_PORT: "5433"'),
        ('POSTGRES_PORT: "5433"', "POSTGRES_HOST: postgres-0.postgres"),
        "error",
        {
            "chatwoot-web -> postgres-0": ("connection refused",),
            "chatwoot-sidekiq -> postgres-0": ("connection refused",),
        },
    ),
}
