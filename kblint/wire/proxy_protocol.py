"""The PROXY protocol: whether a balancer sends its header, and whether what is behind it takes one.

ingress-nginx and nginx refuse a connection without the header once they are told to expect it, and take the header for
a broken request while they are not. Traefik, once told, takes connections with and without.
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#use-proxy-protocol ,
https://nginx.org/en/docs/http/ngx_http_core_module.html#listen ,
https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/#proxyprotocol-and-load-balancers
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from kblint.model.annotations import as_boolean
from kblint.model.balancer import Form, Listener, LoadBalancer
from kblint.model.policy import ConfigMap
from kblint.model.workload import Container
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.wire.cloud_manager import CloudManager, ConfigMapOf
from kblint.wire.controllers import controller_of_container
from kblint.wire.landing import Landing
from kblint.wire.link import Certainty
from kblint.wire.selection import same_namespace
from kblint.wire.settings import Setting, is_written, place_of
from kblint.wire.sockets import Socket

_KEY = "use-proxy-protocol"
_FLAG = "--configmap"
_NAMESPACE = re.compile(r"\$\((?:POD_NAMESPACE|NAMESPACE)\)")
_USUAL_NAMES = ("ingress-nginx-controller", "nginx-configuration")
_SETTINGS = {
    "nginx": "`proxy_protocol` of `listen`",
    "haproxy": "`accept-proxy` of `bind`",
    "traefik": "`proxyProtocol.trustedIPs` of the entry point",
}


class Takes(enum.Enum):
    """What a program does about the header."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whether the header is sent, and where that is said."""

    sends: bool
    certainty: Certainty
    place: Place


@dataclass(frozen=True, slots=True)
class Receiver:
    """What takes the connection: `program`, told by its `setting` at `place`."""

    takes: Takes
    certainty: Certainty
    program: str
    setting: str
    place: Place


@dataclass(frozen=True, slots=True)
class Handover:
    """A sender and a receiver."""

    sender: Sender
    receiver: Receiver

    @property
    def fails(self) -> bool:
        """Whether the two do not agree."""
        return self.receiver.takes is (Takes.REFUSED if self.sender.sends else Takes.REQUIRED)

    @property
    def certainty(self) -> Certainty:
        """How sure both are."""
        return min(self.sender.certainty, self.receiver.certainty)


@dataclass(frozen=True, slots=True, eq=False)
class Handovers:
    """Finds both sides of what listeners hand on."""

    config_map_of: ConfigMapOf
    manager: CloudManager | None

    def of(self, balancer: LoadBalancer, listener: Listener, landing: Landing) -> Handover | None:
        """Both sides of a listener; None where one of them cannot be known."""
        sent = sender(balancer, listener, self.manager)
        taken = self._receiver(landing) if sent else None
        return Handover(sent, taken) if sent and taken else None

    def _receiver(self, landing: Landing) -> Receiver | None:
        if landing.controller == "ingress-nginx":
            return self._ingress_nginx(landing)
        found = [receiver for pod in landing.pods for socket in pod.sockets if (receiver := _by_socket(socket))]
        kinds = {receiver.takes for receiver in found}
        return found[0] if len(kinds) == 1 else None

    def _ingress_nginx(self, landing: Landing) -> Receiver | None:
        containers = {
            id(one): (pod.workload.meta.namespace, one)
            for pod in landing.pods
            for one in pod.workload.pod.serving
            if controller_of_container(one) == landing.controller
        }
        if containers:
            told = [self._told(namespace, container) for namespace, container in containers.values()]
            return told[0] if len(told) == 1 else None
        if landing.port is None:
            return None
        usual = [self.config_map_of(landing.port.service.meta.namespace, name) for name in _USUAL_NAMES]
        found = next((one for one in usual if one), None)
        return _by_config_map(found, Certainty.LIKELY) if found else None

    def _told(self, namespace: str | None, container: Container) -> Receiver | None:
        """What the controller's flag leads to; without the flag it reads no ConfigMap."""
        words = [*(container.command or ()), *(container.args or ())]
        if any(isinstance(word, Unknown) for word in words):
            return None
        name = _flag_value([str(word) for word in words])
        if name is None:
            return _ingress_nginx(Takes.REFUSED, Certainty.KNOWN, container.origin.place("args"))
        space, _, config_map = name.rpartition("/")
        space = _NAMESPACE.sub(namespace or "", space)
        found = self.config_map_of(space or None, config_map)
        return _by_config_map(found, same_namespace(space or None, found.meta.namespace)) if found else None


def sender(balancer: LoadBalancer, listener: Listener, manager: CloudManager | None) -> Sender | None:
    """Whether a listener sends the header; None where that cannot be known."""
    place = place_of(balancer, listener, Setting.PROXY_PROTOCOL)
    sends = listener.proxy_protocol
    if isinstance(sends, Unknown):
        return None
    if is_written(balancer, listener, Setting.PROXY_PROTOCOL) or balancer.form in (Form.TERRAFORM, Form.ANSIBLE):
        return Sender(sends, Certainty.KNOWN, place)
    if balancer.form is not Form.CCM or manager is None:
        # whoever describes a balancer leaves out what is usual, and the manager's default may be another
        return Sender(sends, Certainty.LIKELY, place)
    default = manager.default("USES_PROXYPROTOCOL")
    if isinstance(default.value, Unknown):
        return None
    if default.value is None:
        return Sender(sends=False, certainty=Certainty.KNOWN, place=place)
    told = as_boolean(default.value)
    return None if told is None else Sender(told, Certainty.KNOWN, default.place)


def _flag_value(words: list[str]) -> str | None:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word.startswith(f"{_FLAG}="):
            return word.partition("=")[2]
        if word == _FLAG:
            return following
    return None


def _by_config_map(found: ConfigMap, certainty: Certainty) -> Receiver | None:
    written = found.data.get(_KEY)
    if isinstance(written, Unknown):
        return None
    takes = Takes.REQUIRED if written is not None and as_boolean(written) else Takes.REFUSED
    place = found.origin.place(_KEY) if written is not None else found.meta.origin.place("metadata", "name")
    return _ingress_nginx(takes, certainty, place)


def _ingress_nginx(takes: Takes, certainty: Certainty, place: Place) -> Receiver:
    return Receiver(takes, certainty, "ingress-nginx", f"`{_KEY}`", place)


def _by_socket(socket: Socket) -> Receiver | None:
    """What a proved socket does; programs of which nothing is known may do either."""
    setting = _SETTINGS.get(socket.program)
    if setting is None or socket.certainty is not Certainty.KNOWN:
        return None
    told = Takes.OPTIONAL if socket.program == "traefik" else Takes.REQUIRED
    takes = told if socket.accepts_proxy_protocol else Takes.REFUSED
    return Receiver(takes, Certainty.KNOWN, socket.program, setting, socket.evidence.place)
