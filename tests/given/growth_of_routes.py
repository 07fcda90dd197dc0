"""Shapes of `tests/given/growth.py` that are about routes, hosts, policies and what listens."""

# ruff: noqa: E501 - texts of files, each on the line it needs
from __future__ import annotations

from tests.given.growth_of_names import WEB, http_route, traefik_route
from tests.given.growth_parts import Files, Object, an_object, ingress, mounted, port, rule, service, stream, workload


def ports_of_one_service(n: int) -> Files:
    """More than any pod declares: each is asked of every pod."""
    ports = [{"name": f"p{i}", "port": 1 + i} for i in range(n)]
    return stream([WEB[0], service("web", {"app": "web"}, *ports)])


def ports_of_one_service_of_known_images(n: int) -> Files:
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": 1 + i} for i in range(n)]
    pods = [workload(f"web-{i}", {"app": "web", "part": f"{i}"}, {"image": "nginx"}) for i in range(3)]
    return stream([*pods, service("web", {"app": "web"}, *ports, type="LoadBalancer")])


def ports_and_pods_of_one_service(n: int) -> Files:
    """Every port of every pod is one that might be asked."""
    ports = [{"name": f"p{i}", "port": 1 + i} for i in range(n)]
    pods = [workload(f"web-{i}", {"app": "web", "part": f"{i}"}, {"ports": [port("a", 1 + i)]}) for i in range(n)]
    return stream([*pods, service("web", {"app": "web"}, *ports)])


def containers_of_one_pod(n: int) -> Files:
    pod = workload("web", {"app": "web"})
    pod["spec"]["template"]["spec"]["containers"] = [{"name": f"a{i}", "image": "nginx"} for i in range(n)]
    return stream([pod, WEB[1]])


def containers_of_one_pod_with_ports(n: int) -> Files:
    pod = workload("web", {"app": "web"})
    pod["spec"]["template"]["spec"]["containers"] = [
        {"name": f"a{i}", "image": "registry.example.com/a:1", "ports": [port(f"p{i}", 1 + i)]} for i in range(n)
    ]
    ports = [{"name": f"p{i}", "port": 1 + i, "targetPort": f"p{i}"} for i in range(n)]
    return stream([pod, service("web", {"app": "web"}, *ports)])


def containers_that_listen_on_one_port(n: int) -> Files:
    pod = workload("web", {"app": "web"})
    pod["spec"]["template"]["spec"]["containers"] = [
        {"name": f"a{i}", "image": "registry.example.com/a:1", "ports": [port("http", 80)]} for i in range(n)
    ]
    return stream([pod, WEB[1]])


def ports_behind_ufw(n: int) -> Files:
    """Rules of UFW for one pod of the host network that declares many ports."""
    rows = [f"{10_000 + i}/tcp".ljust(26) + "ALLOW       Anywhere" for i in range(n)]
    head = (
        "Status: active\n\nTo                         Action      From\n--                         ------      ----\n"
    )
    ports = [{"containerPort": 10_000 + i, "hostPort": 10_000 + i} for i in range(n)]
    pods = [workload("web", {"app": "web"}, {"ports": ports}, hostNetwork=True)]
    return {**stream(pods), "ufw-status.txt": head + "\n".join(rows) + "\n"}


def sources_behind_ufw(n: int) -> Files:
    rows = [f"{10_000 + i % 20}/tcp".ljust(26) + f"ALLOW       10.{i // 256 % 256}.{i % 256}.0/24" for i in range(n)]
    head = (
        "Status: active\n\nTo                         Action      From\n--                         ------      ----\n"
    )
    ports = [{"containerPort": 10_000 + i, "hostPort": 10_000 + i} for i in range(min(20, n))]
    pods = [workload("web", {"app": "web"}, {"ports": ports}, hostNetwork=True)]
    return {**stream(pods), "ufw-status.txt": head + "\n".join(rows) + "\n"}


def host_regexps_of_traefik(n: int) -> Files:
    return stream([*WEB, *(traefik_route(f"r{i}", f"HostRegexp(`^[a-z]+{i}\\.(a|b)*$`)") for i in range(n))])


def long_host_regexp(n: int) -> Files:
    match = "(a|b)*" * n
    return stream([*WEB, traefik_route("r", f"HostRegexp(`^{match}$`)"), traefik_route("s", "Host(`aaaa.b.c`)")])


def matches_of_traefik(n: int) -> Files:
    match = " || ".join(f"(Host(`h{i}.a.de`) && PathPrefix(`/p{i}`))" for i in range(n))
    return stream([*WEB, traefik_route("r", match)])


def negations_of_traefik(n: int) -> Files:
    match = " && ".join(f"!(Host(`h{i}.a.de`) || Path(`/p{i}`))" for i in range(n))
    return stream([*WEB, traefik_route("r", match)])


def routes_of_one_traefik_object(n: int) -> Files:
    one = traefik_route("r", "Host(`a.example.com`)")
    (route,) = one["spec"]["routes"]
    one["spec"]["routes"] = [{**route, "match": f"Host(`a.example.com`) && PathPrefix(`/p{i}`)"} for i in range(n)]
    return stream([*WEB, one])


def services_of_one_traefik_route(n: int) -> Files:
    one = traefik_route("r", "Host(`a.example.com`)", services=[{"name": f"web-{i}", "port": 80} for i in range(n)])
    return stream([*WEB, *(service(f"web-{i}", {"app": "web"}) for i in range(n)), one])


def traefik_services_of_each_other(n: int) -> Files:
    """Weighted services, each of which sends to the next two."""
    kinds = [
        an_object(
            "traefik.io/v1alpha1",
            "TraefikService",
            f"t{i}",
            spec={"weighted": {"services": [{"name": f"t{i + j}", "kind": "TraefikService"} for j in (1, 2)]}},
        )
        for i in range(n)
    ]
    one = traefik_route("r", "Host(`a.example.com`)", services=[{"name": "t0", "kind": "TraefikService"}])
    return stream([*WEB, *kinds, one])


def middlewares_of_one_chain(n: int) -> Files:
    chains = [
        an_object(
            "traefik.io/v1alpha1",
            "Middleware",
            f"m{i}",
            spec={"chain": {"middlewares": [{"name": f"m{i + 1}"}, {"name": f"m{i + 2}"}]}},
        )
        for i in range(n)
    ]
    return stream([*WEB, *chains, traefik_route("r", "Host(`a.example.com`)", middlewares=[{"name": "m0"}])])


def rules_of_one_http_route(n: int) -> Files:
    listener = {"name": "web", "port": 80, "protocol": "HTTP"}
    gateway = an_object(
        "gateway.networking.k8s.io/v1",
        "Gateway",
        "web",
        spec={"gatewayClassName": "traefik", "listeners": [listener]},
    )
    rules = [
        {
            "matches": [{"path": {"type": "RegularExpression", "value": f"(/a+)+{i}$"}}],
            "backendRefs": [{"name": "web", "port": 80}],
        }
        for i in range(n)
    ]
    return stream([*WEB, gateway, http_route("r", "web", *rules)])


def backends_of_one_http_route(n: int) -> Files:
    backends = [{"name": f"web-{i}", "port": 80} for i in range(n)]
    return stream([*WEB, http_route("r", "web", {"backendRefs": backends})])


def hostnames_and_gateways(n: int) -> Files:
    """Routes of many Gateways at once."""
    listener = {"name": "web", "port": 80, "protocol": "HTTP"}
    spec = {"gatewayClassName": "traefik", "listeners": [listener]}
    gateways = [an_object("gateway.networking.k8s.io/v1", "Gateway", f"g{i}", spec=spec) for i in range(n)]
    parents = [{"name": f"g{i}"} for i in range(n)]
    return stream([*WEB, *gateways, *(http_route(f"r{i}", "g0", parentRefs=parents[:32]) for i in range(n))])


def certificates_and_hosts(n: int) -> Files:
    routes = [ingress(f"web-{i}", [rule(f"h{i}.example.com", "web")]) for i in range(n)]
    for i, route in enumerate(routes):
        route["spec"]["tls"] = [{"hosts": [f"*.h{n - i}.example.com"], "secretName": f"tls-{i}"}]
    secrets = [an_object("v1", "Secret", f"tls-{i}", type="kubernetes.io/tls", data={}) for i in range(n)]
    return stream([*WEB, *routes, *secrets])


def hosts_of_one_certificate(n: int) -> Files:
    one = ingress("web", [rule(f"h{i}.example.com", "web") for i in range(n)])
    one["spec"]["tls"] = [{"hosts": [f"*.h{i}.example.com" for i in range(n)], "secretName": "tls"}]
    return stream([*WEB, one])


def one_document_many_times(n: int) -> Files:
    return stream(list(WEB) * n)


def applications_of_one_name(n: int) -> Files:
    """In as many namespaces."""
    found: list[Object] = []
    for i in range(n):
        own = (*WEB, ingress("web", [rule("www.example.com", "web")]))
        found.extend({**one, "metadata": {**one["metadata"], "namespace": f"n{i}"}} for one in own)
    return stream(found)


def policies_of_one_pod(n: int) -> Files:
    peers = [{"from": [{"podSelector": {"matchLabels": {"app": f"c{i}"}}}], "ports": [{"port": i}]} for i in range(n)]
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": peers}
    return stream([*WEB, an_object("networking.k8s.io/v1", "NetworkPolicy", "p", spec=spec)])


def policies_of_all_pods(n: int) -> Files:
    """Each policy selects all pods by an expression, and lets in one block of addresses."""
    expression = {"key": "app", "operator": "Exists"}
    policies = [
        an_object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            f"p{i}",
            spec={
                "podSelector": {"matchExpressions": [expression]},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{"from": [{"ipBlock": {"cidr": f"10.{i // 256 % 256}.{i % 256}.0/24"}}]}],
                "egress": [{"to": [{"namespaceSelector": {"matchLabels": {"a": f"{i}"}}}]}],
            },
        )
        for i in range(n)
    ]
    pods = [workload(f"web-{i}", {"app": f"web-{i}"}) for i in range(n)]
    services = [service(f"web-{i}", {"app": f"web-{i}"}) for i in range(n)]
    return stream([*policies, *pods, *services, ingress("web", [rule("www.example.com", "web-0")])])


def calls_between_pods_behind_policies(n: int) -> Files:
    pods = [
        workload(
            f"web-{i}",
            {"app": f"web-{i}"},
            {"env": [{"name": f"URL_{j}", "value": f"http://web-{(i + j) % n}:80"} for j in range(3)]},
        )
        for i in range(n)
    ]
    policies = [
        an_object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            f"p{i}",
            spec={
                "podSelector": {"matchLabels": {"app": f"web-{i}"}},
                "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": f"web-{i + 1}"}}}]}],
            },
        )
        for i in range(n)
    ]
    return stream([*pods, *policies, *(service(f"web-{i}", {"app": f"web-{i}"}) for i in range(n))])


def upstreams_of_nginx(n: int) -> Files:
    """A proxy that calls what does not exist."""
    text = "".join(
        f"upstream u{i} {{ server web-{i}.shop:81; }}\nserver {{ listen {1 + i}; location /a {{ proxy_pass http://u{i}; }} }}\n"
        for i in range(n)
    )
    return mounted("nginx", "/etc/nginx/conf.d/default.conf", text)


def subsets_of_endpoints(n: int) -> Files:
    ports = [{"name": f"p{i}", "port": 1 + i} for i in range(n)]
    entries = [{"name": f"q{i}", "port": 1 + i} for i in range(n)]
    ends = an_object("v1", "Endpoints", "web", subsets=[{"addresses": [{"ip": "10.0.0.1"}], "ports": entries}])
    one = service("web", {}, *ports)
    del one["spec"]["selector"]
    return stream([one, ends])


def addresses_of_endpoint_slices(n: int) -> Files:
    slices = [
        an_object(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            f"web-{i}",
            addressType="IPv4",
            ports=[{"name": "http", "port": 80}],
            endpoints=[{"addresses": [f"10.0.{i // 256 % 256}.{i % 256}"]}],
        )
        for i in range(n)
    ]
    for one in slices:
        one["metadata"]["labels"] = {"kubernetes.io/service-name": "web"}
    return stream([*slices, service("web", {})])
