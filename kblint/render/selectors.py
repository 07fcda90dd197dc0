"""Which objects a patch or replacement is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kblint.render.identity import Gvk, Id, parse_api_version
from kblint.render.problems import NotHereError, RefusedError
from kblint.render.resource import BuiltObject, scalar
from kblint.source.regex import regex
from kblint.source.values import Origin

_REQUIREMENT = regex(
    r"\s*(?:(?P<not>!)?\s*(?P<key>[^\s!=,()]+)\s*"
    r"(?:(?P<sign>==?|!=)\s*(?P<value>[^\s,=!()]*)|(?P<set>in|notin)\s*\((?P<values>[^()]*)\))?)\s*(?:,|\Z)"
)
_REPEATS = regex(r"(?<!\\)[*+{]")
_REPEATED_GROUP = regex(r"(?<!\\)\)[*+{]")
_MOST_REPEATS = 2
"""Trying more of them takes a power of the length of a name; kustomize's own patterns never do."""


def selected(resources: Iterable[BuiltObject], target: Origin) -> list[BuiltObject]:
    """The objects that the `target` of a patch means: each field is a pattern for the whole of it.

    Raises:
        RefusedError: the target cannot be understood.
        NotHereError: it can be, but not by kblint.
    """
    patterns = {key: _pattern(target, key) for key in ("group", "version", "kind", "name", "namespace")}
    labels, annotations = _requirements(target, "labelSelector"), _requirements(target, "annotationSelector")

    def fits(key: str, *values: str) -> bool:
        pattern = patterns[key]
        return pattern is None or any(pattern.fullmatch(value) for value in values)

    return [
        one
        for one in resources
        if fits("namespace", one.original.effective_namespace, one.id.effective_namespace)
        and fits("name", one.original.name, one.name)
        and all(fits(key, getattr(one.gvk, key)) for key in ("group", "version", "kind"))
        and _holds(labels, one.texts("metadata", "labels"))
        and _holds(annotations, one.texts("metadata", "annotations"))
    ]


def selector_id(holder: Origin) -> Id:
    """What a replacement or variable names: an object by the words themselves."""
    group, version = scalar(holder.get("group")), scalar(holder.get("version"))
    written = holder.get("apiVersion")
    if isinstance(written, str) and written:
        group, version = parse_api_version(written)
    gvk = Gvk(group, version, scalar(holder.get("kind")))
    return Id(gvk, scalar(holder.get("name")), scalar(holder.get("namespace")))


def fits_selectors(resource: BuiltObject, holder: Origin) -> bool:
    """Whether an object has the labels and annotations that a selector asks for."""
    return _holds(_requirements(holder, "labelSelector"), resource.texts("metadata", "labels")) and _holds(
        _requirements(holder, "annotationSelector"), resource.texts("metadata", "annotations")
    )


def _pattern(target: Origin, key: str) -> re.Pattern[str] | None:
    written = scalar(target.get(key))
    if not written:
        return None
    if _REPEATED_GROUP.search(written) or len(_REPEATS.findall(written)) > _MOST_REPEATS:
        raise NotHereError(f"the pattern `{written}` is too complicated to follow")
    try:
        return re.compile(written, re.ASCII)
    except re.error:
        raise RefusedError(
            f"`{written}` is no pattern", "escape what is meant as it stands", target.span(key)
        ) from None


def _requirements(holder: Origin, key: str) -> list[re.Match[str]]:
    written = scalar(holder.get(key))
    found: list[re.Match[str]] = []
    position = 0
    while position < len(written):
        match = _REQUIREMENT.match(written, position)
        if match is None or match.end() == position:
            raise RefusedError(f"`{written}` is no selector", "write `key=value`, joined by commas", holder.span(key))
        found.append(match)
        position = match.end()
    return found


def _holds(requirements: Iterable[re.Match[str]], labels: Mapping[str, str]) -> bool:
    return all(_meets(one, labels) for one in requirements)


def _meets(requirement: re.Match[str], labels: Mapping[str, str]) -> bool:
    value = labels.get(requirement["key"])
    if requirement["sign"]:
        is_equal = value == requirement["value"]
        return not is_equal if requirement["sign"] == "!=" else is_equal
    if requirement["set"]:
        is_in = value in [one.strip() for one in requirement["values"].split(",")]
        return is_in if requirement["set"] == "in" else not is_in
    return (value is None) if requirement["not"] else value is not None
