"""The options of K3s, and what is wrong with them.

https://docs.k3s.io/cli/server
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kblint.model.bundle import Bundle
from kblint.model.cluster import K3sConfig, Option
from kblint.model.environment import Environment
from kblint.source.spelling import RESEMBLES, nearest
from kblint.source.values import shown

_BACKENDS = ("none", "vxlan", "host-gw", "wireguard-native")
_REMOVED_BACKENDS = {"ipsec": "removed in v1.27", "wireguard": "replaced by `wireguard-native`"}
_COMPONENTS = ("coredns", "local-storage", "metrics-server", "runtimes", "servicelb", "traefik")
_RANGE = re.compile(r"\d{1,5}-\d{1,5}")


@dataclass(frozen=True, slots=True, eq=False)
class WiredOption:
    """A K3s option with what is wrong with it; `problem` None for nothing."""

    config: K3sConfig
    option: Option
    value: str
    problem: str | None
    suggestion: str | None


def wired_options(bundle: Bundle, environment: Environment) -> tuple[WiredOption, ...]:
    """Every option of every K3s configuration."""
    return tuple(
        WiredOption(config, option, ",".join(map(shown, option.values)), *_problem(option, environment))
        for config in bundle.all(K3sConfig)
        for option in config.options.values()
    )


def _problem(option: Option, environment: Environment) -> tuple[str | None, str | None]:
    values = [part.strip() for value in option.values if isinstance(value, str) for part in value.split(",")]
    if option.name == "flannel-backend":
        for value in values:
            if value.partition("=")[0] in _REMOVED_BACKENDS:
                return f"`{value}` is no flannel backend any more: {_REMOVED_BACKENDS[value]}", "wireguard-native"
            if value not in _BACKENDS:
                return f"`{value}` is no flannel backend", nearest(value, _BACKENDS, RESEMBLES)
    if option.name == "disable":
        for value in values:
            if value and value not in _COMPONENTS:
                meant = nearest(value, _COMPONENTS, RESEMBLES)
                if meant:
                    return f"`{value}` is no component of K3s", meant
    if option.name == "service-node-port-range" and values:
        ports = environment.node_port_range
        if not _RANGE.fullmatch(values[-1]):
            return f"`{values[-1]}` is no range of ports", f"{ports.first}-{ports.last}"
        written = f"{ports.first}-{ports.last}"
        if environment.node_port_range_is_configured and values[-1] != written:
            return f"`cluster.node-port-range` in kblint.yaml says `{written}`", written
    return None, None
