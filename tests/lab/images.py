"""Programs other than nginx: where each listens, as its documentation says. An nginx stands in for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.lab.api_server import Object
from tests.lab.network import LabError


def listens_at(container: Object) -> str:
    """What follows nginx's `listen` for the program that a container starts."""
    words = [str(word) for word in (*container.get("command", []), *container.get("args", []))]
    image = container["image"].rsplit("/", 1)[-1].split(":")[0]
    for name in (words[0] if container.get("command") else image, image):
        if name in _PROGRAMS:
            host, port = _PROGRAMS[name](words, container)
            return f"{'127.0.0.1' if host == 'localhost' else host}:{port}"
    raise LabError(f"the lab has no image {container['image']}")


def variable(container: Object, name: str, default: str) -> str:
    """The value of an environment variable."""
    return next((one["value"] for one in container.get("env", []) if one["name"] == name), default)


Where = tuple[str, str]
_ALL = "0.0.0.0"


def _flag(words: list[str], pattern: str, default: str) -> str:
    """The value of a flag, in a word of its own or behind `=`; the last one wins."""
    found = re.findall(rf"(?:^| )(?:{pattern})[= ](\S+)", " ".join(words))
    return found[-1] if found else default


def _address(text: str) -> Where:
    host, _, port = text.rpartition(":")
    return host or _ALL, port


def _python(words: list[str], _: Object) -> Where:
    port = next((word for word in words[3:] if word.isdigit()), "8000")
    return _flag(words, "--bind|-b", _ALL), port


def _http_echo(words: list[str], _: Object) -> Where:
    return _address(_flag(words, "--?listen", ":5678"))


def _grafana(_: list[str], container: Object) -> Where:
    name = "GF_SERVER_HTTP_"
    return variable(container, f"{name}ADDR", _ALL), variable(container, f"{name}PORT", "3000")


_PROGRAMS: Mapping[str, Callable[[list[str], Object], Where]] = {
    "whoami": lambda words, _: (_ALL, _flag(words, "--port", "80")),
    "n8n": lambda _, one: (variable(one, "N8N_LISTEN_ADDRESS", _ALL), variable(one, "N8N_PORT", "5678")),
    "python": _python,
    "gunicorn": lambda words, _: _address(_flag(words, "-b|--bind", "127.0.0.1:8000")),
    "uvicorn": lambda words, _: (_flag(words, "--host", "127.0.0.1"), _flag(words, "--port", "8000")),
    "flask": lambda words, _: (_flag(words, "--host|-h", "127.0.0.1"), _flag(words, "--port|-p", "5000")),
    "php": lambda words, _: _address(_flag(words, "-S", "localhost:80")),
    "caddy": lambda words, _: _address(_flag(words, "--listen|-l", ":80")),
    "next": lambda words, _: (_flag(words, "--hostname|-H", _ALL), _flag(words, "--port|-p", "3000")),
    "http-echo": _http_echo,
    "podinfo": lambda words, _: (_ALL, _flag(words, "--port", "9898")),
    "grafana": _grafana,
    "prometheus": lambda words, _: _address(_flag(words, "--web.listen-address", ":9090")),
}
"""By the name of the program, or of the image where that is its entrypoint."""
