import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

import kblint
from kblint.finding import Result, Skipped, Suppressed
from kblint.report.options import RenderOptions
from kblint.report.to_json import render
from tests.report.samples import BALANCER, at, finding, hostile, https_to_tls, result

OPTIONS = RenderOptions()
SCHEMA = json.loads(resources.files("kblint.report").joinpath("report.schema.json").read_text("utf-8"))


def test_report_is_the_contract_to_the_letter() -> None:
    found = replace(https_to_tls(), message="für `日本`")
    expected = """\
{
  "version": 1,
  "tool": {
    "name": "kblint",
    "version": "VERSION"
  },
  "profile": "hetzner-k3s",
  "profileDetected": null,
  "summary": {
    "files": 14,
    "objects": 31,
    "journeys": 5,
    "followed": 5,
    "errors": 1,
    "warnings": 0,
    "infos": 0,
    "suppressed": 0,
    "unjudged": 0,
    "silencedErrors": {
      "comments": 0,
      "annotations": 0,
      "configuration": 0,
      "baseline": 0
    }
  },
  "findings": [
    {
      "rule": {
        "id": "LB002",
        "name": "https-to-tls-backend"
      },
      "severity": "error",
      "lowered": null,
      "certainty": "known",
      "message": "für `日本`",
      "symptom": "503, or 400 \\"plain HTTP request was sent to HTTPS port\\"",
      "help": "forward to `31695`, the node port where ingress-nginx speaks plain HTTP",
      "object": {
        "kind": "LoadBalancer",
        "namespace": null,
        "name": "keybuzz-lb"
      },
      "location": {
        "path": "lb/keybuzz-lb.yaml",
        "line": 9,
        "column": 23,
        "endLine": 9,
        "endColumn": 28,
        "label": "TLS arrives here already decrypted"
      },
      "related": [
        {
          "path": "ingress/service.yaml",
          "line": 14,
          "column": 17,
          "endLine": 14,
          "endColumn": 22,
          "label": "ingress-nginx `https`, targetPort `https`"
        }
      ],
      "journeys": [
        "https://platform.keybuzz.io/"
      ],
      "fingerprint": "FINGERPRINT",
      "fix": {
        "title": "forward to `31695`",
        "applicability": "safe",
        "edits": [
          {
            "path": "lb/keybuzz-lb.yaml",
            "start": {
              "line": 9,
              "column": 23
            },
            "end": {
              "line": 9,
              "column": 28
            },
            "text": "31695"
          }
        ],
        "command": null
      }
    }
  ],
  "baseline": null,
  "unjudged": [],
  "skipped": [
    {
      "path": "charts/x/templates/a.yaml",
      "reason": "Helm template, helm is not installed"
    }
  ],
  "notFollowed": []
}
"""
    expected = expected.replace("VERSION", kblint.__version__).replace("FINGERPRINT", found.fingerprint)
    skipped = Skipped("charts/x/templates/a.yaml", "Helm template, helm is not installed")
    assert expected == render(result(found, skipped=(skipped,)), OPTIONS)


def test_what_is_not_known_is_null() -> None:
    (found,) = json.loads(render(result(finding(at(BALANCER, "443"))), OPTIONS))["findings"]
    assert (found["symptom"], found["help"], found["object"], found["fix"]) == (None, None, None, None)


def test_suppressed_findings_are_counted_and_not_listed() -> None:
    report = json.loads(render(result(suppressed=(Suppressed(https_to_tls(), "known"),)), OPTIONS))
    assert (report["summary"]["suppressed"], report["findings"]) == (1, [])


@pytest.mark.parametrize(
    "given", [result(), result(https_to_tls()), result(finding(at(BALANCER, "443"))), hostile()], ids=str
)
def test_report_validates_against_the_schema(given: Result) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(render(given, OPTIONS)))


def test_schema_is_valid_and_closed() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    objects = [node for node in walk(SCHEMA) if "properties" in node]
    assert len(objects) > 5
    assert all(node["additionalProperties"] is False for node in objects)
    assert all(sorted(node["required"]) == sorted(node["properties"]) for node in objects)


def test_hostile_text_comes_back_unchanged_and_never_raw() -> None:
    text = render(hostile(), OPTIONS)
    assert text.encode("utf-8")
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    assert hostile().findings[0].message == json.loads(text)["findings"][0]["message"]


def walk(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from walk(child)
