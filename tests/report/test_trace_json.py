import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jsonschema
import pytest

import kblint
from kblint.finding import Skipped
from kblint.report.options import RenderOptions
from kblint.report.trace.to_json import render
from kblint.tracing import Trace
from kblint.wire.journeys.journey import Stage
from tests.report.trace_samples import branching, hostile, late_mistake, trace, two_sites

OPTIONS = RenderOptions()
SCHEMA = json.loads(resources.files("kblint.report.trace").joinpath("trace.schema.json").read_text("utf-8"))


def test_the_contract_to_the_letter() -> None:
    made = json.loads(render(trace(late_mistake().journeys[0], unread=(Skipped("a.yaml", "template"),)), OPTIONS))
    hops = made["journeys"][0].pop("hops")
    assert made == {
        "version": 1,
        "tool": {"name": "kblint", "version": kblint.__version__},
        "profile": "hetzner-k3s",
        "profileDetected": None,
        "from": "internet",
        "summary": {"journeys": 1, "ok": 0, "broken": 1, "unknown": 0},
        "journeys": [{"name": "https://shop.example/", "variant": None, "outcome": "503", "state": "broken"}],
        "skipped": [{"path": "a.yaml", "reason": "template"}],
        "notFollowed": [],
    }
    assert hops[1] == {
        "stage": "balancer",
        "label": "lb https 443",
        "state": "broken",
        "reason": "plain HTTP is sent to a port that speaks TLS",
        "note": None,
        "outcome": "503",
        "rules": [],
        "after": 0,
        "path": "deploy/lb.yaml",
        "line": 9,
        "column": 1,
    }


def test_what_is_declared_nowhere_has_no_place() -> None:
    first = json.loads(render(branching(), OPTIONS))["journeys"][0]["hops"][0]
    assert [first[key] for key in ("path", "line", "column", "after", "outcome", "reason")] == [None] * 6


def test_branches_follow_the_hop_they_part_at() -> None:
    hops = json.loads(render(branching(), OPTIONS))["journeys"][0]["hops"]
    assert [hop["after"] for hop in hops] == [None, 0, 1, 2, 3, 2, 5]


@pytest.mark.parametrize(
    "given", [trace(), two_sites(), branching(), hostile()], ids=["none", "two", "branch", "hostile"]
)
def test_the_trace_validates_against_the_schema(given: Trace) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render(given, OPTIONS)))


def test_the_schema_is_valid_closed_and_knows_every_stage() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    objects = [node for node in walk(SCHEMA) if "properties" in node]
    assert len(objects) > 4
    assert all(node["additionalProperties"] is False for node in objects)
    assert all(sorted(node["required"]) == sorted(node["properties"]) for node in objects)
    assert set(SCHEMA["$defs"]["hop"]["properties"]["stage"]["enum"]) == {stage.value for stage in Stage}


def test_hostile_text_comes_back_unchanged_and_never_raw() -> None:
    text = render(hostile(), OPTIONS)
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    assert "##[" not in text
    assert json.loads(text)["journeys"][0]["name"] == hostile().journeys[0].name


def walk(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from walk(child)
