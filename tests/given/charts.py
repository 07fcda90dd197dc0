"""Releases of known charts, as one HelmRelease each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kblint.charts.catalog import Head
from kblint.model.bundle import Declaration
from tests.given.manifests import manifest, mapping
from tests.given.readings import composed

NAMESPACE = "web"


def release_of(head: Head, example: Mapping[str, Any]) -> list[Declaration]:
    """What a HelmRelease of the chart's own name, in the namespace `web`, makes of the example's values."""
    chart = mapping({"chart": head.name, **({"version": f'"{example["version"]}"'} if "version" in example else {})})
    spec = mapping({"chart": mapping({"spec": chart}), "values": f"\n{example['values']}"})
    return composed(manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", head.name, namespace=NAMESPACE, spec=spec))
