"""Inputs of every size, each of a shape that a stranger may write: what many things of one kind are to many of another.

A shape is a function from a size `n` to files (texts by path), about n lines long; `SHAPES` holds them by name. The
benchmark `benchmarks/growth.py` times them, and `tests/test_growth.py` counts the steps that each takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tests.given import growth_of_files as of_files
from tests.given.growth_parts import Files, an_object, ingress, port, rule, service, stream, workload


def services_and_workloads_of_one_label(n: int) -> Files:
    pods = [workload(f"web-{i}", {"app": "web"}) for i in range(n)]
    return stream([*pods, *(service(f"web-{i}", {"app": "web"}) for i in range(n))])


def one_service_of_many_workloads(n: int) -> Files:
    pods = [workload(f"web-{i}", {"app": "web", "part": str(i)}) for i in range(n)]
    return stream([*pods, service("web", {"app": "web"}, type="NodePort")])


def many_services_of_one_workload(n: int) -> Files:
    return stream([workload("web", {"app": "web"}), *(service(f"web-{i}", {"app": "web"}) for i in range(n))])


def separate_applications(n: int) -> Files:
    """The plain case: n applications, each with its Service and its host."""
    return stream(
        one
        for i in range(n)
        for one in (
            workload(f"web-{i}", {"app": f"web-{i}"}),
            service(f"web-{i}", {"app": f"web-{i}"}),
            ingress(f"web-{i}", [rule(f"www{i}.example.com", f"web-{i}")]),
        )
    )


def services_that_select_nothing(n: int) -> Files:
    """Labels that are nearly right: what was meant is looked for."""
    pods = [workload(f"web-{i}", {"app": f"web-{i}"}) for i in range(n)]
    return stream([*pods, *(service(f"web-{i}", {"app": f"wbe-{i}"}) for i in range(n))])


def listeners_and_routes_of_a_gateway(n: int) -> Files:
    listeners = [
        {"name": f"l{i}", "port": 8000 + i % 50000, "protocol": "HTTP", "hostname": f"h{i}.example.com"}
        for i in range(min(n, 10_000))
    ]
    gateway = an_object("gateway.networking.k8s.io/v1", "Gateway", "web", spec={"gatewayClassName": "traefik"})
    gateway["spec"]["listeners"] = listeners
    route = {"parentRefs": [{"name": "web"}], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]}
    routes = [an_object("gateway.networking.k8s.io/v1", "HTTPRoute", f"r{i}", spec=route) for i in range(n)]
    return stream([gateway, *routes, workload("web", {"app": "web"}), service("web", {"app": "web"})])


def ingresses_of_one_host(n: int) -> Files:
    found = [ingress(f"web-{i}", [rule("www.example.com", "web", f"/p{i}")]) for i in range(n)]
    return stream([*found, workload("web", {"app": "web"}), service("web", {"app": "web"})])


def ingresses_of_one_host_and_path(n: int) -> Files:
    found = [ingress(f"web-{i}", [rule("www.example.com", "web")]) for i in range(n)]
    return stream([*found, workload("web", {"app": "web"}), service("web", {"app": "web"})])


def rules_of_one_ingress(n: int) -> Files:
    found = ingress("web", [rule(f"h{i}.example.com", "web") for i in range(n)])
    return stream([found, workload("web", {"app": "web"}), service("web", {"app": "web"})])


def wildcards_over_hosts(n: int) -> Files:
    hosts = [f"{'x.' * (i % 30)}h{i}.example.com" for i in range(n)]
    found = [ingress(f"w{i}", [rule(f"*.h{i}.example.com", "web"), rule(host, "web")]) for i, host in enumerate(hosts)]
    return stream([*found, workload("web", {"app": "web"}), service("web", {"app": "web"})])


def backends_that_are_missing(n: int) -> Files:
    """Every name is a slip of the hand away from a Service."""
    found = [ingress(f"web-{i}", [rule(f"h{i}.example.com", f"servise-{i}")]) for i in range(n)]
    return stream(
        [*found, *(service(f"service-{i}", {"app": "web"}) for i in range(n)), workload("web", {"app": "web"})]
    )


def named_ports(n: int) -> Files:
    pod = workload("web", {"app": "web"}, {"ports": [port(f"p{i}", 1 + i) for i in range(n)]})
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": f"p{i}"} for i in range(n)]
    return stream([pod, service("web", {"app": "web"}, *ports)])


def named_ports_that_are_missing(n: int) -> Files:
    pod = workload("web", {"app": "web"}, {"ports": [port(f"p{i}", 1 + i) for i in range(n)]})
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": f"q{i}"} for i in range(n)]
    return stream([pod, service("web", {"app": "web"}, *ports)])


def node_ports_behind_ufw(n: int) -> Files:
    """UFW's rules against what listens on the nodes, and node ports against balancers."""
    rows = [f"{40_000 + i}/tcp".ljust(26) + "ALLOW       Anywhere" for i in range(n)]
    status = (
        "Status: active\n\nTo                         Action      From\n--                         ------      ----\n"
    )
    ports = [
        workload(
            f"web-{i}",
            {"app": f"web-{i}"},
            {"ports": [{"containerPort": 10_000 + i, "hostPort": 10_000 + i}]},
            hostNetwork=True,
        )
        for i in range(n)
    ]
    return {**stream(ports), "ufw-status.txt": status + "\n".join(rows) + "\n"}


def firewall_rules_and_node_ports(n: int) -> Files:
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": "http", "nodePort": 30_000 + i % 2767} for i in range(n)]
    rules = [
        {"direction": "in", "protocol": "tcp", "port": str(31_000 + i), "source_ips": ["0.0.0.0/0"]} for i in range(n)
    ]
    firewall = {"firewalls": [{"name": "nodes", "rules": rules, "applied_to": [{"label_selector": {"selector": "a"}}]}]}
    things = stream([workload("web", {"app": "web"}), service("web", {"app": "web"}, *ports, type="NodePort")])
    return {**things, "firewall.json": json.dumps(firewall)}


def balancer_listeners(n: int) -> Files:
    services = [{"protocol": "tcp", "listen_port": 1 + i, "destination_port": 30_000 + i} for i in range(n)]
    balancer = {"load_balancers": [{"name": "lb1", "services": services, "targets": []}]}
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": "http", "nodePort": 30_000 + i} for i in range(n)]
    things = stream([workload("web", {"app": "web"}), service("web", {"app": "web"}, *ports, type="NodePort")])
    return {**things, "lb.json": json.dumps(balancer)}


def policies_and_pods(n: int) -> Files:
    spec = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"]}
    allowed = [
        an_object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            f"p{i}",
            spec={**spec, "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": f"c{i}"}}}]}]},
        )
        for i in range(n)
    ]
    pods = [workload(f"web-{i}", {"app": "web", "part": f"{i}"}) for i in range(n)]
    return stream([*allowed, *pods, *(service(f"web-{i}", {"app": "web", "part": f"{i}"}) for i in range(n))])


SHAPES: Mapping[str, Callable[[int], Files]] = {
    made.__name__: made
    for made in (
        services_and_workloads_of_one_label,
        one_service_of_many_workloads,
        many_services_of_one_workload,
        separate_applications,
        services_that_select_nothing,
        listeners_and_routes_of_a_gateway,
        ingresses_of_one_host,
        ingresses_of_one_host_and_path,
        rules_of_one_ingress,
        wildcards_over_hosts,
        backends_that_are_missing,
        named_ports,
        named_ports_that_are_missing,
        node_ports_behind_ufw,
        firewall_rules_and_node_ports,
        balancer_listeners,
        policies_and_pods,
        of_files.config_maps_and_mounts,
        of_files.servers_of_nginx,
        of_files.listens_of_apache,
        of_files.binds_of_haproxy,
        of_files.sites_of_caddy,
        of_files.lines_appended_in_a_shell,
        of_files.files_written_in_a_shell,
        of_files.here_documents,
        of_files.variables_of_a_shell,
        of_files.variables_of_a_container,
        of_files.urls_of_many_containers,
        of_files.terraform_resources,
        of_files.kustomizations,
        of_files.variants_of_one_name,
        of_files.suppressing_comments,
        of_files.findings_of_one_line,
        of_files.charts_and_routes,
        of_files.aliases,
        of_files.nested_levels,
        of_files.keys_of_one_object,
        of_files.lines_of_one_block,
    )
}
