"""Services of type LoadBalancer without a word for Hetzner's manager: ways in through whoever makes their balancer."""

from __future__ import annotations

import pytest

from kblint.intake import read
from kblint.run import judge_objects, settle, wire_all
from kblint.source.text import Source
from kblint.views.register import entries
from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage
from kblint.wire.topology import Topology
from tests.given.hetzner import WORKERS, balancer, cloud_manager, k3s, listener, ufw
from tests.given.manifests import container, manifest, mapping, nginx_service, service, workload
from tests.given.runs import configured, topology

APP = workload(container(image="nginx:1.27", ports="[{containerPort: 80}]"))
CLOSED = """\
name: nodes
rules:
  - {direction: in, protocol: tcp, port: "22", source_ips: [0.0.0.0/0]}
applied_to: [{type: server, server: {id: 1}}]
"""
OPEN = CLOSED.replace('"22"', '"8085"')


def plain(*, ports: str = "[{port: 8085, targetPort: 80}]", **more: str) -> str:
    return service(type="LoadBalancer", ports=ports, **more)


def on_k3s(*texts: str, **options: str) -> Topology:
    """With K3s's configuration beside it, and pods that reach each other."""
    return topology(k3s(**options), *texts)


def way(found: Topology) -> Journey:
    (journey,) = found.journeys
    return journey


def first(found: Topology) -> tuple[str, Outcome, Hop]:
    journey = way(found)
    return journey.name, journey.outcome, journey.hops[1]


def test_whoever_makes_it_where_nothing_tells_is_a_question() -> None:
    name, outcome, hop = first(topology(APP, plain()))
    assert (name, outcome) == ("http://web:8085", Outcome.UNKNOWN)
    assert (hop.stage, hop.label, hop.state) == (Stage.BALANCER, "web tcp 8085", HopVerdict.UNKNOWN)
    assert hop.reason.startswith("nothing in the input makes its balancer: ")


def pool(kind: str, group: str, **spec: str) -> str:
    return manifest(f"{group}/v1", kind, "pool", spec=mapping(spec))


CILIUM = pool("CiliumLoadBalancerIPPool", "cilium.io", blocks="[{cidr: 203.0.113.0/29}]")
BGP = pool("CiliumBGPAdvertisement", "cilium.io")
METALLB = pool("IPAddressPool", "metallb.io", addresses="[203.0.113.1-203.0.113.9]")
LIMITED = pool("CiliumLoadBalancerIPPool", "cilium.io", blocks="[{cidr: 203.0.113.0/29}]", serviceSelector="{a: b}")
OF_A_VARIABLE = pool("IPAddressPool", "metallb.io", addresses="['${POOL}']")
L2 = pool("L2Advertisement", "metallb.io")


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ((CILIUM, BGP), ""),
        ((METALLB, L2), ""),
        ((CILIUM,), "Cilium gives it an address, and nothing in the input announces that"),
        ((LIMITED, BGP), "every pool of Cilium is for some"),
        ((METALLB.replace("203.0.113", "10.0.6"), L2), "its address is one of `10.0.6.1-10.0.6.9`: how people"),
        ((OF_A_VARIABLE, L2), "its address is one of `${POOL}`: how people"),
        ((CILIUM, BGP, METALLB, L2), "nothing in the input makes its balancer"),
    ],
)
def test_addresses_out_of_a_pool_lead_in_where_they_are_announced(texts: tuple[str, ...], reason: str) -> None:
    _, outcome, hop = first(topology(APP, plain(), *texts))
    assert outcome is (Outcome.UNKNOWN if reason else Outcome.OK)
    assert hop.reason.startswith(reason or ("Cilium" if CILIUM in texts else "MetalLB"))


def test_hetzners_networks_take_no_announcements() -> None:
    _, outcome, hop = first(topology(APP, plain(), METALLB, L2, profile="hetzner-k3s"))
    assert (outcome, hop.reason) == (
        Outcome.UNKNOWN,
        "MetalLB announces its address, which Hetzner's networks do not listen to",
    )


def test_a_class_of_ciliums_is_ciliums() -> None:
    of_class = plain(loadBalancerClass="io.cilium/bgp-control-plane")
    assert first(topology(APP, of_class, CILIUM, BGP))[1] is Outcome.OK
    assert first(topology(APP, of_class, METALLB, L2))[1] is Outcome.UNKNOWN


def test_k3s_opens_its_ports_on_the_nodes() -> None:
    found = on_k3s(APP, plain())
    name, outcome, hop = first(found)
    assert (name, outcome) == ("http://<node>:8085", Outcome.OK)
    assert (hop.stage, hop.label, hop.reason) == (Stage.NODE, "host port 8085", "K3s's ServiceLB")
    assert [one.holder for one in entries(found) if one.port == 8085] == ["Service shop/web"]


OFF = "K3s's ServiceLB is switched off, and nothing else in the input makes balancers"


@pytest.mark.parametrize(
    ("texts", "options", "why"),
    [
        (
            (),
            {"disable": "servicelb"},
            OFF,
        ),
        (
            (cloud_manager(env="[{name: HCLOUD_LOAD_BALANCERS_LOCATION, value: fsn1}]"),),
            {"disable": "servicelb"},
            "Hetzner's cloud controller manager makes it, if its defaults tell where",
        ),
        ((cloud_manager(),), {}, "K3s's ServiceLB and Hetzner's cloud controller manager both answer it"),
    ],
)
def test_who_else_may_make_it_is_said(texts: tuple[str, ...], options: dict[str, str], why: str) -> None:
    name, outcome, hop = first(on_k3s(APP, plain(), *texts, **options))
    assert (name, outcome, hop.reason) == ("http://web:8085", Outcome.UNKNOWN, why)


def test_a_manager_without_a_place_for_it_makes_none() -> None:
    found = on_k3s(APP, plain(), cloud_manager(), disable="servicelb")
    assert first(found)[1:2] == (Outcome.NOT_MADE,)
    there = plain() + "status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}\n"
    assert way(on_k3s(APP, there, cloud_manager(), disable="servicelb")).outcome is Outcome.UNKNOWN


def test_a_class_belongs_to_somebody_else() -> None:
    _, outcome, hop = first(on_k3s(APP, plain(loadBalancerClass="tailscale")))
    assert (outcome, hop.reason) == (Outcome.UNKNOWN, "nothing in the input owns its class `tailscale`")


def test_a_port_of_the_nodes_is_given_out_once() -> None:
    def reasons(*texts: str, **options: str) -> list[str]:
        found = on_k3s(APP, *texts, **options)
        return [journey.hops[1].reason for journey in found.journeys if journey.outcome is not Outcome.OK]

    second = service("other", selector="{app: web}", type="LoadBalancer", ports="[{port: 8085, targetPort: 80}]")
    assert reasons(plain(), second) == [
        "Service shop/other takes this port of the nodes too",
        "Service shop/web takes this port of the nodes too",
    ]
    at_80 = plain(ports="[{port: 80}]")
    assert reasons(at_80) == ["K3s's Traefik takes this port of the nodes too"]
    assert reasons(at_80, disable="traefik") == []
    pod = workload(container(ports="[{containerPort: 9, hostPort: 8085}]"), name="agent")
    assert "Deployment shop/agent takes this port of the nodes too" in reasons(plain(), pod)
    refused = service("other", selector="{app: web}", type="LoadBalancer", ports="[{port: 8085, name: Web_Port}]")
    assert "Service shop/other takes this port of the nodes too" not in reasons(plain(), refused)
    refused_pod = workload(container(ports="[{containerPort: 9, hostPort: 8085, name: Web_Port}]"), name="agent")
    assert "Deployment shop/agent takes this port of the nodes too" not in reasons(plain(), refused_pod)


def test_what_is_broken_behind_it_is_broken() -> None:
    nobody = plain(ports="[{port: 8085, targetPort: http}]")
    assert way(topology(APP, nobody)).outcome is Outcome.EMPTY_REPLY
    assert way(on_k3s(APP, nobody)).outcome is Outcome.REFUSED


def test_what_is_only_not_declared_is_not_broken() -> None:
    other = workload(container(ports="[{containerPort: 80}]"))
    assert way(topology(other, plain(ports="[{port: 8085, targetPort: 81}]"))).outcome is Outcome.UNKNOWN


def names(found: Topology) -> list[str]:
    return [journey.name for journey in found.journeys]


def test_a_way_in_is_counted_once() -> None:
    pinned = plain(ports="[{port: 8085, targetPort: 80, nodePort: 30080}]")
    annotated = service(
        type="LoadBalancer",
        annotations="{load-balancer.hetzner.cloud/location: fsn1}",
        ports="[{port: 8085, targetPort: 80}]",
    )
    assert names(topology(APP, pinned)) == ["http://<node>:30080"], "a node port is one for whoever makes a balancer"
    assert names(on_k3s(APP, pinned)) == ["http://<node>:8085"]
    assert names(topology(APP, annotated)) == ["tcp://web:8085"]
    assert names(topology(APP, service(ports="[{port: 80}]"))) == []
    assert names(on_k3s(nginx_service(type="LoadBalancer"))) == [], "a controller's ways in are its routes"


def test_a_cloud_firewall_stands_before_the_nodes() -> None:
    opened = way(on_k3s(APP, plain(), OPEN)).hops
    assert [hop.stage for hop in opened][:3] == [Stage.INTERNET, Stage.CLOUD_FIREWALL, Stage.NODE]
    assert opened[1].state is HopVerdict.OK
    journey = way(on_k3s(APP, plain(), CLOSED))
    assert (journey.outcome, journey.hops[1].reason) == (Outcome.UNKNOWN, "no rule opens port 8085 of the nodes")


@pytest.mark.parametrize(
    ("source", "outcome"), [("10.0.0.0/8", Outcome.OK), ("10.42.0.0/16", Outcome.TIMEOUT), ("", Outcome.TIMEOUT)]
)
def test_pods_of_servicelb_ask_not_the_internet(source: str, outcome: Outcome) -> None:
    pod = workload(container(image="nginx:1.27", ports="[{containerPort: 80}]"), hostNetwork=True, kind="DaemonSet")
    config = k3s(**{"node-ip": "10.0.0.2", "disable": "traefik"})
    rules = ufw(*([f"80/tcp ALLOW {source}"] if source else []))
    files = {"pod.yaml": pod, "web.yaml": plain(), "config.yaml": config, "ufw.txt": rules}
    given = read([Source(path, text) for path, text in files.items()])
    settled = settle(configured("cluster: {overlay: working}"), given)
    (found,) = wire_all(given, settled, judge_objects(given, settled))
    assert way(found).outcome is outcome


def test_an_object_of_another_group_asks_for_nothing() -> None:
    knative = manifest("serving.knative.dev/v1", "Service", "web", spec="{type: LoadBalancer}")
    assert names(topology(APP, knative)) == []


def test_udp_is_passed_on_by_all_but_hetzner() -> None:
    udp = plain(ports="[{port: 53, targetPort: 80, protocol: UDP}]")
    pod = workload(container(ports="[{containerPort: 80, protocol: UDP}]"))
    assert way(topology(pod, udp)).outcome is Outcome.UNKNOWN
    assert [hop.state for hop in way(on_k3s(pod, udp)).hops][1:3] == [HopVerdict.OK, HopVerdict.OK]
    manager = cloud_manager(env="[{name: HCLOUD_LOAD_BALANCERS_LOCATION, value: fsn1}]")
    _, outcome, hop = first(on_k3s(pod, udp, manager, disable="servicelb"))
    assert (outcome, hop.reason) == (Outcome.UNKNOWN, "Hetzner's balancers pass on TCP, not UDP")


def test_a_balancer_to_a_port_that_servicelb_would_open_says_that_it_is_off() -> None:
    def reason(destination: int, **options: str) -> str:
        return on_k3s(balancer(listener("tcp", 80, destination), targets=WORKERS), **options).journeys[0].hops[1].reason

    off = "nothing in the input has port 80 on the nodes, and K3s's ServiceLB, which opens such ports, is switched off"
    assert reason(80, disable="servicelb") == off
    assert reason(30080, disable="servicelb") == "nothing in the input has port 30080 on the nodes"
