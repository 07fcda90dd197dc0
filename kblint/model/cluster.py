"""The cluster's own configuration."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kblint.model.meta import Meta, Text
from kblint.source.text import Place
from kblint.source.values import PositionedDict, Unknown

VALUES_GROUP = "helm.values"
"""The group of objects that nobody wrote but a chart makes from values."""
CHART_GROUP = "helm.sh"
"""The group that a `Chart.yaml`, which names none, is read under."""


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One K3s option as written: every option is a list of strings, flags without a value are `true`.

    `is_added`: it is written with a `+`, and adds to what an earlier file says.
    """

    name: str
    values: tuple[Text, ...]
    place: Place
    is_added: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class K3sConfig:
    """A K3s configuration file, or the flags of an install command.

    https://docs.k3s.io/installation/configuration
    `role` is server, agent or None where nothing tells.
    """

    name: str
    role: str | None
    options: Mapping[str, Option]
    place: Place
    is_install: bool = False
    """Whether these are the flags of a command that starts K3s on a node, not a file of settings."""

    def value(self, name: str) -> Text | None:
        """The last value of an option, None where it is not written."""
        option = self.options.get(name)
        return option.values[-1] if option and option.values else None

    def values(self, name: str) -> tuple[str, ...]:
        """All known values of a repeatable option, comma lists split."""
        option = self.options.get(name)
        written = option.values if option else ()
        return tuple(
            part.strip() for value in written if not isinstance(value, Unknown) for part in value.split(",") if part
        )

    def is_on(self, name: str) -> bool:
        """Whether a boolean option is set."""
        return self.value(name) in ("true", "True", "1")


@dataclass(frozen=True, eq=False)
class ChartValues:
    """Values for a Helm chart: K3s's HelmChart and HelmChartConfig, Flux's HelmRelease, Argo's Application, or a file.

    `chart` is the chart's name as far as it is known. The values keep their positions, also inside `valuesContent`.
    """

    chart: str
    meta: Meta | None
    values: PositionedDict
    place: Place

    @cached_property
    def port_numbers(self) -> frozenset[int]:
        """The numbers that the values give for ports of nodes."""
        return port_numbers(self.values)


class SignOf(enum.Enum):
    """What a file shows of the cluster under it; the value is how users read it."""

    HETZNER = "Hetzner"
    K3S = "K3s"
    PRIVATE_NETWORK = "a private network"
    OTHER_NETWORK = "another pod network than flannel"
    SERVERS = "servers"
    MODULE = "a call of a module of Terraform"
    RELEASE = "a release of a chart, or manifests from elsewhere"


@dataclass(frozen=True, slots=True, eq=False)
class ClusterSign:
    """Something that a file shows of the cluster without declaring anything that is wired.

    `name` says what shows it: a resource, a command, the network's own name; for a module, the folder it lies in.
    `count` is how many servers are made, or how many times a module is called, None where that is not known.
    """

    of: SignOf
    name: str
    place: Place
    count: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """Those of servers, as they are written; not those of the nodes that run on them."""


_TOO_HIGH = 65536
ON_NODES = ("nodePort", "nodePorts", "hostPort", "hostPorts")
"""Keys of charts' values below which ports of nodes stand."""


def port_numbers(values: object) -> frozenset[int]:
    """The numbers that a chart's values give for ports of nodes, written as numbers or in quotes, at whatever depth."""
    found: set[int] = set()
    pending, seen = [(values, False)], set[tuple[int, bool]]()
    while pending:
        value, is_port = pending.pop()
        if isinstance(value, dict | list):
            if (id(value), is_port) in seen:
                continue
            seen.add((id(value), is_port))
            if isinstance(value, dict):
                pending.extend((below, is_port or key in ON_NODES) for key, below in value.items())
            else:
                pending.extend((below, is_port) for below in value)
        elif is_port and not isinstance(value, bool):
            text = str(value) if isinstance(value, int | str) else ""
            if text.isascii() and text.isdecimal() and 0 < int(text[:6]) < _TOO_HIGH:
                found.add(int(text[:6]))
    return frozenset(found)
