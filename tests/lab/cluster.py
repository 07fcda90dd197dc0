"""The whole laboratory: one network, which serves many folders, and what a folder of manifests makes of it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Self

from tests.lab import kubeproxy, policies
from tests.lab.api_server import WORKLOADS, Object
from tests.lab.balancer import Balancer, make_certificates
from tests.lab.containers import Containers, Process
from tests.lab.controller import configuration
from tests.lab.firewalls import HostFirewalls, cloud_firewall
from tests.lab.interpreter import SENTINEL_PORTS, Cluster, Pod, build, name_of, read
from tests.lab.network import LabError, Network, inside, run
from tests.lab.observe import attempts, call, decide

_SENTINEL = """master_process off;
error_log /etc/nginx/error.log;
pid /etc/nginx/nginx.pid;
events {{ }}
http {{
    ssl_certificate {certificates}/tls.crt;
    ssl_certificate_key {certificates}/tls.key;
    access_log off;
    {servers}
}}
"""


_NO_FAULT_OF_THE_LAB = ("bind() to", "host not found in upstream")


class Lab:
    """A network with its tools. `deploy` a folder, then `attempts` on URLs; a context manager."""

    def __enter__(self) -> Self:
        self._has_policies = False
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self.home = Path(tempfile.mkdtemp(prefix="kblint-lab-"))
            stack.callback(shutil.rmtree, self.home, ignore_errors=True)
            self.network = stack.enter_context(Network())
            self.certificates = make_certificates(self.home / "pki")
            self.firewalls = HostFirewalls(self.home)
            self.stand_ins = Containers(self._folder("stand-ins"), self.certificates)
            stack.callback(self.stand_ins.stop)
            self.containers = Containers(self._folder("containers"), self.certificates)
            stack.callback(self.containers.stop)
            self.balancer = Balancer(self.network, self.certificates)
            stack.callback(self.balancer.stop)
            self._start_stand_ins()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def deploy(self, folder: Path) -> Cluster:
        """Tear the last deployment down and make this one."""
        self.balancer.stop()
        self.containers.stop()
        cluster = build(read(folder), self.network)
        self._firewalls(cluster)
        for workload in cluster.of_kind(*WORKLOADS):
            # one after the other: who was applied first has the ports
            pods = [pod for pod in cluster.pods if pod.workload is workload and not (pod.missing or pod.waits)]
            if not any(pod.is_controller for pod in pods):
                self._watch(pods, {id(pod): self.containers.start_pod(pod, cluster) for pod in pods})
        controllers = [pod for pod in cluster.pods if not pod.missing and pod.is_controller]
        started = {
            id(pod): [self.containers.start_nginx(pod.namespace, configuration(pod, cluster, self.certificates))]
            for pod in controllers
        }
        self._watch(controllers, started)
        self._tables(cluster)
        self.balancer.start(cluster.declared)
        self.cluster = cluster
        return cluster

    def observe(self, url: str, name: str = "") -> str:
        """The outcome that clients meet at a URL; only the application of that name is `ok`, if any is given."""
        return decide(self.attempts(url, name))

    def attempts(self, url: str, name: str = "") -> Counter[str]:
        """How often each outcome is met at a URL."""
        return attempts(self.network, self.certificates, url, name)

    def calls(self, caller: str, address: str) -> Counter[str]:
        """How often each outcome is met by the pods of a workload that ask `host:port`; none where none of them run."""
        pods = [pod for pod in self.cluster.pods if name_of(pod.workload) == caller and pod.ready]
        met: Counter[str] = Counter()
        for pod in pods:
            met += call(pod, self.cluster, address)
        return met

    def _folder(self, name: str) -> Path:
        folder = self.home / name
        folder.mkdir()
        return folder

    def _start_stand_ins(self) -> None:
        servers = "\n".join(
            f'server {{ listen {port}{" ssl" if tls else ""}; return 200 "{outcome}"; }}'
            for (outcome, tls), port in SENTINEL_PORTS.items()
        )
        main = _SENTINEL.format(certificates=self.certificates, servers=servers)
        started = [self.stand_ins.start_nginx(node.sentinel.namespace, main) for node in self.network.nodes]
        self.stand_ins.wait(started)

    def _watch(self, pods: list[Pod], started: dict[int, list[Process]]) -> None:
        """Wait for the processes; pods in which one dies are not ready, nor those whose readiness probe fails."""
        everyone = [process for pod in pods for process in started[id(pod)]]
        self.containers.wait(everyone)
        failed = [process for process in everyone if process.has_failed()]
        for process in failed:
            if not any(reason in process.said() for reason in _NO_FAULT_OF_THE_LAB):
                raise LabError(f"a container fails, and not for want of a port or a name: {process.said()}")
        for pod in pods:
            pod.ready = not any(process in failed for process in started[id(pod)]) and self._answers_probe(pod)
        self.containers.stop(failed)

    def _answers_probe(self, pod: Pod) -> bool:
        probe = pod.container.get("readinessProbe")
        if not probe:
            return True
        if "tcpSocket" in probe:
            # what the process makes of an HTTP request does not matter here
            url, fine = f"http://{pod.address}:{_probed(probe['tcpSocket'], pod)}/", {"0", "1", "52", "56"}
        else:
            get = probe["httpGet"]
            scheme, path = get.get("scheme", "HTTP").lower(), get.get("path", "/")
            url, fine = f"{scheme}://{pod.address}:{_probed(get, pod)}{path}", {"0"}
        argv = [*inside(pod.node.namespace), "curl", "-sSkf", "-m", "1", "-o", "/dev/null", "-w", "%{exitcode}", url]
        return run(argv, check=False).strip() in fine

    def _firewalls(self, cluster: Cluster) -> None:
        declared = cluster.declared
        self.network.block_vxlan(blocked=declared.overlay == "blocked")
        host_filter = self.firewalls.tables(declared.ufw)
        cloud = cloud_firewall(declared.cloud_firewalls)
        self._host_filter = host_filter
        for node in self.network.nodes:
            run([*inside(node.namespace), "nft", "-f", "-"], stdin=cloud)

    def _tables(self, cluster: Cluster) -> None:
        isolated = cluster.of_kind("NetworkPolicy") or self._has_policies
        self._has_policies = bool(cluster.of_kind("NetworkPolicy"))
        for slot in [slot for node in self.network.nodes for slot in node.slots] if isolated else ():
            pod = next((pod for pod in cluster.pods if pod.slot == slot), None)
            run([*inside(slot.namespace), "iptables-restore"], stdin=policies.in_pod(pod, cluster))
        for node in self.network.nodes:
            text = kubeproxy.tables(node, cluster, self._host_filter)
            run([*inside(node.namespace), "iptables-restore"], stdin=text)


def _probed(target: Object, pod: Pod) -> int:
    port = target["port"]
    if isinstance(port, int):
        return port
    named = (one for one in pod.container.get("ports", []) if one.get("name") == port)
    return int(next(named)["containerPort"])
