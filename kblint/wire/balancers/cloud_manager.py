"""The cloud controller manager, as far as the input holds it: its defaults for Services, and the nodes it leaves out.

https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/reference/load_balancer_envs.md and, for
nodes that are left out of every load balancer, whatever value their label has:
https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-exclude-from-external-load-balancers
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from kblint.model.balancer import LoadBalancer
from kblint.model.bundle import Bundle, Other
from kblint.model.cluster import K3sConfig
from kblint.model.meta import Text
from kblint.model.service import Service
from kblint.model.workload import Container, Workload
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.syntax.passage import Passage
from kblint.wire.listening.variables import Variables
from kblint.wire.services.controllers import ConfigMapOf
from kblint.wire.services.makers import Outside
from kblint.wire.services.together import is_sample

_IMAGE = regex(r"(^|/)hcloud-cloud-controller-manager([:@]|$)")
_DEFAULTS = "HCLOUD_LOAD_BALANCERS_"


class Default(Struct, frozen=True):
    """What a variable of the manager says, and where: its own entry, or the manager's container."""

    value: str | Unknown | None
    place: Place


class CloudManager(Struct, frozen=True, eq=False):
    """The manager's container in the input."""

    workload: Workload
    container: Container
    config_map_of: ConfigMapOf

    def default(self, name: str) -> Default:
        """The default for Services that `HCLOUD_LOAD_BALANCERS_<name>` gives; None where the variable is not set."""
        return self.variable(_DEFAULTS + name)

    def variable(self, name: str) -> Default:
        """A variable; one that comes from a Secret or a ConfigMap that is not here is unknown."""
        find = partial(self.config_map_of, self.workload.meta.namespace)
        value = Variables(self.container, find).get(name)
        if isinstance(value, Passage):
            entry = next((one.origin.place("name") for one in self.container.env if one.name == name), None)
            return Default(value.text, entry or value.place())
        return Default(value, self.container.origin.place("image"))

    @property
    def has_location(self) -> bool | None:
        """Whether it has a place for balancers of which no Service says where; None where nobody knows."""
        values = [self.default(name).value for name in ("LOCATION", "NETWORK_ZONE")]
        return True if any(isinstance(one, str) and one for one in values) else None if any(values) else False


class CloudManagers(Struct, frozen=True, eq=False):
    """The managers that are `here`; those of other files than a Service's own may be meant for other clusters."""

    here: tuple[CloudManager, ...]
    outside: Outside

    def of(self, balancer: LoadBalancer | Service) -> CloudManager | None:
        """The one that makes a balancer; None where it is not here, or nobody knows which it is."""
        path, near = balancer.origin.source.path, self.outside.together
        beside = [one for one in self.here if near.surely(path, one.workload.meta.path)]
        others = [one for one in self.here if not any(map(is_sample, (path, one.workload.meta.path)))]
        found = beside or others
        is_only = len(found) == 1 and (beside or found[0].workload.meta.key not in self.outside.in_variants)
        return found[0] if is_only else None


def cloud_managers(bundle: Bundle, config_map_of: ConfigMapOf, outside: Outside) -> CloudManagers:
    """Every manager in the bundle."""
    found = (
        CloudManager(workload, container, config_map_of)
        for workload in bundle.all(Workload)
        for container in workload.pod.running_containers
        if isinstance(container.image, str) and _IMAGE.search(container.image)
    )
    return CloudManagers(tuple(found), outside)


LABEL = "node.kubernetes.io/exclude-from-external-load-balancers"


class DeclaredNode(Struct, frozen=True):
    """A node as far as the input tells: a Node object, or the K3s configuration of one.

    `excluded` is the value of the label and where it stands, None where the node does not carry it.
    """

    name: str
    excluded: tuple[Text, Place] | None


def declared_nodes(bundle: Bundle) -> tuple[DeclaredNode, ...]:
    """Every node that the input tells of."""
    return (*_objects(bundle), *_configurations(bundle))


def _objects(bundle: Bundle) -> Iterator[DeclaredNode]:
    for thing in bundle.all(Other):
        meta = thing.meta
        if (meta.group, meta.kind) == ("", "Node"):
            value = meta.labels.get(LABEL)
            place = meta.origin.key_place("metadata", "labels", LABEL)
            yield DeclaredNode(meta.name, None if value is None else (value, place))


def _configurations(bundle: Bundle) -> Iterator[DeclaredNode]:
    for config in bundle.all(K3sConfig):
        option = config.options.get("node-label")
        labels = [value.partition("=") for value in config.values("node-label")]
        value = next((written for key, _, written in labels if key == LABEL), None)
        yield DeclaredNode(config.name, (value, option.place) if option and value is not None else None)
