"""The cluster's own configuration."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from msgspec import Struct, field

from kblint.model.meta import Text
from kblint.source.text import Place
from kblint.source.values import Unknown

CHART_GROUP = "helm.sh"
"""The group that a `Chart.yaml`, which names none, is read under."""


class Option(Struct, frozen=True, eq=False):
    """One K3s option as written: every option is a list of strings, flags without a value are `true`.

    `is_added`: it is written with a `+`, and adds to what an earlier file says.
    """

    name: str
    values: tuple[Text, ...]
    place: Place
    is_added: bool = False


class K3sConfig(Struct, frozen=True, eq=False):
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


class SignOf(enum.Enum):
    """What a file shows of the cluster under it; the value is how users read it."""

    HETZNER = "Hetzner"
    K3S = "K3s"
    KUBEADM = "kubeadm"
    PRIVATE_NETWORK = "a private network"
    OTHER_NETWORK = "another pod network than flannel"
    SERVERS = "servers"
    MODULE = "a call of a module of Terraform"
    RELEASE = "a release of a chart, or manifests from elsewhere"
    CHANGE = "a change of manifests that could not be done"


class ClusterSign(Struct, frozen=True, eq=False):
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
