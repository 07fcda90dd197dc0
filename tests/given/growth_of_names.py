"""Shapes of `tests/given/growth.py` in which names are nearly right, so that what was meant is looked for."""

from __future__ import annotations

from typing import Any

from tests.given.growth_parts import Files, Object, an_object, ingress, mounted, port, rule, service, stream, workload

WEB = (workload("web", {"app": "web"}), service("web", {"app": "web"}))


def traefik_route(name: str, match: str, **route: Any) -> Object:
    spec = {"kind": "Rule", "match": match, "services": [{"name": "web", "port": 80}], **route}
    return an_object("traefik.io/v1alpha1", "IngressRoute", name, spec={"entryPoints": ["web"], "routes": [spec]})


def http_route(name: str, parent: str, *rules: Object, **spec: Any) -> Object:
    listed = list(rules) or [{"backendRefs": [{"name": "web", "port": 80}]}]
    spec = {"parentRefs": [{"name": parent}], "rules": listed, **spec}
    return an_object("gateway.networking.k8s.io/v1", "HTTPRoute", name, spec=spec)


def misspelled_annotations(n: int) -> Files:
    """Of Hetzner's balancers, each on a Service of its own."""
    found = []
    for i in range(n):
        one = service(f"web-{i}", {"app": "web"}, type="LoadBalancer")
        one["metadata"]["annotations"] = {f"load-balancer.hetzner.cloud/usse-private-ip{i}": "true"}
        found.append(one)
    return stream([WEB[0], *found])


def misspelled_annotations_of_one_service(n: int) -> Files:
    one = service("web", {"app": "web"}, type="LoadBalancer")
    one["metadata"]["annotations"] = {f"load-balancer.hetzner.cloud/usse-private-ip{i}": "true" for i in range(n)}
    return stream([WEB[0], one])


def misspelled_middlewares(n: int) -> Files:
    made = [an_object("traefik.io/v1alpha1", "Middleware", f"strip-{i}", spec={"compress": {}}) for i in range(n)]
    routes = [
        traefik_route(f"r{i}", f"Host(`h{i}.example.com`)", middlewares=[{"name": f"stirp-{i}"}]) for i in range(n)
    ]
    return stream([*WEB, *made, *routes])


def misspelled_classes(n: int) -> Files:
    classes = [
        an_object("networking.k8s.io/v1", "IngressClass", f"class-{i}", spec={"controller": "example.com/a"})
        for i in range(n)
    ]
    routes = [ingress(f"web-{i}", [rule(f"h{i}.example.com", "web")]) for i in range(n)]
    for i, route in enumerate(routes):
        route["spec"]["ingressClassName"] = f"calss-{i}"
    return stream([*WEB, *classes, *routes])


def misspelled_gateways(n: int) -> Files:
    listener = {"name": "web", "port": 80, "protocol": "HTTP"}
    spec = {"gatewayClassName": "traefik", "listeners": [listener]}
    gateways = [an_object("gateway.networking.k8s.io/v1", "Gateway", f"gate-{i}", spec=spec) for i in range(n)]
    return stream([*WEB, *gateways, *(http_route(f"r{i}", f"gtae-{i}") for i in range(n))])


def misspelled_workloads(n: int) -> Files:
    """Scale targets."""
    targets = [
        an_object(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            f"web-{i}",
            spec={"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}},
        )
        for i, name in ((i, f"wbe-{i}") for i in range(n))
    ]
    return stream([*(workload(f"web-{i}", {"app": f"web-{i}"}) for i in range(n)), *targets])


def misspelled_budgets(n: int) -> Files:
    budgets = [
        an_object(
            "policy/v1",
            "PodDisruptionBudget",
            f"web-{i}",
            spec={"minAvailable": 1, "selector": {"matchLabels": {"app": f"wbe-{i}"}}},
        )
        for i in range(n)
    ]
    return stream([*(workload(f"web-{i}", {"app": f"web-{i}"}) for i in range(n)), *budgets])


def misspelled_keys(n: int) -> Files:
    """Of one ConfigMap, each asked for by a variable."""
    env = [
        {"name": f"A{i}", "valueFrom": {"configMapKeyRef": {"name": "conf", "key": f"kye-{i}-port"}}} for i in range(n)
    ]
    conf = an_object("v1", "ConfigMap", "conf", data={f"key-{i}-port": "80" for i in range(n)})
    return stream([workload("web", {"app": "web"}, {"env": env}), conf])


def misspelled_config_maps(n: int) -> Files:
    env = [{"configMapRef": {"name": f"cofn-{i}"}} for i in range(n)]
    maps = [an_object("v1", "ConfigMap", f"conf-{i}", data={"a": "b"}) for i in range(n)]
    return stream([workload("web", {"app": "web"}, {"envFrom": env}), *maps])


def misspelled_port_names(n: int) -> Files:
    """Each Service asks its own pods for a port of nearly that name."""
    pods = [workload(f"web-{i}", {"app": f"web-{i}"}, {"ports": [port("http", 8080)]}) for i in range(n)]
    asked = [{"name": "http", "port": 80, "targetPort": "htpp"}]
    return stream([*pods, *(service(f"web-{i}", {"app": f"web-{i}"}, *asked) for i in range(n))])


def misspelled_fields(n: int) -> Files:
    """Keys that the API does not know, all in one object."""
    one = service("web", {"app": "web"})
    one["spec"].update({f"selecter{i}": "x" for i in range(n)})
    return stream([WEB[0], one])


def misspelled_fields_of_many(n: int) -> Files:
    found = [service(f"web-{i}", {"app": "web"}) for i in range(n)]
    for i, one in enumerate(found):
        one["spec"][f"sesionAffinity{i}"] = "None"
    return stream([WEB[0], *found])


def misspelled_kinds(n: int) -> Files:
    return stream(an_object("apps/v1", f"Deploymnet{i}", f"web-{i}", spec={}) for i in range(n))


def misspelled_issuers(n: int) -> Files:
    spec = {
        "acme": {"solvers": [{"http01": {"ingress": {"ingressClassName": "ngnix"}}}]},
    }
    issuers = [an_object("cert-manager.io/v1", "Issuer", f"acme-{i}", spec=spec) for i in range(n)]
    classes = [
        an_object("networking.k8s.io/v1", "IngressClass", f"nginx{i}", spec={"controller": "k8s.io/ingress-nginx"})
        for i in range(n)
    ]
    return stream([*issuers, *classes])


def misspelled_urls(n: int) -> Files:
    """One container that calls many Services by names that are nearly right."""
    env = [{"name": f"URL_{i}", "value": f"http://wbe-{i}-api.shop:80"} for i in range(n)]
    services = [service(f"web-{i}-api", {"app": "web"}) for i in range(n)]
    return stream([workload("web", {"app": "web"}, {"env": env}), *services])


def misspelled_mounts(n: int) -> Files:
    mounts = [{"name": f"vlo-{i}", "mountPath": f"/v{i}"} for i in range(n)]
    volumes = [{"name": f"vol-{i}", "emptyDir": {}} for i in range(n)]
    return stream([workload("web", {"app": "web"}, {"volumeMounts": mounts}, volumes=volumes), WEB[1]])


def misspelled_words_of_nginx(n: int) -> Files:
    return mounted(
        "nginx", "/etc/nginx/nginx.conf", "http { server {\n" + "".join(f"lisen {i};\n" for i in range(n)) + "}}"
    )


def long_names(n: int) -> Files:
    """Few names, each very long: comparing two takes more than their length."""
    long = "web-" * n
    return stream(
        [
            workload("web", {"app": long}),
            service(long, {"app": f"{long}x"}),
            service("web", {"app": f"x{long}"}),
            ingress("web", [rule("www.example.com", f"{long}y")]),
            ingress("two", [rule(f"{long}.example.com", "web")]),
        ]
    )
