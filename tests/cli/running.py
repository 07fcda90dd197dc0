"""The command line, run in this process; goldens and small folders for it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from kblint.cli.main import cli
from tests.given.manifests import container, service, stream, workload

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
GOLDENS = Path(__file__).parent / "goldens"
SCENARIOS = ("keybuzz/4-200", "keybuzz/3-503-target-port", "next-apps/right", "next-apps/wrong")

APP = stream(
    workload(
        container(ports="[{name: http, containerPort: 8080, hostPort: 8080}]"), kind="DaemonSet", hostNetwork=True
    ),
    service(type="NodePort", ports="[{name: http, port: 80, targetPort: 8080, nodePort: 30000}]"),
)
"""A right application, with nothing in front of it."""

NEVER = """\
id: SVC090
name: never-right
summary: cannot be evaluated on port 80
severity: error
since: "0.2"
subject: ServicePort
condition: port.port / (80 - port.port) == 0
message: nothing
location: {at: port, label: here}
rationale: A test.
examples:
  - bad: |
      nothing # <- primary
  - good: |
      nothing
"""
"""A rule that cannot be evaluated on port 80."""


def run(*words: str) -> tuple[int, str]:
    """Exit code and standard output; what kblint cannot do is raised."""
    result = CliRunner().invoke(cli, words, standalone_mode=False, catch_exceptions=False)
    return result.return_value or 0, result.stdout


def is_golden(name: str, output: str, *, update: bool) -> bool:
    """Whether `output` is the golden report `name`, which `update` rewrites first."""
    file = GOLDENS / f"{name}.golden"
    if update:
        file.write_bytes(output.encode())
    return file.read_bytes() == output.encode()


def golden_name(scenario: str, command: str) -> str:
    return f"{scenario.replace('/', '-')}.{command}"
