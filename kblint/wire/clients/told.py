"""What a container is told to ask: texts, and the addresses in them."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from kblint.model.workload import Container
from kblint.source.regex import regex
from kblint.source.text import Place
from kblint.syntax.passage import Passage
from kblint.wire.clients.addresses import Address
from kblint.wire.evidence import Certainty

_NEVER_ASKED = regex(
    r"no_?-?proxy|cert|\bsans?\b|issuer|audience|cookie|cors|origin|allowed|trusted|csrf|advertise|redirect|callback|"
    r"listen|\bbind|image|repository|registry|virtual_?host",
    re.IGNORECASE,
)
"""Variables and flags whose values are compared or given to others, not asked."""
_IS_ADDRESS = regex(
    r"(?:addr|address|addresses|bootstrap|brokers?|brokerlist|dsn|endpoints?|hosts?|hostname|hostport|seeds|sentinels?|"
    r"servers?|upstreams?|ur[il]s?|zookeeper)$|(?:^|[-_.])(?:connect|database|db|master|nodes?|service|target)$",
    re.IGNORECASE,
)
"""Variables, flags and settings that hold an address."""
LONGEST = 1 << 20
"""Characters of a text, as many as a ConfigMap may hold; a longer one is not read.

https://kubernetes.io/docs/concepts/configuration/configmap/#motivation
"""
MOST = 400
"""Addresses of one container; one that is told more is a scanner, and no client."""
_COLON = (0, 1, 2)
"""Characters between a host and the port that stands behind it, with quotes."""
NGINX = "in its nginx configuration"


@lru_cache(maxsize=4096)
def is_never_asked(name: str) -> bool:
    """Whether a variable or flag of that name holds what is compared or given to others."""
    return _NEVER_ASKED.search(name) is not None


@lru_cache(maxsize=4096)
def is_address(name: str) -> bool:
    """Whether a variable, flag or setting of that name holds an address."""
    return _IS_ADDRESS.search(name) is not None


class Told(Struct, frozen=True, eq=False):
    """An address that a container is told to ask.

    `name` is the variable's, flag's or setting's, empty where it has none; `label` says where it stands. `port` is what
    is asked, None where nobody knows; `is_default` that none is written, `is_taken` that this client surely takes it
    then. `certainty`: known where it surely is an address and asked as it stands. `passes` are the ports of a server
    that passes on to it whatever comes in there; empty for a client, and for a server that does so for some requests
    only.
    """

    container: Container
    host: str
    port: int | None
    scheme: str
    host_place: Place
    port_place: Place
    name: str
    label: str
    certainty: Certainty
    is_default: bool = False
    is_taken: bool = False
    is_loopback: bool = False
    is_address: bool = True
    """Whether it may be nothing else, such as an image and its tag."""
    passes: frozenset[int] = frozenset()

    @property
    def is_pair(self) -> bool:
        """Whether the port is a setting of its own, and not what stands behind the host's colon."""
        host, port = self.host_place, self.port_place
        is_written = self.port is not None and not self.is_default and host.span != port.span
        return is_written and port.span.start - host.span.end not in _COLON

    @property
    def is_nginx(self) -> bool:
        """Whether an nginx is told so: it looks up names when it starts, and ends where one is unknown."""
        return self.label == NGINX

    def asking(self, port: int, place: Place) -> Told:
        """The same with a port that is written elsewhere."""
        return replace(self, port=port, port_place=place, is_default=False, is_taken=False)


class Text(Struct, frozen=True):
    """A text of a container: `name` is the variable's or flag's, empty where it has none.

    `is_whole`: it holds nothing but an address, where it holds one.
    """

    container: Container
    passage: Passage
    name: str
    label: str
    certainty: Certainty
    is_whole: bool = True


def made(
    found: Address,
    text: Text,
    *,
    is_address: bool = True,
    takes: int | None = None,
    passes: frozenset[int] = frozenset(),
) -> Told:
    """What an address in a text tells; `takes` is the port where none is written, else that of its scheme."""
    default = (takes or found.default_port) if found.port is None and found.is_port_known else None
    return Told(
        container=text.container,
        host=found.host,
        port=found.port or default,
        scheme=found.scheme,
        host_place=text.passage.place(*found.host_span),
        port_place=text.passage.place(*found.port_span),
        name=text.name,
        label=text.label,
        certainty=text.certainty,
        is_default=default is not None,
        is_taken=default is not None and takes is not None,
        is_loopback=found.is_loopback,
        is_address=is_address,
        passes=passes,
    )
