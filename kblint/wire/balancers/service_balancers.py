"""Balancers of Services of type LoadBalancer that ask for nothing in particular: who makes them, if anybody.

K3s's ServiceLB opens the Service's ports on the nodes, Hetzner's cloud controller manager makes a balancer of its own;
in another cluster somebody else may: https://docs.k3s.io/networking/networking-services#service-load-balancer
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.bundle import Bundle, Declaration
from kblint.model.environment import Environment
from kblint.model.release import ChartRelease
from kblint.model.service import ServicePort
from kblint.source.grouping import grouped
from kblint.source.values import shown
from kblint.wire.balancers.announced import CLASSES, Announcer, announcer
from kblint.wire.balancers.cloud_manager import CloudManagers
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.conflict import Conflict
from kblint.wire.nodes.claims import HostClaim
from kblint.wire.services.controllers import controller_of_service
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredPort, WiredService
from kblint.wire.services.service_lb import TRAEFIK_PORTS, service_lb

_POOLS = "svccontroller.k3s.cattle.io/"
"""Labels that tell ServiceLB which nodes to use."""
_OWN_TRAEFIK = "K3s's Traefik"
_MANAGER_CHART = "hcloud-cloud-controller-manager"


class BalancerMaker(enum.Enum):
    """Who makes the balancer of a Service."""

    SERVICE_LB = "K3s's ServiceLB"
    MANAGER = "Hetzner's cloud controller manager"
    METALLB = "MetalLB"
    CILIUM = "Cilium"
    UNKNOWN = "nobody here"


class ServiceBalancer(Struct, frozen=True, eq=False):
    """One port of such a Service with who opens it to the Internet.

    `doubt` says why nobody knows whether requests get through there; empty where they surely do. `controller` is the
    ingress controller behind the Service: its ways in are its routes.
    """

    port: WiredPort
    maker: BalancerMaker
    doubt: str
    controller: str | None
    holder: str = ""
    """Who takes the port of the nodes too."""


class Ports(Struct, frozen=True, eq=False):
    """What a scope's ports lead to and who holds them."""

    services: ServiceIndex
    listeners: tuple[WiredListener, ...]
    claims: tuple[HostClaim, ...]
    not_there: frozenset[Declaration]
    """What the API refuses."""


def service_balancers(
    bundle: Bundle, environment: Environment, managers: CloudManagers, ports: Ports
) -> tuple[ServiceBalancer, ...]:
    """Every port of those Services to which no listener leads."""
    asked = {one.meta.origin.place() for one in bundle.all(LoadBalancer) if one.meta}
    led: set[ServicePort] = {one.port.port for one in ports.listeners if one.port}
    of_type = [one for one in ports.services.services if one.service.type == "LoadBalancer"]
    maker, doubt = balancer_maker(bundle, environment, managers)
    announced = announcer(bundle, is_hetzner=environment.is_hetzner)
    taken = _taken(of_type, ports, environment) if maker is BalancerMaker.SERVICE_LB else {}
    found = []
    for wired in of_type:
        service, controller = wired.service, controller_of_service(wired)
        if service.meta.origin.place() in asked:
            continue
        for port in wired.ports:
            if port.port in led:
                continue
            if service.load_balancer_class is not None:
                owner = _of_class(shown(service.load_balancer_class), announced)
                found.append(ServiceBalancer(port, *owner, controller))
                continue
            holders = taken.get((port.port.port, port.port.protocol), ())
            mine = (str(service.meta), _OWN_TRAEFIK if controller == "traefik" else "")
            other = next((one for one in holders if one not in mine), None)
            here = doubt or (f"{other} takes this port of the nodes too" if other else "")
            if maker is BalancerMaker.MANAGER and port.port.protocol != "TCP":
                here = f"Hetzner's balancers pass on TCP, not {port.port.protocol}"
            found.append(ServiceBalancer(port, maker, here, controller, "" if doubt else other or ""))
    return tuple(found)


def port_conflicts(balancers: Iterable[ServiceBalancer]) -> Iterator[Conflict]:
    """Ports that ServiceLB is to open on nodes where somebody else has them: its pods stay pending."""
    for balancer in balancers:
        port, service = balancer.port.port, balancer.port.service
        labels = service.meta.labels
        if balancer.holder and not any(key.startswith(_POOLS) for key in labels):
            place, case = port.origin.place("port"), "traefik" if balancer.holder == _OWN_TRAEFIK else ""
            name, number = str(service.meta), str(port.port)
            yield Conflict("service-lb-port", service.meta, place, name, number, balancer.holder, case)


def _of_class(name: str, announced: Announcer | None) -> tuple[BalancerMaker, str]:
    """Who makes the balancers of a class, and why it is not sure that they come to be."""
    if announced and CLASSES.get(name) == announced.name:
        return BalancerMaker(announced.name), announced.doubt
    return BalancerMaker.UNKNOWN, f"nothing in the input owns its class `{name}`"


def balancer_maker(bundle: Bundle, environment: Environment, managers: CloudManagers) -> tuple[BalancerMaker, str]:
    """Who makes the balancers of Services of no class, and why it is not sure that they come to be."""
    is_managed = (
        bool(managers.here)
        or any(one.chart == _MANAGER_CHART for one in bundle.all(ChartRelease))
        or any(one.form is DeclaredBy.CCM for one in bundle.all(LoadBalancer))
    )
    is_answered = service_lb(bundle, environment) is not None
    if is_managed and is_answered:
        return BalancerMaker.UNKNOWN, "K3s's ServiceLB and Hetzner's cloud controller manager both answer it"
    if is_answered:
        return BalancerMaker.SERVICE_LB, ""
    if is_managed:
        has_none = any(one.has_location is False for one in managers.here)
        told = "is told no location to make it in" if has_none else "makes it, if its defaults tell where"
        return BalancerMaker.MANAGER, f"Hetzner's cloud controller manager {told}"
    if announced := announcer(bundle, is_hetzner=environment.is_hetzner):
        return BalancerMaker(announced.name), announced.doubt
    if "servicelb" in environment.disabled:
        return BalancerMaker.UNKNOWN, "K3s's ServiceLB is switched off, and nothing else in the input makes balancers"
    nobody = "no ServiceLB, cloud controller manager, MetalLB or Cilium pool"
    return BalancerMaker.UNKNOWN, f"nothing in the input makes its balancer: {nobody} is here"


def _taken(
    services: Iterable[WiredService], around: Ports, environment: Environment
) -> Mapping[tuple[object, str], tuple[str, ...]]:
    """Who holds each port of the nodes that ServiceLB is asked for, by number and protocol: a second pod is pending."""
    by_service = (
        ((port.port.port, port.port.protocol), str(one.service.meta))
        for one in services
        if one.service.load_balancer_class is None and one.service not in around.not_there
        for port in one.ports
    )
    standing = (one for one in around.claims if one.workload not in around.not_there)
    by_pods = (((claim.port, claim.protocol), str(claim.workload.meta)) for claim in standing)
    is_on = "traefik" not in environment.disabled
    own = (((number, "TCP"), _OWN_TRAEFIK) for number in (TRAEFIK_PORTS if is_on else ()))
    return grouped((*own, *by_pods, *by_service))
