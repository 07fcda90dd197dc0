"""Commands to copy into a shell. Whatever a name holds, it stays one word, and no option.

Words in capitals (`NODE_IP`) stand for what no file tells.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from urllib.parse import quote

from kblint.checklist import Command
from kblint.model.workload import Workload
from kblint.source.regex import regex
from kblint.views.checklist.applications import App
from kblint.wire.services.ports import PodPort

ROUTE_EXPECTED = "a code other than 000, 404, 502, 503 and 504"
PROBE_EXPECTED = "200 to 399"
"""What a probe takes for success: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes"""
ANSWER_EXPECTED = "a code other than 000, 502, 503 and 504"

_HOST = regex(r"[A-Za-z0-9*]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_PLAIN_PATH = regex(r"[^*()\[\]{}|^$?+\\\s]*")


def curl(url: str, expect: str, *, host: str | None = None, insecure: bool = False) -> Command:
    """Ask `url` and print the status code; `host` is sent as the Host header, `insecure` accepts any certificate."""
    words = ["curl", "-sS", "-o", "/dev/null", "-w", r"%{http_code}\n"]
    words += ["-k"] if insecure else []
    words += ["-H", f"Host: {host}"] if host else []
    return Command(shlex.join([*words, url]), expect)


def connect(address: str, port: int, protocol: str, expect: str = "succeeded") -> Command:
    """Open a connection, for what does not speak HTTP."""
    words = ["nc", "-z", "-v", *(["-u"] if protocol == "UDP" else []), "-w", "3", address, str(port)]
    return Command(shlex.join(words), expect)


def sockets(port: int, protocol: str) -> Command:
    """What listens on a port of the node."""
    return Command(
        shlex.join(["sudo", "ss", "-lunp" if protocol == "UDP" else "-ltnp", f"sport = :{port}"]),
        "a line for the process",
    )


def kubectl(namespace: str | None, *words: str, expect: str = "") -> Command:
    """A question to the API server; objects are named `kind/name`, which cannot be taken for an option."""
    return Command(shlex.join(["kubectl", *(["-n", namespace] if namespace else []), *words]), expect)


def pods_of(workload: Workload) -> Command:
    """Where a workload's pods are, and their addresses."""
    return kubectl(workload.meta.namespace, "get", "pods", "-o", "wide", f"--selector={_selector(workload.pod.labels)}")


def url_host(host: object) -> str | None:
    """A host to ask for: `*.example.org` becomes a host below it; None for any host, and for what is no host name."""
    if not isinstance(host, str) or not _HOST.fullmatch(host):
        return None
    return host.replace("*", "www", 1) if "*" not in host[1:] else None


def url_path(path: object) -> str:
    """A path to ask for: a regular expression is cut where it begins to be one; `/` where nothing is known."""
    if not isinstance(path, str):
        return "/"
    plain = _PLAIN_PATH.match(path)
    return "/" + quote((plain.group() if plain else "").lstrip("/"), safe="/%:@!,;=~.-_")


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


def _selector(labels: Mapping[str, object]) -> str:
    return ",".join(f"{key}={value}" for key, value in labels.items() if isinstance(value, str))
