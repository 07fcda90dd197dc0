"""What a release is called, in values that its chart takes for templates."""

from __future__ import annotations

import pytest

from kblint.model.route import Route
from kblint.model.service import Service
from tests.given.manifests import helm_chart
from tests.given.readings import composed, only

VALUES = """
controllers: {main: {containers: {main: {image: {repository: registry.example.com/wiki, tag: "1"}}}}}
service: {main: {controller: main, forceRename: "WRITTEN", ports: {http: {port: 8080}}}}
ingress:
  main: {hosts: [{host: "WRITTEN.example.com", paths: [{path: /, service: {identifier: main, port: http}}]}]}
"""


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("{{ .Release.Name }}", "wiki"),
        ("{{- $.Release.Name -}}", "wiki"),
        ("x-{{ .Release.Namespace }}", "x-web"),
        ("plain", "plain"),
    ],
)
def test_the_name_and_the_namespace_of_a_release_are_filled_in(written: str, called: str) -> None:
    made = composed(helm_chart(VALUES.replace("WRITTEN", written), "app-template", "wiki", targetNamespace="web"))
    assert only(made, Service).meta.name == called
    (rule,) = only(made, Route).rules
    assert rule.host == f"{called}.example.com"
