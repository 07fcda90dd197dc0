"""Fixes of what charts make: of a value that stands in a values file as it is, proved by rendering again, or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kblint.intake import load
from kblint.proof import Mended, mend
from tests.given.helm import helm, needs_helm, written
from tests.given.runs import catalog, configured
from tests.given.web_chart import APPLICATION, SERVICE, VALUES, WEB

pytestmark = needs_helm

RELEASE = {"run.sh": "helm install shop ./charts/web -n shop\n"}
TWICE = {"run.sh": "helm install shop ./charts/web -n shop\nhelm install other ./charts/web -n other\n"}
WRONG = {VALUES: WEB[VALUES].replace("target: http", "target: admin")}


def mended(folder: Path, files: Mapping[str, str], *, unsafe: bool = False) -> Mended:
    """What is left of the mistakes in a folder."""
    return mend(load(["."], configured(), written(folder, files), helm()), configured(), catalog(), unsafe=unsafe)


def test_a_value_is_mended_where_it_is_written(tmp_path: Path) -> None:
    done = mended(tmp_path, {**WEB, "apps/shop.yaml": APPLICATION})
    assert {path: after for path, (_, after) in done.texts.items()} == {
        "apps/shop.yaml": APPLICATION.replace("target: admin", "target: http")
    }
    assert not done.result.findings


def test_a_value_of_the_chart_is_mended_where_one_object_takes_it(tmp_path: Path) -> None:
    done = mended(tmp_path, {**WEB, **WRONG, **RELEASE})
    assert {path: after for path, (_, after) in done.texts.items()} == {VALUES: WEB[VALUES]}


def test_a_value_that_several_objects_take_could_move_traffic(tmp_path: Path) -> None:
    files = {**WEB, **WRONG, **TWICE}
    assert not mended(tmp_path, files).texts
    done = mended(tmp_path, files, unsafe=True)
    assert {path: after for path, (_, after) in done.texts.items()} == {VALUES: WEB[VALUES]}


def test_a_template_is_never_edited(tmp_path: Path) -> None:
    literal = {SERVICE: WEB[SERVICE].replace("{{ .Values.service.target }}", "admin")}
    made = {SERVICE: WEB[SERVICE].replace("{{ .Values.service.target }}", '{{ print "ad" "min" }}')}
    for template in (literal, made):
        done = mended(tmp_path, {**WEB, **template, **RELEASE}, unsafe=True)
        assert not done.texts
        assert [one.rule.id for one in done.result.findings] == ["SVC001"]


def test_a_value_that_only_looks_like_it_is_not_edited(tmp_path: Path) -> None:
    # the template makes the name of the value, and nobody wrote it as it comes out
    made = {
        SERVICE: WEB[SERVICE].replace("{{ .Values.service.target }}", '{{ print .Values.service.target "n" }}'),
        VALUES: WEB[VALUES].replace("target: http", "target: admi"),
    }
    done = mended(tmp_path, {**WEB, **made, **RELEASE}, unsafe=True)
    assert not done.texts
