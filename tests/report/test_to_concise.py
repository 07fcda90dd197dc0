from msgspec.structs import replace

from kblint.finding import Severity, Skipped
from kblint.report.options import RenderOptions
from kblint.report.to_concise import render
from tests.report.samples import SERVICE, at, finding, hostile, https_to_tls, result, unjudged

QUIET = RenderOptions(quiet=True)


def test_a_line_a_finding_in_the_order_of_the_result() -> None:
    info = finding(at(SERVICE, "443"), severity=Severity.INFO, message="a " + "long " * 50 + "message")
    lines = render(result(info, https_to_tls(), unjudged=(unjudged(),)), QUIET).splitlines()
    assert lines[:2] == [
        f"ingress/service.yaml:12:13: info SVC001 {info.message}",
        "lb/keybuzz-lb.yaml:9:23: error LB002 https listener `443` forwards to node port `31443`, which speaks TLS",
    ]
    assert lines[2].startswith("ingress/service.yaml:4:9: not judged rule `SVC017`")
    assert len(lines) == 3


def test_what_was_skipped_is_said_by_reason_and_the_summary_is_the_last_line() -> None:
    skipped = (Skipped("a.yaml", "template"), Skipped("b.yaml", "template"), Skipped("c", "is a binary file"))
    lines = render(result(https_to_tls(), skipped=skipped), RenderOptions()).splitlines()
    assert lines[1:3] == ["skipped 2 inputs: template", "skipped c: is a binary file"]
    assert lines[-1] == "Checked 14 files, 31 objects, 5 journeys with profile hetzner-k3s: 1 error."


def test_colours_are_those_of_the_severity() -> None:
    text = render(result(https_to_tls()), replace(QUIET, color=True))
    assert ": \x1b[1;31merror\x1b[0m \x1b[1mLB002\x1b[0m https" in text


def test_a_hostile_name_stays_in_its_line() -> None:
    text = render(hostile(), QUIET)
    assert len(text.splitlines()) == 2
    assert all(line.isprintable() and not line.startswith("::") for line in text.splitlines())
