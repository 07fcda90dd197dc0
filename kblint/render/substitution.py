"""Variables that Flux works out in what a kustomization builds: `spec.postBuild` of its Kustomization.

https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from kblint.render.library import Library
from kblint.render.resource import LONGEST, BuiltObject, scalar
from kblint.source.regex import regex
from kblint.source.templates import unknown
from kblint.source.text import Source, Span
from kblint.source.values import NOWHERE, Origin, PathPart, PositionedDict, PositionedList

_VARIABLE = regex(
    r"\$(?P<escaped>\$\{[^{}]*\})|\$\{(?P<name>[A-Za-z_]\w*)(?:(?P<sign>:?[-=])(?P<default>[^{}$]*))?\}", re.ASCII
)
"""What is worked out for sure; the functions of https://github.com/drone/envsubst are not."""
_CONFIG_MAP = regex(r"\bkind[\"']?[ \t]*:[ \t]*[\"']?ConfigMap\b")
_NAME = regex(r"\bname[\"']?[ \t]*:[ \t]*[\"']?([\w.-]+)", re.ASCII)
_OFF = "kustomize.toolkit.fluxcd.io/substitute"
_NUMBER = regex(r"[-+]?(?:0|[1-9]\d*)", re.ASCII)
_LONGEST_NUMBER = 18
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None}


class Substitutions(Struct, frozen=True):
    """The values of variables; `is_whole` says that there are no others, so that defaults count."""

    values: Mapping[str, str]
    is_whole: bool

    def fill_in(self, one: BuiltObject, source: Source) -> None:
        """Work out what an object holds, unless it says that nothing is to be; `source` is where it stands."""
        if any("disabled" in one.texts("metadata", name).get(_OFF, "") for name in ("labels", "annotations")):
            return
        for path, text, span in list(_texts(one.root)):
            made = self._filled(text)
            if made != text:
                is_quoted = source.text[span.start : span.start + 1] in ("'", '"')
                one.change(path, made if is_quoted else _read(made))

    def _filled(self, text: str) -> str:
        longest = max(map(len, self.values.values()), default=0)
        if text.count("${") * longest > LONGEST:
            return text

        def value(match: re.Match[str]) -> str:
            if match["escaped"]:
                return match["escaped"]
            known = self.values.get(match["name"])
            if known is None and (not self.is_whole or match["default"] is None):
                # Flux would write nothing there, and nobody means that
                return match[0]
            is_lacking = known is None or (not known and (match["sign"] or "").startswith(":"))
            return (match["default"] or "") if is_lacking else str(known)

        return _VARIABLE.sub(value, text)


class ConfigMaps:
    """The data of the ConfigMaps of a library that bear one of some names."""

    def __init__(self, library: Library, names: Collection[str]) -> None:
        self._found: dict[str, list[Origin]] = {}
        wanted = frozenset(names)
        for path in library.paths if wanted else ():
            text = library.text_of(path)
            if not _CONFIG_MAP.search(text) or wanted.isdisjoint(_NAME.findall(text)):
                continue
            for document in library.readable(path):
                name = scalar(document.origin.get("metadata", "name"))
                if document.origin.get("kind") == "ConfigMap" and name in wanted:
                    self._found.setdefault(name, []).append(document.origin)

    def data(self, name: str, namespace: str) -> dict[str, str] | None:
        """The values in one of them; None where it is not there, or is not to be told from others."""
        found = [one for one in self._found.get(name, ()) if one.get("metadata", "namespace") in (None, namespace)]
        if len(found) != 1:
            return None
        return {key: scalar(value) for key, value in found[0].child("data").node.items()}


def named_config_maps(flux: Origin) -> Iterator[str]:
    """The ConfigMaps that a Kustomization of Flux takes variables from."""
    for one in flux.children("spec", "postBuild", "substituteFrom"):
        if one.get("kind") == "ConfigMap" and scalar(one.get("name")):
            yield scalar(one.get("name"))


def variables_of(flux: Origin, config_maps: ConfigMaps, *, is_whole: bool) -> Substitutions | None:
    """What a Kustomization of Flux says about variables; None where it works out none.

    `is_whole` says that what it says is all that there is.
    """
    said = flux.child("spec", "postBuild")
    if not said.node:
        return None
    namespace = scalar(flux.get("metadata", "namespace"))
    values: dict[str, str] = {}
    for reference in said.children("substituteFrom"):
        is_open = reference.get("kind") == "ConfigMap"
        found = config_maps.data(scalar(reference.get("name")), namespace) if is_open else None
        if found is None:
            # it may say anything, and another value than what was read before
            is_whole, values = False, {}
        else:
            values |= found
    values |= {key: scalar(value) for key, value in said.child("substitute").node.items()}
    known = {key: value for key, value in values.items() if not unknown(value)}
    return Substitutions(known, is_whole and len(known) == len(values))


def _texts(root: object) -> Iterator[tuple[tuple[PathPart, ...], str, Span]]:
    """The texts in an object that a variable stands in, with their paths and where they stand."""
    pending: list[tuple[tuple[PathPart, ...], object, Span]] = [((), root, NOWHERE)]
    while pending:
        path, value, span = pending.pop()
        if isinstance(value, str):
            if "${" in value:
                yield path, value, span
        elif isinstance(value, PositionedDict):
            pending.extend(((*path, key), below, value.value_spans[key]) for key, below in value.items())
        elif isinstance(value, PositionedList):
            pending.extend(((*path, index), below, value.item_spans[index]) for index, below in enumerate(value))


def _read(text: str) -> object:
    """A text as YAML reads it where no quotes are around it."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) else text
