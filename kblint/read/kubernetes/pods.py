"""Pods: where they run, what they mount, and their containers.

Fields and defaults: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.meta import Text
from kblint.model.workload import (
    Container,
    ContainerPort,
    EnvFrom,
    EnvVar,
    Handler,
    KeyRef,
    Mount,
    Pod,
    Probe,
    Role,
    Security,
    Volume,
)
from kblint.read.kubernetes.selectors import requirements
from kblint.read.values import (
    Fields,
    as_number,
    as_script,
    flag,
    known_word,
    mapping,
    mappings,
    port,
    positive,
    text,
    text_map,
    texts,
    word,
    words,
)
from kblint.source.values import Origin, Unknown

NAME_KEYS = {"configMap": "name", "secret": "secretName", "persistentVolumeClaim": "claimName"}
"""Volume sources that name an object, and under which key."""
PROBES = {"livenessProbe": "liveness", "readinessProbe": "readiness", "startupProbe": "startup"}
"""A container's key to the probe's purpose."""


def pod(spec: Origin, meta_origin: Origin) -> Pod:
    """The pod of a spec and the mapping that holds its labels and annotations; both may be empty."""
    node = spec.node
    affinity = mapping(node, "affinity")
    required = mapping(mapping(affinity, "nodeAffinity"), "requiredDuringSchedulingIgnoredDuringExecution")
    return Pod(
        labels=text_map(meta_origin.node, "labels"),
        annotations=text_map(meta_origin.node, "annotations"),
        host_network=flag(node, "hostNetwork", default=False),
        dns_policy=word(node, "dnsPolicy", "ClusterFirst"),
        has_dns_config=bool(mapping(node, "dnsConfig")),
        enable_service_links=flag(node, "enableServiceLinks", default=True),
        node_name=text(node, "nodeName"),
        node_selector=text_map(node, "nodeSelector"),
        node_affinity=tuple(
            requirements(term, "matchExpressions") + requirements(term, "matchFields")
            for term in mappings(required, "nodeSelectorTerms")
        ),
        has_anti_affinity=any(sequence for sequence in mapping(affinity, "podAntiAffinity").values()),
        volumes=tuple(volume for item in spec.children("volumes") for volume in _volumes(item)),
        containers=_containers(spec),
        security=_security(mapping(node, "securityContext")),
        origin=spec,
        meta_origin=meta_origin,
    )


def _volumes(origin: Origin) -> Iterator[Volume]:
    """The volume, or one for each ConfigMap and Secret that a projected volume puts together."""
    volume = word(origin.node, "name")
    kind = next((key for key in origin.node if key != "name"), "emptyDir")
    if kind != "projected":
        name_key = NAME_KEYS.get(kind)
        name = known_word(mapping(origin.node, kind), name_key) if name_key else None
        yield Volume(volume, kind, name, _items(origin, kind), origin)
        return
    for source in origin.child("projected").children("sources"):
        for part in ("configMap", "secret"):
            if part in source.node:
                # inside a projection a Secret is named by `name`, as a ConfigMap is
                yield Volume(volume, part, known_word(mapping(source.node, part), "name"), _items(source, part), source)


def _items(origin: Origin, kind: str) -> dict[str, str]:
    return {word(item, "key"): word(item, "path") for item in mappings(mapping(origin.node, kind), "items")}


def _containers(spec: Origin) -> tuple[Container, ...]:
    """All containers of a pod spec: the application's first, then init containers and sidecars, then ephemeral ones."""
    found = [_container(item, Role.APP) for item in spec.children("containers")]
    if "initContainers" in spec.node:
        # https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
        found += [
            _container(item, Role.SIDECAR if item.get("restartPolicy") == "Always" else Role.INIT)
            for item in spec.children("initContainers")
        ]
    if "ephemeralContainers" in spec.node:
        found += [_container(item, Role.EPHEMERAL) for item in spec.children("ephemeralContainers")]
    return tuple(found)


def _security(fields: Fields) -> Security:
    """A pod's or container's security context."""
    if not fields:
        return Security()
    capabilities = mapping(fields, "capabilities")
    return Security(
        added_capabilities=words(capabilities, "add"),
        dropped_capabilities=words(capabilities, "drop"),
        privileged=flag(fields, "privileged", default=False),
        sysctls={word(item, "name"): word(item, "value") for item in mappings(fields, "sysctls")} or None,
    )


def _container(origin: Origin, role: Role) -> Container:
    node = origin.node
    return Container(
        name=word(node, "name"),
        role=role,
        image=text(node, "image"),
        command=texts(node, "command") or None,
        args=texts(node, "args") or None,
        ports=tuple(map(_port, origin.children("ports"))),
        env=tuple(_env_var(item) for item in origin.children("env") if "name" in item.node),
        env_from=tuple(found for item in origin.children("envFrom") for found in _env_from(item)),
        mounts=tuple(map(_mount, origin.children("volumeMounts"))),
        probes=tuple(
            probe
            for key, purpose in PROBES.items()
            if key in node and (probe := _probe(origin.child(key), purpose)) is not None
        ),
        security=_security(mapping(node, "securityContext")),
        origin=origin,
    )


def _port(origin: Origin) -> ContainerPort:
    node = origin.node
    return ContainerPort(
        name=text(node, "name"),
        container_port=as_number(node.get("containerPort")),
        host_port=positive(node, "hostPort"),
        host_ip=text(node, "hostIP"),
        protocol=word(node, "protocol", "TCP"),
        origin=origin,
    )


def _env_var(origin: Origin) -> EnvVar:
    node = origin.node
    source = mapping(node, "valueFrom")
    value: Text | None = None
    found: KeyRef | None = None
    for kind, key in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
        reference = source.get(key)
        if isinstance(reference, dict):
            found = KeyRef(kind, word(reference, "name"), word(reference, "key"))
    if found is None:
        written = node.get("value")
        # what `fieldRef` and the like give is known only in the cluster
        value = Unknown() if "valueFrom" in node else "" if written is None else as_script(written)
    return EnvVar(word(node, "name"), value, found, origin)


def _env_from(origin: Origin) -> Iterator[EnvFrom]:
    for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
        name = known_word(mapping(origin.node, key), "name")
        if name:
            yield EnvFrom(kind, name, word(origin.node, "prefix"), origin)


def _mount(origin: Origin) -> Mount:
    node = origin.node
    sub_path = word(node, "subPath") or word(node, "subPathExpr")
    return Mount(word(node, "name"), word(node, "mountPath"), sub_path, origin)


def _probe(origin: Origin, purpose: str) -> Probe | None:
    handler = next((handler for handler in Handler if isinstance(origin.node.get(handler.value), dict)), None)
    if handler is None:
        return None
    fields = mapping(origin.node, handler.value)
    is_http = handler is Handler.HTTP
    asked = None if handler is Handler.EXEC else port(fields, "port")
    is_known = isinstance(asked, int | str)
    return Probe(
        purpose=purpose,
        handler=handler,
        port=asked if isinstance(asked, int | str) else None,
        host=text(fields, "host") if handler in (Handler.HTTP, Handler.TCP) else None,
        path=(text(fields, "path") or "/") if is_http else None,
        scheme=word(fields, "scheme", "HTTP") if is_http else "",
        origin=origin,
        port_unknown=handler is not Handler.EXEC and not is_known,
    )
