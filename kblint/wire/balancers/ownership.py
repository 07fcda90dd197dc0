"""Who makes a balancer and keeps it: two of whom each undoes what the other does, and whoever cannot make one.

The cloud controller manager finds a balancer by its name and takes away every listener and target that is not of its
own Service: `ReconcileHCLBServices` and `ReconcileHCLBTargets` of `internal/hcops/load_balancer.go` in
https://github.com/hetznercloud/hcloud-cloud-controller-manager
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, islice

from kblint.model.annotations import PREFIX
from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.bundle import Bundle
from kblint.model.environment import Environment
from kblint.model.meta import Meta
from kblint.model.service import Service
from kblint.source.grouping import grouped
from kblint.wire.balancers.cloud_manager import CloudManager, CloudManagers
from kblint.wire.balancers.settings import head_place
from kblint.wire.conflict import Conflict
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.services.service_lb import service_lb
from kblint.wire.services.together import is_sample

_NAME = ("metadata", "annotations", f"{PREFIX}name")
_MADE_ELSEWHERE = (DeclaredBy.TERRAFORM, DeclaredBy.ANSIBLE, DeclaredBy.COMMANDS)
_MOST = 64
"""Balancers of one name that are compared with each other."""


def ownership(bundle: Bundle, environment: Environment, managers: CloudManagers) -> Iterator[Conflict]:
    """What is wrong with who makes the balancers of a bundle."""
    made = bundle.all(LoadBalancer)
    named = grouped((balancer.name, balancer) for balancer in made if _is_named(balancer))
    for same in named.values():
        yield from _owners(same[:_MOST])
    services = {id(one.meta.origin.node): one for one in bundle.all(Service)}
    rival = service_lb(bundle, environment)
    for balancer in made:
        service = services.get(id(balancer.origin.node)) if balancer.meta else None
        manager = managers.of(balancer) if balancer.form is DeclaredBy.CCM else None
        if rival and balancer.form is DeclaredBy.CCM:
            shown = (Evidence(head_place(balancer), f"load balancer `{balancer.name}`"),)
            yield Conflict("service-lb", about(balancer), rival, balancer.name, shown=shown)
        yield from _without_location(balancer, service, manager)
        yield from _without_network(balancer, manager)
    if rival is None:
        asked = {id(balancer.origin.node) for balancer in made}
        for node, service in services.items():
            if node not in asked:
                yield from _unannotated(service, managers.of(service))


def about(balancer: LoadBalancer) -> Meta | tuple[str, str]:
    """What a finding is about: the object of the cluster that stands for a balancer, else the balancer."""
    return balancer.meta or ("LoadBalancer", balancer.name)


def _is_named(balancer: LoadBalancer) -> bool:
    """Whether the name at Hetzner is written."""
    path = _NAME if balancer.form is DeclaredBy.CCM else ("name",)
    return balancer.origin.get(*path) == balancer.name


def _owners(same: Iterable[LoadBalancer]) -> Iterator[Conflict]:
    """Two that declare one balancer, one of them through the manager."""
    same = tuple(same)
    managed = [one for one in same if one.form is DeclaredBy.CCM and one.meta]
    for one, other in islice(combinations(managed, 2), _MOST):
        if one.meta and other.meta and one.meta.key != other.meta.key and _meet(one, other):
            first, second = sorted((one, other), key=lambda balancer: balancer.meta.key if balancer.meta else ())
            shown = (Evidence(first.origin.place(*_NAME), f"{first.meta} has the same one"),)
            yield Conflict(
                "owners", about(second), second.origin.place(*_NAME), second.name, str(second.meta), str(first.meta),
                "services", shown=shown, things=(*first.listeners, *second.listeners), stops=Certainty.UNKNOWN,
            )  # fmt: skip
    for elsewhere in same:
        own = next((one for one in managed if _meet(one, elsewhere)), None)
        if own and elsewhere.form in _MADE_ELSEWHERE and elsewhere.listeners:
            place, listeners = own.origin.place(*_NAME), elsewhere.listeners
            seen = Evidence(elsewhere.origin.place("name"), f"declared with {elsewhere.form.value} too")
            lost = Evidence(listeners[0].origin.place("listen_port"), "the manager takes this listener away")
            yield Conflict(
                "owners", about(own), place, own.name, str(own.meta), elsewhere.form.value, "elsewhere",
                shown=(seen, lost), things=listeners, stops=Certainty.KNOWN,
            )  # fmt: skip


def _meet(one: LoadBalancer, other: LoadBalancer) -> bool:
    """Whether two may be of one cluster: samples stand each for itself."""
    paths = [balancer.origin.source.path for balancer in (one, other)]
    return paths[0] == paths[1] or not any(map(is_sample, paths))


def _without_location(
    balancer: LoadBalancer, service: Service | None, manager: CloudManager | None
) -> Iterator[Conflict]:
    """A balancer that Hetzner is not told where to put.

    One of the name may be there already, and the values of a chart may not be all.
    """
    is_there = bool(balancer.addresses) or (balancer.meta and f"{PREFIX}id" in balancer.meta.annotations)
    has_location = manager.has_location if manager and balancer.has_location is False else balancer.has_location
    if is_there or has_location is not False:
        return
    is_managed = balancer.form is DeclaredBy.CCM
    may_be_there = is_managed and (_is_named(balancer) or (service is not None and service.is_from_chart))
    case = "terraform" if not is_managed else "managed" if manager else "annotations"
    certainty = Certainty.LIKELY if may_be_there else Certainty.KNOWN
    stops = Certainty.UNKNOWN if may_be_there or case == "annotations" else Certainty.KNOWN
    yield Conflict(
        "location", about(balancer), head_place(balancer), balancer.name, "named" if _is_named(balancer) else "",
        case=case, certainty=certainty, things=balancer.listeners, stops=stops,
    )  # fmt: skip


def _unannotated(service: Service, manager: CloudManager | None) -> Iterator[Conflict]:
    """A Service that leaves everything to a manager which has no place for balancers by default."""
    is_asking = service.type == "LoadBalancer" and service.load_balancer_class is None and not service.is_from_chart
    is_there = service.meta.origin.get("status", "loadBalancer", "ingress")
    if not is_asking or is_there or manager is None or manager.has_location is not False:
        return
    shown = (Evidence(manager.container.origin.place("image"), "has no `HCLOUD_LOAD_BALANCERS_LOCATION`"),)
    yield Conflict(
        "location", service.meta, service.origin.place("type"), service.meta.name, case="managed", shown=shown,
        things=service.ports, stops=Certainty.KNOWN,
    )  # fmt: skip


def _without_network(balancer: LoadBalancer, manager: CloudManager | None) -> Iterator[Conflict]:
    """A balancer that shall reach private addresses, and is in no network."""
    private = next((one for one in balancer.targets if one.use_private_ip is True), None)
    if private is None:
        return
    network = manager.variable("HCLOUD_NETWORK") if manager else None
    if network.value is not None if network else balancer.has_network is not False:
        return
    is_managed = balancer.form is DeclaredBy.CCM
    key = f"{PREFIX}use-private-ip" if is_managed else "use_private_ip"
    place = balancer.origin.place("private_net") if balancer.origin.is_written("private_net") else None
    why = "the cloud controller manager is started without `HCLOUD_NETWORK`" if network else "attached to no network"
    seen = network.place if network else place or balancer.origin.place("name")
    yield Conflict(
        "network", about(balancer), private.origin.place(key), balancer.name, case=balancer.form.value,
        shown=(Evidence(seen, why),), things=balancer.listeners,
        stops=Certainty.KNOWN if balancer.form in (DeclaredBy.CCM, DeclaredBy.TERRAFORM) else Certainty.UNKNOWN,
    )  # fmt: skip
