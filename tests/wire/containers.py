"""A container in its pod, as text: what the tests of `listening` start from."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from msgspec.structs import replace

from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Workload
from kblint.wire.listening.container import listening
from kblint.wire.listening.sockets import Listening
from tests.given.manifests import Value, config_map, mapping, stream
from tests.given.manifests import manifest as object_of
from tests.given.readings import declarations

Data = Mapping[str, str]
Row = tuple[int, str, str | None, str, str]


def manifest(container: str, config_maps: Mapping[str, Data] | None = None, *, pod: str = "") -> str:
    """A pod with one container and a volume of the same name for each ConfigMap, and the ConfigMaps."""
    config_maps = config_maps or {}
    volumes = "".join(f"- {{name: {name}, configMap: {{name: {name}}}}}\n" for name in config_maps)
    body = textwrap.indent(textwrap.dedent(container).strip(), "  ")
    fields: dict[str, Value] = {"volumes": volumes} if volumes else {}
    fields["containers"] = f"- name: app\n{body}"
    spec = f"{textwrap.dedent(pod).strip()}\n{mapping(fields)}"
    return stream(
        object_of("v1", "Pod", "web", spec=spec),
        *(config_map(name, namespace="", data=mapping(_scalars(data))) for name, data in config_maps.items()),
    )


def _scalars(data: Data) -> dict[str, Value]:
    return {key: "|\n" + textwrap.dedent(text).strip("\n") for key, text in data.items()}


def read(text: str) -> tuple[Workload, dict[str, ConfigMap]]:
    """The first workload and the ConfigMaps of a manifest."""
    found = declarations(text)
    workload = next(thing for thing in found if isinstance(thing, Workload))
    return workload, {thing.meta.name: thing for thing in found if isinstance(thing, ConfigMap)}


def listening_of(text: str) -> Listening:
    """What the first container of a manifest's first pod listens on, without what it took to know."""
    workload, config_maps = read(text)
    return replace(listening(workload.pod, workload.pod.containers[0], config_maps.get), read=0)


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
