"""The charts that kblint knows: one YAML file of this folder each, in the form of `chart.schema.json`.

A file holds three documents: by what the chart is known, what it makes, and examples.
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import yaml
from msgspec import Struct


class DeadKey(Struct, frozen=True):
    """Keys that a chart does not read: `key` is a path with dots, where `*` stands for any one key.

    Since version `since` and before version `before`, where these are given; `instead` is what it reads.
    """

    key: tuple[str, ...]
    instead: str
    reason: str
    since: str | None
    before: str | None


class Head(Struct, frozen=True):
    """By what a chart is known: the first document of its file.

    `repositories` are parts of addresses that surely hold this chart, `others` parts of those that hold another
    vendor's of the same name. `signs` are paths of which the values of this chart alone have one; `marks` are paths
    that other charts have too, which tell in a file that bears the chart's name.
    """

    name: str
    names: tuple[str, ...]
    repositories: tuple[str, ...]
    others: tuple[str, ...]
    signs: tuple[tuple[str, ...], ...]
    marks: tuple[tuple[str, ...], ...]
    stands_alone: bool
    """Whether what a file of values makes counts, though nothing says what it is installed as."""
    file: str


class KnownChart(Struct, frozen=True):
    """What a chart makes: the second document of its file; expressions as `expression` and `template` read them.

    `is_whole` says that `objects` are all Services and routes that it makes; `covers` is the first version that surely
    makes them so, None where versions differ. `has_all_ways` says that `objects` hold all ways in that it makes.
    `checked` is the version of which helm's own output was compared with them.
    """

    head: Head
    is_whole: bool
    has_all_ways: bool
    covers: str | None
    checked: str | None
    defaults: Mapping[str, object]
    let: Mapping[str, object]
    objects: tuple[Mapping[str, object], ...]
    dead: tuple[DeadKey, ...]


def path(written: str) -> tuple[str, ...]:
    """The keys of a path with dots; a key that holds dots stands in brackets: `service.annotations.[a.b/c]`."""
    keys: list[str] = []
    rest = written
    while rest:
        if rest.startswith("["):
            key, _, rest = rest[1:].partition("]")
            rest = rest.removeprefix(".")
        else:
            key, _, rest = rest.partition(".")
        keys.append(key)
    return tuple(keys)


@functools.cache
def heads() -> Mapping[str, Head]:
    """Every known chart by each of its names."""
    folder = importlib.resources.files("kblint.charts")
    files = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    found = (_head(file, next(_documents(file))) for file in files)
    return {name: head for head in found for name in head.names}


def _head(file: str, data: Mapping[str, Any]) -> Head:
    return Head(
        name=data["chart"],
        names=(data["chart"], *data.get("also", ())),
        repositories=tuple(data["repositories"]),
        others=tuple(data.get("others", ())),
        signs=tuple(map(path, data.get("signs", ()))),
        marks=tuple(map(path, data.get("marks", ()))),
        stands_alone=data.get("stands-alone", False),
        file=file,
    )


@functools.cache
def known_chart(name: str) -> KnownChart | None:
    """The chart of this name, None for one that is not known."""
    head = heads().get(name)
    if head is None:
        return None
    _, data = islice(_documents(head.file), 2)
    dead = (
        DeadKey(path(one["key"]), one.get("instead", ""), one["reason"], one.get("since"), one.get("before"))
        for one in data.get("dead", ())
    )
    return KnownChart(
        head=head,
        is_whole=data.get("is-whole", False),
        has_all_ways=data.get("has-all-ways", False),
        covers=data.get("covers"),
        checked=data.get("checked"),
        defaults=data.get("defaults", {}),
        let=data.get("let", {}),
        objects=tuple(data.get("objects", ())),
        dead=tuple(dead),
    )


def examples(head: Head) -> Sequence[Mapping[str, Any]]:
    """The third document of a chart's file, which the tests run."""
    written: Any = list(_documents(head.file))[2]
    found: Sequence[Mapping[str, Any]] = written
    return found


def _documents(file: str) -> Iterator[Mapping[str, Any]]:
    """The documents of a chart's file, parsed as they are asked for: most runs need the first alone."""
    text = (importlib.resources.files("kblint.charts") / file).read_text(encoding="utf-8")
    return yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
