"""Make `kblint/schemas/gateway-api.json`: what every release of the Gateway API refuses.

    git clone https://github.com/kubernetes-sigs/gateway-api build/gateway-api
    python -m scripts.make_gateway_schemas build/gateway-api

reads the CustomResourceDefinitions of the experimental channel (Apache License 2.0) at the tags of `RELEASES`, and
writes one schema for each group, version and kind, the same bytes each time. Which release a cluster has is not known,
so what any of them takes is taken: fields of all, what all require, the widest bounds, and the rules that stand in
each. Descriptions, formats and `status` go.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

RELEASES = ("v1.0.0", "v1.1.0", "v1.2.1", "v1.3.0", "v1.4.1", "v1.5.1", "v1.6.1")
FOLDER = "config/crd/experimental"
TARGET = Path(__file__).parent.parent / "kblint" / "schemas" / "gateway-api.json"

Schema = dict[str, Any]
_RULES = "x-kubernetes-validations"
_LEFT_OUT = frozenset({"description", "format", "title", "example", "externalDocs"})
_LOWEST = frozenset({"minimum", "minLength", "minItems", "minProperties"})
_HIGHEST = frozenset({"maximum", "maxLength", "maxItems", "maxProperties"})


def schemas(repository: Path, release: str) -> Iterator[tuple[str, Schema]]:
    """The schemas of a release by `group/version/kind`."""
    for path in _git(repository, "ls-tree", "--name-only", release, f"{FOLDER}/").split():
        for definition in yaml.safe_load_all(_git(repository, "show", f"{release}:{path}")):
            if definition.get("kind") == "CustomResourceDefinition":
                yield from _versions(definition["spec"])


def _versions(spec: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
    for version in spec["versions"]:
        if version["served"]:
            key = f"{spec['group']}/{version['name']}/{spec['names']['kind']}"
            yield key, _plain(version["schema"]["openAPIV3Schema"], is_root=True)


def merged(older: Schema, newer: Schema) -> Schema:
    """A schema that takes what either of two takes."""
    kept: Schema = {}
    for key in sorted(older.keys() | newer.keys()):
        if key == "properties":
            kept[key] = _fields(older.get(key, {}), newer.get(key, {}))
        elif key == "default":
            # it fills in what is required
            kept[key] = newer.get(key, older.get(key))
        elif key not in older or key not in newer:
            continue
        elif key == "required":
            kept[key] = sorted(set(older[key]) & set(newer[key]))
        elif key == _RULES:
            kept[key] = [rule for rule in newer[key] if rule["rule"] in {one["rule"] for one in older[key]}]
        elif key == "enum":
            kept[key] = sorted({*older[key], *newer[key]}, key=str)
        elif key in ("items", "additionalProperties") and isinstance(newer[key], dict) and isinstance(older[key], dict):
            kept[key] = merged(older[key], newer[key])
        elif key in _LOWEST or key in _HIGHEST:
            kept[key] = (min if key in _LOWEST else max)(older[key], newer[key])
        elif older[key] == newer[key]:
            kept[key] = newer[key]
    return kept


def _fields(older: Schema, newer: Schema) -> Schema:
    return {
        name: merged(older[name], newer[name]) if name in older and name in newer else older.get(name) or newer[name]
        for name in sorted(older.keys() | newer.keys())
    }


def _plain(schema: Mapping[str, Any], *, is_root: bool = False) -> Schema:
    kept: Schema = {}
    for key, value in schema.items():
        if key in _LEFT_OUT:
            continue
        if key == "properties":
            left_out = ("apiVersion", "kind", "metadata", "status") if is_root else ()
            kept[key] = {name: _plain(inner) for name, inner in value.items() if name not in left_out}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            kept[key] = _plain(value)
        elif key == _RULES:
            kept[key] = [{one: rule[one] for one in ("rule", "message") if one in rule} for rule in value]
        else:
            kept[key] = value
    return kept


def _git(repository: Path, *words: str) -> str:
    command = ["git", "-C", str(repository), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - git, as told


def main() -> None:
    """Write the file."""
    repository = Path(sys.argv[1])
    found: dict[str, list[Schema]] = {}
    for release in RELEASES:
        for key, schema in schemas(repository, release):
            found.setdefault(key, []).append(schema)
    made = {key: reduce(merged, found[key]) for key in sorted(found)}
    header = f"the Gateway API's experimental channel, releases {RELEASES[0]} to {RELEASES[-1]}; Apache License 2.0"
    text = json.dumps({"origin": header, "kinds": made}, sort_keys=True, separators=(",", ":"))
    TARGET.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
