"""Which names of the cluster's own DNS a container asks for, as its command, environment and files show.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from kblint.model.workload import Container, Workload
from kblint.source.regex import regex
from kblint.syntax.passage import Passage, written
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.listening.files import config_maps
from kblint.wire.listening.variables import FindConfigMap, Variables
from kblint.wire.services.controllers import ConfigMapOf
from kblint.wire.services.index import ServiceIndex
from kblint.wire.services.ports import WiredService

_HOST = r"(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)\.?(?::(?P<port>\d{1,5})(?!\d))?"
_IN_URL = regex(rf"\b[a-z][a-z0-9+.-]*://(?:[^/@\s\"']*@)?{_HOST}")
_WITH_PORT = regex(rf"(?:^|(?<=[=,;\s\"'@])){_HOST}(?=$|[/,;\s\"'])")
_CLUSTER = regex(r"(?:[a-z0-9-]+\.){2,3}svc(?:\.[a-z0-9.-]+)?")
_IS_ADDRESS = regex(r"(?:^|[-_])(?:addr|address|endpoint|host|hostname|server|upstream|uri|url)s?$", re.IGNORECASE)
_NEVER_ASKED = regex(r"no_?-?proxy|cert|san\b|issuer|audience|cookie", re.IGNORECASE)
"""Variables and flags whose names are compared, not looked up."""
_FLAG = regex(r"-{1,2}(?P<name>[a-z][\w.-]*)=", re.IGNORECASE)


class NameUse(Struct, frozen=True, eq=False):
    """A name of the cluster's DNS that a container asks for.

    `port` is the port written behind it; `service` is the Service it names, None where that is not in the input.
    """

    container: Container
    host: str
    port: int | None
    service: WiredService | None
    certainty: Certainty
    evidence: Evidence


def name_uses(workload: Workload, services: ServiceIndex, config_map_of: ConfigMapOf) -> tuple[NameUse, ...]:
    """Every name of the cluster's DNS that a workload's pods ask for, but for their own."""
    own = {wired.service for wired in services.by_workload.get(workload, ())}
    return tuple(
        use
        for container in workload.pod.containers
        for text in _texts(workload, container, config_map_of)
        for use in _uses(text, workload, container, services)
        if use.service is None or use.service.service not in own
    )


class _Said(Struct, frozen=True):
    """A text of a container: `name` is the variable's or flag's, empty where it has none."""

    passage: Passage
    name: str
    label: str
    certainty: Certainty


def _texts(workload: Workload, container: Container, config_map_of: ConfigMapOf) -> Iterator[_Said]:
    find = partial(config_map_of, workload.meta.namespace)
    for key in ("command", "args"):
        items = container.origin.get(key)
        for index in range(len(items) if isinstance(items, list) else 0):
            passage = written(container.origin, key, index)
            flag = _FLAG.match(passage.text)
            if flag:
                passage = passage.cut(flag.end())
            yield _Said(passage, flag["name"] if flag else "", f"in its `{key}`", Certainty.KNOWN)
    for name, passage in Variables(container, find).values.items():
        yield _Said(passage, name, f"in `{name}`", Certainty.KNOWN)
    for passage in _files(workload, container, find):
        yield _Said(passage, "", "in its configuration", Certainty.LIKELY)


def _files(workload: Workload, container: Container, find: FindConfigMap) -> Iterator[Passage]:
    """The lines of mounted configuration that are no comments."""
    for volume, found in config_maps(workload.pod, container, find):
        for key in volume.items or found.data:
            text = found.data.get(key)
            if isinstance(text, str) and "://" in text:
                yield written(found.origin, key)


def _uses(said: _Said, workload: Workload, container: Container, services: ServiceIndex) -> Iterator[NameUse]:
    text = said.passage.text
    if _NEVER_ASKED.search(said.name):
        return
    for match in _matches(said):
        host = match["host"]
        port = int(match["port"]) if match["port"] else None
        found = _service(host, workload.meta.namespace, services)
        before = text[: match.start()].rpartition("\n")[2].lstrip()
        if found is None or before.startswith(("#", "//", ";")):
            continue
        service, certainty = found
        ports = service.service.ports if service else ()
        numbers = {number for one in ports for number in (one.port, one.target_port)}
        if "://" not in text and service and port is not None and port not in numbers:
            # an image and its tag look the same
            continue
        place = said.passage.place(*match.span("host"))
        label = f"asks for `{host}` {said.label}"
        yield NameUse(container, host, port, service, min(said.certainty, certainty), Evidence(place, label))


def _matches(said: _Said) -> Iterator[re.Match[str]]:
    """Hosts in URLs; hosts with a port; and a whole text where its name says that it is an address."""
    text = said.passage.text
    if "://" in text:
        yield from _IN_URL.finditer(text)
    elif _IS_ADDRESS.search(said.name) or ":" in text:
        for match in _WITH_PORT.finditer(text):
            if match["port"] or (match.span() == (0, len(text)) and _IS_ADDRESS.search(said.name)):
                yield match


def _service(host: str, namespace: str | None, services: ServiceIndex) -> tuple[WiredService | None, Certainty] | None:
    """The Service that a host names; None for a host that is no name of the cluster, as far as the input tells."""
    labels = host.split(".")
    if _CLUSTER.fullmatch(host):
        end = labels.index("svc", 2)
        found = services.find(labels[end - 2], labels[end - 1])
        return found.service, Certainty.KNOWN
    if len(labels) > 2:
        return None
    found = services.find(labels[0], labels[1] if len(labels) == 2 else namespace)
    if found.service is None or (len(labels) == 2 and found.certainty is not Certainty.KNOWN):
        return None
    return found.service, found.certainty
