"""The worked cluster: right as it stands, and each single mistake gives exactly its own finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kblint.config import load_config
from kblint.intake import load
from tests.given.manifests import container, service, stream, workload
from tests.given.runs import checked

FOLDER = Path(__file__).parent.parent / "fixtures" / "worked"
CONFIG = load_config(FOLDER / "kblint.yaml", FOLDER)
Texts = dict[str, str]
Change = Callable[[Texts], None]


def replaced(path: str, *pairs: tuple[str, str]) -> Change:
    def change(texts: Texts) -> None:
        for old, new in pairs:
            assert old in texts[path], (path, old)
            texts[path] = texts[path].replace(old, new)

    return change


def https_listener(old: str, new: str) -> Change:
    """Change the https listener only: the second of the balancer."""

    def change(texts: Texts) -> None:
        head, marker, tail = texts["lb/lb1.yaml"].partition("  - protocol: https\n")
        assert old in marker + tail
        texts["lb/lb1.yaml"] = head + (marker + tail).replace(old, new)

    return change


def added(path: str, text: str) -> Change:
    def change(texts: Texts) -> None:
        texts[path] = text

    return change


def both(*changes: Change) -> Change:
    def change(texts: Texts) -> None:
        for one in changes:
            one(texts)

    return change


def no_configuration(texts: Texts) -> None:
    """Stock nginx: the ConfigMap and its mount are gone."""
    text = texts["web.yaml"]
    text = text[text.index("apiVersion: apps/v1") :]
    start, end = text.index("          volumeMounts:"), text.index("---\n")
    texts["web.yaml"] = text[:start] + text[end:]


N8N_PORTS = "[{containerPort: 5678}]"
N8N_SERVICE = service("n8n", namespace="web", ports="[{port: 80, targetPort: 5678}]")


def n8n(**fields: str) -> str:
    """The image n8n as a Deployment of that name, behind a Service of that name."""
    main = container("n8n", "n8nio/n8n:1.80.0", **fields, ports=N8N_PORTS)
    return stream(workload(main, name="n8n", namespace="web"), N8N_SERVICE)


SECOND = workload(
    container("worker", "registry.example.com/worker:1", ports="[{containerPort: 8081}]"),
    name="worker",
    kind="DaemonSet",
    namespace="web",
    hostNetwork=True,
)
SUPERSET = workload(
    container(
        "superset",
        "apache/superset:4.1.1",
        env='[{name: SUPERSET_WEBSERVER_PORT, value: "8090"}]',
        ports="[{containerPort: 8090}]",
    ),
    name="superset",
    namespace="web",
)


def other_node_port(protocol: str) -> str:
    ports = f"[{{port: 53, protocol: {protocol}, nodePort: 30081}}]"
    return service("dns", namespace="infra", type="NodePort", ports=ports)


ERROR, WARNING = "error", "warning"
MUTATIONS: dict[str, tuple[Change, set[tuple[str, str, str]]]] = {
    "the https listener goes where ingress-nginx speaks TLS": (
        https_listener("31695", "32443"),
        {("LB002", ERROR, "lb/lb1.yaml")},
    ),
    "TLS is passed through to where ingress-nginx speaks TLS": (
        both(https_listener("31695", "32443"), https_listener("protocol: https", "protocol: tcp")),
        set(),
    ),
    "the https listener goes to a port that is no node port": (
        https_listener("destination_port: 31695", "destination_port: 443"),
        {("LB001", ERROR, "lb/lb1.yaml")},
    ),
    "the https port of the Service leads to plain HTTP": (
        both(
            https_listener("31695", "32443"),
            replaced("ingress-nginx/service.yaml", ("targetPort: https", "targetPort: http")),
        ),
        set(),
    ),
    "nginx listens on another port": (
        replaced("web.yaml", ("listen 8081;", "listen 80;")),
        {("PROC001", ERROR, "web.yaml")},
    ),
    "nginx keeps its stock configuration": (no_configuration, {("PROC001", ERROR, "web.yaml")}),
    "hostPort differs from containerPort": (
        replaced("web.yaml", ("hostPort: 8081", "hostPort: 8082")),
        {("POD001", ERROR, "web.yaml")},
    ),
    "hostPort is left out": (replaced("web.yaml", ("              hostPort: 8081\n", "")), set()),
    "targetPort is another port than nginx listens on": (
        replaced("web.yaml", ("targetPort: 8081", "targetPort: 8080")),
        {("PROC001", ERROR, "web.yaml")},
    ),
    "UFW opens the node port instead of the container port": (
        replaced(
            "ufw-status.txt",
            ("8081/tcp                   ALLOW       10.0.0.11 ", "30081/tcp                  ALLOW       10.0.0.11 "),
            ("8081/tcp                   ALLOW       10.0.0.12 ", "30081/tcp                  ALLOW       10.0.0.12 "),
            ("8081/tcp                   ALLOW       10.0.0.13 ", "30081/tcp                  ALLOW       10.0.0.13 "),
        ),
        {("NODE006", ERROR, "ufw-status.txt")},
    ),
    "UFW does not open the node port of a pod on the pod network": (
        replaced("ufw-status.txt", ("31695/tcp", "31999/tcp")),
        set(),
    ),
    "the cloud firewall does not open the node port": (
        replaced("cloud-firewall.json", ('"31695"', '"31999"')),
        {("NODE005", ERROR, "cloud-firewall.json")},
    ),
    "the cloud firewall is passed by on the private network": (
        both(
            replaced("cloud-firewall.json", ('"31695"', '"31999"')),
            replaced(
                "lb/lb1.yaml",
                ("use_private_ip: false", "use_private_ip: true"),
                ("private_net: []", "private_net:\n  - network: 1\n    ip: 10.0.0.2"),
            ),
        ),
        set(),
    ),
    "a second DaemonSet takes the same host port": (added("worker.yaml", SECOND), {("NODE001", ERROR, "worker.yaml")}),
    "another namespace asks for the same node port": (
        added("dns.yaml", other_node_port("TCP")),
        {("SVC007", ERROR, "web.yaml")},
    ),
    "another protocol asks for the same node port": (
        added("dns.yaml", other_node_port("UDP")),
        {("SVC007", ERROR, "web.yaml")},
    ),
    "a Service named n8n beside n8n": (added("n8n.yaml", n8n()), {("POD015", ERROR, "n8n.yaml")}),
    "n8n with its port set": (added("n8n.yaml", n8n(env='[{name: N8N_PORT, value: "5678"}]')), set()),
    "a variable that the image does not read": (
        added("superset.yaml", SUPERSET),
        {("PROC001", ERROR, "superset.yaml")},
    ),
}


def found(change: Change | None) -> set[tuple[str, str, str]]:
    loaded = load((".",), CONFIG, FOLDER)
    texts = {source.path: source.text for source in loaded.sources}
    if change:
        change(texts)
    return {
        (finding.rule.id, finding.severity.label, finding.location.place.source.path)
        for finding in checked(texts, CONFIG).findings
        if finding.severity.label != "info"
    }


def test_the_cluster_as_it_stands_is_right() -> None:
    assert found(None) == set()


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_mistake_gives_its_own_finding_and_no_other(name: str) -> None:
    change, expected = MUTATIONS[name]
    assert found(change) == expected
