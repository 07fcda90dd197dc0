"""The ConfigMap that an ingress-nginx controller reads its settings from.

https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/ : `--configmap` names it; without the flag the
controller reads none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest

from kblint.model.meta import Meta
from kblint.model.policy import ConfigMap
from kblint.model.workload import Container
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty
from kblint.wire.services.selection import same_namespace

ConfigMapOf = Callable[[str | None, str], ConfigMap | None]
"""The ConfigMap of a namespace and name, None where it is not in the input."""

_NAMESPACE = re.compile(r"\$\((?:POD_NAMESPACE|NAMESPACE)\)")
_USUAL_NAMES = ("ingress-nginx-controller", "nginx-configuration")


@dataclass(frozen=True, slots=True)
class Settings:
    """`config_map` is None where the controller reads none; `certainty` is how sure it is that this is the one."""

    config_map: ConfigMap | None
    certainty: Certainty


def settings_of_container(namespace: str | None, container: Container, config_map_of: ConfigMapOf) -> Settings | None:
    """What a controller's container reads; None where it cannot be known, or is not in the input."""
    named = named_config_maps(namespace, container, "--configmap")
    if not named:
        return None if named is None else Settings(None, Certainty.KNOWN)
    found = config_map_of(*named[0])
    return Settings(found, same_namespace(named[0][0], found.meta.namespace)) if found else None


def usual_settings(service: Meta, config_map_of: ConfigMapOf) -> Settings | None:
    """What a controller that is not in the input probably reads: the ConfigMap named as its Service, or a usual one."""
    names = dict.fromkeys((service.name, *_USUAL_NAMES))
    found: Iterable[ConfigMap | None] = (config_map_of(service.namespace, name) for name in names)
    config_map = next((one for one in found if one), None)
    return Settings(config_map, Certainty.LIKELY) if config_map else None


def named_config_maps(namespace: str | None, container: Container, flag: str) -> list[tuple[str | None, str]] | None:
    """The namespace and name of each ConfigMap that `flag` gives to a container; None where that cannot be known."""
    words = [*(container.command or ()), *(container.args or ())]
    if any(isinstance(word, Unknown) for word in words):
        return None
    found = []
    for word, following in zip_longest(map(str, words), map(str, words[1:]), fillvalue=""):
        name, is_joined, value = word.partition("=")
        if name == flag:
            space, _, config_map = (value if is_joined else following).rpartition("/")
            found.append((_NAMESPACE.sub(namespace or "", space) or None, config_map))
    return found
