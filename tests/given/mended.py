"""Files whose fixes are tried."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.config import Config
from kblint.intake import Loaded
from kblint.proof import Mended, mend
from kblint.source.text import Source
from tests.given.manifests import container, service, stream, workload
from tests.given.runs import catalog, configured


def loaded(files: Mapping[str, str]) -> Loaded:
    """Texts by path, as if they had been read."""
    return Loaded(tuple(Source(path, text) for path, text in files.items()), (), ())


def mended(files: Mapping[str, str], config: Config | None = None, *, unsafe: bool = True) -> Mended:
    """What becomes of the files when all fixes, or only the safe ones, are tried."""
    return mend(loaded(files), config or configured(), catalog(), unsafe=unsafe)


def texts(files: Mapping[str, str], found: Mended) -> dict[str, str]:
    """The files with what was applied."""
    return {path: found.texts[path][1] if path in found.texts else text for path, text in files.items()}


def on_host_network(name: str, port: int, host_port: int, node_port: int) -> str:
    """An application on every node, which is asked on a node port."""
    ports = f"[{{name: http, containerPort: {port}, hostPort: {host_port}}}]"
    return stream(
        workload(container(name, ports=ports), name=name, kind="DaemonSet", hostNetwork=True),
        service(name, type="NodePort", ports=f"[{{port: 80, targetPort: {port}, nodePort: {node_port}}}]"),
    )


TAKEN = {"a.yaml": on_host_network("a", 3100, 3000, 30001), "b.yaml": on_host_network("b", 3100, 3100, 30002)}
"""The API refuses `a` for its host port; the one that is right belongs to `b`."""
