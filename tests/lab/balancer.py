"""The Hetzner load balancer out of haproxy, from the same description that `hcloud load-balancer describe` prints.

https listeners end TLS and speak plain HTTP to the target, tcp listeners pass bytes. A listener whose targets are all
unhealthy answers 503, a tcp one closes. Intervals and timeouts are shortened: 15 s and 10 s there, 0.1 s and 0.2 s
here. A request is tried once: with retries, what fails for one request of three would fail for one of eighty.
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.lab.api_server import Object
from tests.lab.interpreter import REJECTED, Declared
from tests.lab.network import BALANCER_PUBLIC, LabError, Network, inside, run

CHECK_MILLISECONDS, CHECK_TIMEOUT, CONNECT_TIMEOUT, ANSWER_TIMEOUT = 100, 200, 400, 2500
SETTLE_SECONDS = 1.2
DEFAULT_DESTINATION = 80
_HEAD = """global
    maxconn 512
    nbthread 1
    stats socket {socket} level admin
defaults
    timeout connect {connect}ms
    timeout client 4s
    timeout server {answer}ms
    timeout check {check}ms
    retries 0
    default-server inter {interval}ms fall 2 rise 1
"""


def complaint(service: Object, before: list[Object]) -> str | None:
    """Why Hetzner's API refuses a listener; None where it takes it."""
    http = service.get("http") or {}
    if service["protocol"] == "https" and not http.get("certificates"):
        return "no certificate"
    if http.get("redirect_http") and service["protocol"] != "https":
        return "redirect_http needs https"
    ports = [port for other in before for port in _listen_ports(other)]
    if set(_listen_ports(service)) & set(ports):
        return "source_port_already_used"
    return None


def _listen_ports(service: Object) -> list[int]:
    extra = [80] if (service.get("http") or {}).get("redirect_http") else []
    return [service["listen_port"], *extra]


def configuration(declared: Declared, network: Network, home: Path) -> str:
    """haproxy's configuration."""
    text = _HEAD.format(
        socket=home / "haproxy.sock",
        connect=CONNECT_TIMEOUT,
        answer=ANSWER_TIMEOUT,
        check=CHECK_TIMEOUT,
        interval=CHECK_MILLISECONDS,
    )
    for number, balancer in enumerate(declared.balancers):
        private = any(target.get("use_private_ip") for target in balancer["targets"])
        by_node = [node.private if private else node.public for node in network.nodes]
        addresses = [one["ip"]["ip"] for one in balancer["targets"] if one["type"] == "ip"]
        addresses += by_node if any(one["type"] != "ip" for one in balancer["targets"]) else []
        taken: list[Object] = []
        for service in balancer["services"]:
            name = f"{number}-{service['listen_port']}-{len(taken)}"
            said = complaint(service, taken)
            taken.append(service)
            if said == "source_port_already_used":
                continue
            text += (
                "\n".join(_refused(name, service, home) if said else _listener(name, service, addresses, home)) + "\n"
            )
    return text


def _refused(name: str, service: Object, home: Path) -> Iterator[str]:
    """What the API refused says so, so that it is told apart from what it breaks."""
    tls = f" ssl crt {home}/balancer.pem" if service["protocol"] == "https" else ""
    yield f"frontend refused-{name}\n    mode http\n    bind {BALANCER_PUBLIC}:{service['listen_port']}{tls}"
    yield f'    http-request return status 200 content-type text/plain string "{REJECTED}"'


def _listener(name: str, service: Object, addresses: list[str], home: Path) -> Iterator[str]:
    protocol, http = service["protocol"], service.get("http") or {}
    tls = f" ssl crt {home}/balancer.pem alpn http/1.1" if protocol == "https" else ""
    if http.get("redirect_http"):
        yield f"frontend redirect-{name}\n    mode http\n    bind {BALANCER_PUBLIC}:80"
        yield "    http-request redirect scheme https code 301"
    yield f"listen {name}\n    mode {'tcp' if protocol == 'tcp' else 'http'}"
    yield f"    bind {BALANCER_PUBLIC}:{service['listen_port']}{tls}\n    balance roundrobin"
    if protocol != "tcp":
        yield "    option forwardfor"
        yield f"    http-request set-header X-Forwarded-Proto {'https' if tls else 'http'}"
    check = service.get("health_check") or {"protocol": "tcp" if protocol == "tcp" else "http"}
    yield from _health_check(check)
    destination = service.get("destination_port", DEFAULT_DESTINATION)
    proxy = " send-proxy check-send-proxy" if service.get("proxyprotocol") else ""
    port = f" port {check['port']}" if check.get("port") else ""
    secure = " check-ssl verify none" if check["protocol"] == "https" else ""
    for index, address in enumerate(addresses, 1):
        yield f"    server node{index} {address}:{destination} check{port}{secure}{proxy}"


def _health_check(check: Object) -> Iterator[str]:
    if check["protocol"] == "tcp":
        return
    http = check.get("http") or {}
    codes = [str(code).replace("?", "[0-9]") for code in http.get("status_codes") or ["2??", "3??"]]
    domain = f" hdr Host {http['domain']}" if http.get("domain") else ""
    yield "    option httpchk"
    yield f"    http-check send meth GET uri {http.get('path') or '/'} ver HTTP/1.1{domain or ' hdr Host target'}"
    yield f"    http-check expect rstatus ^({'|'.join(codes)})$"


class Balancer:
    """The running haproxy."""

    def __init__(self, network: Network, home: Path) -> None:
        self.network = network
        self.home = home
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self, declared: Declared) -> None:
        """Start with these listeners and wait until health checks have decided."""
        self.stop()
        if not any(balancer["services"] for balancer in declared.balancers):
            return
        path = self.home / "haproxy.cfg"
        path.write_text(configuration(declared, self.network, self.home))
        argv = ["setpriv", "--pdeathsig", "KILL", *inside(self.network.balancer), "haproxy", "-db", "-f", str(path)]
        with (self.home / "haproxy.log").open("wb") as log:
            self.popen = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._settle()

    def stop(self) -> None:
        """End haproxy at once."""
        if self.popen:
            self.popen.kill()
            self.popen.wait(timeout=5)
            (self.home / "haproxy.sock").unlink(missing_ok=True)
            self.popen = None

    def _settle(self) -> None:
        """Until every target is decidedly up or down, at most SETTLE_SECONDS: some never are."""
        begun = time.monotonic()
        while time.monotonic() < begun + SETTLE_SECONDS:
            time.sleep(0.03)
            if self.popen is None or self.popen.poll() is not None:
                raise LabError(f"haproxy does not start: {(self.home / 'haproxy.log').read_text()}")
            status = [line.split(",") for line in self._ask("show stat").splitlines()]
            if not status:
                continue
            names = status[0]
            servers = [
                dict(zip(names, row, strict=False)) for row in status[1:] if row[1:2] and row[1].startswith("node")
            ]
            waited = time.monotonic() - begun > 2.5 * CHECK_MILLISECONDS / 1000
            if waited and all(_is_decided(one) for one in servers):
                return

    def _ask(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.home / "haproxy.sock"))
            except OSError:
                return ""
            connection.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def _is_decided(server: dict[str, str]) -> bool:
    """Whether the checks so far agree: `UP 1/2` is on its way down, `INI` and `*` are not checked yet."""
    return server["status"] in ("UP", "DOWN") and server["check_status"] != "INI" and "*" not in server["check_status"]


def make_certificates(home: Path) -> Path:
    """An own authority and a certificate for `*.lab.test`; the directory with `ca.crt`, `tls.crt` and `tls.key`.

    `fake.crt` is what a controller presents where it has nothing better: nobody trusts it.
    """
    home.mkdir(parents=True, exist_ok=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-x509", "-days", "2"]
    ca = ["-keyout", f"{home}/ca.key", "-out", f"{home}/ca.crt", "-subj", "/CN=lab authority"]
    run(["openssl", "req", *key, *ca])
    own = ["-keyout", f"{home}/tls.key", "-out", f"{home}/tls.crt", "-subj", "/CN=lab.test"]
    names = ["-addext", "subjectAltName=DNS:lab.test,DNS:*.lab.test"]
    signed = ["-CA", f"{home}/ca.crt", "-CAkey", f"{home}/ca.key", "-addext", "basicConstraints=CA:FALSE"]
    run(["openssl", "req", *key, *own, *names, *signed])
    own = ["-keyout", f"{home}/fake.key", "-out", f"{home}/fake.crt"]
    run(["openssl", "req", *key, *own, "-subj", "/CN=Kubernetes Ingress Controller Fake Certificate"])
    (home / "balancer.pem").write_text((home / "tls.crt").read_text() + (home / "tls.key").read_text())
    return home
