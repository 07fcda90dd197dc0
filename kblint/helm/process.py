"""The one place that runs helm.

What it works on comes from strangers: it gets a copy of a chart in a folder of its own, no address of a repository or
cluster, no plugins and no settings of the user's, and it is stopped where it takes too long, or says or takes too much.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

from msgspec import Struct

from kblint.errors import UsageError

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment] # which is asked before it is used

_SECONDS = 20.0
"""For one chart; the largest that people write take two."""
_ALL_SECONDS = 120.0
"""For all charts of a run together."""
_MOST_OUTPUT = 16_000_000
"""Bytes that helm may say."""
_MOST_SEARCHED = 10_000
_MEMORY = 1 << 30
"""Bytes that it may take."""
_OLDEST = (3, 12)
"""Before, `getHostByName` in a template asked the network: https://github.com/advisories/GHSA-pwcw-6f5g-gxf8"""
_VERSION = re.compile(rb"v(\d+)\.(\d+)")


class Ran(Struct, frozen=True):
    """What helm said; `stopped` is why it was not let to its end."""

    code: int
    out: str
    error: str
    stopped: str | None = None


class Helm:
    """The program, and how long it may still run: `seconds` for one chart, `all_seconds` for all of them."""

    def __init__(self, program: str, seconds: float = _SECONDS, all_seconds: float = _ALL_SECONDS) -> None:
        self._program = program
        self._seconds = seconds
        self._left = all_seconds

    def run(self, files: Mapping[str, bytes], words: Sequence[str]) -> Ran:
        """Run helm with `words` in a folder of its own that holds just these files, by their path in it."""
        with tempfile.TemporaryDirectory(prefix="kblint-") as folder:
            root = Path(folder)
            work, nothing = root / "work", root / "nothing"
            for one in (work, nothing):
                one.mkdir()
            for name, data in files.items():
                file = work / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            return self._run(words, work, nothing)

    def _run(self, words: Sequence[str], work: Path, nothing: Path) -> Ran:
        seconds = min(self._seconds, self._left)
        if seconds <= 0:
            return Ran(-1, "", "", "helm takes too long for all charts together")
        started = time.monotonic()
        with subprocess.Popen(  # noqa: S603 - the user's own helm, which the command line asks for
            [self._program, *words],
            cwd=work,
            env=_environment(nothing),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                _limit(process.pid, seconds)
                out, error, stopped = _said(process, seconds)
            finally:
                _kill(process)
        self._left -= time.monotonic() - started
        if stopped is None and b"out of memory" in error[:_MOST_SEARCHED]:
            stopped = f"helm takes more than {_MEMORY >> 30} GB of memory"
        return Ran(process.returncode, _text(out), _text(error), stopped)


def find_helm(environment: Mapping[str, str]) -> Helm:
    """The helm of the user's PATH; what is found from the working directory on is somebody else's.

    Raises:
        UsageError: there is none, or one that is not safe to run on charts of strangers.
    """
    folders = [folder for folder in environment.get("PATH", "").split(os.pathsep) if Path(folder).is_absolute()]
    program = shutil.which("helm", path=os.pathsep.join(folders)) if folders else None
    if program is None:
        raise UsageError("`--helm` needs helm on the PATH", help="install it: https://helm.sh/docs/intro/install/")
    helm = Helm(program)
    ran = helm.run({}, ["version", "--template", "{{.Version}}"])
    version = _VERSION.search(ran.out.encode())
    if version is None:
        raise UsageError(f"`{program}` does not say which version of helm it is")
    if (int(version[1]), int(version[2])) < _OLDEST:
        oldest = ".".join(map(str, _OLDEST))
        raise UsageError(
            f"`{program}` is helm {ran.out.strip().removeprefix('v')}, and `--helm` needs {oldest} or later",
            help="older ones let a chart ask the network",
        )
    return helm


def _environment(nothing: Path) -> dict[str, str]:
    """What helm sees of the user: nothing."""
    empty = str(nothing)
    folders = ("HOME", "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS", "TMPDIR")
    files = ("HELM_REPOSITORY_CONFIG", "HELM_REGISTRY_CONFIG", "KUBECONFIG")
    return {
        **dict.fromkeys(folders, empty),
        **{name: str(nothing / "none") for name in files},
        "HELM_REPOSITORY_CACHE": empty,
        "HELM_NO_PLUGINS": "1",
        "PATH": empty,
        # nothing asks the network, and would not get through
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "GOMEMLIMIT": str(_MEMORY // 2),
        "GOMAXPROCS": "2",
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
    }


def _limit(pid: int, seconds: float) -> None:
    """Let the system itself hold a process to what it may take, where it can."""
    if resource is None or not hasattr(resource, "prlimit"):
        return
    limits = {resource.RLIMIT_DATA: _MEMORY, resource.RLIMIT_CPU: 2 * int(seconds) + 1, resource.RLIMIT_FSIZE: 0}
    with contextlib.suppress(OSError):  # it may have ended already
        for what, most in limits.items():
            resource.prlimit(pid, what, (most, most))


def _said(process: subprocess.Popen[bytes], seconds: float) -> tuple[bytes, bytes, str | None]:
    """What a process says, and why it has to be stopped."""
    if process.stdout is None or process.stderr is None:
        return b"", b"", None
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(2) as pool:
        pipes = [pool.submit(_limited, pipe, process) for pipe in (process.stdout, process.stderr)]
        try:
            out, error = (_result(pipe, until) for pipe in pipes)
        except TimeoutError:
            _kill(process)
            return b"", b"", f"helm takes longer than {seconds:.0f} s"
    if len(out) > _MOST_OUTPUT:
        return b"", b"", f"it makes more than {_MOST_OUTPUT // 1_000_000} MB"
    return out, error, None


def _limited(pipe: IO[bytes], process: subprocess.Popen[bytes]) -> bytes:
    data = pipe.read(_MOST_OUTPUT + 1)
    if len(data) > _MOST_OUTPUT:
        _kill(process)
    return data


def _result(said: Future[bytes], until: float) -> bytes:
    return said.result(max(0.0, until - time.monotonic()))


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, and wait for it; one that has ended is left alone."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
