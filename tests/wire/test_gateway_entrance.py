"""How requests come to Gateways to which no balancer of the input leads: by what their controllers open."""

from __future__ import annotations

import pytest

from kblint.wire.faults.fault import Outcome
from kblint.wire.journeys.journey import HopVerdict
from tests.given.manifests import container, helm_chart, helm_config, manifest, mapping, service, workload
from tests.given.runs import topology

API = "gateway.networking.k8s.io/v1"
ENVOY = "gateway.envoyproxy.io/gatewayclass-controller"
PROXY = "{group: gateway.envoyproxy.io, kind: EnvoyProxy, name: outer, namespace: shop}"
INSTALLED = helm_chart("{}", "gateway-helm", "envoy-gateway")
POOL = manifest("cilium.io/v2", "CiliumLoadBalancerIPPool", "pool", spec="{blocks: [{cidr: 203.0.113.0/29}]}")
ANNOUNCED = manifest("cilium.io/v2", "CiliumBGPAdvertisement", "all", spec="{}")
APP = workload(container(image="nginx:1.27", ports="[{containerPort: 80, name: http}]"))


def gateway_class(controller: str) -> str:
    spec = mapping({"controllerName": controller, "parametersRef": PROXY})
    return manifest(API, "GatewayClass", "outer", spec=spec)


def gateway(name: str = "outer", port: int = 80) -> str:
    spec = mapping({"gatewayClassName": name, "listeners": f"[{{name: web, port: {port}, protocol: HTTP}}]"})
    return manifest(API, "Gateway", "outer", namespace="shop", spec=spec)


def route() -> str:
    rules = "[{backendRefs: [{name: web, port: 80}]}]"
    spec = mapping({"hostnames": "[www.example.com]", "parentRefs": "[{name: outer}]", "rules": rules})
    return manifest(API, "HTTPRoute", "web", namespace="shop", spec=spec)


def envoy_proxy(kind: str = "LoadBalancer") -> str:
    asked = f"{{provider: {{kubernetes: {{envoyService: {{type: {kind}}}}}}}}}"
    return manifest("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy", "outer", namespace="shop", spec=asked)


def way(*texts: str) -> tuple[Outcome, str]:
    """How the one way in ends, and why it is not known."""
    (journey,) = topology(gateway(), route(), APP, service(), *texts).journeys
    unknown = (hop.reason for hop in journey.hops if hop.state is HopVerdict.UNKNOWN)
    return journey.outcome, next(unknown, "")


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ((POOL, ANNOUNCED, INSTALLED, envoy_proxy()), ""),
        ((POOL, ANNOUNCED, INSTALLED, envoy_proxy("ClusterIP")), "its Service is of type ClusterIP"),
        ((POOL, ANNOUNCED, INSTALLED), "EnvoyProxy `outer`, which says how it is opened, is not in the input"),
        ((POOL, ANNOUNCED, envoy_proxy()), "nothing in the input installs Envoy Gateway, which serves it"),
        ((POOL, INSTALLED, envoy_proxy()), "Cilium gives it an address, and nothing in the input announces that"),
    ],
)
def test_envoy_gateway_opens_what_its_gateways_listen_on(texts: tuple[str, ...], reason: str) -> None:
    assert way(gateway_class(ENVOY), *texts) == (Outcome.UNKNOWN if reason else Outcome.OK, reason)


def test_cilium_serves_gateways_where_its_values_say_so() -> None:
    def by_cilium(values: str) -> tuple[Outcome, str]:
        cilium = helm_chart(values, "cilium", "cilium")
        return way(gateway_class("io.cilium/gateway-controller"), POOL, ANNOUNCED, envoy_proxy(), cilium)

    assert by_cilium("gatewayAPI: {enabled: true}") == (Outcome.OK, "")
    off = "the values of HelmChart `cilium` do not switch `gatewayAPI.enabled` on"
    assert by_cilium("{}") == (Outcome.UNKNOWN, off)


def test_who_is_not_known_to_serve_gateways_is_named() -> None:
    reason = "who serves it, `example.com/gateways`, is not followed"
    assert way(gateway_class("example.com/gateways")) == (Outcome.UNKNOWN, reason)
    assert way() == (Outcome.UNKNOWN, "its class `outer` is not in the input")


def test_traefiks_gateways_are_entered_where_traefik_is() -> None:
    traefik = helm_config("service: {type: NodePort}\nports: {web: {nodePort: 30080}}")
    (journey,) = topology(gateway("traefik", 8000), route(), APP, service(), traefik).journeys
    assert "node port 30080" in [hop.label for hop in journey.hops]
