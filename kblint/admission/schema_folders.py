"""Folders with the definitions of custom resources that the user keeps: what `schemas` in `kblint.yaml` names.

CustomResourceDefinitions in YAML, or JSON Schemas as https://github.com/datreeio/CRDs-catalog keeps them: one file a
kind, `<group>/<kind in small letters>_<version>.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kblint.admission.custom import Place, defined_versions
from kblint.admission.structural import Structure
from kblint.errors import ConfigError
from kblint.own_folder import OwnFolder
from kblint.source.json_text import parse_json
from kblint.source.text import Source
from kblint.source.yaml_stream import parse_yaml

_SUFFIXES = (".yaml", ".yml", ".json")


def load_schemas(folders: Sequence[Path]) -> Mapping[Place, Structure | None]:
    """The schemas of all kinds that are defined below `folders`; None for one that two files tell differently.

    Raises:
        ConfigError: there is no such folder, or a file in it cannot be read.
    """
    found: dict[Place, Structure | None] = {}
    for folder in folders:
        if not folder.is_dir():
            raise ConfigError("no such folder of schemas", path=str(folder))
        own = OwnFolder(folder, _SUFFIXES, ConfigError)
        for file in own.files():
            for place, structure in _kinds(file, own.read(file)):
                found[place] = structure if place not in found or found[place] == structure else None
    return found


def _kinds(file: Path, source: Source) -> Iterator[tuple[Place, Structure]]:
    stream = (parse_json if file.suffix == ".json" else parse_yaml)(source)
    unreadable = next((fault for fault in stream.faults if fault.code == "unreadable"), None)
    if unreadable:
        raise ConfigError(f"cannot be read: {unreadable.message}", path=source.path)
    for document in stream.documents:
        node = document.origin.node
        if node.get("kind") == "CustomResourceDefinition":
            yield from ((place, structure) for place, structure, is_served in defined_versions(node) if is_served)
        elif file.suffix == ".json" and "properties" in node:
            kind, _, version = file.stem.rpartition("_")
            yield (file.parent.name, version, kind), node
