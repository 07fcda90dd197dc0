"""Bring constraints/hashes.txt up to date: what CI installs, to the byte.

`python scripts/hashes.py` asks pip which wheels it would take for every Python and machine below, with the versions of
constraints/newest.txt, and writes down their hashes; nothing is downloaded but metadata. `scripts/test --hashed`
installs from it: a package that was replaced after its release is refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "constraints" / "hashes.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
_GLIBC = ("2014", "_2_17", "_2_27", "_2_28")
_EDITABLE = "editables"
"""What hatchling asks for to install a clone as editable."""
_HEAD = f"""\
# The wheels of constraints/newest.txt and of all that they need, with their hashes, for CPython {PYTHONS[0]} to
# {PYTHONS[-1]} on Linux with glibc ({", ".join(MACHINES)}). Made by `python scripts/hashes.py`, used by
# `scripts/test --hashed`.
"""


def required() -> list[str]:
    """All that a clone needs to be built, run and tested."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    own = project["project"]
    return [
        *project["build-system"]["requires"],
        _EDITABLE,
        *own["dependencies"],
        *own["optional-dependencies"]["test"],
    ]


def wheels(python: str, machine: str, requirements: Sequence[str]) -> list[dict[str, Any]]:
    """What pip would install there: an entry of its report for each wheel."""
    platforms = [f"--platform=manylinux{glibc}_{machine}" for glibc in _GLIBC]
    where = ["--only-binary=:all:", f"--python-version={python}", "--implementation=cp", *platforms]
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report=-"]
        constraint = ["--constraint", str(ROOT / "constraints" / "newest.txt")]
        done = subprocess.run(  # noqa: S603 - pip, with words of this file and of pyproject.toml
            [*pip, *where, f"--target={folder}", *constraint, *requirements], check=True, capture_output=True, text=True
        )
    found: list[dict[str, Any]] = json.loads(done.stdout)["install"]
    return found


def page() -> str:
    """The file: a line for each package, and a hash for each of its wheels."""
    requirements = required()
    hashes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for python in PYTHONS:
        for machine in MACHINES:
            for wheel in wheels(python, machine, requirements):
                about = wheel["metadata"]
                name = about["name"].lower().replace("_", "-")
                hashes[name, about["version"]].add(wheel["download_info"]["archive_info"]["hashes"]["sha256"])
    lines = [_HEAD]
    for (name, version), known in sorted(hashes.items()):
        lines.append(
            " \\\n    ".join([f"{name}=={version}", *(f"--hash=sha256:{one}" for one in sorted(known))]) + "\n"
        )
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
