"""Hetzner's cloud controller manager, as far as the input holds it: the defaults that its variables give to Services.

https://github.com/hetznercloud/hcloud-cloud-controller-manager/blob/main/docs/reference/load_balancer_envs.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from kblint.model.bundle import Bundle
from kblint.model.workload import Container, Workload
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.syntax.passage import Passage
from kblint.wire.listening.variables import Variables
from kblint.wire.services.controllers import ConfigMapOf

_IMAGE = re.compile(r"(^|/)hcloud-cloud-controller-manager([:@]|$)")
_DEFAULTS = "HCLOUD_LOAD_BALANCERS_"


@dataclass(frozen=True, slots=True)
class Default:
    """What a variable of the manager says, and where: its own entry, or the manager's container."""

    value: str | Unknown | None
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class CloudManager:
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


def cloud_manager(bundle: Bundle, config_map_of: ConfigMapOf) -> CloudManager | None:
    """The manager; None where it is not in the input."""
    for workload in bundle.all(Workload):
        for container in workload.pod.running_containers:
            if isinstance(container.image, str) and _IMAGE.search(container.image):
                return CloudManager(workload, container, config_map_of)
    return None
