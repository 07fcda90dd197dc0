"""What a person at the client meets: `curl`, several times at once, and one word for it.

Requests meet different nodes and endpoints by chance. The rule: an outcome other than `ok` that comes at least twice
among them decides, the most frequent one first; else it is `ok`. So what fails for one person in three counts as
failing, and a single hiccup of a busy machine does not.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from tests.lab.interpreter import PENDING, REJECTED, Cluster, Pod
from tests.lab.network import BALANCER_PUBLIC, Network, inside, run
from tests.lab.services import hosts

REQUESTS, CALLS = 24, 3
CONNECT_SECONDS, ANSWER_SECONDS = 1.2, 5
_PLAIN = b"plain HTTP request was sent to HTTPS port"
_SPEAKS_TLS = '400 "plain HTTP request was sent to HTTPS port"'
_AS_CLIENTS = {"tcp": ("http", "https")}
"""What is passed on as bytes is asked as its client would: in plain HTTP, or else with TLS."""
_CLOSED = re.compile(r"SSL_ERROR_SYSCALL|reset by peer|unexpected eof|Recv failure|Empty reply", re.IGNORECASE)


def decide(outcomes: Counter[str]) -> str:
    """One outcome out of many, by the rule above."""
    bad = [(count, outcome) for outcome, count in outcomes.items() if outcome != "ok" and count > 1]
    return max(bad)[1] if bad else "ok"


def attempts(network: Network, certificates: Path, url: str, name: str = "") -> Counter[str]:
    """How often each outcome was met at the balancer; `<node>` as the URL's host stands for each node in turn.

    `name` is what the application that shall answer says of itself; without one, whoever answers is right.
    """
    scheme, rest = url.split("://", 1)
    met: Counter[str] = Counter()
    for client in _AS_CLIENTS.get(scheme, (scheme,)):
        met = _attempts(network, certificates, f"{client}://{rest}", name, trusts_any=client != scheme)
        if decide(met) != _SPEAKS_TLS:
            break
    return met


def call(pod: Pod, cluster: Cluster, address: str) -> Counter[str]:
    """What a pod meets that asks `host:port` by HTTP, a few times."""
    host, _, port = address.rpartition(":")
    known = {name: line.split()[0] for line in hosts(pod, cluster).splitlines() for name in line.split()[1:]}
    if host not in known:
        return Counter({"name not found": 2})
    with tempfile.TemporaryDirectory() as home:
        argv = [*inside(pod.namespace), "curl", "-sS", "-o", f"{home}/body", "--connect-to", f"::{known[host]}:"]
        argv += ["--connect-timeout", str(CONNECT_SECONDS)]
        argv += ["-w", "%{exitcode}\t%{http_code}\t%{filename_effective}\t%{errormsg}\n", f"http://{host}:{port}/"]
        lines = [run(argv, check=False).strip("\n") for _ in range(CALLS)]
        return Counter(_outcome(*line.split("\t", 3), name="") for line in lines)


def _attempts(network: Network, certificates: Path, url: str, name: str, *, trusts_any: bool) -> Counter[str]:
    hosts = [BALANCER_PUBLIC]
    if "<node>" in url:
        hosts = [node.public for node in network.nodes]
        url = url.replace("<node>", "node.lab.test")
    asked = url if urlsplit(url).path else f"{url}/"
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(len(hosts)) as pool:

        def ask(host: str) -> list[str]:
            share = REQUESTS // len(hosts)
            return _ask(network, certificates, asked, host, share, Path(home), name=name, trusts_any=trusts_any)

        return Counter(outcome for outcomes in pool.map(ask, hosts) for outcome in outcomes)


def _ask(
    network: Network, certificates: Path, url: str, host: str, requests: int, home: Path, *, name: str, trusts_any: bool
) -> list[str]:
    argv = [*inside(network.client), "curl", "-sS", "-Z", "--parallel-immediate", "--parallel-max", str(requests)]
    argv += ["--insecure"] if trusts_any else []
    argv += ["--cacert", str(certificates / "ca.crt"), "--http1.1", "--connect-to", f"::{host}:", "-L"]
    argv += ["--max-redirs", "8", "--connect-timeout", str(CONNECT_SECONDS), "--max-time", str(ANSWER_SECONDS)]
    argv += ["-w", "%{exitcode}\t%{http_code}\t%{filename_effective}\t%{errormsg}\n"]
    bodies = [home / f"{host}-{index}" for index in range(requests)]
    for body in bodies:
        argv += ["-o", str(body), url]
    lines = run(argv, check=False, timeout=60).splitlines()
    return [_outcome(*line.split("\t", 3), name=name) for line in lines if line.count("\t") >= 3]


def _outcome(exit_code: str, status: str, filename: str, message: str, *, name: str) -> str:
    code = int(exit_code)
    if code == 0:
        path = Path(filename) if filename else None
        return _answer(status, path.read_bytes() if path and path.exists() else b"", name)
    if code == 47:
        return "redirect loop"
    if code == 28:
        return "timeout"
    if code == 7:
        return "connection refused"
    if code == 52 or _CLOSED.search(message):
        return "empty reply"
    if code in (35, 60):
        return "TLS error"
    return f"curl {code}: {message}"


def _answer(status: str, body: bytes, name: str) -> str:
    if status == "200":
        said = body.decode(errors="replace").strip()
        if said in (REJECTED, PENDING):
            return said
        return "ok" if name in ("", said) else f"answered by {said}"
    if status == "400" and _PLAIN in body:
        return _SPEAKS_TLS
    return status
