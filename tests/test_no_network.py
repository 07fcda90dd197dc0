"""A run opens no socket and starts no program, whatever it reads: the interpreter itself would tell."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kblint.report.formats import format_names

ROOT = Path(__file__).parent.parent
WATCHED = """\
import json, sys
seen = []
def watch(event, _):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork")):
        seen.append(event)
        raise PermissionError(event)
sys.addaudithook(watch)
from kblint.cli.main import cli
for words in json.loads(sys.argv[1]):
    cli.main(words, standalone_mode=False)
print("ALL RAN", file=sys.stderr)
if sys.argv[2] == "and speak":
    import socket
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    except PermissionError:
        pass
sys.exit(", ".join(seen))
"""


def watched(folder: Path, commands: list[list[str]], then: str = "") -> str:
    """What the commands did in a process of their own that no run may do; empty where they did none of it."""
    words = [sys.executable, "-c", WATCHED, json.dumps(commands), then]
    # hidden: one of the commands checks all that lies here
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "XDG_CACHE_HOME": str(folder / ".cache")}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    ran, _, told = done.stderr.partition("ALL RAN\n")
    assert "ALL RAN" in done.stderr, ran
    return told.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("keybuzz", "messy", "next-apps"):
        shutil.copytree(ROOT / "fixtures" / name, tmp_path / name)
    return tmp_path


def test_no_command_opens_a_socket_or_starts_a_program(folder: Path) -> None:
    given = ["keybuzz/2-503-balancer-port", "next-apps/wrong", "messy"]
    commands = [["check", *given, "-f", name] for name in format_names()]
    for package in ("trace", "ports", "checklist"):
        commands += [[package, *given, "-f", name] for name in format_names(package)]
    commands += [
        ["check", *given, "--diff"],
        ["check", *given, "--fix", "--unsafe-fixes"],
        ["check", "--isolated", "."],
    ]
    commands += [["rules"], ["rules", "--subjects"], ["explain", "LB002"], ["ports", *given, "--write", "ports.md"]]
    commands += [["render", *given, "--origins"]]
    assert watched(folder, commands) == ""


def test_what_watches_would_tell(folder: Path) -> None:
    assert "socket." in watched(folder, [["check", "keybuzz/4-200"]], "and speak")
