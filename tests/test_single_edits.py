"""Single mistakes in the next applications, written without a look at the code: each is found, and ends as it would.

A row is one change of a text, the rule that finds it, and nothing else does, the file and the line that it points to,
and how the ways in and the calls end that are not what they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.given.next_apps import Edit, judged


@dataclass(frozen=True)
class Found:
    """What is found after an edit: by which rule, on which line of which file, and what no longer ends well."""

    edit: Edit
    rule: str
    file: str
    line: str
    ends: Mapping[str, str]


FOUND: Mapping[str, Found] = {
    "a worker's redis port, copied wrong": Found(
        Edit("n8n.yaml", 'QUEUE_BULL_REDIS_PORT: "6379"', 'QUEUE_BULL_REDIS_PORT: "6380"'),
        "CALL002",
        "n8n.yaml",
        'QUEUE_BULL_REDIS_PORT: "6380"',
        {
            "n8n -> redis.n8n.svc.cluster.local:6380": "connection refused",
            "n8n-worker -> redis.n8n.svc.cluster.local:6380": "connection refused",
        },
    ),
    "a redis of another namespace": Found(
        Edit("n8n.yaml", "redis.n8n.svc.cluster.local", "redis.default.svc.cluster.local"),
        "CALL001",
        "n8n.yaml",
        "QUEUE_BULL_REDIS_HOST: redis.default.svc.cluster.local",
        {
            "n8n -> redis.default.svc.cluster.local:6379": "name not found",
            "n8n-worker -> redis.default.svc.cluster.local:6379": "name not found",
        },
    ),
    "a ConfigMap that is not there": Found(
        Edit(
            "n8n.yaml",
            "name: n8n-settings\n---\napiVersion: v1\nkind: Service",
            "name: n8n-setting\n---\napiVersion: v1\nkind: Service",
        ),
        "REF005",
        "n8n.yaml",
        "name: n8n-setting",
        {},
    ),
    "the pods' port in an Ingress": Found(
        Edit("n8n.yaml", "number: 80", "number: 5678", "kind: Ingress"),
        "ING002",
        "n8n.yaml",
        "number: 5678",
        {"https://n8n.keybuzz.io/": "503"},
    ),
    "a selector that no pod fits": Found(
        Edit("n8n.yaml", "  selector:\n    app: n8n\n", "  selector:\n    app: n8n-web\n", "name: n8n-web"),
        "SVC004",
        "n8n.yaml",
        "app: n8n-web",
        {"https://n8n.keybuzz.io/": "503"},
    ),
    "a policy for another port": Found(
        Edit("n8n.yaml", "        - port: 5432", "        - port: 5433", "values: [n8n, n8n-worker]"),
        "NET003",
        "n8n.yaml",
        "podSelector:",
        {"n8n -> postgres:5432": "connection refused", "n8n-worker -> postgres:5432": "connection refused"},
    ),
    "a policy that forgets the worker": Found(
        Edit("n8n.yaml", "values: [n8n, n8n-worker]", "values: [n8n]"),
        "NET006",
        "n8n.yaml",
        "podSelector:",
        {"n8n-worker -> postgres:5432": "connection refused"},
    ),
    "a policy without DNS": Found(
        Edit(
            "n8n.yaml",
            "    - to:\n        - namespaceSelector:\n            matchLabels:\n"
            "              kubernetes.io/metadata.name: kube-system\n      ports:\n"
            "        - port: 53\n          protocol: UDP\n        - port: 53\n",
            "",
        ),
        "NET005",
        "n8n.yaml",
        "egress:",
        {"n8n-worker -> postgres:5432": "unknown", "n8n-worker -> redis.n8n.svc.cluster.local:6379": "unknown"},
    ),
    "a public address of another host": Found(
        Edit("n8n.yaml", "WEBHOOK_URL: https://n8n.keybuzz.io/", "WEBHOOK_URL: https://automation.keybuzz.io/"),
        "CALL005",
        "n8n.yaml",
        "WEBHOOK_URL: https://automation.keybuzz.io/",
        {},
    ),
    "Rails for its own pod only": Found(
        Edit("chatwoot.yaml", "-b, 0.0.0.0", "-b, 127.0.0.1"),
        "PROC002",
        "chatwoot.yaml",
        "args: [bundle, exec, rails, server, -b, 127.0.0.1]",
        {"https://chatwoot.keybuzz.io/": "502"},
    ),
    "a port that the declaration does not follow": Found(
        Edit("chatwoot.yaml", 'value: "3100"', 'value: "3000"'),
        "PROC001",
        "chatwoot.yaml",
        "containerPort: 3100",
        {"https://chatwoot.keybuzz.io/": "502"},
    ),
    "a neighbour on its usual port": Found(
        Edit("chatwoot.yaml", "127.0.0.1:3100/metrics", "127.0.0.1:3000/metrics"),
        "CALL004",
        "chatwoot.yaml",
        "- --upstream=http://127.0.0.1:3000/metrics",
        {"chatwoot-web -> 127.0.0.1:3000": "connection refused"},
    ),
    "a pod's bare name": Found(
        Edit("chatwoot.yaml", "POSTGRES_HOST: postgres-0.postgres", "POSTGRES_HOST: postgres-0"),
        "CALL001",
        "chatwoot.yaml",
        "POSTGRES_HOST: postgres-0",
        {"chatwoot-sidekiq -> postgres-0:5432": "name not found", "chatwoot-web -> postgres-0:5432": "name not found"},
    ),
    "https forced, forwarded headers lost": Found(
        Edit("ingress-nginx/configmap.yaml", '  use-forwarded-headers: "true"\n', ""),
        "ING013",
        "chatwoot.yaml",
        'FORCE_SSL: "true"',
        {"https://chatwoot.keybuzz.io/": "redirect loop"},
    ),
    "the node port of https behind an https listener": Found(
        Edit("lb/apps-lb.yaml", "destination_port: 31695", "destination_port: 32443"),
        "LB002",
        "lb/apps-lb.yaml",
        "destination_port: 32443",
        {
            "https://chatwoot.keybuzz.io/": '400 "plain HTTP request was sent to HTTPS port"',
            "https://n8n.keybuzz.io/": '400 "plain HTTP request was sent to HTTPS port"',
            "https://superset.keybuzz.io/": '400 "plain HTTP request was sent to HTTPS port"',
        },
    ),
    "the PROXY protocol at the balancer only": Found(
        Edit("lb/apps-lb.yaml", "proxyprotocol: false", "proxyprotocol: true"),
        "LB008",
        "lb/apps-lb.yaml",
        "proxyprotocol: true",
        {
            "https://chatwoot.keybuzz.io/": "400",
            "https://n8n.keybuzz.io/": "400",
            "https://superset.keybuzz.io/": "400",
        },
    ),
    "an upstream on another port": Found(
        Edit("superset.yaml", "server superset:8088;", "server superset:80;"),
        "CALL002",
        "superset.yaml",
        "server superset:80;",
        {"https://superset.keybuzz.io/": "502", "front -> superset:80": "connection refused"},
    ),
    "a server block on another port": Found(
        Edit("superset.yaml", "listen 8080;", "listen 8000;"),
        "PROC001",
        "superset.yaml",
        "containerPort: 8080",
        {"https://superset.keybuzz.io/": "502"},
    ),
    "a database by another name": Found(
        Edit("superset.yaml", "@postgres.data:5432", "@postgresql.data:5432"),
        "CALL001",
        "superset.yaml",
        "database-url: postgresql+psycopg2://superset:change-me@postgresql.data:5432/superset",
        {"superset -> postgresql.data:5432": "name not found"},
    ),
    "a broker on the database's port": Found(
        Edit("superset.yaml", "cache-master.data.svc:6379/1", "cache-master.data.svc:5432/1"),
        "CALL002",
        "superset.yaml",
        "- --broker=redis://cache-master.data.svc:5432/1",
        {"superset-worker -> cache-master.data.svc:5432": "connection refused"},
    ),
    "a probe of a port that nobody names so": Found(
        Edit("superset.yaml", "path: /health\n              port: http", "path: /health\n              port: web"),
        "POD012",
        "superset.yaml",
        "port: web",
        {
            "https://superset.keybuzz.io/": "502",
            "front -> superset:8088": "connection refused",
            "superset -> postgres.data:5432": "unknown",
            "superset -> cache-master.data.svc:6379": "unknown",
        },
    ),
    "a slip in a class": Found(
        Edit("superset.yaml", "ingressClassName: nginx", "ingressClassName: ngnix"),
        "ING009",
        "superset.yaml",
        "ingressClassName: ngnix",
        {"https://superset.keybuzz.io/": "404"},
    ),
    "a variable that the Service's name sets": Found(
        Edit("superset.yaml", '            - name: SUPERSET_PORT\n              value: "8088"\n', ""),
        "POD015",
        "superset.yaml",
        "name: superset",
        {
            "https://superset.keybuzz.io/": "502",
            "front -> superset:8088": "connection refused",
            "superset -> postgres.data:5432": "unknown",
            "superset -> cache-master.data.svc:6379": "unknown",
        },
    ),
    "a headless Service that would translate a port": Found(
        Edit(
            "n8n.yaml",
            "    - port: 5432\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: redis",
            "    - port: 5433\n      targetPort: 5432\n"
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: redis",
        ),
        "SVC012",
        "n8n.yaml",
        "targetPort: 5432",
        {},
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_single_mistake_is_found_where_it_is(name: str) -> None:
    expected = FOUND[name]
    result, journeys = judged(expected.edit.texts())
    (finding,) = result.findings
    source, span = finding.location.place.source, finding.location.place.span
    line = source.text[source.text.rfind("\n", 0, span.start) + 1 :].partition("\n")[0].strip()
    assert (finding.rule.id, source.path, line) == (expected.rule, expected.file, expected.line)
    ends = {journey.name: journey.outcome.value for journey in journeys if journey.outcome.value != "ok"}
    assert ends == expected.ends
