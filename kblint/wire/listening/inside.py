"""Ports that belong inside the cluster: of databases, caches and queues, and those that administer or measure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct

from kblint.model.workload import Container, ContainerPort, Workload
from kblint.source.grouping import grouped
from kblint.wire.listening.container import image_program

_PORTS: Mapping[int, str] = MappingProxyType(
    {
        1433: "Microsoft SQL Server",
        1521: "Oracle Database",
        2181: "ZooKeeper",
        2379: "etcd",
        2380: "etcd",
        3306: "MySQL",
        4222: "NATS",
        5432: "PostgreSQL",
        5672: "AMQP",
        6379: "Redis",
        6432: "PgBouncer",
        9042: "Cassandra",
        9092: "Kafka",
        9100: "the node exporter",
        9200: "Elasticsearch",
        9300: "Elasticsearch",
        10250: "the kubelet",
        10254: "metrics of ingress-nginx",
        11211: "memcached",
        15672: "RabbitMQ's management",
        26379: "Redis Sentinel",
        27017: "MongoDB",
    }
)
"""What a port is for by convention, where no image tells: the IANA registry and the programs' own documentation.

https://www.iana.org/assignments/service-names-port-numbers , https://github.com/prometheus/prometheus/wiki/Default-port-allocations
"""


METRICS = "the port `metrics`"


class InsidePorts(Struct, frozen=True, eq=False, dict=True):
    """The ports of a workload's pods, asked one by one."""

    workload: Workload

    @cached_property
    def _declared(self) -> dict[object, tuple[tuple[Container, ContainerPort], ...]]:
        containers = self.workload.pod.running_containers
        return grouped((port.container_port, (container, port)) for container in containers for port in container.ports)

    def program(self, port: object) -> str | None:
        """What answers on a port, if that is nothing for people outside; None where it may be theirs.

        The image of the container that declares the port tells, or of the only one; else the number does.
        """
        containers = self.workload.pod.running_containers
        declared = self._declared.get(port, ())
        if any(isinstance(its.name, str) and its.name.removeprefix("http-") == "metrics" for _, its in declared):
            return METRICS
        declaring = dict.fromkeys(container for container, _ in declared)
        for container in declaring or (containers if len(containers) == 1 else ()):
            program = image_program(container)
            if program and program.inside:
                return f"`{program.program}`"
        name = _PORTS.get(port) if isinstance(port, int) else None
        return f"the usual port of {name}" if name else None


def inside_program(workload: Workload, port: object) -> str | None:
    """The same of one port."""
    return InsidePorts(workload).program(port)
