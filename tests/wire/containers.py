"""A container in its pod, as text: what the tests of `listening` start from."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Workload
from kblint.read.kubernetes.objects import read_document
from kblint.source.text import Source
from kblint.source.yaml_stream import parse_yaml
from kblint.wire.listening.container import listening
from kblint.wire.listening.sockets import Listening

Data = Mapping[str, str]
Row = tuple[int, str, str | None, str, str]


def manifest(container: str, config_maps: Mapping[str, Data] | None = None, *, pod: str = "") -> str:
    """A pod with one container and a volume of the same name for each ConfigMap, and the ConfigMaps."""
    config_maps = config_maps or {}
    lines = ["apiVersion: v1", "kind: Pod", "metadata: {name: web}", "spec:"]
    if pod:
        lines.append(textwrap.indent(textwrap.dedent(pod).strip(), "  "))
    if config_maps:
        lines.append("  volumes:")
        lines += [f"  - {{name: {name}, configMap: {{name: {name}}}}}" for name in config_maps]
    body = textwrap.indent(textwrap.dedent(container).strip(), "    ")
    lines += ["  containers:", "  - name: app", body]
    for name, data in config_maps.items():
        lines += ["---", "apiVersion: v1", "kind: ConfigMap", f"metadata: {{name: {name}}}", "data:"]
        for key, text in data.items():
            lines += [f"  {key}: |", textwrap.indent(textwrap.dedent(text).strip("\n"), "    ")]
    return "\n".join(lines) + "\n"


def read(text: str) -> tuple[Workload, dict[str, ConfigMap]]:
    """The first workload and the ConfigMaps of a manifest."""
    stream = parse_yaml(Source("web.yaml", text))
    assert not stream.faults, stream.faults
    readings = [reading for document in stream.documents if (reading := read_document(document))]
    declarations = [thing for reading in readings for thing in reading.declarations]
    workload = next(thing for thing in declarations if isinstance(thing, Workload))
    return workload, {thing.meta.name: thing for thing in declarations if isinstance(thing, ConfigMap)}


def listening_of(text: str) -> Listening:
    """What the first container of a manifest's first pod listens on."""
    workload, config_maps = read(text)
    return listening(workload.pod, workload.pod.containers[0], config_maps.get)


def look(container: str, config_maps: Mapping[str, Data] | None = None, *, pod: str = "") -> Listening:
    """What a container listens on."""
    return listening_of(manifest(container, config_maps, pod=pod))


def first_container(container: str) -> Container:
    """A container as it is read."""
    workload, _ = read(manifest(container))
    return workload.pod.containers[0]


def rows(found: Listening) -> list[Row]:
    """Port, address, what it speaks, certainty, and the text under the evidence, by port and address."""
    return sorted(
        (socket.port, socket.address, socket.speaks, socket.certainty.label, socket.evidence.place.text)
        for socket in found.sockets
    )


def ports(found: Listening) -> list[int]:
    """The ports, once each."""
    return sorted({socket.port for socket in found.sockets})
