from __future__ import annotations

import json

import pytest

from kblint.model.bundle import Other
from kblint.model.release import ChartRelease
from kblint.read.kubernetes.objects import read_document
from kblint.source.text import Place
from kblint.source.values import PositionedDict, PositionedList
from tests.given.readings import declarations, document, one

K3S = """
apiVersion: helm.cattle.io/v1
kind: {kind}
metadata:
  name: traefik
spec:
  {chart}
  valuesContent: {content}
"""

CONTENT = """|-
    # comment
    ports:
      web:
        nodePort: 30080   # pinned
    list: [a, "b"]
"""


@pytest.mark.parametrize(
    ("kind", "chart", "name"),
    [
        ("HelmChart", "chart: oci://example.org/charts/nginx", "nginx"),
        ("HelmChart", "chart: nginx", "nginx"),
        ("HelmChartConfig", "failurePolicy: abort", "traefik"),
    ],
)
def test_k3s_values_have_their_true_places(kind: str, chart: str, name: str) -> None:
    found = one(ChartRelease, K3S.format(kind=kind, chart=chart, content=CONTENT))
    assert found.chart == name
    assert found.values.node == {"ports": {"web": {"nodePort": 30080}}, "list": ["a", "b"]}
    ports, items = found.values.node["ports"], found.values.node["list"]
    assert isinstance(ports, PositionedDict)
    assert isinstance(items, PositionedList)
    web = ports["web"]
    assert isinstance(web, PositionedDict)
    assert Place(found.place.source, web.value_spans["nodePort"]).text == "30080"
    assert Place(found.place.source, web.key_spans["nodePort"]).text == "nodePort"
    assert Place(found.place.source, items.item_spans[1]).text == '"b"'
    assert found.place.text == "valuesContent"


def test_quoted_values_are_read_too() -> None:
    found = one(ChartRelease, K3S.format(kind="HelmChart", chart="", content=json.dumps("a:\n  b: 30080\n")))
    inner = found.values.node["a"]
    assert isinstance(inner, PositionedDict)
    assert Place(found.place.source, inner.value_spans["b"]).text == "30080"


def test_a_fault_inside_values_stands_where_it_is() -> None:
    text = K3S.format(kind="HelmChart", chart="", content="|\n    a: 1\n    a: 2\n")
    given = document(text, "a.yaml")
    reading = read_document(given)
    assert reading is not None
    (fault,) = reading.faults
    assert fault.place.source is given.source
    assert given.source.line(given.source.point(fault.place.span.start).line) == "    a: 2"


def test_templated_values_that_do_not_parse_are_nobodys_fault() -> None:
    text = K3S.format(kind="HelmChart", chart="", content="|\n    {{ if x }}\n    a: : b\n")
    given = document(text, "a.yaml")
    reading = read_document(given)
    assert reading is not None
    assert reading.faults == ()
    other, release = reading.declarations
    assert (type(other), type(release)) == (Other, ChartRelease)
    assert isinstance(release, ChartRelease)
    assert release.unknown


@pytest.mark.parametrize(
    "chart", ["chart: {spec: {chart: ./charts/web}}", "chartRef: {kind: OCIRepository, name: web}"]
)
def test_flux_values(chart: str) -> None:
    spec = f"{{{chart}, values: {{b: 1}}}}"
    text = f"{{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {{name: a}}, spec: {spec}}}"
    found = one(ChartRelease, text)
    assert (found.chart, found.values.node) == ("web", {"b": 1})
    assert [type(thing) for thing in declarations(text)] == [Other, ChartRelease]


@pytest.mark.parametrize(
    "helm", ["{valuesObject: {b: 1}}", '{values: "b: 1"}', '{valuesObject: {b: 1}, values: "b: 2"}']
)
@pytest.mark.parametrize("sources", ["source: %s", "sources: [%s, {repoURL: x}]"])
def test_argo_values(helm: str, sources: str) -> None:
    source = sources % f"{{chart: web, helm: {helm}}}"
    text = f"{{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {{name: a}}, spec: {{{source}}}}}"
    found = one(ChartRelease, text)
    assert (found.chart, found.values.node) == ("web", {"b": 1})


def test_an_object_without_values_is_a_release_all_the_same() -> None:
    text = "{apiVersion: helm.cattle.io/v1, kind: HelmChart, metadata: {name: a}, spec: {chart: b}}"
    found = one(ChartRelease, text)
    assert (found.name, found.chart, found.values.node, found.place.text) == ("a", "b", {}, "a")
