import pytest

from kblint.finding import Location, Severity, Skipped
from kblint.report.options import RenderOptions
from kblint.report.to_github import render
from kblint.source.text import Place, Source, Span
from tests.report.samples import BALANCER, at, finding, hostile, https_to_tls, result

QUIET = RenderOptions(quiet=True)


def obeyed(line: str) -> tuple[str, dict[str, str], str]:
    """What the runner makes of a line: command, properties, message."""
    info, _, data = line.removeprefix("::").partition("::")
    command, _, pairs = info.partition(" ")
    properties = dict(pair.split("=", 1) for pair in pairs.split(","))
    return command, {key: unescaped(value) for key, value in properties.items()}, unescaped(data)


def unescaped(text: str) -> str:
    for escaped, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, meant)
    return text


def test_finding_is_one_command() -> None:
    assert render(result(https_to_tls()), RenderOptions()) == (
        "::error file=lb/keybuzz-lb.yaml,line=9,endLine=9,col=23,endColumn=28,title=LB002 https-to-tls-backend::"
        "https listener `443` forwards to node port `31443`, which speaks TLS"
        "%0ATLS arrives here already decrypted"
        '%0Asymptom: 503, or 400 "plain HTTP request was sent to HTTPS port", on https://platform.keybuzz.io'
        "%0Ahelp: forward to `31695`, the node port where ingress-nginx speaks plain HTTP (fix available)"
        "%0Aingress/service.yaml:14: ingress-nginx `https`, targetPort `https`\n"
        "Checked 14 files, 31 objects, 5 journeys with profile hetzner-k3s: 1 error.\n"
    )


@pytest.mark.parametrize(
    ("severity", "command"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")],
    ids=str,
)
def test_severity_decides_the_command(severity: Severity, command: str) -> None:
    text = render(result(finding(at(BALANCER, "443"), severity=severity)), QUIET)
    assert obeyed(text.strip())[0] == command


def test_a_span_over_lines_has_no_columns() -> None:
    found = finding(Location(Place(BALANCER, Span(3, 40)), ""))
    _, properties, _ = obeyed(render(result(found), QUIET).strip())
    assert properties == {
        "file": "lb/keybuzz-lb.yaml",
        "line": "1",
        "endLine": "3",
        "title": "SVC001 unresolved-target-port",
    }


def test_properties_and_messages_come_back_as_they_were() -> None:
    source = Source("a,b:c%3A.yaml", "a: b\n")
    _, properties, message = obeyed(render(result(finding(at(source, "b"), message="100%, a::b %0A")), QUIET).strip())
    assert properties["file"] == "a,b:c%3A.yaml"
    assert message == "100%, a::b %0A"


def test_skipped_inputs_are_one_notice_a_reason() -> None:
    skipped = tuple(Skipped(f"{number}.yaml", "helm is not installed") for number in range(12))
    command, properties, message = obeyed(render(result(skipped=skipped), RenderOptions()).splitlines()[0])
    assert (command, properties["title"]) == ("notice", "kblint skipped 12 inputs")
    assert message.splitlines()[0] == "helm is not installed"
    assert message.splitlines()[-2:] == ["9.yaml", "and 2 more"]


def test_a_name_cannot_inject_a_command() -> None:
    source = Source("::error::.yaml", "a: b\n")
    name = "x\n::stop-commands::y\r\n##[add-mask]z"
    found = finding(Location(Place(source, Span(0, 1)), name), message=name, help=name)
    for given in (result(found, skipped=(Skipped(name, name),)), hostile()):
        lines = render(given, RenderOptions()).split("\n")
        assert {line.partition(" ")[0] for line in lines} == {"Checked", "", "::warning", "::notice"} - (
            {"::warning"} if given.summary.errors else set()
        ) | ({"::error"} if given.summary.errors else set())
        assert [line for line in lines if not line.isprintable() or "##[" in line] == []
