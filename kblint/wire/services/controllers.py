"""Ingress controllers: which Service ports lead to one, what they speak, and the ConfigMap that ingress-nginx reads.

https://kubernetes.github.io/ingress-nginx/deploy/baremetal/ and https://docs.k3s.io/networking/networking-services ;
https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/ : `--configmap` names its settings; without the
flag it reads none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import zip_longest

from msgspec import Struct

from kblint.model.meta import Meta
from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Handler, Workload
from kblint.source.regex import regex
from kblint.source.values import Unknown
from kblint.wire.evidence import Certainty, Evidence
from kblint.wire.services.ports import PodPort, WiredPort, WiredService
from kblint.wire.services.selection import same_namespace

_IMAGES = {
    "ingress-nginx/controller": "ingress-nginx",
    "ingress-nginx/controller-chroot": "ingress-nginx",
    "nginx-ingress-controller": "ingress-nginx",
    "nginx/nginx-ingress": "nginx-ingress",
    "traefik": "traefik",
    "mirrored-library-traefik": "traefik",
    "kong": "kong",
    "kong/kong-gateway": "kong",
}
"""Controllers by the ends of their images' names."""
_IMAGE = regex(rf"(?:^|/)({'|'.join(_IMAGES)})(?:[:@]|$)")
_NAMES = {
    "ingress-nginx": "ingress-nginx",
    "ingress-nginx-controller": "ingress-nginx",
    "nginx-ingress": "nginx-ingress",
    "traefik": "traefik",
    "kong": "kong",
}
_HTTP_NAMES = frozenset({"http", "web", "http-web", "http1", "http2", "http-alt", "plain", "tohttps"})
_TLS_NAMES = frozenset({"https", "websecure", "tls", "ssl", "https-web", "http-secure"})
_GRPC = regex(r"grpc(?:-(?!web)[a-z0-9-]*)?|[a-z0-9-]+-grpc")
_TLS_ENDINGS = ("-https", "-ssl", "-tls")
_NUMBERS = {80: "http", 8000: "http", 8080: "http", 443: "tls", 8443: "tls"}
ConfigMapOf = Callable[[str | None, str], ConfigMap | None]
"""The ConfigMap of a namespace and name, None where it is not in the input."""
_NAMESPACE = regex(r"\$\((?:POD_NAMESPACE|NAMESPACE)\)")
_USUAL_NAMES = ("ingress-nginx-controller", "nginx-configuration")


class AppProtocol(Struct, frozen=True, eq=False):
    """What a port speaks: `http` or `tls`; None where nothing tells."""

    role: str | None
    certainty: Certainty
    evidence: Evidence | None


NO_APP_PROTOCOL = AppProtocol(None, Certainty.UNKNOWN, None)


def controller_of_workload(workload: Workload) -> str | None:
    """The ingress controller a workload runs, by its image."""
    names = map(controller_of_container, workload.pod.running_containers)
    return next((name for name in names if name), None)


def controller_of_container(container: Container) -> str | None:
    """The ingress controller a container runs, by its image."""
    return _controller_of(container.image) if isinstance(container.image, str) else None


@lru_cache(maxsize=4096)
def _controller_of(image: str) -> str | None:
    found = _IMAGE.search(image)
    return _IMAGES[found[1]] if found else None


_CLASSLESS = "--watch-ingress-without-class"
_FROM_V1 = regex(r":v?1\.")
"""Since this version ingress-nginx takes no Ingress without a class unless it is told to.

https://kubernetes.github.io/ingress-nginx/user-guide/k8s-122-migration/
"""


def takes_no_classless(workloads: Iterable[Workload]) -> bool:
    """Whether every controller among these surely takes no Ingress without a class; False where there is none."""
    running = (one for workload in workloads for one in workload.pod.running_containers)
    found = {container: name for container in running if (name := controller_of_container(container))}
    return bool(found) and all(
        name == "ingress-nginx" and _FROM_V1.search(str(one.image)) is not None and _is_without(one, _CLASSLESS)
        for one, name in found.items()
    )


def _is_without(container: Container, flag: str) -> bool:
    """Whether a container surely is started without a flag."""
    words = container.words
    return bool(words) and not any(isinstance(word, Unknown) or word.startswith(flag) for word in words)


def without_flag(bundle_workloads: Iterable[Workload], controller: str, flag: str) -> Container | None:
    """A controller that is surely started without a flag, where all of its kind are."""
    running = (one for workload in bundle_workloads for one in workload.pod.running_containers)
    found = [one for one in running if controller_of_container(one) == controller]
    return found[0] if found and all(_is_without(one, flag) for one in found) else None


def controller_of_service(wired: WiredService) -> str | None:
    """The ingress controller behind a Service: by the workload, or where that is not here, by its well-known name."""
    if wired.selected:
        names = (controller_of_workload(one.workload) for one in wired.selected)
        return next((name for name in names if name), None)
    labels = wired.service.meta.labels
    app = labels.get("app.kubernetes.io/name")
    if isinstance(app, str) and app in _NAMES:
        component = labels.get("app.kubernetes.io/component", "controller")
        return _NAMES[app] if component == "controller" else None
    return _NAMES.get(wired.service.meta.name)


def app_protocol(wired: WiredPort, controller: str | None) -> AppProtocol:
    """What is spoken behind a Service's port, by the strongest sign there is.

    A proved socket, and a probe that asks the port over HTTPS, outrank names; the name of the target port outranks
    `appProtocol` and the Service port's own name, because `port 443, name https, targetPort http` is the right form
    where TLS ends at the balancer.
    """
    if proved := socket_protocol(wired.endpoints, Certainty.KNOWN):
        return proved
    if asked := _probed_protocol(wired.endpoints):
        return asked
    sure = Certainty.KNOWN if controller else Certainty.LIKELY
    target = wired.port.target_port
    named = _by_name(target) or _declared_name(wired.endpoints)
    place = wired.port.origin.place("targetPort")
    if named:
        return AppProtocol(named, sure, Evidence(place, f"targetPort `{target}`" if isinstance(target, str) else ""))
    protocol = wired.port.app_protocol
    if isinstance(protocol, str) and (
        role := {"http": "http", "https": "tls", "kubernetes.io/h2c": "http"}.get(protocol)
    ):
        return AppProtocol(role, Certainty.KNOWN, Evidence(wired.port.origin.place("appProtocol"), ""))
    if controller and isinstance(target, int) and target in _NUMBERS:
        return AppProtocol(_NUMBERS[target], sure, Evidence(place, ""))
    if spoken := socket_protocol(wired.endpoints):
        return spoken
    role = _by_name(wired.port.name)
    # `name: https, targetPort: 8080` says what clients speak, and whoever ends that stands before the pods
    if role and not (role == "tls" and isinstance(target, int) and _NUMBERS.get(target) != "tls"):
        return AppProtocol(role, Certainty.LIKELY, Evidence(wired.port.origin.place("name"), ""))
    return NO_APP_PROTOCOL


def socket_protocol(pods: Iterable[PodPort], least: Certainty = Certainty.UNKNOWN) -> AppProtocol | None:
    """What the first socket behind ports of pods speaks that is at least so sure; None where none tells."""
    sockets = (socket for pod in pods for socket in pod.sockets if socket.certainty >= least)
    found = next((socket for socket in sockets if socket.speaks in ("http", "tls")), None)
    return AppProtocol(found.speaks, found.certainty, found.evidence) if found else None


def _probed_protocol(pods: Iterable[PodPort]) -> AppProtocol | None:
    """TLS where a probe that must pass asks for it."""
    for pod in pods:
        names = (pod.number, *((pod.declared.name,) if pod.declared and pod.declared.name else ()))
        for probe in pod.holder.probes if pod.holder else ():
            if probe.scheme == "HTTPS" and probe.host is None and probe.port in names:
                evidence = Evidence(probe.origin.place("httpGet", "scheme"), "a probe asks it over HTTPS")
                return AppProtocol("tls", Certainty.KNOWN, evidence)
    return None


def grpc_protocol(wired: WiredPort) -> AppProtocol | None:
    """That a Service's port speaks gRPC, as far as something says so; None where nothing does.

    https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
    """
    if wired.port.app_protocol == "grpc":
        return AppProtocol("grpc", Certainty.KNOWN, Evidence(wired.port.origin.place("appProtocol"), ""))
    names = [wired.port.name, wired.port.target_port, *(pod.declared.name for pod in wired.endpoints if pod.declared)]
    if not any(isinstance(name, str) and _GRPC.fullmatch(name) for name in names):
        return None
    for pod in wired.endpoints:
        asked = (pod.number, pod.declared.name if pod.declared else pod.number)
        for probe in pod.holder.probes if pod.holder else ():
            if probe.handler is Handler.GRPC and probe.port in asked:
                evidence = Evidence(probe.origin.place("grpc"), "a probe asks it over gRPC")
                return AppProtocol("grpc", Certainty.KNOWN, evidence)
    # a name alone says little: one port may speak both
    return None


def named_app_protocol(wired: WiredPort) -> str | None:
    """What a Service's port is said to speak, by its names: `http` or `tls`."""
    return _by_name(wired.port.target_port) or _declared_name(wired.endpoints) or _by_name(wired.port.name)


def _declared_name(behind: tuple[PodPort, ...]) -> str | None:
    roles = (_by_name(pod.declared.name) for pod in behind if pod.declared)
    return next((role for role in roles if role), None)


def _by_name(name: object) -> str | None:
    if not isinstance(name, str):
        return None
    if name in _HTTP_NAMES:
        return "http"
    return "tls" if name in _TLS_NAMES or name.endswith(_TLS_ENDINGS) else None


class Settings(Struct, frozen=True):
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
    words = container.words
    if any(isinstance(word, Unknown) for word in words):
        return None
    found = []
    for word, following in zip_longest(map(str, words), map(str, words[1:]), fillvalue=""):
        name, is_joined, value = word.partition("=")
        if name == flag:
            space, _, config_map = (value if is_joined else following).rpartition("/")
            found.append((_NAMESPACE.sub(namespace or "", space) or None, config_map))
    return found
