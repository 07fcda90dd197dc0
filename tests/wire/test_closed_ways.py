"""What trace says where firewalls stand on the way: closed, open by which rule, or not to be told."""

from __future__ import annotations

import pytest

from kblint.wire.journeys.journey import HopVerdict, Stage
from tests.given.hetzner import balancer, cloud_manager, listener
from tests.given.manifests import container, service, stream, workload
from tests.given.runs import checked, configured, topology

CLOSED = """\
name: nodes
rules:
  - {direction: in, protocol: tcp, port: "22", source_ips: [0.0.0.0/0]}
  - {direction: in, protocol: tcp, port: any, source_ips: [10.0.0.0/16]}
applied_to: [{type: server, server: {id: 1}}]
"""
HALF = CLOSED.replace('"22"', '"30000-31000"')
WEB = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: apps
  annotations: {load-balancer.hetzner.cloud/location: fsn1%s}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 80, targetPort: 80}]
"""
SAYS_PUBLIC = WEB % ', load-balancer.hetzner.cloud/use-private-ip: "false"'
SAYS_NOTHING = WEB % ""
BY_DEFAULT = cloud_manager()
PRIVATE_BY_DEFAULT = cloud_manager(env='[{name: HCLOUD_LOAD_BALANCERS_USE_PRIVATE_IP, value: "true"}]')


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ((SAYS_PUBLIC, CLOSED), HopVerdict.BROKEN),
        ((SAYS_PUBLIC, HALF), HopVerdict.UNKNOWN),
        ((SAYS_PUBLIC, CLOSED.replace('"22"', '"30000-32767"')), HopVerdict.OK),
        ((SAYS_NOTHING, CLOSED), HopVerdict.UNKNOWN),
        ((SAYS_NOTHING, CLOSED, BY_DEFAULT), HopVerdict.BROKEN),
        ((SAYS_NOTHING, CLOSED, PRIVATE_BY_DEFAULT), None),
    ],
)
def test_node_ports_that_the_api_picks(files: tuple[str, ...], expected: HopVerdict | None) -> None:
    found = topology(*files)
    hops = [hop for journey in found.journeys for hop in journey.hops if hop.stage is Stage.CLOUD_FIREWALL]
    assert [hop.state for hop in hops] == ([expected] if expected else [])


def host_port(ufw: str, **more: str) -> list[tuple[str, str, int | None]]:
    """The host firewall's hops of a balancer that asks a host port privately: state, reason, line of the rule."""
    lb = balancer(listener("http", 80, 8081), targets="[{type: server, server: {id: 1}, use_private_ip: true}]")
    pod = workload(container(ports="[{containerPort: 8081}]"), kind="DaemonSet", hostNetwork=True)
    files = {"lb.yaml": lb, "web.yaml": pod, "ufw.sh": ufw} | {f"{name}.sh": text for name, text in more.items()}
    findings = checked(files, configured("cluster: {overlay: working}")).findings
    return [
        (one.severity.label, one.symptom or "", one.location.place.source.point(one.location.place.span.start)[0])
        for one in findings
        if one.rule.id == "NODE006"
    ]


WHOLE = "ufw --force reset\nufw default deny incoming\nufw allow 22\n{rule}\nufw --force enable\n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (WHOLE.format(rule=""), [("error", "503", 1)]),
        (WHOLE.format(rule="ufw deny 8081"), [("error", "503", 4)]),
        (WHOLE.format(rule="").replace("--force reset", "status"), [("warning", "503", 2)]),
        (WHOLE.format(rule="").replace("--force enable", "status"), []),
        (WHOLE.format(rule="ufw allow 8081"), []),
        (WHOLE.format(rule="ufw allow in on enp7s0"), []),
        (WHOLE.format(rule="ufw allow in on eth5"), []),
    ],
)
def test_a_script_is_as_sure_as_it_is_whole(script: str, expected: list[tuple[str, str, int]]) -> None:
    assert host_port(script) == expected


def test_what_one_script_closes_another_may_open() -> None:
    assert host_port(WHOLE.format(rule=""), role="ufw allow 8081/tcp\n") == []
    assert host_port(WHOLE.format(rule=""), role="ufw allow 9090/tcp\n") == [("error", "503", 1)]


def test_ports_closed_in_one_firewall_are_one_finding() -> None:
    lb = balancer(
        listener("http", 80, 8081),
        listener("tcp", 90, 8090),
        targets="[{type: server, server: {id: 1}, use_private_ip: true}]",
        private_net="[{network: 1, ip: 10.0.0.5}]",
    )
    pod = workload(
        container(ports="[{containerPort: 8081}, {containerPort: 8090}]"), kind="DaemonSet", hostNetwork=True
    )
    files = {"lb.yaml": lb, "web.yaml": pod, "ufw.sh": WHOLE.format(rule="")}
    found = [one for one in checked(files, configured()).findings if one.rule.id == "NODE006"]
    assert [one.help for one in found] == ["`ufw allow from 10.0.0.5 to any port 8081,8090 proto tcp`"]
    assert len(found[0].journeys) == 2


def test_a_rejected_packet_is_a_refused_connection() -> None:
    web = stream(
        workload(container(ports="[{containerPort: 8081}]"), kind="DaemonSet", hostNetwork=True),
        service(type="NodePort", ports="[{port: 80, targetPort: 8081, nodePort: 30080}]"),
    )
    for verb, met in (("reject", "connection refused"), ("deny", "timeout")):
        files = {"web.yaml": web, "ufw.sh": WHOLE.format(rule=f"ufw {verb} 8081/tcp")}
        found = [one for one in checked(files, configured()).findings if one.rule.id == "NODE006"]
        assert [one.symptom for one in found] == [met]


@pytest.mark.parametrize(
    ("applied_to", "targets", "is_asked"),
    [
        ("{type: server, server: {id: 5}}", "{type: server, server: {id: 1}, use_private_ip: false}", False),
        ("{type: server, server: {id: 1}}", "{type: server, server: {id: 1}, use_private_ip: false}", True),
        ("{type: server, server: {name: db}}", "{type: server, server: {id: 1}, use_private_ip: false}", True),
        (
            "{type: label_selector, label_selector: {selector: role=db}}",
            "{type: label_selector, label_selector: {selector: role=web}, use_private_ip: false}",
            False,
        ),
        (
            "{type: label_selector, label_selector: {selector: role=web}}",
            "{type: label_selector, label_selector: {selector: role=web}, use_private_ip: false}",
            True,
        ),
        (
            "{type: label_selector, label_selector: {selector: cluster=prod}}",
            "{type: label_selector, label_selector: {selector: role=web}, use_private_ip: false}",
            True,
        ),
    ],
)
def test_a_firewall_before_other_servers_is_not_on_the_way(applied_to: str, targets: str, is_asked: bool) -> None:
    firewall = CLOSED.replace("{type: server, server: {id: 1}}", applied_to)
    lb = balancer(listener("tcp", 80, 30080), targets=f"[{targets}]")
    web = service(type="NodePort", ports="[{port: 80, nodePort: 30080}]")
    found = topology(firewall, lb, web)
    hops = [hop.state for journey in found.journeys for hop in journey.hops if hop.stage is Stage.CLOUD_FIREWALL]
    assert hops == ([HopVerdict.BROKEN] if is_asked else [])
