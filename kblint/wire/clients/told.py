"""Which addresses a container is told to ask: by its variables, its arguments and the files that it mounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kblint.model.workload import Container, Pod
from kblint.source.text import Place
from kblint.source.values import Unknown
from kblint.syntax.passage import UNKNOWN, Passage, written
from kblint.wire.clients.addresses import Address, begins_with_url, endpoint, in_list, in_pairs, in_urls
from kblint.wire.evidence import Certainty
from kblint.wire.listening.files import mounted_files
from kblint.wire.listening.variables import Variables, expanded

_NEVER_ASKED = re.compile(
    r"no_?-?proxy|cert|\bsans?\b|issuer|audience|cookie|cors|origin|allowed|trusted|csrf|advertise|redirect|callback|"
    r"listen|\bbind|image|repository|registry|virtual_?host",
    re.IGNORECASE,
)
"""Variables and flags whose values are compared or given to others, not asked."""
_IS_ADDRESS = re.compile(
    r"(?:^|[-_.])(?:addr|address|addresses|bootstrap|broker|brokers|brokerlist|bootstrap[-_]servers|database|db|dsn|"
    r"endpoint|endpoints|host|hosts|hostname|hostport|master|node|nodes|seeds|sentinel|sentinels|server|servers|service|"
    r"target|upstream|upstreams|uri|uris|url|urls|zookeeper)$",
    re.IGNORECASE,
)
_HOST_ONLY = re.compile(
    r"(?P<stem>.*?)[-_.]{0,2}(?P<mark>host|hostname|server|addr|address|endpoint|service)", re.IGNORECASE
)
_FLAG = re.compile(r"-{1,2}(?P<name>[a-z][\w.-]*)(?:=|$)", re.IGNORECASE)
_COMMENT = ("#", "//", ";", "--", "<!--", "*")
_SETTING = re.compile(r"\s*(?:-\s+)?(?:export\s+)?[\"']?(?P<name>[A-Za-z][\w./-]{0,80})[\"']?\s*[:=]\s*")
_WAITS = re.compile(
    r"\bnc(?:\s+-\w+(?:\s+\d+)?){1,4}\s+(?P<nc>[a-z0-9.-]+)\s+(?P<ncport>\d{1,5})(?!\d)|"
    r"\b(?:wait-for(?:-it)?(?:\.sh)?|dockerize\s+-wait|/dev/tcp)\s*/?(?P<wait>[a-z0-9.-]+)[:/](?P<waitport>\d{1,5})(?!\d)"
)
"""How start scripts wait for others."""
_WORDS = ("true", "false", "yes", "no", "on", "off", "none", "null", "default", "auto")
LONGEST = 1 << 18
"""Characters of a text; a longer one is not read."""
MOST = 400
"""Addresses of one container; one that is told more is a scanner, and no client."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
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


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a container: `name` is the variable's or flag's, empty where it has none; `is_whole`: nothing else."""

    passage: Passage
    name: str
    label: str
    certainty: Certainty
    is_whole: bool = True


def told(container: Container, variables: Variables) -> Iterator[Told]:
    """Every address in a container's variables and arguments."""
    yield from _in_variables(container, variables)
    for text in _arguments(container, variables):
        yield from in_text(container, text)


def made(
    container: Container,
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
        container=container,
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


def in_text(container: Container, text: Text) -> Iterator[Told]:
    """The addresses of one text."""
    written_text = text.passage.text
    if not written_text or len(written_text) > LONGEST or _NEVER_ASKED.search(text.name):
        return
    if "\n" in written_text.strip():
        yield from in_lines(container, text)
        return
    if "://" in written_text or "tcp(" in written_text:
        certainty = text.certainty if text.is_whole and begins_with_url(written_text) else Certainty.LIKELY
        sure = Text(text.passage, text.name, text.label, min(certainty, text.certainty))
        yield from (made(container, found, sure) for found in in_urls(written_text))
        return
    pairs = list(in_pairs(written_text))
    if pairs:
        yield from (made(container, found, text) for found in pairs)
        return
    is_named = _IS_ADDRESS.search(text.name) is not None
    certainty = text.certainty if is_named else Certainty.LIKELY
    sure = Text(text.passage, text.name, text.label, certainty)
    yield from (made(container, found, sure, is_address=is_named) for found in in_list(written_text))


def in_lines(container: Container, text: Text) -> Iterator[Told]:
    """The addresses in the lines of a script, or of a file in whatever language, that are no comments."""
    start = 0
    for line in text.passage.text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped and not stripped.startswith(_COMMENT):
            yield from _in_line(container, text, start, line.rstrip("\r\n"))
        start += len(line)


def _in_line(container: Container, text: Text, start: int, line: str) -> Iterator[Told]:
    setting = _SETTING.match(line)
    name = setting["name"] if setting else text.name
    if _NEVER_ASKED.search(name):
        return
    likely = Text(text.passage.cut(start, start + len(line)), name, text.label, min(text.certainty, Certainty.LIKELY))
    if "://" in line or "tcp(" in line:
        yield from (made(container, found, likely) for found in in_urls(line))
        return
    for match in _WAITS.finditer(line):
        kind = "nc" if match["nc"] else "wait"
        found = endpoint(f"{match[kind]}:{match[kind + 'port']}")
        if found:
            yield made(container, _respanned(found, match.span(kind), match.span(f"{kind}port")), likely)
    if setting and _IS_ADDRESS.search(name):
        value = line[setting.end() :].strip().strip("\"',;")
        offset = line.find(value, setting.end()) if value else -1
        yield from (
            made(container, found.moved(offset), likely, is_address=False) for found in in_list(value) if offset >= 0
        )


def _respanned(found: Address, host: tuple[int, int], port: tuple[int, int]) -> Address:
    by = host[0] - found.host_span.start
    moved = found.moved(by)
    return Address(
        moved.host, moved.port, moved.scheme, moved.host_span, type(moved.port_span)(*port), moved.is_port_known
    )


def _in_variables(container: Container, variables: Variables) -> Iterator[Told]:
    for name, passage in variables.values.items():
        if UNKNOWN in passage.text[:1] or not passage.text:
            continue
        text = Text(passage, name, f"in `{name}`", Certainty.KNOWN)
        yield from in_text(container, text)
        yield from _beside(container, text, variables)


def _beside(container: Container, text: Text, variables: Variables) -> Iterator[Told]:
    """A host that stands alone in a variable, with the port in the one beside it: `DB_HOST` and `DB_PORT`."""
    named = _HOST_ONLY.fullmatch(text.name)
    found = endpoint(text.passage.text.strip()) if named and not _NEVER_ASKED.search(text.name) else None
    if named is None or found is None or found.port is not None or text.name.upper() in ("HOST", "HOSTNAME"):
        return
    if found.host in _WORDS or found.host.isdecimal():
        return
    port_name = next((one for one in _port_names(named["stem"]) if variables.get(one) is not None), None)
    port = variables.get(port_name) if port_name else None
    number = port.text.strip() if isinstance(port, Passage) else ""
    is_number = number.isascii() and number.isdecimal() and 0 < int(number[:6]) <= 65535
    # a server or service may be told by any word
    asked = made(container, found, text, is_address=named["mark"].lower() not in ("server", "service"))
    if not isinstance(port, Passage) or not is_number:
        yield asked
        return
    yield Told(
        container=container,
        host=asked.host,
        port=int(number),
        scheme="",
        host_place=asked.host_place,
        port_place=port.place(),
        name=port_name or "",
        label=f"in `{text.name}` and `{port_name}`",
        certainty=Certainty.KNOWN,
        is_loopback=asked.is_loopback,
    )


def _port_names(stem: str) -> Iterator[str]:
    for end in ("_PORT", "PORT", "_PORT_NUMBER", "_TCP_PORT", "_port", "port", ".port", "Port", "__Port"):
        yield stem + end


def _arguments(container: Container, variables: Variables) -> Iterator[Text]:
    for key in ("command", "args"):
        items = container.origin.get(key)
        flag = ""
        for index in range(len(items) if isinstance(items, list) else 0):
            word = written(container.origin, key, index)
            word = expanded(word, variables.values) if "$" in word.text else word
            label = f"in its `{key}`"
            match = _FLAG.match(word.text)
            if match and match[0].endswith("="):
                flag = ""
                yield Text(word.cut(match.end()), match["name"], f"in `--{match['name']}`", Certainty.KNOWN)
            elif match:
                flag = match["name"]
            else:
                label, certainty = (f"in `--{flag}`", Certainty.KNOWN) if flag else (label, Certainty.LIKELY)
                yield Text(word, flag, label, certainty)
                flag = ""


def mounted(pod: Pod, container: Container, variables: Variables) -> Iterator[tuple[str, Passage]]:
    """The files that a container mounts, as far as ConfigMaps and Secrets hold them, with their paths."""
    found = mounted_files(pod, container, variables.config_map, variables.secret)
    for tree in found.trees if container.mounts else ():
        content = tree.content
        if isinstance(content, Passage):
            yield tree.path, content
        elif not isinstance(content, Unknown):
            for name, file in content.items():
                if isinstance(file, Passage):
                    yield f"{tree.path.rstrip('/')}/{name}", file
