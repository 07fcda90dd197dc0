"""How texts become what is wired in them and what is found in them: the one way for all tests."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kblint.config import Config, read_config
from kblint.engine.catalog import Catalog
from kblint.finding import Result
from kblint.intake import Loaded, read
from kblint.model.bundle import Bundle
from kblint.model.workload import Workload
from kblint.run import check, load_rules
from kblint.source.text import Source
from kblint.wire.balancers.listeners import WiredListener
from kblint.wire.journeys.journey import Journey, Stage
from kblint.wire.services.makers import outside
from kblint.wire.services.ports import WiredService
from kblint.wire.topology import Alike, Topology, wire


def configured(text: str = "") -> Config:
    """What a `kblint.yaml` of this text says."""
    return read_config(Source("kblint.yaml", text), folder=Path(), root=Path())


@cache
def catalog() -> Catalog:
    """The built-in rules, loaded once in a process; a test that runs them takes the fixture `catalog`."""
    return load_rules(configured())


def checked(sources: Mapping[str, str] | Iterable[Source], config: Config | None = None) -> Result:
    """What the built-in rules find in these files (texts by path, or sources)."""
    if isinstance(sources, Mapping):
        sources = [Source(path, text) for path, text in sources.items()]
    return check(Loaded(tuple(sources), (), ()), config or configured(), catalog())


def topology(*texts: str, profile: str = "kubernetes", **cluster: Any) -> Topology:
    """Everything wired in manifests, each in a file of its own; `cluster` is as in `kblint.yaml`."""
    config = configured(json.dumps({"profile": profile, "cluster": cluster}))
    given = read([Source(f"{index}.yaml", textwrap.dedent(text)) for index, text in enumerate(texts)])
    assert not given.faults, given.faults
    return wire(Bundle(given.declarations), config.environment, outside(given.declarations), {}, Alike())


def workload_of(found: Topology, name: str = "web") -> Workload:
    """The workload of a name."""
    return next(one for one in found.bundle.all(Workload) if one.meta.name == name)


def service_of(found: Topology, name: str = "web") -> WiredService:
    """The Service of a name."""
    return next(one for one in found.services.services if one.service.meta.name == name)


def last_listener(found: Topology) -> WiredListener:
    return found.listeners[-1]


def way(found: Topology) -> Journey:
    """The journey through the balancer's last listener."""
    return [journey for journey in found.journeys if any(hop.stage is Stage.BALANCER for hop in journey.hops)][-1]
