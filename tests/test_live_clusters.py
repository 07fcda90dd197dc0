"""Dumps of running clusters are judged as the manifests that made them: what the cluster adds is no mistake."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from kblint.config import Config
from kblint.finding import Result, Severity
from tests.cli.running import FIXTURES
from tests.given.dumped import dump
from tests.given.runs import checked, configured

SYSTEM = (Path(__file__).parent / "given" / "k3s_system.yaml").read_text(encoding="utf-8")
"""What K3s brings (CoreDNS, metrics-server, Traefik, ServiceLB's pods), with an application behind its Traefik."""
BALANCER = json.dumps(
    {
        "id": 1,
        "name": "lb1",
        "private_net": [{"network": 5, "ip": "10.0.0.9"}],
        "services": [
            {"protocol": "tcp", "listen_port": port, "destination_port": port, "proxyprotocol": False}
            for port in (80, 443)
        ],
        "targets": [{"type": "label_selector", "label_selector": {"selector": "k3s"}, "use_private_ip": True}],
    }
)
"""As `hcloud load-balancer describe -o json` prints it."""


def files(fixture: str) -> dict[str, str]:
    found = {str(path.relative_to(FIXTURES / fixture)): path for path in (FIXTURES / fixture).rglob("*.yaml")}
    return {
        name: path.read_text(encoding="utf-8") for name, path in sorted(found.items()) if path.name != "kblint.yaml"
    }


def dumped(given: dict[str, str]) -> dict[str, str]:
    """The same with every manifest in one dump, and what is no object of the cluster beside it."""
    manifests = [text for text in given.values() if "\nkind: " in text]
    beside = {name: text for name, text in given.items() if "\nkind: " not in text}
    return {"<stdin>": dump(*manifests), **beside}


def said(result: Result) -> list[tuple[str, str]]:
    return sorted((finding.rule.id, finding.message) for finding in result.findings)


def config(profile: str = "hetzner-k3s") -> Config:
    return configured(f"profile: {profile}\n")


@pytest.mark.parametrize(
    "fixture",
    ["keybuzz/2-503-balancer-port", "keybuzz/3-503-target-port", "keybuzz/4-200", "next-apps/right"],
)
def test_a_dump_tells_what_its_manifests_tell(fixture: str) -> None:
    given = files(fixture)
    before, after = checked(given, config()), checked(dumped(given), config())
    assert said(after) == said(before)
    assert after.summary.journeys == before.summary.journeys


def test_nothing_of_what_k3s_brings_is_a_mistake() -> None:
    result = checked({"<stdin>": dump(SYSTEM), "lb.json": BALANCER}, config("auto"))
    assert said(result) == []
    assert result.profile == "hetzner-k3s"


@pytest.mark.parametrize("kinds", [("Service", "Ingress"), ("Service", "Pod"), ("Deployment", "DaemonSet", "Service")])
def test_a_dump_of_some_kinds_misses_none_of_the_others(kinds: Iterable[str]) -> None:
    listed = yaml.safe_load(dump(SYSTEM))
    listed["items"] = [one for one in listed["items"] if one["kind"] in kinds]
    found = checked({"<stdin>": yaml.safe_dump(listed), "lb.json": BALANCER}, config("auto")).findings
    assert [finding for finding in found if finding.severity > Severity.INFO] == []


def test_nodes_tell_which_cluster_it_is() -> None:
    assert checked({"nodes.yaml": dump()}, config("auto")).profile == "hetzner-k3s"


JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: web}
spec:
  selector: {matchLabels: {batch.kubernetes.io/controller-uid: 5f404927-83da-4805-ad51-fe2b1765df9f}}
  template:
    metadata: {labels: {batch.kubernetes.io/controller-uid: 5f404927-83da-4805-ad51-fe2b1765df9f}}
    spec: {restartPolicy: Never, containers: [{name: once, image: busybox, command: [date]}]}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: web}
spec:
  containers: [{name: web, image: nginx}]
  ephemeralContainers: [{name: debugger, image: busybox}]
"""


@pytest.mark.parametrize("text", [JOB, POD])
def test_what_a_server_adds_to_an_object_is_a_mistake_only_where_it_is_created(text: str) -> None:
    assert [rule for rule, _ in said(checked({"a.yaml": text}))] == ["DOC006"]
    held = text.replace("metadata: {name", "metadata: {uid: 5f404927, resourceVersion: '7', name", 1)
    assert said(checked({"a.yaml": held})) == []
