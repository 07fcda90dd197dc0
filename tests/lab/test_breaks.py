"""Breaks of kblint itself: without any one of its decisions about a hop, the lab would catch it.

Each break takes one decision out of kblint, or turns one symptom into another. Some wiring of `few` must then be
predicted otherwise, so that the network, which meets what it met before, disagrees. Predicting needs no network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from kblint.intake import read
from kblint.run import judge_objects, settle, wire_all
from kblint.source.text import Source
from kblint.wire.faults.fault import SEEN, Failure, Kind, Outcome, Reporter
from kblint.wire.journeys.journey import Hop
from tests.given.runs import configured
from tests.lab.mutations import few
from tests.lab.wirings import Wiring

DECISIONS = (
    Kind.BACKEND_PORT,
    Kind.BACKEND_PROTOCOL,
    Kind.BACKEND_SERVICE,
    Kind.CERTIFICATE,
    Kind.CLASS,
    Kind.CLOUD_FIREWALL,
    Kind.CONFIGURATION,
    Kind.CONTAINER_PORT_RANGE,
    Kind.DESTINATION,
    Kind.HEALTH_CHECK,
    Kind.HOST_FIREWALL,
    Kind.HOST_PORT,
    Kind.HOST_PORT_TAKEN,
    Kind.HOST_PORT_TWICE,
    Kind.INVALID_VALUE,
    Kind.LISTENER_PROTOCOL,
    Kind.LISTENING,
    Kind.LOOPBACK,
    Kind.NODE_PORT_RANGE,
    Kind.NODE_PORT_TAKEN,
    Kind.OVERLAY,
    Kind.PORT_NAME,
    Kind.PROBE_SCHEME,
    Kind.PROXY_PROTOCOL,
    Kind.READINESS,
    Kind.REDIRECT_LOOP,
    Kind.ROLLOUT,
    Kind.SCHEMA,
    Kind.SELECTION,
    Kind.SERVICE_PORT,
    Kind.SERVICE_TYPE,
    Kind.TARGET_PORT,
    Kind.WORKLOAD_SELECTOR,
)
"""The kinds of faults that the generator makes: each decides about some way in."""
SYMPTOMS = (
    (Reporter.BALANCER_HTTP, Failure.REFUSED),
    (Reporter.BALANCER_HTTP, Failure.TIMEOUT),
    (Reporter.BALANCER_HTTP, Failure.NO_ENDPOINT),
    (Reporter.BALANCER_TCP, Failure.REFUSED),
    (Reporter.BALANCER_TCP, Failure.TIMEOUT),
    (Reporter.BALANCER_TCP, Failure.NO_ENDPOINT),
    (Reporter.CONTROLLER, Failure.NO_ENDPOINT),
    (Reporter.CONTROLLER, Failure.REFUSED),
    (Reporter.CONTROLLER, Failure.TIMEOUT),
    (Reporter.CLIENT, Failure.NO_ENDPOINT),
    (Reporter.CLIENT, Failure.REFUSED),
    (Reporter.CLIENT, Failure.TIMEOUT),
)
"""Who asks a way in of the lab and meets what; the rest is met inside of the cluster."""

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 10))]
"""Those of which no break may survive: one lucky draw proves little."""

Prediction = Mapping[str, str]


@dataclass(frozen=True)
class Predicted:
    """A wiring with what kblint says of its ways in, and which faults and symptoms it was asked about for that."""

    wiring: Wiring
    outcomes: Prediction
    asked: frozenset[object]


def outcomes(wiring: Wiring) -> Prediction:
    """What kblint says of the ways in that the lab asks, by URL."""
    texts = wiring.texts()
    settings = texts.pop("kblint.yaml", "")
    given = read([Source(name, text) for name, text in texts.items()])
    config = settle(configured(settings), given)
    found = {
        journey.name: journey.outcome.value
        for topology in wire_all(given, config, judge_objects(given, config))
        for journey in topology.journeys
    }
    return {url: found.get(url, "no journey") for url in wiring.urls}


@cache
def predicted(seed: int) -> tuple[Predicted, ...]:
    """Every wiring of `few` as kblint is."""
    asked: set[object] = set()

    def noted(stop: Callable[..., Hop], *given: Any) -> Hop:
        _, _, fault, front, *_ = given
        asked.update((fault.kind, (front, fault.effect)))
        return stop(*given)

    with pytest.MonkeyPatch.context() as patch:
        _stops(patch, noted)
        found = []
        for wiring in few(seed):
            asked.clear()
            found.append(Predicted(wiring, outcomes(wiring), frozenset(asked)))
    return tuple(found)


def _stops(patch: pytest.MonkeyPatch, instead: Callable[..., Hop]) -> None:
    """Have every hop with a fault made by `instead`, which gets how it is made and what of."""
    stop = Hop.stopped
    patch.setattr(Hop, "stopped", lambda *given, **named: instead(lambda *args: stop(*args, **named), *given))


def differs(seed: int, about: object) -> bool:
    """Whether some wiring that was asked `about` something is predicted otherwise now."""
    return any(outcomes(one.wiring) != one.outcomes for one in predicted(seed) if about in one.asked)


@pytest.mark.parametrize("kind", DECISIONS, ids=lambda kind: kind.value)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_decision_that_is_not_made_is_caught(seed: int, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    predicted(seed)

    def goes_on(stop: Callable[..., Hop], *given: Any) -> Hop:
        stage, label, fault, *_ = given
        return Hop(stage, label, fault.place) if fault.kind is kind else stop(*given)

    _stops(monkeypatch, goes_on)
    assert differs(seed, kind)


@pytest.mark.parametrize(("front", "failure"), SYMPTOMS, ids=lambda one: one.value.replace(" ", "-").replace(",", ""))
@pytest.mark.parametrize("seed", SEEDS)
def test_a_symptom_that_is_another_one_is_caught(
    seed: int, front: Reporter, failure: Failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    predicted(seed)
    told: Any = SEEN[front]
    monkeypatch.setitem(told, failure, Outcome.SERVER_ERROR)
    assert differs(seed, (front, failure))


def test_without_a_break_nothing_differs() -> None:
    for one in predicted(0)[::8]:
        assert outcomes(one.wiring) == one.outcomes
