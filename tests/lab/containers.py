"""Starts what the manifests start: each container's command on its own `/etc/nginx`, in its pod's network namespace."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.api_server import Object
from tests.lab.images import listens_at
from tests.lab.interpreter import Cluster, Pod, name_of, namespace_of
from tests.lab.network import LabError, inside
from tests.lab.services import hosts

START_SECONDS = 8.0
_IMAGE_MAIN = """master_process off;
worker_processes 1;
error_log /etc/nginx/error.log info;
pid /etc/nginx/nginx.pid;
events { worker_connections 256; }
http {
    access_log off;
    proxy_connect_timeout 300ms;
    include /etc/nginx/conf.d/*.conf;
}
"""
_IMAGE_DEFAULT = 'server { listen 80; location / { return 200 "Welcome to nginx!\\n"; } }\n'
_NGINX = ["nginx", "-g", "daemon off;"]


@dataclass(eq=False)
class Process:
    """A started container, and the directory that it sees as `/etc/nginx`."""

    popen: subprocess.Popen[bytes]
    root: Path

    def is_up(self) -> bool:
        return (self.root / "nginx.pid").exists() and (self.root / "nginx.pid").stat().st_size > 0

    def has_failed(self) -> bool:
        return self.popen.poll() is not None or "[emerg]" in self.said()

    def said(self) -> str:
        """What it wrote to its log."""
        logs = (self.root / "error.log", self.root / "output")
        return "".join(log.read_text(errors="replace") for log in logs if log.exists())


class Containers:
    """All processes of one lab; `stop` ends them."""

    def __init__(self, home: Path, certificates: Path) -> None:
        self.home = home
        self.certificates = certificates
        self.processes: list[Process] = []
        self.count = 0

    def start_nginx(self, namespace: str, main: str) -> Process:
        """An nginx with a whole configuration of its own."""
        root = self._root()
        (root / "nginx.conf").write_text(main)
        return self._start(namespace, root, _NGINX)

    def start_pod(self, pod: Pod, cluster: Cluster) -> list[Process]:
        """The containers of a pod, as its manifest says."""
        return [self._start_container(one, pod, cluster) for one in pod.spec["containers"]]

    def _start_container(self, container: Object, pod: Pod, cluster: Cluster) -> Process:
        root = self._root()
        (root / "nginx.conf").write_text(_IMAGE_MAIN)
        (root / "hosts").write_text(hosts(pod, cluster))
        (root / "conf.d").mkdir()
        image = container["image"].rsplit("/", 1)[-1].split(":")[0]
        if image == "nginx":
            (root / "conf.d/default.conf").write_text(_IMAGE_DEFAULT)
            self._mounts(container, pod, cluster, root)
            command = [*container.get("command", []), *container.get("args", [])] or _NGINX
        else:
            name = name_of(pod.workload)
            body = f'server {{ listen {listens_at(container)}; location / {{ return 200 "{name}\\n"; }} }}\n'
            (root / "conf.d/default.conf").write_text(body)
            command = _NGINX
        return self._start(pod.namespace, root, command)

    def wait(self, processes: Sequence[Process]) -> None:
        """Until each process listens or has failed."""
        until = time.monotonic() + START_SECONDS
        for process in processes:
            while not (process.is_up() or process.has_failed()):
                if time.monotonic() > until:
                    raise LabError(f"a process does not start: {process.popen.args!r}")
                time.sleep(0.005)

    def stop(self, processes: Sequence[Process] | None = None) -> None:
        """End these processes, or all."""
        ending = list(self.processes if processes is None else processes)
        for process in ending:
            with contextlib.suppress(ProcessLookupError):
                process.popen.send_signal(signal.SIGKILL)
        for process in ending:
            process.popen.wait(timeout=5)
            shutil.rmtree(process.root, ignore_errors=True)
        self.processes = [process for process in self.processes if process not in ending]

    def _root(self) -> Path:
        self.count += 1
        root = self.home / f"c{self.count}"
        root.mkdir()
        return root

    def _start(self, namespace: str, root: Path, command: Sequence[str]) -> Process:
        names = f"mount --bind {root}/hosts /etc/hosts && " if (root / "hosts").exists() else ""
        script = f'{names}mount --bind {root} /etc/nginx && exec "$@"'
        argv = [
            "setpriv",
            "--pdeathsig",
            "KILL",
            *inside(namespace),
            "unshare",
            "-m",
            "sh",
            "-c",
            script,
            "sh",
            *command,
        ]
        with (root / "output").open("wb") as output:
            popen = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=_ENVIRONMENT)
        process = Process(popen, root)
        self.processes.append(process)
        return process

    def _mounts(self, container: Object, pod: Pod, cluster: Cluster, root: Path) -> None:
        volumes = {one["name"]: one for one in pod.spec.get("volumes", [])}
        for mount in container.get("volumeMounts", []):
            path = Path(mount["mountPath"])
            if not path.is_relative_to("/etc/nginx"):
                continue
            files = self._files(volumes[mount["name"]], pod, cluster)
            at = root / path.relative_to("/etc/nginx")
            if "subPath" in mount:
                at.parent.mkdir(parents=True, exist_ok=True)
                at.write_text(files[mount["subPath"]])
                continue
            shutil.rmtree(at, ignore_errors=True)
            at.mkdir(parents=True)
            for name, text in files.items():
                (at / name).write_text(text)

    def _files(self, volume: Object, pod: Pod, cluster: Cluster) -> dict[str, str]:
        if "secret" in volume:
            return {name: (self.certificates / name).read_text() for name in ("tls.crt", "tls.key")}
        found = cluster.find("ConfigMap", namespace_of(pod.workload), volume["configMap"]["name"])
        if found is None:
            raise LabError(f"{name_of(pod.workload)} mounts a ConfigMap that is not there")
        return dict(found["data"])


_ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), "LANG": "C"}
