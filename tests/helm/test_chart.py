"""Charts as files: nothing from outside of what is checked, and nothing endless."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kblint.helm.chart import ChartFolder, charts_of, missing
from kblint.source.discover import discover, read_source, tree_of
from kblint.source.text import Source
from tests.given.archives import packed
from tests.given.helm import written


def charts(root: Path) -> dict[str, ChartFolder]:
    """The charts below a folder, by their own."""
    tree = tree_of(["."], root)
    found = [read_source(file, root, tree) for file in discover(["."], root=root, tree=tree).files]
    return {one.folder: one for one in charts_of([one for one in found if isinstance(one, Source)], root, tree)}


@pytest.mark.parametrize("name", ["templates/a.yaml", "templates/_a.tpl", "files/a.txt", "values.yaml"])
def test_a_link_that_leads_out_keeps_helm_away(tmp_path: Path, name: str) -> None:
    tree = written(tmp_path / "tree", {"web/Chart.yaml": "", "web/templates/b.yaml": "a: b\n", "web/files/b": "c"})
    (tmp_path / "secret").write_text("planted", encoding="utf-8")
    (tree / "web" / name).symlink_to(tmp_path / "secret")
    chart = charts(tree)["web"]
    assert chart.reason == f"`web/{name}` is a symbolic link that leads out of what is checked"
    assert not chart.files


def test_a_folder_that_leads_out_keeps_helm_away(tmp_path: Path) -> None:
    tree = written(tmp_path / "tree", {"web/Chart.yaml": ""})
    written(tmp_path / "out", {"a.yaml": "planted"})
    (tree / "web/templates").symlink_to(tmp_path / "out")
    assert charts(tree)["web"].reason == "`web/templates` is a symbolic link that leads out of what is checked"


def test_a_link_inside_of_what_is_checked_is_read(tmp_path: Path) -> None:
    tree = written(tmp_path, {"web/Chart.yaml": "", "web/templates/b.yaml": "a: b\n", "shared.yaml": "x: y\n"})
    (tree / "web/values.yaml").symlink_to("../shared.yaml")
    assert charts(tree)["web"].data()["values.yaml"] == b"x: y\n"


def test_a_packed_chart_is_opened(tmp_path: Path) -> None:
    tree = written(
        tmp_path, {"web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: a}]\n"}
    )
    (tree / "web/charts").mkdir()
    files = {"a/Chart.yaml": b"name: a\nversion: 1.2.3\n", "a/templates/s.yaml": b"x: y\n", "a/../../out": b"planted"}
    (tree / "web/charts/a-1.2.3.tgz").write_bytes(packed(files, links={"a/link": "/etc/passwd"}))
    chart = charts(tree)["web"]
    assert sorted(chart.files) == ["Chart.yaml", "charts/a-1.2.3/Chart.yaml", "charts/a-1.2.3/templates/s.yaml"]
    assert chart.files["charts/a-1.2.3/templates/s.yaml"].path == "web/charts/a-1.2.3.tgz/templates/s.yaml"
    assert missing(chart) == ()


def test_an_archive_that_grows_is_not_opened(tmp_path: Path) -> None:
    tree = written(tmp_path, {"web/Chart.yaml": ""})
    (tree / "web/charts").mkdir()
    (tree / "web/charts/a-1.tgz").write_bytes(packed({"a/Chart.yaml": b"name: a\n", "a/big": b"\0" * 40_000_000}))
    assert "charts/a-1/big" not in charts(tree)["web"].files


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", gzip.compress(b"no archive"), packed({"a/b": b"c"})[:-20]],
    ids=["empty", "plain text", "no tar inside", "cut off"],
)
def test_what_is_no_archive_is_left_to_helm(tmp_path: Path, data: bytes) -> None:
    tree = written(tmp_path, {"web/Chart.yaml": ""})
    (tree / "web/charts").mkdir()
    (tree / "web/charts/a-1.tgz").write_bytes(data)
    assert charts(tree)["web"].reason is None


def test_a_chart_in_another_folder_is_taken_along(tmp_path: Path) -> None:
    header = (
        "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n  - {name: base, repository: 'file://../base'}\n"
    )
    tree = written(tmp_path, {"web/Chart.yaml": header, "base/Chart.yaml": "", "base/templates/_a.tpl": "x"})
    found = charts(tree)
    assert missing(found["web"]) == ()
    assert found["web"].data()["charts/base/templates/_a.tpl"] == b"x"
    assert found["web"].files["charts/base/templates/_a.tpl"].path == "base/templates/_a.tpl"


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    listed = "dependencies: [{name: redis}, {name: redis, alias: cache}, {name: base, repository: 'file://../none'}]"
    tree = written(tmp_path, {"web/Chart.yaml": f"apiVersion: v2\nname: web\nversion: 1.0.0\n{listed}\n"})
    assert missing(charts(tree)["web"]) == ("redis", "base")


def test_a_schema_is_left_out(tmp_path: Path) -> None:
    tree = written(
        tmp_path, {"web/Chart.yaml": "", "web/values.schema.json": "{}", "web/charts/a/values.schema.json": "{}"}
    )
    assert list(charts(tree)["web"].files) == ["Chart.yaml"]


def test_a_chart_that_is_large_is_not_handed_on(tmp_path: Path) -> None:
    tree = written(tmp_path, {"web/Chart.yaml": "", **{f"web/files/{number}": "" for number in range(5_001)}})
    assert charts(tree)["web"].reason == "it is larger than kblint hands to helm"
