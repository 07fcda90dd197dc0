"""How to ask one port of an application whether it answers."""

from __future__ import annotations

from kblint.checklist import Command
from kblint.views.checklist.applications import App
from kblint.views.checklist.commands import connect, curl, url_path
from kblint.wire.services.ports import PodPort

PROBE_EXPECTED = "200 to 399"
"""What a probe takes for success: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes"""
ANSWER_EXPECTED = "a code other than 000, 502, 503 and 504"


def ask(app: App, pod: PodPort, address: str, port: object) -> list[Command]:
    """A command that shows whether `port` of `address`, which leads to `pod`, answers; none for an unknown port."""
    if not isinstance(port, int):
        return []
    speaks = app.speaks(pod) if pod.protocol == "TCP" else None
    if speaks is None:
        return [connect(address, port, pod.protocol)]
    path = probe_path(app, pod)
    scheme = "https" if speaks == "tls" else "http"
    return [curl(f"{scheme}://{address}:{port}{url_path(path)}", expected(path), insecure=speaks == "tls")]


def expected(path: str | None) -> str:
    """The status codes that are well: those of a probe where its path is known."""
    return PROBE_EXPECTED if path else ANSWER_EXPECTED


def probe_path(app: App, pod: PodPort) -> str | None:
    """The path that a probe of the port asks for; where a Service asks for a wrong port, that of the right one."""
    meant = app.reached[0] if len(app.reached) == 1 else pod
    return next((probe.path for probe in app.probes(meant) if isinstance(probe.path, str)), None)
