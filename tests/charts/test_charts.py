"""Every file of a known chart: its form, and its examples, which are run. A new chart is one YAML file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import kblint.charts
from kblint.charts.catalog import Head, examples, heads, path
from kblint.model.bundle import meta_of
from kblint.model.release import ChartRelease
from tests.given.charts import release_of

FOLDER = Path(kblint.charts.__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))
SCHEMA = json.loads((FOLDER / "chart.schema.json").read_text(encoding="utf-8"))
HEADS = {head.file: head for head in heads().values()}
EXAMPLES = [(head, example) for head in HEADS.values() for example in examples(head)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_has_the_form_that_is_asked_for(file: Path) -> None:
    parts = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
    assert len(parts) == len(("head", "body", "examples"))
    for part, name in zip(parts, ("head", "body", "examples"), strict=True):
        checker = jsonschema.FormatChecker()
        jsonschema.validate(part, {**SCHEMA, "$ref": f"#/$defs/{name}"}, format_checker=checker)
    assert parts[0]["chart"] == file.stem


@pytest.mark.parametrize(("head", "example"), EXAMPLES, ids=lambda one: one.name if isinstance(one, Head) else "")
def test_an_example_is_true(head: Head, example: Mapping[str, Any]) -> None:
    made = [meta for one in release_of(head, example) if (meta := meta_of(one)) and meta.made]
    named = {f"{meta.kind} {meta.name}": meta for meta in made}
    for name, fields in example.get("makes", {}).items():
        assert name in named, sorted(named)
        found = {written: named[name].origin.get(*_parts(written)) for written in fields}
        assert found == fields
    assert not set(example.get("without", ())) & set(named)
    dead = [
        one.key for release in release_of(head, example) if isinstance(release, ChartRelease) for one in release.dead
    ]
    assert dead == example.get("dead", [])


@pytest.mark.parametrize(("head", "example"), EXAMPLES, ids=lambda one: one.name if isinstance(one, Head) else "")
def test_everything_that_is_made_stands_somewhere(head: Head, example: Mapping[str, Any]) -> None:
    for one in release_of(head, example):
        meta = meta_of(one)
        if meta and meta.made:
            place = meta.origin.place("spec")
            assert place.source.path == "folder/input.yaml"
            assert 0 <= place.span.start <= place.span.end <= len(place.source.text)


def _parts(written: str) -> tuple[str | int, ...]:
    return tuple(int(key) if key.isdecimal() and len(key) < 3 else key for key in path(written))
