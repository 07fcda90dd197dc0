"""A real API server with its etcd, where a release of Kubernetes is on PATH: what the stand-in of the lab is held to.

https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from tests.lab.api_server import Object
from tests.lab.network import LabError, run

TOOLS = ("etcd", "kube-apiserver")
START_SECONDS = 60.0
_TOKEN = "of-the-lab"
_GROUPS = {
    "ConfigMap": "api/v1",
    "Service": "api/v1",
    "Namespace": "api/v1",
    "Deployment": "apis/apps/v1",
    "DaemonSet": "apis/apps/v1",
    "Ingress": "apis/networking.k8s.io/v1",
    "IngressClass": "apis/networking.k8s.io/v1",
    "NetworkPolicy": "apis/networking.k8s.io/v1",
}
_PLURALS = {"Ingress": "ingresses", "IngressClass": "ingressclasses", "NetworkPolicy": "networkpolicies"}


def why_not() -> str | None:
    """Why there is no real API server here; None where there is one."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"--lab real needs {' and '.join(missing)} of a Kubernetes release on PATH" if missing else None


class ApiServer:
    """A running API server. `create` objects; a context manager."""

    def __enter__(self) -> Self:
        self.port = _free_port()
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            home = Path(tempfile.mkdtemp(prefix="kblint-real-"))
            stack.callback(shutil.rmtree, home, ignore_errors=True)
            self._start(home, stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def create(self, one: Object) -> str:
        """Create an object; what the API server says where it refuses, empty where it takes it."""
        status, said = self._ask("POST", _path(one), one)
        return "" if status in (200, 201) else str(said.get("message", status))

    def delete(self, one: Object) -> None:
        """Remove an object again."""
        self._ask("DELETE", f"{_path(one)}/{one['metadata']['name']}", None)

    def _start(self, home: Path, stack: contextlib.ExitStack) -> None:
        client, peer = _free_port(), _free_port()
        (home / "tokens.csv").write_text(f'{_TOKEN},admin,admin,"system:masters"\n')
        run(["openssl", "genrsa", "-out", str(home / "account.key"), "2048"])
        etcd = f"http://127.0.0.1:{client}"
        own = ["--data-dir", str(home / "etcd"), "--listen-client-urls", etcd, "--advertise-client-urls", etcd]
        _popen(["etcd", *own, "--listen-peer-urls", f"http://127.0.0.1:{peer}"], home / "etcd.log", stack)
        flags = {
            "etcd-servers": etcd,
            "secure-port": self.port,
            "bind-address": "127.0.0.1",
            "cert-dir": home / "pki",
            "token-auth-file": home / "tokens.csv",
            "authorization-mode": "AlwaysAllow",
            "disable-admission-plugins": "ServiceAccount",
            "service-account-issuer": "https://lab.test",
            "service-account-key-file": home / "account.key",
            "service-account-signing-key-file": home / "account.key",
            "service-cluster-ip-range": "10.43.0.0/16",
        }
        argv = ["kube-apiserver", *(f"--{name}={value}" for name, value in flags.items())]
        server = _popen(argv, home / "api.log", stack)
        until = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if server.poll() is not None or time.monotonic() > until:
                raise LabError(f"kube-apiserver does not start: {(home / 'api.log').read_text()[-1000:]}")
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        try:
            return self._ask("GET", "api/v1/namespaces/default", None)[0] == 200
        except OSError:
            return False

    def _ask(self, method: str, path: str, body: Object | None) -> tuple[int, Object]:
        # its certificate is of its own making, and it is on this machine
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=trusting)
        headers = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"}
        connection.request(method, f"/{path}?fieldValidation=Strict", json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, {"message": text.decode(errors="replace")}


def _path(one: Object) -> str:
    kind, namespace = one["kind"], one["metadata"].get("namespace")
    plural = _PLURALS.get(kind, f"{kind.lower()}s")
    return f"{_GROUPS[kind]}/{f'namespaces/{namespace}/' if namespace else ''}{plural}"


def _popen(argv: list[str], log: Path, stack: contextlib.ExitStack) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        popen = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *argv], stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    stack.callback(popen.wait, timeout=10)
    stack.callback(popen.kill)
    return popen


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def in_namespaces_of_its_own(objects: list[Object], prefix: str) -> Iterator[Object]:
    """Objects as they are, in namespaces that nobody else has: one API server takes many deployments."""
    for one in objects:
        meta = dict(one["metadata"])
        if one["kind"] not in ("Namespace", "IngressClass"):
            meta["namespace"] = f"{prefix}-{meta.get('namespace', 'default')}"
        yield {**one, "metadata": meta}
