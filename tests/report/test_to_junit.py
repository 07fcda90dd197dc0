from xml.etree import ElementTree as ET

import pytest

from kblint.finding import Result, Severity, Skipped
from kblint.report.options import RenderOptions
from kblint.report.to_junit import render
from tests.report.samples import BALANCER, SERVICE, at, finding, hostile, https_to_tls, result


def parsed(given: Result) -> ET.Element:
    return ET.fromstring(render(given, RenderOptions()))


def test_report_is_a_suite_a_file_and_a_case_a_finding() -> None:
    given = result(
        finding(at(SERVICE, "443", "here")),
        https_to_tls(),
        skipped=(Skipped("charts/a.yaml", "helm is not installed"),),
    )
    expected = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="kblint" tests="3" failures="1" errors="0" skipped="1" time="0">
  <testsuite name="ingress/service.yaml" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="ingress/service.yaml" name="SVC001 unresolved-target-port at 12:13" time="0">
      <system-out>warning: something is wrong
ingress/service.yaml:12:13: here</system-out>
    </testcase>
  </testsuite>
  <testsuite name="lb/keybuzz-lb.yaml" tests="1" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="lb/keybuzz-lb.yaml" name="LB002 https-to-tls-backend at 9:23" time="0">
      <failure type="LB002" message="https listener `443` forwards to node port `31443`, which speaks TLS">\
error: https listener `443` forwards to node port `31443`, which speaks TLS
lb/keybuzz-lb.yaml:9:23: TLS arrives here already decrypted
ingress/service.yaml:14:17: ingress-nginx `https`, targetPort `https`
symptom: 503, or 400 &quot;plain HTTP request was sent to HTTPS port&quot;, on https://platform.keybuzz.io
help: forward to `31695`, the node port where ingress-nginx speaks plain HTTP (fix available)</failure>
    </testcase>
  </testsuite>
  <testsuite name="skipped" tests="1" failures="0" errors="0" skipped="1" time="0">
    <testcase classname="charts/a.yaml" name="skipped" time="0">
      <skipped message="helm is not installed"/>
    </testcase>
  </testsuite>
</testsuites>
"""
    assert render(given, RenderOptions()) == expected


@pytest.mark.parametrize(
    ("severity", "failures"), [(Severity.ERROR, 1), (Severity.WARNING, 0), (Severity.INFO, 0)], ids=str
)
def test_only_errors_are_failures(severity: Severity, failures: int) -> None:
    root = parsed(result(finding(at(BALANCER, "443"), severity=severity)))
    assert len(root.findall("testsuite/testcase/failure")) == failures
    assert root.get("failures") == str(failures)


def test_a_clean_run_is_one_test_that_passed() -> None:
    root = parsed(result())
    (case,) = root.findall("testsuite/testcase")
    assert root.get("tests") == "1"
    assert list(case) == []
    assert "all is well" in case.get("name", "")


def test_counts_are_those_of_the_cases() -> None:
    skipped = (Skipped("a", "b"), Skipped("c", "d"))
    for root in (parsed(hostile()), parsed(result(https_to_tls(), https_to_tls(), skipped=skipped)), parsed(result())):
        for node in (root, *root.findall("testsuite")):
            assert node.get("tests") == str(len(list(node.iter("testcase"))))
            assert node.get("failures") == str(len(list(node.iter("failure"))))
            assert node.get("skipped") == str(len(list(node.iter("skipped"))))


def test_hostile_text_stays_well_formed_and_visible() -> None:
    text = render(hostile(), RenderOptions())
    assert all(line.isprintable() for line in text.splitlines())
    failure = next(ET.fromstring(text).iter("failure"))
    assert "␛" in failure.get("message", "")
    assert "<b>" in failure.get("message", "")
