"""What ingress controllers are told by routes and middlewares to ask on their own: who it is that lets a request in.

https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#external-authentication ,
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#mirror and
https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/forwardauth/
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.bundle import Bundle, Other
from kblint.model.route import Route
from kblint.model.workload import Container, Workload
from kblint.syntax.passage import Passage, written
from kblint.wire.clients.addresses import in_urls
from kblint.wire.clients.told import Text, Told, made
from kblint.wire.evidence import Certainty
from kblint.wire.services.controllers import controller_of_container

_NGINX = "nginx.ingress.kubernetes.io/"
_ASKED = ("auth-url", "mirror-target")
_BY_SCHEME = {"http": 80, "https": 443}
_GROUPS = ("traefik.io", "traefik.containo.us")


def of_routes(bundle: Bundle) -> dict[Container, tuple[Told, ...]]:
    """What each controller is told, where there is one of its kind only: else nobody knows who takes which route."""
    containers = (one for workload in bundle.all(Workload) for one in workload.pod.running_containers)
    running = [(one, controller_of_container(one)) for one in containers]
    found: dict[Container, tuple[Told, ...]] = {}
    for kind, told in (("ingress-nginx", _of_nginx), ("traefik", _of_traefik)):
        own = [container for container, controller in running if controller == kind]
        if len(own) == 1:
            found[own[0]] = tuple(_told(own[0], told(bundle)))
    return found


def _told(container: Container, texts: Iterator[tuple[Passage, str]]) -> Iterator[Told]:
    for passage, label in texts:
        for found in in_urls(passage.text):
            text = Text(container, passage, "", label, Certainty.KNOWN)
            yield made(found, text, takes=_BY_SCHEME.get(found.scheme))


def _of_nginx(bundle: Bundle) -> Iterator[tuple[Passage, str]]:
    for route in bundle.all(Route):
        for key in _ASKED:
            if isinstance(route.meta.annotations.get(f"{_NGINX}{key}"), str):
                passage = written(route.meta.origin, "metadata", "annotations", f"{_NGINX}{key}")
                yield passage, f"for {route.meta}, in `{key}`"


def _of_traefik(bundle: Bundle) -> Iterator[tuple[Passage, str]]:
    for meta in (one.meta for one in bundle.all(Other) if one.meta.group in _GROUPS and one.meta.kind == "Middleware"):
        if isinstance(meta.origin.get("spec", "forwardAuth", "address"), str):
            yield written(meta.origin, "spec", "forwardAuth", "address"), f"in {meta}"
