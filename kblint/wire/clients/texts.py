"""The texts that tell a container what to ask: its variables, its arguments, the files that it mounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from kblint.model.workload import Container, Pod
from kblint.source.regex import regex
from kblint.source.values import Unknown
from kblint.syntax.passage import UNKNOWN, Passage, written
from kblint.wire.clients.addresses import begins_with_url, in_list, in_names, in_pairs, in_urls
from kblint.wire.clients.lines import asks, in_lines
from kblint.wire.clients.pairs import host_of, in_pairs_of, with_ports_beside
from kblint.wire.clients.told import LONGEST, Text, Told, is_address, is_never_asked, made
from kblint.wire.evidence import Certainty
from kblint.wire.listening.files import mounted_files
from kblint.wire.listening.variables import Variables, expanded

_FLAG = regex(r"-{1,2}(?P<name>[a-z][\w.-]*)(?:=|$)", re.IGNORECASE)
_FOLLOWS = regex(r"--(?:replicaof|slaveof)")


def told(container: Container, variables: Variables) -> Iterator[Told]:
    """Every address in a container's variables and arguments."""
    for texts in (list(_variables(container, variables)), list(_arguments(container, variables))):
        yield from with_ports_beside((told for text in texts for told in in_text(text)), texts)
        yield from in_pairs_of(texts)


def in_text(text: Text) -> Iterator[Told]:
    """The addresses of one text."""
    value = text.passage.text
    if not value or len(value) > LONGEST or is_never_asked(text.name):
        return
    if "\n" in value.strip() or asks(value):
        yield from in_lines(text)
    elif "://" in value or "tcp(" in value:
        certainty = text.certainty if begins_with_url(value) else Certainty.LIKELY
        sure = replace(text, certainty=min(certainty, text.certainty))
        yield from (made(found, sure) for found in in_urls(value))
    elif pairs := list(in_pairs(value)):
        yield from (made(found, text) for found in pairs)
    else:
        is_named = is_address(text.name)
        sure = replace(text, certainty=text.certainty if is_named else Certainty.LIKELY)
        yield from (made(found, sure, is_address=is_named) for found in in_list(value))
        if is_named and host_of(text.name, text) is None:
            # a host with a port beside it is one of a pair
            yield from (made(found, sure) for found in in_names(value))


def _variables(container: Container, variables: Variables) -> Iterator[Text]:
    for name, passage in variables.values.items():
        if passage.text and UNKNOWN not in passage.text[:1]:
            yield Text(container, passage, name, f"in `{name}`", Certainty.KNOWN)


def _arguments(container: Container, variables: Variables) -> Iterator[Text]:
    for key in ("command", "args"):
        items = container.origin.get(key)
        words = [written(container.origin, key, index) for index in range(len(items) if isinstance(items, list) else 0)]
        words = [expanded(word, variables.values) if "$" in word.text else word for word in words]
        yield from _flags(container, f"in its `{key}`", words)


def _flags(container: Container, label: str, words: list[Passage]) -> Iterator[Text]:
    """Words with the flag that stands in or before each."""
    flag = ""
    for index, word in enumerate(words):
        match = _FLAG.match(word.text)
        if match and match[0].endswith("="):
            flag = ""
            yield Text(container, word.cut(match.end()), match["name"], f"in `--{match['name']}`", Certainty.KNOWN)
        elif match:
            flag = match["name"]
            if _FOLLOWS.fullmatch(word.text) and index + 2 < len(words):
                # `--replicaof HOST PORT`, as a host and a port of one name
                host, port = words[index + 1], words[index + 2]
                yield Text(container, host, f"{flag}-host", f"in `--{flag}`", Certainty.KNOWN)
                yield Text(container, port, f"{flag}-port", f"in `--{flag}`", Certainty.KNOWN)
        else:
            told_by, certainty = (f"in `--{flag}`", Certainty.KNOWN) if flag else (label, Certainty.LIKELY)
            yield Text(container, word, flag, told_by, certainty)
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
