"""Packed charts: in the input, in a chart, and in Helm's own cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from kblint.helm.archives import cache_of_helm
from kblint.model.service import Service
from tests.given.archives import packed
from tests.given.helm import checked_with_helm, lines, needs_helm, read_with_helm, the
from tests.given.web_chart import WEB

CHART = packed({name.removeprefix("charts/"): (text or "name: web\nversion: 1.2.3\napiVersion: v2\n").encode()
                for name, text in WEB.items()})  # fmt: skip
FLUX = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: shop}
spec:
  chart: {spec: {chart: web, version: VERSION, sourceRef: {kind: HelmRepository, name: somebody}}}
  values:
    replicas: 2
    service:
      target: admin
"""


def services(folder: Path, files: dict[str, str]) -> list[str]:
    """The Services that are made."""
    return [str(one.meta) for one in read_with_helm(folder, files).declarations if isinstance(one, Service)]


@needs_helm
def test_a_packed_chart_in_the_input_is_rendered(tmp_path: Path) -> None:
    (tmp_path / "web-1.2.3.tgz").write_bytes(CHART)
    script = "helm install shop ./web-1.2.3.tgz -n shop --set service.target=admin\n"
    found = the(checked_with_helm(tmp_path, {"run.sh": script}), "SVC001")
    assert lines(found)[0] == "run.sh:1"
    assert "web-1.2.3.tgz/templates/service.yaml:9" in lines(found)


@needs_helm
def test_a_packed_chart_outside_of_what_is_checked_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "web-1.2.3.tgz").write_bytes(CHART)
    tree = tmp_path / "tree"
    tree.mkdir()
    assert not services(tree, {"run.sh": "helm install shop ../web-1.2.3.tgz\n"})
    (tree / "link.tgz").symlink_to("../web-1.2.3.tgz")
    assert not services(tree, {"run.sh": "helm install shop ./link.tgz\n"})


@needs_helm
@pytest.mark.parametrize(("version", "expected"), [("1.2.3", ["Service shop/shop"]), ("v1.2.3", ["Service shop/shop"]),
                                                   ("1.2.x", []), ("1.2.4", []), ("../1.2.3", [])])  # fmt: skip
def test_a_chart_in_the_cache_of_helm_is_rendered_if_its_version_is_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, expected: list[str]
) -> None:
    cache = tmp_path / "cache/repository"
    cache.mkdir(parents=True)
    (cache / "web-1.2.3.tgz").write_bytes(CHART)
    monkeypatch.setenv("HELM_CACHE_HOME", str(tmp_path / "cache"))
    files = {"release.yaml": FLUX.replace("VERSION", version)}
    assert services(tmp_path / "tree", files) == expected
    if expected:
        found = the(checked_with_helm(tmp_path / "tree", {}), "SVC001")
        assert lines(found)[0] == "release.yaml:9"


@needs_helm
def test_what_is_wrong_in_an_archive_is_told_where_it_is_released(tmp_path: Path) -> None:
    wrong = {"web/Chart.yaml": b"name: web\nversion: 1.2.3\napiVersion: v2\n",
             **{name.removeprefix("charts/"): text.replace("{{ .Values.service.target }}", "admin").encode()
                for name, text in WEB.items() if text}}  # fmt: skip
    (tmp_path / "web.tgz").write_bytes(packed(wrong))
    found = the(checked_with_helm(tmp_path, {"run.sh": "helm install shop ./web.tgz\n"}), "SVC001")
    assert lines(found)[:2] == ["run.sh:1", "web.tgz/templates/service.yaml:9"]
    assert found.fix is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HELM_REPOSITORY_CACHE": "/a", "HELM_CACHE_HOME": "/b"}, Path("/a")),
        ({"HELM_CACHE_HOME": "/b", "XDG_CACHE_HOME": "/c"}, Path("/b/repository")),
        ({"XDG_CACHE_HOME": "/c", "HOME": "/d"}, Path("/c/helm/repository")),
        ({}, None),
    ],
)
def test_the_cache_is_where_helm_has_it(environment: dict[str, str], expected: Path | None) -> None:
    assert cache_of_helm(environment) == expected
