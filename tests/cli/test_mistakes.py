"""A mistake in a file of the user's own is told with its line, and nothing in that line does harm."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def told(folder: Path, text: str) -> list[str]:
    """What `kblint check` says of a kblint.yaml, behind the message."""
    (folder / "kblint.yaml").write_text(text, encoding="utf-8")
    words = [sys.executable, "-m", "kblint", "check"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    return done.stderr.decode().splitlines()[1:]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("profile: hetzner\n", ["  |", "1 | profile: hetzner", "  |          ^^^^^^^"]),
        ("\nwrold: closed\n", ["  |", "2 | wrold: closed", "  | ^^^^^"]),
        ("cluster: {nodes: many}\n", ["  |", "1 | cluster: {nodes: many}", "  |                  ^^^^"]),
        ("hcloud_token: Zq91x00VkZq91x00Vk\n", ["  |", "1 | hcloud_token: ******************", "  | ^^^^^^^^^^^^"]),
        ("::error: [1]\n", ["  |", "1 | ::error: [1]", "  | ^^^^^^^"]),
        ('"a\\u001bb": "\u200b"\n', ["  |", '1 | "a\\u001bb": "\\u200b"', "  | ^^^^^^^^^^"]),
    ],
)
def test_the_line_is_shown(tmp_path: Path, text: str, shown: list[str]) -> None:
    assert told(tmp_path, text)[:3] == shown


def test_of_a_long_line_what_matters_is_shown(tmp_path: Path) -> None:
    lines = told(tmp_path, f"{{exclude: [{'x, ' * 500}x], wrold: closed}}\n")
    assert "wrold" in lines[1]
    assert max(map(len, lines[:3])) <= 100
    underline = lines[2].index("^")
    assert lines[1][underline : underline + 5] == "wrold"
