"""How requests come to a Gateway to which no balancer of the input leads: its controller opens its ports.

Controllers that make a Service of type LoadBalancer for each Gateway, with the ports of its listeners:
https://gateway.envoyproxy.io/docs/tasks/operations/customize-envoyproxy/ ,
https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/ ,
https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.bundle import Bundle, Other
from kblint.model.release import ChartRelease
from kblint.model.route import Gateway, RouteClass
from kblint.source.values import Origin, shown
from kblint.wire.balancers.service_balancers import BalancerMaker
from kblint.wire.faults.gateway import gateway_classes, is_traefiks
from kblint.wire.journeys.journey import Hop, HopVerdict, Stage


class GatewayProgram(Struct, frozen=True):
    """A controller of Gateways: the charts that install it, and the value that must switch it on there."""

    name: str
    charts: tuple[str, ...]
    switch: tuple[str, ...] = ()


Hops = tuple[Hop, ...]
PROGRAMS = {
    "gateway.envoyproxy.io/gatewayclass-controller": GatewayProgram("Envoy Gateway", ("gateway-helm", "envoy-gateway")),
    "io.cilium/gateway-controller": GatewayProgram("Cilium", ("cilium",), ("gatewayAPI", "enabled")),
    "istio.io/gateway-controller": GatewayProgram("Istio", ("istiod",)),
    "gateway.nginx.org/nginx-gateway-controller": GatewayProgram("NGINX Gateway Fabric", ("nginx-gateway-fabric",)),
}
_TRAEFIKS_PORTS = {"HTTP": 80, "HTTPS": 443, "TLS": 443}
_SERVICE_TYPE = ("spec", "provider", "kubernetes", "envoyService", "type")


class GatewayEntrances(Struct, frozen=True, eq=False):
    """What tells how requests come to Gateways.

    `maker` and `doubt` say who makes balancers of Services here, and why it is not sure that they come to be.
    """

    classes: tuple[RouteClass, ...]
    releases: tuple[ChartRelease, ...]
    proxies: Mapping[tuple[str | None, str], Origin]
    """EnvoyProxy objects, by namespace and name."""
    maker: BalancerMaker
    doubt: str

    def hops(self, hop: Hop, gateway: Gateway, protocol: str, traefik: Callable[[int | None], Hops]) -> Hops:
        """The hops up to the Gateway's own; `hop` is its own, at a listener that speaks `protocol`.

        `traefik` gives those to a port of Traefik.
        """
        controllers = gateway_classes(self.classes)
        if is_traefiks(gateway, controllers):
            return (*traefik(_TRAEFIKS_PORTS.get(protocol)), hop)
        named = controllers.get(str(gateway.class_name))
        program = PROGRAMS.get(named or "")
        if program is None:
            what = f"who serves it, `{named}`, is not followed" if named else ""
            reason = what or f"its class `{shown(gateway.class_name)}` is not in the input"
            return (replace(hop, state=HopVerdict.UNKNOWN, reason=reason),)
        if reason := self._switched_off(program) or self._not_opened(gateway):
            return (replace(hop, state=HopVerdict.UNKNOWN, reason=reason),)
        state = HopVerdict.UNKNOWN if self.doubt else HopVerdict.OK
        label = f"balancer of Gateway {gateway.meta.name}"
        place = gateway.origin.place("gatewayClassName")
        made = Hop(Stage.BALANCER, label, place, state, self.doubt or self.maker.value)
        return (made, replace(hop, reason=f"{program.name} opens it"))

    def _switched_off(self, program: GatewayProgram) -> str:
        """Why nobody serves the Gateways of a program, for all that is here."""
        own = [one for one in self.releases if one.chart in program.charts]
        if not own:
            return f"nothing in the input installs {program.name}, which serves it"
        if program.switch and not any(one.values.get(*program.switch) is True for one in own):
            return f"the values of {own[0]} do not switch `{'.'.join(program.switch)}` on"
        return ""

    def _not_opened(self, gateway: Gateway) -> str:
        """Why no balancer is made for a Gateway of Envoy's: the EnvoyProxy that configures it asks for none."""
        own = gateway.origin.child("infrastructure", "parametersRef")
        named = next((one for one in self.classes if one.meta.name == gateway.class_name), None)
        asked = own if own.node else named.meta.origin.child("spec", "parametersRef") if named else own
        if asked.get("kind") != "EnvoyProxy":
            return ""
        name = str(asked.get("name"))
        space = asked.get("namespace") if asked is not own else gateway.meta.namespace
        proxy = self.proxies.get((space if isinstance(space, str) else None, name))
        if proxy is None:
            return f"EnvoyProxy `{name}`, which says how it is opened, is not in the input"
        made = proxy.get(*_SERVICE_TYPE)
        return f"its Service is of type {shown(made)}" if made not in (None, "LoadBalancer") else ""


def gateway_entrances(bundle: Bundle, maker: BalancerMaker, doubt: str) -> GatewayEntrances:
    """What tells how requests come to Gateways."""
    proxies = (one.meta for one in bundle.all(Other) if one.meta.kind == "EnvoyProxy")
    return GatewayEntrances(
        classes=tuple(bundle.all(RouteClass)),
        releases=tuple(bundle.all(ChartRelease)),
        proxies={(one.namespace, one.name): one.origin for one in proxies},
        maker=maker,
        doubt=doubt,
    )
