"""No input makes a run fail, or speaks through one: whatever a manifest holds, kblint ends with its own report.

All of this holds for every command in every format, and for the patch of `--diff`.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kblint.source.text import Source
from tests.fuzz.held import told
from tests.fuzz.pieces import STRANGE
from tests.given.manifests import service, stream, workload
from tests.given.runs import catalog, checked, configured

CONFIGS = [configured(f"profile: {profile}") for profile in ("hetzner-k3s", "kubernetes")]
NAME = "d ir/\u202e\x1b[2J\r::error::x\n::error::y ##[error]\x9b\udcff.yaml"
"""A file may have any name; the system knows only `/` and NUL."""


def documents(text: str) -> list[Any]:
    try:
        return [document for document in yaml.safe_load_all(text) if document is not None]
    except yaml.YAMLError:
        return []


@cache
def examples() -> list[list[Any]]:
    """The documents of every text in an example of a rule, where there are any."""
    texts = [
        text
        for rule in catalog().rules.values()
        for example in rule.examples
        for name, text in example.files.items()
        if name.endswith((".yaml", ".json"))
    ]
    return [found for text in texts if (found := documents(text))]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with a key or index in it, depth first."""
    found = []
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    for key in keys:
        found.append((value, key))
        found.extend(places(value[key]))
    return found


@given(data=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_strange_values_anywhere_end_in_a_report(data: st.DataObject) -> None:
    chosen = json.loads(json.dumps(data.draw(st.sampled_from(examples())), default=str))
    for _ in range(data.draw(st.integers(1, 4))):
        spots = places(chosen)
        holder, key = data.draw(st.sampled_from(spots))
        holder[key] = copy.deepcopy(data.draw(st.sampled_from(STRANGE)))
    is_ascii, config = data.draw(st.booleans()), data.draw(st.sampled_from(CONFIGS))
    text = "---\n".join(json.dumps(document, ensure_ascii=is_ascii) + "\n" for document in chosen)
    told([Source(NAME, text)], config)


SELECTORS = ['{"": web}', '{"": ""}', '{app: web, "": x}', '{"\\ud800": web}', "{~: web}", "{1: 2}"]


@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("namespace", ["", "shop"])
def test_strange_selectors_are_judged_by_every_rule(selector: str, namespace: str) -> None:
    for labels in ("{app: web}", selector):
        text = stream(workload(namespace=namespace, labels=labels), service(namespace=namespace, selector=selector))
        for config in CONFIGS:
            found = checked({"web.yaml": text}, config)
            assert found.unjudged == ()
            assert not any("in namespace" in finding.message for finding in found.findings), "both are in the same one"


@pytest.mark.parametrize(
    "text", ["\0", "a: [" * 5000, "&a [*a]", "x" * 100_000, "{" * 3000, "---\n" * 2000, "\ufeff", "\r"]
)
def test_texts_that_are_no_manifests_end_in_a_report(text: str) -> None:
    for suffix in (".yaml", ".json", ".tf", ".sh", ".txt"):
        told([Source(f"{NAME}{suffix}", text)], CONFIGS[0])


def test_every_line_of_an_example_may_have_a_comment_that_steers() -> None:
    for rule in catalog().rules.values():
        for example in rule.examples[:1]:
            told([Source(f"{NAME}{path}", comments(text)) for path, text in example.files.items()], CONFIGS[0])


def comments(text: str) -> str:
    """The same with comments between its lines, but where a block of text goes on."""
    lines = text.split("\n")
    return "\n".join(f"{line}  # \u202e ##[error]x" if line.endswith(":") else line for line in lines)
