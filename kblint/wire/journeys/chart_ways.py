"""Ways in that the values of a release ask for, where its chart is not rendered: the hosts they name for an Ingress."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kblint.model.bundle import Bundle
from kblint.model.release import ChartRelease, Form
from kblint.model.route import Route
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.text import Place
from kblint.source.values import Origin, PathPart
from kblint.wire.journeys.journey import Hop, HopVerdict, Journey, Stage

_HOLDS_HOSTS = regex(r"ingress(?:es)?\Z|(?:http)?routes?\Z", re.IGNORECASE)
"""Keys below which charts let people name hosts."""
_HOST = regex(r"(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)
_ONE = ("host", "hostname", "hostName")
_SEVERAL = ("hosts", "hostnames")
_DEEP = 30
"""Levels of values that are looked into."""


def through_charts(bundle: Bundle) -> Iterator[Journey]:
    """One for each host that a release names and no route that is known serves."""
    routed = {rule.host for route in bundle.all(Route) if route.meta.made for rule in route.rules}
    told: set[str] = set()
    for release in bundle.all(ChartRelease):
        if release.has_all_ways or release.form is Form.FILE:
            continue
        for name, host, place in _asked(release):
            if host not in routed and name not in told:
                told.add(name)
                label = f"Chart {release.chart or release.name}"
                of = f" of {release.repository}" if release.repository and "://" in release.repository else ""
                reason = f"it is not rendered: its templates{of} are not in the input"
                hop = Hop(Stage.CHART, label, place, HopVerdict.UNKNOWN, reason)
                yield Journey(name, (Hop(Stage.INTERNET, "internet", None), hop))


def _asked(release: ChartRelease) -> Iterator[tuple[str, str, Place]]:
    """What people ask for, its host and where that is written."""
    values = release.values
    pending: list[tuple[PathPart, ...]] = [()]
    seen: set[int] = set()
    while pending:
        path = pending.pop()
        node = values.get(*path)
        if not isinstance(node, dict) or id(node) in seen or len(path) > _DEEP:
            continue
        seen.add(id(node))
        if node.get("enabled") is False:
            continue
        if path and _HOLDS_HOSTS.search(str(path[-1])):
            yield from _hosts(values, path)
        pending.extend((*path, key) for key in reversed(node))


def _hosts(values: Origin, path: tuple[PathPart, ...]) -> Iterator[tuple[str, str, Place]]:
    node = values.get(*path)
    scheme = "https" if isinstance(node, dict) and node.get("tls") else "http"
    places = [(*path, key) for key in _ONE]
    for key in _SEVERAL:
        listed = values.get(*path, key)
        if isinstance(listed, list | dict):
            keys: list[PathPart] = list(range(len(listed))) if isinstance(listed, list) else list(listed)
            places += [(*path, key, one) for one in keys]
    for place in places:
        written = values.get(*place)
        if isinstance(written, dict):
            place = (*place, next((key for key in _ONE if key in written), "host"))  # noqa: PLW2901 - where its host is
            written = values.get(*place)
        if isinstance(written, str) and _HOST.fullmatch(written) and not unknown(written):
            yield f"{scheme}://{written}/", written, values.place(*place)
