"""Whether pods of different nodes reach each other: what a profile assumes, what it states, what speaks against it."""

from __future__ import annotations

import pytest

from kblint.config import Config
from kblint.finding import Severity
from kblint.intake import read
from kblint.run import judge_objects, settle, wire_all
from kblint.source.text import Source
from kblint.wire.faults.fault import Outcome
from kblint.wire.nodes.overlay import Overlay
from kblint.wire.topology import Topology
from tests.given.hetzner import PREFIX, WORKERS, balancer, cloud_manager, k3s, listener, ufw
from tests.given.manifests import container, helm_chart, manifest, service, workload
from tests.given.runs import checked, configured

APP = {
    "web.yaml": workload(container(image="nginx:1.27", ports="[{containerPort: 80}]"), spec="replicas: 2")
    + "\n---\n"
    + service(type="NodePort", ports="[{port: 80, nodePort: 30080}]")
}
BALANCER = {"lb.yaml": balancer(listener("http", 80, 30080), targets=WORKERS)}
HETZNER_K3S = {**APP, **BALANCER, "k3s.yaml": k3s()}
"""K3s behind a balancer at Hetzner, and nothing that tells how its nodes are connected."""


def wired(files: dict[str, str], config: Config | None = None) -> Topology:
    given = read([Source(path, text) for path, text in files.items()])
    assert not given.faults, given.faults
    settled = settle(config or configured(), given)
    (topology,) = wire_all(given, settled, judge_objects(given, settled))
    return topology


def overlay(*files: dict[str, str], config: str = "") -> Overlay:
    together = {path: text for held in (HETZNER_K3S, *files) for path, text in held.items()}
    return wired(together, configured(config)).overlay


def terraform(text: str, path: str = "main.tf") -> dict[str, str]:
    return {path: text}


def server(name: str = "node", extra: str = "") -> str:
    return f'resource "hcloud_server" "{name}" {{\n  name = "{name}"\n  {extra}\n}}\n'


def release(chart: str) -> dict[str, str]:
    """A Flux HelmRelease without values."""
    spec = f"{{chart: {{spec: {{chart: {chart}}}}}}}"
    return {"release.yaml": manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", chart, spec=spec)}


def application(chart: str) -> dict[str, str]:
    source = f"{{repoURL: https://charts.example.com, chart: {chart}, targetRevision: 1.0.0}}"
    return {"app.yaml": manifest("argoproj.io/v1alpha1", "Application", chart, spec=f"{{source: {source}}}")}


def agent(image: str) -> dict[str, str]:
    return {"agent.yaml": workload(container("agent", image=image), kind="DaemonSet", name="agent")}


def cluster_file(**changes: str) -> dict[str, str]:
    """The configuration of hetzner-k3s."""
    fields = {"mode": "flannel", "private": "false", "masters": "3", "workers": "2", **changes}
    text = (
        "cluster_name: demo\nk3s_version: v1.33.1+k3s1\n"
        "networking: {{cni: {{mode: {mode}}}, private_network: {{enabled: {private}}}}}\n"
        "masters_pool: {{instance_type: cx22, instance_count: {masters}}}\n"
        "worker_node_pools: [{{name: small, instance_count: {workers}}}]\n"
    )
    return {"cluster.yaml": text.format(**fields)}


def annotated(value: str) -> dict[str, str]:
    annotations = f'{{{PREFIX}use-private-ip: "{value}", {PREFIX}location: fsn1}}'
    return {"front.yaml": service("front", type="LoadBalancer", annotations=annotations)}


def test_what_was_only_detected_is_a_question() -> None:
    found = wired(HETZNER_K3S)

    assert found.overlay.works is None
    assert {journey.outcome for journey in found.journeys} == {Outcome.UNKNOWN}
    (finding,) = (one for one in checked(HETZNER_K3S).findings if one.rule.id == "POD002")
    assert (finding.severity, finding.journeys) == (Severity.INFO, ())


def test_a_profile_that_the_user_named_states() -> None:
    named = configured("profile: hetzner-k3s")
    found = wired(HETZNER_K3S, named)

    assert found.overlay.works is False
    assert {journey.outcome for journey in found.journeys} == {Outcome.UNAVAILABLE}
    (finding,) = (one for one in checked(HETZNER_K3S, named).findings if one.rule.id == "POD002")
    assert finding.severity is Severity.ERROR
    assert finding.journeys


def test_where_one_node_has_the_only_pod_the_health_check_leaves_the_others_out() -> None:
    named, alone = configured("profile: hetzner-k3s"), APP["web.yaml"].replace("replicas: 2", "replicas: 1")
    one_pod = {**HETZNER_K3S, "web.yaml": alone}

    assert {journey.outcome for journey in wired(one_pod, named).journeys} == {Outcome.OK}
    (finding,) = (one for one in checked(one_pod, named).findings if one.rule.id == "POD002")
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "beside",
    [
        # a check of kube-proxy passes on every node
        balancer(listener("http", 80, 30080, health_check="{protocol: http, port: 10256}"), targets=WORKERS),
        # there may be more pods than the file says
        manifest("keda.sh/v1alpha1", "ScaledObject", "web", spec="{scaleTargetRef: {name: web}}"),
    ],
)
def test_whether_the_health_check_leaves_other_nodes_out_may_not_be_known(beside: str) -> None:
    named, alone = configured("profile: hetzner-k3s"), APP["web.yaml"].replace("replicas: 2", "replicas: 1")
    files = {**HETZNER_K3S, "web.yaml": alone}
    files["lb.yaml" if "destination_port" in beside else "more.yaml"] = beside

    assert {journey.outcome for journey in wired(files, named).journeys} == {Outcome.UNKNOWN}


@pytest.mark.parametrize(
    ("evidence", "twin"),
    [
        (terraform(server()), terraform(server(extra="count = 3"))),
        (terraform(server()), terraform(server() + server("other"))),
        (terraform(server()), terraform(server(extra="for_each = var.nodes"))),
        (
            terraform(server(), "infra/node/main.tf")
            | terraform('module "a" {\n  source = "./node"\n}\n', "infra/a.tf"),
            terraform(server(), "infra/node/main.tf")
            | terraform('module "a" {\n  source = "./node"\n  count = 2\n}\n', "infra/a.tf"),
        ),
        (cluster_file(masters="1", workers="0"), cluster_file(masters="1", workers="1")),
        (release("cilium"), release("metrics-server")),
        (application("tigera-operator"), application("cert-manager")),
        (
            {"chart.yaml": helm_chart("{}", chart="cilium", name="cilium")},
            {"chart.yaml": helm_chart("{}", chart="podinfo", name="podinfo")},
        ),
        (agent("quay.io/cilium/cilium:v1.18.0"), agent("quay.io/cilium/hubble-relay:v1.18.0")),
        (agent("docker.io/calico/node:v3.30.0"), agent("docker.io/calico/apiserver:v3.30.0")),
        (
            {"calico.yaml": manifest("operator.tigera.io/v1", "Installation", "default")},
            {"calico.yaml": manifest("operator.example.com/v1", "Installation", "default")},
        ),
        (
            {"up.sh": "helm upgrade --install \\\n  cilium cilium/cilium --namespace kube-system\n"},
            {"up.sh": "# helm upgrade --install cilium cilium/cilium\nhelm repo add cilium https://helm.cilium.io\n"},
        ),
        (
            {"up.sh": "kubectl apply -f https://example.com/manifests/calico.yaml\n"},
            {"up.sh": "kubectl apply -f https://example.com/manifests/web.yaml\n"},
        ),
        (
            {"play.yml": "- hosts: all\n  tasks:\n    - shell: kubeadm init --config /etc/kubeadm.yaml\n"},
            {"play.yml": "- hosts: all\n  tasks:\n    - shell: kubeadm version\n"},
        ),
        (
            {"play.yml": "- hosts: all\n  tasks:\n    - kubernetes.core.helm:\n        chart_ref: cilium/cilium\n"},
            {"play.yml": "- hosts: all\n  tasks:\n    - kubernetes.core.helm:\n        chart_ref: example/web\n"},
        ),
        (
            terraform('resource "helm_release" "net" {\n  chart = "cilium"\n}\n'),
            terraform('resource "helm_release" "net" {\n  chart = "longhorn"\n}\n'),
        ),
        (cluster_file(mode="cilium"), cluster_file(mode="flannel")),
        ({"k3s.yaml": k3s(**{"flannel-backend": "none"})}, {"k3s.yaml": k3s(**{"flannel-backend": "vxlan"})}),
        (
            {"k3s.yaml": k3s(**{"flannel-backend": "wireguard-native"})},
            {"k3s.yaml": k3s(**{"flannel-backend": "'${BACKEND}'"})},
        ),
        ({"k3s.yaml": k3s(**{"flannel-iface": "ens10"})}, {"k3s.yaml": k3s(**{"node-ip": "203.0.113.7"})}),
        ({"k3s.yaml": k3s(**{"node-ip": "10.0.0.2"})}, {"k3s.yaml": k3s(**{"node-ip": "203.0.113.7"})}),
        (
            {"manager.yaml": cloud_manager(env="[{name: HCLOUD_NETWORK, value: cluster}]")},
            {"manager.yaml": cloud_manager(env="[{name: HCLOUD_TOKEN, value: '${TOKEN}'}]")},
        ),
        ({"up.sh": "export HCLOUD_NETWORK=cluster\n"}, {"up.sh": 'export HCLOUD_NETWORK=""\n'}),
        (annotated("true"), annotated("false")),
        (
            {"lb.yaml": balancer(listener("http", 80, 30080), targets="[{type: server, use_private_ip: true}]")},
            {"lb.yaml": balancer(listener("http", 80, 30080), targets="[{type: server, use_private_ip: false}]")},
        ),
        (
            terraform(server(extra="count = 3") + 'resource "hcloud_network" "inner" {\n  name = "a"\n}\n'),
            terraform(server(extra="count = 3") + 'resource "hcloud_ssh_key" "inner" {\n  name = "a"\n}\n'),
        ),
        (
            terraform('module "cluster" {\n  source = "kube-hetzner/kube-hetzner/hcloud"\n}\n'),
            terraform('module "cluster" {\n  source = "example/cluster/hcloud"\n}\n'),
        ),
        (cluster_file(private="true"), cluster_file(private="false")),
    ],
)  # fmt: skip
def test_evidence_answers_it_and_its_twin_does_not(evidence: dict[str, str], twin: dict[str, str]) -> None:
    assert overlay(evidence).works is True
    assert overlay(twin).works is None


def test_one_server_is_installed_or_several_are() -> None:
    def installed(*scripts: str) -> bool | None:
        files = {f"{index}.sh": f"curl -sfL https://get.k3s.io | {text}\n" for index, text in enumerate(scripts)}
        return wired({**APP, **BALANCER, **files}).overlay.works

    assert installed("sh -s - server --disable servicelb") is True
    assert installed("sh -s - server --cluster-init") is None
    assert installed("sh -s - server", "K3S_URL=https://10.0.0.1:6443 sh -s - agent") is None


def test_a_private_network_is_no_proof_where_a_firewall_of_the_nodes_closes_the_port() -> None:
    private = {"k3s.yaml": k3s(**{"flannel-iface": "ens10"})}
    closed = {"ufw-status.txt": ufw().replace("8472/udp", "8473/udp")}

    assert overlay(private, {"ufw-status.txt": ufw()}).works is True
    assert overlay(private, closed).works is False
    assert overlay(annotated("true"), closed).works is False


def test_a_firewall_that_may_close_the_port_leaves_the_question() -> None:
    script = {"ufw.sh": "ufw allow 22/tcp\nufw --force enable\n"}
    opening = {"ufw.sh": "ufw allow 8472/udp\nufw --force enable\n"}

    for network in ({"k3s.yaml": k3s(**{"flannel-iface": "ens10"})}, annotated("true")):
        assert overlay(network, script).works is not True
        assert overlay(network, opening).works is True


def test_what_proves_it_wins_over_a_named_profile_and_what_only_suggests_it_does_not() -> None:
    named = "profile: hetzner-k3s"

    assert overlay(terraform(server()), config=named).works is True
    assert overlay(release("cilium"), config=named).works is True
    assert overlay({"k3s.yaml": k3s(**{"flannel-iface": "ens10"})}, config=named).works is True
    assert overlay(annotated("true"), config=named).works is False, "flannel need not use that network"


def test_the_word_of_the_user_is_the_last() -> None:
    assert overlay(release("cilium"), config="cluster: {overlay: blocked}").works is False
    assert (
        overlay({"ufw-status.txt": ufw().replace("8472/udp", "8473/udp")}, config="cluster: {overlay: working}").works
        is True
    )
    assert overlay(config="cluster: {nodes: 1}").works is True


@pytest.mark.parametrize(
    ("files", "profile", "shown_by", "missing"),
    [
        (HETZNER_K3S, "hetzner-k3s", ("lb.yaml", "k3s.yaml"), ()),
        ({**APP, **BALANCER}, "kubernetes", (), ("K3s",)),
        ({**APP, "k3s.yaml": k3s()}, "kubernetes", (), ("Hetzner",)),
        (APP, "kubernetes", (), ("Hetzner", "K3s")),
        ({**APP, **cluster_file()}, "hetzner-k3s", ("cluster.yaml",), ()),
        (
            {**APP, "main.tf": 'module "k" {\n  source = "kube-hetzner/kube-hetzner/hcloud"\n}\n'},
            "hetzner-k3s",
            ("main.tf",),
            (),
        ),
        (
            {**APP, "up.sh": "# curl https://get.k3s.io | sh -\nhcloud server create --name a\n"},
            "kubernetes",
            (),
            ("K3s",),
        ),
        (
            {**APP, **BALANCER, "play.yml": "- hosts: all\n  tasks:\n    - shell: curl https://get.k3s.io | sh -\n"},
            "hetzner-k3s",
            ("lb.yaml", "play.yml"),
            (),
        ),
    ],
)
def test_the_profile_is_the_one_that_the_files_show(
    files: dict[str, str], profile: str, shown_by: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    result = checked(files)

    assert result.profile == profile
    assert result.detection is not None
    assert (result.detection.shown_by, result.detection.missing) == (shown_by, missing)
    assert checked(files, configured("profile: kubernetes")).detection is None


@pytest.mark.parametrize(("ports", "works"), [("8472", True), ("8000-9000", True), ("53", None)])
def test_a_cloud_firewall_that_opens_vxlan_shows_that_it_is_needed(ports: str, works: bool | None) -> None:
    rule = f"{{direction: in, protocol: udp, port: '{ports}', source_ips: [10.0.0.0/16]}}"
    firewall = f"name: nodes\nrules: [{rule}]\napplied_to: [{{type: server, server: {{id: 1}}}}]\n"
    assert overlay({"firewall.yaml": firewall}).works is works
