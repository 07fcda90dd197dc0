"""Pods, what makes them, and the storage they claim.

Sources of the fields and defaults: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from kblint.model.meta import Meta, Number, Text
from kblint.source.values import Origin, Unknown


class ContainerPort(Struct, frozen=True, eq=False):
    """One entry of a container's `ports`.

    `host_port` is as written, None where it is not (or 0): under `hostNetwork` the API fills in the container port,
    see `Pod.host_port_of`.
    """

    name: Text | None
    container_port: Number
    host_port: Number | None
    host_ip: Text | None
    protocol: str
    origin: Origin

    def is_named(self, asked: object) -> bool:
        """Whether `asked`, a number or a name in a Service or a probe, is this port."""
        return asked is not None and asked in (self.name, self.container_port)


class KeyRef(Struct, frozen=True, eq=False):
    """A key of a ConfigMap or Secret that a variable or a volume item takes its value from."""

    kind: str
    name: str
    key: str


class EnvVar(Struct, frozen=True, eq=False):
    """One environment variable: a literal `value`, or `source` when it comes from elsewhere."""

    name: str
    value: Text | None
    source: KeyRef | None
    origin: Origin


class EnvFrom(Struct, frozen=True, eq=False):
    """All keys of a ConfigMap or Secret as variables, their names prefixed."""

    kind: str
    name: str
    prefix: str
    origin: Origin


class Mount(Struct, frozen=True, eq=False):
    """Where a container mounts a volume; `sub_path` is empty for the whole volume."""

    volume: str
    path: str
    sub_path: str
    origin: Origin


class Volume(Struct, frozen=True, eq=False):
    """A pod's volume. `kind` is the source's key (`configMap`, `secret`, `emptyDir`, ...), `name` what it names.

    `items` maps keys to file paths; empty means every key is a file of its own name.
    """

    volume: str
    kind: str
    name: str | None
    items: Mapping[str, str]
    origin: Origin


class Handler(enum.Enum):
    """How a probe asks."""

    HTTP = "httpGet"
    TCP = "tcpSocket"
    GRPC = "grpc"
    EXEC = "exec"


class Probe(Struct, frozen=True, eq=False):
    """A liveness, readiness or startup probe. `port` is None for `exec`; `host` None means the pod's own address."""

    purpose: str
    handler: Handler
    port: int | str | None
    host: Text | None
    path: Text | None
    scheme: str
    origin: Origin
    port_unknown: bool = False


class Role(enum.Enum):
    """What a container is in its pod. A sidecar is an init container with `restartPolicy: Always`."""

    APP = "container"
    INIT = "initContainer"
    SIDECAR = "sidecar"
    EPHEMERAL = "ephemeralContainer"


class Security(Struct, frozen=True, eq=False):
    """The parts of a security context that decide whether a port can be bound, besides the user."""

    added_capabilities: tuple[str, ...] = ()
    dropped_capabilities: tuple[str, ...] = ()
    privileged: bool = False
    sysctls: Mapping[str, str] | None = None


class Container(Struct, frozen=True, eq=False):
    """A container of a pod. `command` and `args` are None where the image's own are used."""

    name: str
    role: Role
    image: Text | None
    command: tuple[Text, ...] | None
    args: tuple[Text, ...] | None
    ports: tuple[ContainerPort, ...]
    env: tuple[EnvVar, ...]
    env_from: tuple[EnvFrom, ...]
    mounts: tuple[Mount, ...]
    probes: tuple[Probe, ...]
    security: Security
    origin: Origin

    @property
    def words(self) -> tuple[Text, ...]:
        """What it is started with, as far as that is written."""
        return (*(self.command or ()), *(self.args or ()))


class Requirement(Struct, frozen=True, eq=False):
    """One entry of `matchExpressions`."""

    key: str
    operator: str
    values: tuple[str, ...]


class Selector(Struct, frozen=True, eq=False):
    """A label selector; without labels and expressions it selects everything."""

    labels: Mapping[str, Text]
    expressions: tuple[Requirement, ...]
    origin: Origin

    @property
    def is_empty(self) -> bool:
        """Whether it selects everything."""
        return not self.labels and not self.expressions


class Pod(Struct, frozen=True, eq=False, dict=True):
    """A pod or a pod template. `origin` is its spec, `meta_origin` the mapping that holds labels and annotations."""

    labels: Mapping[str, Text]
    annotations: Mapping[str, Text]
    host_network: bool
    dns_policy: str
    has_dns_config: bool
    enable_service_links: bool
    node_name: Text | None
    node_selector: Mapping[str, Text]
    node_affinity: tuple[tuple[Requirement, ...], ...]
    """The alternatives of a required node affinity; of one, all requirements must hold."""
    has_anti_affinity: bool
    volumes: tuple[Volume, ...]
    containers: tuple[Container, ...]
    security: Security
    origin: Origin
    meta_origin: Origin

    @property
    def is_pinned(self) -> bool:
        """Whether something says on which nodes it runs."""
        return bool(self.node_selector or self.node_affinity or self.node_name is not None)

    @cached_property
    def running_containers(self) -> tuple[Container, ...]:
        """The containers that run while the pod serves: all but plain init containers."""
        return tuple(container for container in self.containers if container.role in (Role.APP, Role.SIDECAR))

    @cached_property
    def ports(self) -> tuple[ContainerPort, ...]:
        """The ports that these declare."""
        return tuple(port for container in self.running_containers for port in container.ports)

    def ports_named(self, asked: object) -> tuple[tuple[ContainerPort, Container], ...]:
        """The declared ports that `asked` is; of each protocol the first, and the first of another number."""
        return self._ports_by_name.get(asked, ()) if asked is not None else ()

    @cached_property
    def _ports_by_name(self) -> dict[object, tuple[tuple[ContainerPort, Container], ...]]:
        found: dict[object, dict[str, list[tuple[ContainerPort, Container]]]] = {}
        named: dict[object, list[tuple[ContainerPort, Container]]] = {}
        for container in self.running_containers:
            for port in container.ports:
                for name in dict.fromkeys((port.name, port.container_port)):
                    alike = found.setdefault(name, {}).setdefault(port.protocol, [])
                    if not alike or (len(alike) == 1 and alike[0][0].container_port != port.container_port):
                        alike.append((port, container))
                        named.setdefault(name, []).append((port, container))
        return {name: tuple(held) for name, held in named.items()}

    @cached_property
    def probed_ports(self) -> frozenset[object]:
        """What probes ask, of the containers that run while the pod serves."""
        return frozenset(probe.port for container in self.running_containers for probe in container.probes)

    @cached_property
    def unknown_port_name(self) -> Unknown | None:
        """The first name of a port that is a placeholder."""
        return next((port.name for port in self.ports if isinstance(port.name, Unknown)), None)

    def host_port_of(self, port: ContainerPort) -> Number | None:
        """The port it takes on its node, after the API's defaulting; None for none.

        https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports
        """
        if port.host_port is not None:
            return port.host_port
        return port.container_port if self.host_network else None


class Rollout(Struct, frozen=True, eq=False):
    """How a workload replaces its pods. Values are as the API defaults them; a percentage stays a string."""

    strategy: str
    max_surge: int | str | None
    max_unavailable: int | str | None
    origin: Origin


class Workload(Struct, frozen=True, eq=False):
    """Anything with a pod or a pod template. `replicas` is None where the kind has none (DaemonSet, Job, Pod)."""

    meta: Meta
    pod: Pod
    replicas: Number | None
    selector: Selector | None
    rollout: Rollout | None
    service_name: Text | None
    claims: tuple[str, ...]
    """Access modes asked for by `volumeClaimTemplates`, flattened."""

    @property
    def one_per_node(self) -> bool:
        """Whether every node it may run on gets one pod."""
        return self.meta.kind == "DaemonSet"

    @property
    def is_batch(self) -> bool:
        """Whether its pods end by themselves."""
        return self.meta.kind in ("Job", "CronJob")


class VolumeClaim(Struct, frozen=True, eq=False):
    """A PersistentVolumeClaim. `modes` are its access modes as written; `origin` is its spec."""

    meta: Meta
    modes: tuple[str, ...]
    origin: Origin

    @property
    def is_for_one_node(self) -> bool:
        """Whether one node at a time can have it.

        https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
        """
        return bool(self.modes) and set(self.modes) <= {"ReadWriteOnce", "ReadWriteOncePod"}
