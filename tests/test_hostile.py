"""No input makes a run fail: whatever stands in a manifest, kblint ends with a report."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.given.runs import catalog, checked, configured

CONFIGS = [configured(f"profile: {profile}") for profile in ("hetzner-k3s", "kubernetes")]
STRANGE: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        "",
        0,
        -1,
        99999,
        80,
        "80",
        443,
        10**30,
        1.5,
        True,
        False,
        "${PORT}",
        "{{ .Values.port }}",
        [],
        {},
        [None],
        [[]],
        {"a": None},
        {"": ""},
        "tcp://10.43.0.1:80",
        "a" * 300,
        "\u202e\x1b[31m",
        "::error::x",
        "0.0.0.0/33",
        "x\ny",
    ]
)


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
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_strange_values_anywhere_end_in_a_report(data: st.DataObject) -> None:
    chosen = json.loads(json.dumps(data.draw(st.sampled_from(examples())), default=str))
    for _ in range(data.draw(st.integers(1, 4))):
        spots = places(chosen)
        holder, key = data.draw(st.sampled_from(spots))
        holder[key] = copy.deepcopy(data.draw(STRANGE))
    text = "---\n".join(json.dumps(document) + "\n" for document in chosen)
    for config in CONFIGS:
        checked({"strange.yaml": text}, config)


@pytest.mark.parametrize(
    "text", ["\0", "a: [" * 5000, "&a [*a]", "x" * 100_000, "{" * 3000, "---\n" * 2000, "\ufeff", "\r"]
)
def test_texts_that_are_no_manifests_end_in_a_report(text: str) -> None:
    for name in ("strange.yaml", "strange.json", "strange.tf", "strange.sh", "strange.txt"):
        checked({name: text}, CONFIGS[0])
