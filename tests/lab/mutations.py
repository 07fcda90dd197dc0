"""Mistakes, each a function on plain manifests that says where it made its change, or None where it does not apply.

None of them says what will be seen: that is for the network, and for kblint, to tell.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator

from tests.lab import mistakes_by_asker, mistakes_inside, mistakes_of_manners, mistakes_on_the_way, mistakes_refused
from tests.lab.manners import vary
from tests.lab.wirings import Place, Wiring, right_wiring

Mutation = Callable[[Wiring, random.Random], Place | None]

MUTATIONS: dict[str, Mutation] = {
    one.__name__.replace("_", "-"): one
    for one in (
        mistakes_inside.target_port_number,
        mistakes_inside.target_port_name,
        mistakes_inside.selector,
        mistakes_inside.service_namespace,
        mistakes_inside.service_protocol,
        mistakes_inside.service_type,
        mistakes_inside.node_port_range,
        mistakes_inside.node_port_taken,
        mistakes_inside.local_policy,
        mistakes_inside.listens_elsewhere,
        mistakes_inside.listens_on_loopback,
        mistakes_inside.listens_with_tls,
        mistakes_inside.host_port_differs,
        mistakes_inside.template_labels,
        mistakes_inside.host_port_taken,
        mistakes_inside.host_port_bound,
        mistakes_inside.probe_port,
        mistakes_on_the_way.backend_port,
        mistakes_on_the_way.backend_name,
        mistakes_on_the_way.backend_protocol,
        mistakes_on_the_way.backend_grpc,
        mistakes_on_the_way.ingress_class,
        mistakes_on_the_way.redirect_loop,
        mistakes_on_the_way.balancer_destination,
        mistakes_on_the_way.balancer_to_tls,
        mistakes_on_the_way.balancer_tls_to_plain,
        mistakes_on_the_way.balancer_proxy,
        mistakes_on_the_way.controller_proxy,
        mistakes_on_the_way.balancer_certificate,
        mistakes_on_the_way.check_path,
        mistakes_on_the_way.check_port,
        mistakes_on_the_way.overlay_blocked,
        mistakes_on_the_way.host_firewall_closed,
        mistakes_on_the_way.controller_firewall_closed,
        mistakes_on_the_way.cloud_firewall_closed,
        mistakes_on_the_way.host_firewall_denied,
        mistakes_on_the_way.host_firewall_source,
        mistakes_by_asker.listener_without_pods,
        mistakes_by_asker.stream_without_pods,
        mistakes_by_asker.stream_listens_elsewhere,
        mistakes_by_asker.overlay_blocked_from_nodes,
        mistakes_by_asker.stream_firewall_closed,
        mistakes_by_asker.node_without_pods,
        mistakes_by_asker.node_listens_elsewhere,
        mistakes_by_asker.node_port_range_routed,
        mistakes_refused.workload_selector,
        mistakes_refused.port_name_long,
        mistakes_refused.container_port_range,
        mistakes_refused.host_port_twice,
        mistakes_refused.rollout,
        mistakes_refused.service_port_unnamed,
        mistakes_refused.service_type_refused,
        mistakes_refused.path_type_missing,
        mistakes_refused.backend_port_twice,
        mistakes_refused.probe_scheme,
        mistakes_refused.settings_name,
        mistakes_of_manners.program_untold,
        mistakes_of_manners.listens_on_ipv6,
        mistakes_of_manners.sidecar_port,
        mistakes_of_manners.sidecar_passed_by,
        mistakes_of_manners.front_port,
        mistakes_of_manners.front_name,
        mistakes_of_manners.front_target_port,
        mistakes_of_manners.front_selector,
        mistakes_of_manners.policy_port,
        mistakes_of_manners.policy_source,
        mistakes_of_manners.policy_of_controller,
        mistakes_of_manners.policy_closed,
        mistakes_of_manners.no_replicas,
        mistakes_of_manners.no_targets,
        mistakes_of_manners.check_codes,
        mistakes_of_manners.host_port_behind,
        mistakes_of_manners.certificate_host,
        mistakes_of_manners.forces_https,
        mistakes_of_manners.host_firewall_profile,
        mistakes_of_manners.call_port,
        mistakes_of_manners.call_namespace,
    )
}
ALONE = frozenset({"balancer-proxy", "controller-proxy"})
"""Two of these undo each other."""


def varied(seed: int, wanted: str | None = None) -> Wiring:
    """A right wiring in other manners, the `wanted` one among them where it fits."""
    wiring = right_wiring(seed)
    vary(wiring, random.Random(f"manners of {seed}"), wanted)
    return wiring


def mutated(seed: int, wanted: str | None = None) -> Wiring:
    """A varied wiring with one to three mistakes, or with the `wanted` one alone; seeds are tried until it fits."""
    luck = random.Random(seed * 7919)
    for attempt in range(200):
        wiring = varied(seed + 100_003 * attempt, mistakes_of_manners.NEEDS.get(wanted or ""))
        names = [wanted] if wanted else luck.sample(sorted(MUTATIONS), luck.choice([1, 1, 2, 3]))
        for name in names:
            if len(names) == 1 or name not in ALONE:
                place = MUTATIONS[name](wiring, luck)
                if place:
                    wiring.mutations.append((name, place))
        if wiring.mutations:
            return wiring
    raise LookupError(f"no wiring fits {wanted}")


FEW = {"each": 1, "right": 4, "mixed": 4}
FULL = {"each": 9, "right": 40, "mixed": 60}
"""How many wirings of each sort a run draws."""


def right(seed: int, number: int) -> Wiring:
    """One of the right wirings of a run."""
    return varied(seed + number)


def with_mistake(seed: int, mistake: str, number: int) -> Wiring:
    """One of the wirings of a run that have one mistake."""
    return mutated(seed + number * 1000 + sorted(MUTATIONS).index(mistake), mistake)


def with_several(seed: int, number: int) -> Wiring:
    """One of the wirings of a run that have some mistakes."""
    return mutated(seed + 500_000 + number)


def many(seed: int) -> Iterator[tuple[str, Wiring]]:
    """Wirings without end, round by round: every mistake, and some that are right or have several; and what each is."""
    for number in itertools.count():
        yield from (("right", right(seed, number * 8 + one)) for one in range(8))
        yield from ((name, with_mistake(seed, name, number)) for name in sorted(MUTATIONS))
        yield from (("mixed", with_several(seed, number * 12 + one)) for one in range(12))


def few(seed: int) -> Iterator[Wiring]:
    """Every wiring of a short run."""
    yield from (right(seed, number) for number in range(FEW["right"]))
    yield from (with_mistake(seed, name, number) for name in sorted(MUTATIONS) for number in range(FEW["each"]))
    yield from (with_several(seed, number) for number in range(FEW["mixed"]))
