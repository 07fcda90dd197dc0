"""Known charts that another chart depends on."""

from __future__ import annotations

import pytest

from kblint.intake import read
from kblint.model.release import ChartRelease, Form
from kblint.model.service import Service
from kblint.read.charts.dependencies import read_folder
from kblint.source.text import Source
from tests.given.readings import at

DEPENDENCY = "{name: ingress-nginx, version: 4.11.3, repository: https://kubernetes.github.io/ingress-nginx"
VALUES = "ingress-nginx:\n  controller: {service: {type: NodePort, nodePorts: {http: 30080}}}\n"


def sources(dependency: str = f"{DEPENDENCY}}}", values: str = VALUES) -> list[Source]:
    chart = f"apiVersion: v2\nname: edge\nversion: 0.1.0\ndependencies: [{dependency}]\n"
    return [Source("edge/Chart.yaml", chart), Source("edge/values.yaml", values)]


def releases(dependency: str = f"{DEPENDENCY}}}", values: str = VALUES) -> list[ChartRelease]:
    reading = read_folder(sources(dependency, values))
    return [one for one in reading.declarations if isinstance(one, ChartRelease)] if reading else []


def test_values_stand_under_the_name_of_the_dependency() -> None:
    (found,) = releases()
    assert (found.form, found.chart, found.version) == (Form.DEPENDENCY, "ingress-nginx", "4.11.3")
    assert at(found.values.place("controller", "service", "type")) == (2, 32, "NodePort")


def test_an_alias_stands_for_the_name() -> None:
    dependency = f"{DEPENDENCY}, alias: edge}}"
    assert not releases(dependency)
    assert releases(dependency, VALUES.replace("ingress-nginx", "edge"))


@pytest.mark.parametrize(
    ("more", "values", "count"),
    [
        (", condition: ingress-nginx.enabled", "  enabled: false\n", 0),
        (", condition: ingress-nginx.enabled", "  enabled: true\n", 1),
        (", condition: 'edge.enabled,ingress-nginx.enabled'", "  enabled: false\n", 0),
        (", condition: edge.enabled", "", 1),
        (", tags: [edge]", "", 0),
    ],
)
def test_conditions_decide_whether_it_is_there(more: str, values: str, count: int) -> None:
    assert len(releases(f"{DEPENDENCY}{more}}}", VALUES + values)) == count


def test_what_is_not_known_is_left_alone() -> None:
    assert not releases("{name: own, version: 0.1.0}", "own: {port: 80}\n")
    assert not releases(values="other: {}\n")
    assert not releases(values="broken: [\n")


def test_what_it_makes_is_read_at_the_values() -> None:
    found = read(sources())
    (made,) = (one for one in found.declarations if isinstance(one, Service) and one.type == "NodePort")
    assert made.ports[0].node_port == 30080
    assert at(made.ports[0].origin.place("nodePort")) == (2, 60, "30080")
    assert "${" in made.meta.name, "what the chart is released as is not known"
