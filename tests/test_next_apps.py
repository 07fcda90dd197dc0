"""n8n, Superset and Chatwoot with their databases, caches and workers: right they are clean, and every call is traced.

Each mistake is one change of a text; it is found where it is, by one rule, and what it breaks ends as it would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.given.next_apps import FOLDER, RIGHT, Edit, judged


@dataclass(frozen=True)
class Planted:
    """`old` becomes `new` in a file, where it stands for the first time after `after`.

    `rule` finds it at `place`, and `call` ends in `outcome`; without a call a way in does.
    """

    file: str
    old: str
    new: str
    rule: str
    place: str
    call: str
    outcome: str
    after: str = ""

    def texts(self) -> dict[str, str]:
        """All files with the mistake."""
        return Edit(self.file, self.old, self.new, self.after).texts()


N8N, SUPERSET, CHATWOOT = "n8n.yaml", "superset.yaml", "chatwoot.yaml"
REFUSED, NO_NAME = "connection refused", "name not found"

PLANTED: Mapping[str, Planted] = {
    "a port beside its host": Planted(
        N8N, 'PORT: "5432"', 'PORT: "5433"', "CALL002", "5433", "n8n -> postgres:5433", REFUSED
    ),
    "a redis on another port": Planted(
        N8N,
        'PORT: "6379"',
        'PORT: "6380"',
        "CALL002",
        "6380",
        "n8n-worker -> redis.n8n.svc.cluster.local:6380",
        REFUSED,
    ),
    "a slip of the hand": Planted(
        N8N, "_HOST: postgres", "_HOST: postgers", "CALL001", "postgers", "n8n -> postgers:5432", NO_NAME
    ),
    "the namespace of somebody else": Planted(
        N8N,
        "redis.n8n.svc",
        "redis.data.svc",
        "CALL001",
        "redis.data.svc.cluster.local",
        "n8n -> redis.data.svc.cluster.local:6379",
        NO_NAME,
    ),
    "a name without its namespace": Planted(
        N8N,
        "redis.n8n.svc.",
        "redis.svc.",
        "CALL001",
        "redis.svc.cluster.local",
        "n8n -> redis.svc.cluster.local:6379",
        NO_NAME,
    ),
    "a script that waits on the wrong port": Planted(
        N8N, "nc -z postgres 5432", "nc -z postgres 5342", "CALL002", "5342", "n8n -> postgres:5342", REFUSED
    ),
    "a policy that leaves the worker out": Planted(
        N8N,
        "values: [n8n, n8n-worker]",
        "values: [n8n]",
        "NET006",
        "podSelector",
        "n8n-worker -> postgres:5432",
        REFUSED,
    ),
    "a policy that keeps the worker from redis": Planted(
        N8N,
        "app: redis",
        "app: rediss",
        "CALL003",
        "podSelector",
        "n8n-worker -> redis.n8n.svc.cluster.local:6379",
        REFUSED,
        "name: n8n-worker\n  namespace: n8n\nspec:\n  podSelector",
    ),
    "a policy with a port of nobody": Planted(
        N8N,
        "- port: 5432",
        "- port: 15432",
        "NET003",
        "podSelector",
        "n8n -> postgres:5432",
        REFUSED,
        "kind: NetworkPolicy",
    ),
    "the port of the pods": Planted(
        SUPERSET,
        "    - port: 5432\n      targetPort: postgres",
        "    - port: 6432\n      targetPort: postgres",
        "CALL002",
        "5432",
        "superset -> postgres.data:5432",
        REFUSED,
    ),
    "a Secret with another namespace": Planted(
        SUPERSET, "@postgres.data:", "@postgres:", "CALL001", "postgres", "superset -> postgres:5432", NO_NAME
    ),
    "a Secret with another port": Planted(
        SUPERSET,
        "data.svc:6379/0",
        "data.svc:6378/0",
        "CALL002",
        "6378",
        "superset -> cache-master.data.svc:6378",
        REFUSED,
    ),
    "a broker in an argument": Planted(
        SUPERSET,
        "cache-master.data.svc:6379/1",
        "cache-mastr.data.svc:6379/1",
        "CALL001",
        "cache-mastr.data.svc",
        "superset-worker -> cache-mastr.data.svc:6379",
        NO_NAME,
    ),
    "an upstream on the wrong port": Planted(
        SUPERSET,
        "server superset:8088",
        "server superset:8080",
        "CALL002",
        "8080",
        "https://superset.keybuzz.io/",
        "502",
    ),
    "an upstream that is not there": Planted(
        SUPERSET,
        "server superset:8088",
        "server supersett:8088",
        "CALL001",
        "supersett",
        "https://superset.keybuzz.io/",
        "503",
    ),
    "an application on another port than its Service says": Planted(
        SUPERSET,
        "    - port: 8088",
        "    - port: 8088\n      targetPort: 8080",
        "PROC001",
        "8080",
        "front -> superset:8088",
        REFUSED,
    ),
    "the bare name of a pod": Planted(
        CHATWOOT,
        "postgres-0.postgres",
        "postgres-0",
        "CALL001",
        "postgres-0",
        "chatwoot-web -> postgres-0:5432",
        NO_NAME,
    ),
    "a headless Service with a port of its own": Planted(
        CHATWOOT,
        'POSTGRES_PORT: "5432"',
        'POSTGRES_PORT: "5439"',
        "CALL002",
        "5439",
        "chatwoot-sidekiq -> postgres-0.postgres:5439",
        REFUSED,
    ),
    "a neighbour on the wrong port": Planted(
        CHATWOOT, "127.0.0.1:3100", "127.0.0.1:3000", "CALL004", "3000", "chatwoot-web -> 127.0.0.1:3000", REFUSED
    ),
    "the DNS of the node": Planted(
        CHATWOOT,
        "dnsPolicy: ClusterFirst",
        "dnsPolicy: Default",
        "CALL001",
        "postgres-0.postgres",
        "chatwoot-sidekiq -> postgres-0.postgres:5432",
        NO_NAME,
    ),
    "a selector that selects nobody": Planted(
        SUPERSET,
        "app: cache\n  ports",
        "app: cach\n  ports",
        "SVC004",
        "cach",
        "superset -> cache-master.data.svc:6379",
        REFUSED,
        "name: cache-master",
    ),
    "a redis that listens inside its pod only": Planted(
        N8N,
        "image: redis:7.4.1",
        "image: redis:7.4.1\n          args: [--bind, 127.0.0.1, --port, '6379']",
        "PROC002",
        "127.0.0.1",
        "n8n -> redis.n8n.svc.cluster.local:6379",
        REFUSED,
    ),
    "a selector for the name of its Service": Planted(
        N8N, "app: n8n\n  ports", "app: n8n-web\n  ports", "SVC004", "n8n-web", "https://n8n.keybuzz.io/", "503"
    ),
    "a server for its own pod": Planted(
        CHATWOOT, "-b, 0.0.0.0", "-b, 127.0.0.1", "PROC002", "127.0.0.1", "https://chatwoot.keybuzz.io/", "502"
    ),
    "a server that moved": Planted(
        SUPERSET, "listen 8080", "listen 8000", "PROC001", "8080", "https://superset.keybuzz.io/", "502"
    ),
    "a class that nobody serves": Planted(
        SUPERSET, "ClassName: nginx", "ClassName: ngnix", "ING009", "ngnix", "https://superset.keybuzz.io/", "404"
    ),
}


def test_right_all_is_well_and_every_call_is_traced() -> None:
    result, journeys = judged(RIGHT)
    assert result.findings == ()
    assert {journey.outcome.value for journey in journeys} == {"ok"}
    assert sum(" -> " in journey.name for journey in journeys) >= 14


@pytest.mark.parametrize("name", PLANTED)
def test_a_single_mistake_is_found_where_it_is(name: str) -> None:
    planted = PLANTED[name]
    result, journeys = judged(planted.texts())
    found = {(finding.rule.id, finding.location.place.text.strip("\"'")) for finding in result.findings}
    assert found == {(planted.rule, planted.place)}
    assert {journey.outcome.value for journey in journeys if journey.name == planted.call} == {planted.outcome}
    assert any(planted.call in finding.journeys for finding in result.findings)


def test_there_are_twenty_of_them() -> None:
    assert len(PLANTED) >= 20
    assert (FOLDER / "n8n.yaml").is_file()
