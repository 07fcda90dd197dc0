"""kblint builds what kustomize builds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.render.oracle import KUBECTL, built, differences, kustomize, values, written
from tests.render.trees import Tree, trees

_FEW, _MANY = 25, 400


@pytest.mark.skipif(KUBECTL is None, reason="kubectl, the oracle of kustomizations, is not installed")
def test_same_documents(request: pytest.FixtureRequest) -> None:
    examples = _MANY if request.config.getoption("--lab") == "full" else _FEW

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(trees())
    def holds(tree: Tree) -> None:
        with tempfile.TemporaryDirectory() as folder:
            written(tree, Path(folder))
            theirs = kustomize(Path(folder) / "top")
        rendered = built(tree)
        [build] = [one for one in rendered.builds if one.path == "top/kustomization.yaml"]
        if isinstance(theirs, str):
            assert rendered.problems, theirs
        else:
            assert not rendered.problems
            assert build.is_whole
            assert not list(differences(values(build.documents), theirs))

    holds()
