"""Applications that send requests back to https unless they are told that these came by https.

They go by `X-Forwarded-Proto`, which ingress-nginx sets to what it has been spoken to itself, unless it shall trust
the header of whoever stands before it (`use-forwarded-headers`). Behind a balancer that ends TLS that is plain HTTP.
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#use-forwarded-headers ,
https://developers.chatwoot.com/self-hosted/configuration/environment-variables (`FORCE_SSL`) and
https://docs.djangoproject.com/en/stable/ref/settings/#secure-ssl-redirect

Argo CD's server answers plain requests with a redirect whatever it is told of them, unless it is `--insecure`:
https://argo-cd.readthedocs.io/en/stable/operator-manual/ingress/
"""

from __future__ import annotations

from functools import partial

from msgspec import Struct

from kblint.model.workload import Container
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.syntax.passage import Passage
from kblint.wire.evidence import Certainty
from kblint.wire.listening.nginx_answers import FORCED, SERVER
from kblint.wire.listening.variables import FindConfigMap, Variables
from kblint.wire.services.controllers import ConfigMapOf
from kblint.wire.services.ports import PodPort

_VARIABLES = ("FORCE_SSL", "FORCE_HTTPS", "RAILS_FORCE_SSL", "DJANGO_SECURE_SSL_REDIRECT", "SECURE_SSL_REDIRECT")
_ON = frozenset({"1", "on", "true", "yes"})
_ARGO_CD, _INSECURE = "argocd-server", "ARGOCD_SERVER_INSECURE"
_KNOWN_IMAGES = regex(r"(^|/)chatwoot/chatwoot([:@]|$)")


class Forced(Struct, frozen=True):
    """What makes an application redirect to https, and where; `is_always`: whatever it is told of the request."""

    label: str
    place: Place
    is_always: bool
    certainty: Certainty


def forces_https(pod: PodPort, config_map_of: ConfigMapOf) -> Forced | None:
    """Why whoever answers at a port redirects plain requests to https; None where nothing says so."""
    for socket in pod.sockets:
        for answer in socket.answers if socket.certainty is Certainty.KNOWN else ():
            if answer.to_https and answer.kind in (SERVER, FORCED):
                return Forced("its configuration", socket.evidence.place, answer.kind == SERVER, Certainty.KNOWN)
        if socket.program == _ARGO_CD and pod.holder and not _is_insecure(pod.holder):
            label = f"`{_ARGO_CD}` without `--insecure`"
            return Forced(label, socket.evidence.place, is_always=True, certainty=Certainty.UNKNOWN)
    containers = [pod.holder] if pod.holder else pod.workload.pod.running_containers
    if len(containers) != 1:
        return None
    return _by_variable(containers[0], partial(config_map_of, pod.workload.meta.namespace))


def _is_insecure(container: Container) -> bool:
    told = any(str(word) in ("--insecure", "--insecure=true") for word in container.words)
    return told or any(one.name == _INSECURE and one.value == "true" for one in container.env)


def _by_variable(container: Container, find: FindConfigMap) -> Forced | None:
    variables = Variables(container, find)
    for name in _VARIABLES:
        value = variables.get(name)
        if isinstance(value, Passage) and value.text.lower() in _ON:
            is_known = isinstance(container.image, str) and _KNOWN_IMAGES.search(container.image)
            certainty = Certainty.KNOWN if is_known else Certainty.LIKELY
            return Forced(f"`{name}`", value.place(), is_always=False, certainty=certainty)
    return None
