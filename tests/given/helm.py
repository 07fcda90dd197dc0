"""Charts on disk, and the helm that renders them; tests that need one are skipped where there is none."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from kblint.errors import UsageError
from kblint.finding import Finding, Result
from kblint.helm.process import Helm, find_helm
from kblint.intake import Input, load, read
from kblint.run import check
from tests.given.runs import catalog, configured

HEADER = "apiVersion: v2\nname: {name}\nversion: 0.1.0\n"


@functools.cache
def installed() -> Helm | None:
    """The helm of this machine."""
    try:
        return find_helm(os.environ)
    except UsageError:
        return None


needs_helm = pytest.mark.skipif(
    installed() is None, reason="helm 3.12 or later is not on the PATH: https://helm.sh/docs/intro/install/"
)


def helm() -> Helm:
    """A helm with all its time."""
    found = find_helm(os.environ)
    assert found
    return found


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder that holds just these files; a `Chart.yaml` that says nothing gets the name of its folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or HEADER.format(name=file.parent.name), encoding="utf-8")
    return folder


def read_with_helm(folder: Path, files: Mapping[str, str]) -> Input:
    """What a folder of these files holds, its charts rendered."""
    loaded = load(["."], configured(), written(folder, files), helm())
    return read(loaded.sources, loaded.named, loaded.beside, loaded.charts)


def checked_with_helm(folder: Path, files: Mapping[str, str], config: str = "") -> Result:
    """What is found in a folder of these files, its charts rendered."""
    loaded = load(["."], configured(config), written(folder, files), helm())
    return check(loaded, configured(config), catalog())


def lines(finding: Finding) -> list[str]:
    """The first place of a finding and the others, as file and line."""
    places = [finding.location.place, *(one.place for one in finding.related)]
    return [f"{place.source.path}:{place.source.point(place.span.start).line}" for place in places]


def the(result: Result, rule: str) -> Finding:
    """The only finding of a rule."""
    (found,) = (one for one in result.findings if one.rule.id == rule)
    return found
