"""What the files of known charts say, compared with helm's own output by `scripts/charts.py`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from kblint.charts.catalog import KnownChart, known_chart
from scripts.charts import compared, differences

CHARTS = os.environ.get("KBLINT_CHARTS", "")
"""A folder that holds checkouts of charts, each in a folder of its own name."""
FOLDERS = sorted(path.parent for path in Path(CHARTS).glob("*/Chart.yaml")) if CHARTS else []
PORT = {"name": "http", "port": 80, "targetPort": 8080}
SPEC: dict[str, Any] = {"type": "NodePort", "selector": {"app": "web"}, "ports": [PORT]}
SERVICE: dict[str, Any] = {"metadata": {"name": "web"}, "spec": SPEC}


def chart(name: str = "traefik") -> KnownChart:
    """A chart of which all ways in are known."""
    found = known_chart(name)
    assert found
    return found


def spec(**fields: object) -> dict[str, Any]:
    return {**SERVICE, "spec": {**SPEC, **fields}}


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        (SERVICE, SERVICE, []),
        (spec(type="ClusterIP"), spec(type=None), []),
        (spec(type="LoadBalancer"), SERVICE, ["Service web: spec.type: 'LoadBalancer', and helm says 'NodePort'"] * 2),
        (
            spec(ports=[{"name": "http", "port": 81}]),
            SERVICE,
            ["Service web: spec.ports.0.port: 81, and helm says 80"],
        ),
        (SERVICE, spec(selector={"app": "web", "a": "b"}), ["spec.selector"]),
        (SERVICE, spec(ports=[PORT, {"port": 443}]), ["spec.ports: 1, and helm makes 2"]),
    ],
)
def test_a_service_that_helm_makes_otherwise_is_told(ours: object, theirs: object, told: list[str]) -> None:
    found = list(differences(chart(), {("Service", "web"): ours}, {("Service", "web"): theirs}))  # type: ignore[dict-item]
    assert len(found) == len(told)
    assert all(part.replace("'", "") in line.replace("'", "") for part, line in zip(told, found, strict=True))


def test_names_and_ways_in_that_only_one_side_has_are_told() -> None:
    ours, theirs = {("Service", "web"): SERVICE}, {("Service", "www"): SERVICE}
    assert list(differences(chart(), ours, theirs)) == [
        "Service web: helm makes none of this name, but www",
        "Service www: helm makes it, and the file does not tell",
    ]


@pytest.mark.skipif(not shutil.which("helm"), reason="helm is not installed")
@pytest.mark.skipif(not FOLDERS, reason="KBLINT_CHARTS names no folder with charts in it")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_helm_makes_what_the_file_says(folder: Path) -> None:
    assert not [line for line in compared(folder) if not line.startswith("#")]
