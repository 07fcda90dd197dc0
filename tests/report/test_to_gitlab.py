import json
from typing import Any

from kblint.finding import Result, Severity, Skipped
from kblint.report.options import RenderOptions
from kblint.report.to_gitlab import render
from tests.report.samples import BALANCER, at, finding, hostile, https_to_tls, result


def entries(given: Result) -> Any:
    return json.loads(render(given, RenderOptions()))


def test_finding_is_one_entry() -> None:
    assert entries(result(https_to_tls())) == [
        {
            "description": "https listener `443` forwards to node port `31443`, which speaks TLS (symptom: 503, or "
            '400 "plain HTTP request was sent to HTTPS port", on https://platform.keybuzz.io)',
            "check_name": "LB002",
            "fingerprint": https_to_tls().fingerprint,
            "severity": "critical",
            "location": {"path": "lb/keybuzz-lb.yaml", "lines": {"begin": 9}},
        }
    ]


def test_severities_are_those_that_gitlab_knows() -> None:
    findings = [finding(at(BALANCER, "443"), severity=severity) for severity in Severity]
    assert [entry["severity"] for entry in entries(result(*findings))] == ["info", "minor", "critical"]


def test_fingerprints_are_unique_and_stable() -> None:
    twice = entries(result(https_to_tls(), https_to_tls(), skipped=(Skipped("a", "b"), Skipped("b", "a"))))
    assert len({entry["fingerprint"] for entry in twice}) == 4
    assert twice == entries(result(https_to_tls(), https_to_tls(), skipped=(Skipped("a", "b"), Skipped("b", "a"))))


def test_what_was_skipped_is_said() -> None:
    (entry,) = entries(result(skipped=(Skipped("charts/a.yaml", "helm is not installed"),)))
    assert entry["description"] == "not checked: helm is not installed"
    assert entry["severity"] == "info"
    assert entry["location"] == {"path": "charts/a.yaml", "lines": {"begin": 1}}


def test_a_clean_run_is_an_empty_list() -> None:
    assert render(result(), RenderOptions()) == "[]\n"


def test_descriptions_are_printable() -> None:
    assert all(entry["description"].isprintable() for entry in entries(hostile()))
