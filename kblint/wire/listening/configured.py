"""What a program's configuration files say, as far as they are in the input: settings by their dotted keys.

Which files a program reads, and in which format, is the `config` of its entry in `images.yaml`.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kblint.source.regex import regex
from kblint.source.text import Source, Span
from kblint.source.values import PositionedDict, PositionedList
from kblint.source.yaml_stream import parse_yaml
from kblint.syntax.ini import KeyValue, settings
from kblint.syntax.passage import UNKNOWN, Passage, Spot, whole
from kblint.wire.listening.files import ContainerFiles
from kblint.wire.listening.images import ImageConfig
from kblint.wire.listening.sockets import Started
from kblint.wire.listening.variables import Variables

LONGEST = 1 << 17
"""Characters; a longer configuration is not read."""
_MOST = 2000
"""Settings that are looked at in one YAML file."""
_YAML = (".yaml", ".yml", ".json")
_CONDITIONS = ("spring.config.activate.on-profile", "spring.profiles")
"""Keys of a document that counts only under some profile."""
_PLACEHOLDER = regex(r"\$\{([\w.-]+)(?::([^{}]*))?\}", re.ASCII)


class MatchedKey(NamedTuple):
    """A setting that a pattern names, and what stands for each `*` of it."""

    stars: tuple[str, ...]
    value: Passage


def held(started: Started, paths: Sequence[str]) -> Iterator[Passage]:
    """The files at `paths`, each a file or a directory, as far as they are known."""
    for path in paths:
        content = started.files.at(path)
        files = [content] if isinstance(content, Passage) else started.files.within(path).files.values()
        yield from (file for file in files if isinstance(file, Passage))


def program_settings(started: Started, paths: Sequence[str]) -> tuple[KeyValue, ...] | None:
    """What the files at `paths`, each a file or a directory, say in their order; None where that cannot be known."""
    found: list[KeyValue] = []
    config = started.program.config
    for path in paths:
        content = started.files.at(path)
        if isinstance(content, Passage):
            files = [(path, content)]
        else:
            view = started.files.within(path)
            image = Spot(started.image)
            known = {} if view.replaces_image else dict(_of_image(config, path))
            held = {**{name: whole(text, image) for name, text in known.items()}, **view.files}
            if not view.is_known or not all(isinstance(one, Passage | None) for one in held.values()):
                return None
            files = [(name, one) for name, one in sorted(held.items()) if isinstance(one, Passage)]
            if not files and path not in config.files:
                # a file that is named and not there
                return None
        for name, file in files:
            read = file_settings(name, file, is_yaml=config.is_yaml)
            if read is None:
                return None
            found += read
    return None if any(_decides(config.keys, one) for one in found) else tuple(found)


def _of_image(config: ImageConfig, directory: str) -> Iterator[tuple[str, str]]:
    for path, text in config.own.items():
        if path.rpartition("/")[0] == directory.rstrip("/"):
            yield path.rpartition("/")[2], text


def _decides(keys: Iterable[str], setting: KeyValue) -> bool:
    """Whether a setting makes that nothing else counts: an `include` of what is not here, or the like."""
    for key in keys:
        pattern, _, value = key.partition("=")
        if fnmatch.fnmatchcase(setting.key, pattern) and (not value or setting.value.text == value):
            return True
    return False


def file_settings(name: str, file: Passage, *, is_yaml: bool = False) -> list[KeyValue] | None:
    """The settings of one file, which `is_yaml`, if only by its name, or lines; None where it cannot be read."""
    if len(file.text) > LONGEST:
        return None
    return _yaml_settings(file) if is_yaml or name.endswith(_YAML) else list(settings(file))


def _yaml_settings(file: Passage) -> list[KeyValue] | None:
    stream = parse_yaml(Source("", file.text))
    if stream.faults:
        return None
    found: list[KeyValue] = []
    for document in stream.documents:
        inner = list(_flat(document.root))
        keys = {key for key, _ in inner}
        is_conditional = any(key in keys for key in _CONDITIONS)
        for key, span in inner:
            value = file.cut(span.start, span.end)
            if value.text[:1] in ("'", '"'):
                value = value.cut(1, len(value.text) - 1)
            found.append(KeyValue(key, whole(UNKNOWN, Spot(value.place())) if is_conditional else value))
    return found if len(found) <= _MOST else None


def _flat(root: object) -> Iterator[tuple[str, Span]]:
    """Each scalar with its keys joined by dots; items of a sequence by their number."""
    pending: list[tuple[str, object, Span]] = [("", root, Span(0, 0))]
    count = 0
    while pending and count <= _MOST:
        key, value, span = pending.pop()
        count += 1
        dot = f"{key}." if key else ""
        if isinstance(value, PositionedDict):
            pending += ((dot + name.lower(), inner, value.value_spans[name]) for name, inner in value.items())
        elif isinstance(value, PositionedList):
            pending += ((f"{dot}{at}", inner, value.item_spans[at]) for at, inner in enumerate(value))
        else:
            yield key, span


def named(found: Iterable[KeyValue], patterns: Sequence[str]) -> list[MatchedKey]:
    """The settings whose keys `patterns` name, each key once as it is set last; `*` stands for one part or more."""
    if not patterns:
        return []
    compiled = [re.compile("(.+)".join(map(re.escape, pattern.split("*")))) for pattern in patterns]
    last: dict[tuple[str, ...], MatchedKey] = {}
    for setting in found:
        match = next((match for pattern in compiled if (match := pattern.fullmatch(setting.key))), None)
        if match:
            last[match.groups()] = MatchedKey(match.groups(), setting.value)
    return list(last.values())


def filled(value: Passage, environment: Variables) -> Passage:
    """A value with `${NAME}` and `${NAME:default}` replaced as Spring does it; unknown where it is not set."""
    found = ((match, environment.get(match[1])) for match in _PLACEHOLDER.finditer(value.text))
    return value.replaced(
        (*match.span(), one.text if isinstance(one, Passage) else UNKNOWN if one or match[2] is None else match[2])
        for match, one in found
    )


def files_named(files: ContainerFiles, names: Sequence[str]) -> Iterator[tuple[str, Passage]]:
    """The mounted files with one of `names`, wherever they are."""
    for tree in files.trees:
        content = tree.content
        held = {"": content} if isinstance(content, Passage) else content
        for name, file in held.items() if isinstance(held, Mapping) else ():
            path = f"{tree.path.rstrip('/')}/{name}".rstrip("/")
            if path.rpartition("/")[2] in names and isinstance(file, Passage):
                yield path, file
