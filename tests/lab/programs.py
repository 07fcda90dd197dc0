"""Servers of several makers, as manifests start them; `images` reads them again on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.lab.api_server import Object


@dataclass(frozen=True)
class Program:
    """A server that is told where to listen. `told` makes a container's fields of a host and a port."""

    told: Callable[[str, int], Object]
    untold: Callable[[int], Object]
    """The same where its flag for the address was left out: the port alone, or nothing."""


_APP = {"image": "registry.lab.test/team/app:1.4.2"}
PROGRAMS: Mapping[str, Program] = {
    "gunicorn": Program(
        lambda host, port: {**_APP, "command": ["gunicorn", "-b", f"{host}:{port}", "app:app"]},
        lambda _: {**_APP, "command": ["gunicorn", "app:app"]},
    ),
    "uvicorn": Program(
        lambda host, port: {**_APP, "command": ["uvicorn", "app:app", "--host", host, "--port", str(port)]},
        lambda port: {**_APP, "command": ["uvicorn", "app:app", "--port", str(port)]},
    ),
    "flask": Program(
        lambda host, port: {**_APP, "command": ["flask", "run", f"--host={host}", f"--port={port}"]},
        lambda port: {**_APP, "command": ["flask", "run", f"--port={port}"]},
    ),
    "python": Program(
        lambda host, port: {
            "image": "python:3.12-slim",
            "command": ["python", "-m", "http.server", str(port), "--bind", host],
        },
        lambda _: {"image": "python:3.12-slim", "command": ["python", "-m", "http.server"]},
    ),
    "php": Program(
        lambda host, port: {"image": "php:8.3-cli", "command": ["php", "-S", f"{host}:{port}"]},
        lambda port: {"image": "php:8.3-cli", "command": ["php", "-S", f"localhost:{port}"]},
    ),
    "next": Program(
        lambda host, port: {**_APP, "command": ["next", "start", "-H", host, "-p", str(port)]},
        lambda _: {**_APP, "command": ["next", "start"]},
    ),
    "caddy": Program(
        lambda host, port: {"image": "caddy:2.8", "command": ["caddy", "file-server", "--listen", f"{host}:{port}"]},
        lambda _: {"image": "caddy:2.8", "command": ["caddy", "file-server"]},
    ),
    "http-echo": Program(
        lambda host, port: {"image": "hashicorp/http-echo:1.0", "args": [f"-listen={host}:{port}", "-text=hello"]},
        lambda _: {"image": "hashicorp/http-echo:1.0", "args": ["-text=hello"]},
    ),
    "grafana": Program(
        lambda host, port: {
            "image": "grafana/grafana:11.2.0",
            "env": [
                {"name": "GF_SERVER_HTTP_ADDR", "value": host},
                {"name": "GF_SERVER_HTTP_PORT", "value": str(port)},
            ],
        },
        lambda _: {"image": "grafana/grafana:11.2.0"},
    ),
    "prometheus": Program(
        lambda host, port: {"image": "prom/prometheus:v2.54.1", "args": [f"--web.listen-address={host}:{port}"]},
        lambda _: {"image": "prom/prometheus:v2.54.1", "args": []},
    ),
}
