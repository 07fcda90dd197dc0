"""A hunt for the worst input below 1 MB: every format, nested, wide, in long lines, with repeated tokens and quotes.

    python -m benchmarks.worst                     # `check` of every input, ten seconds of CPU time and 2 GB each
    python -m benchmarks.worst shell hcl --all     # the other commands and formats too

Prints the seconds of each run, and `!` where one was stopped or ended otherwise than with 0, 1 or 2.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.given.worst_files import FILES
from tests.given.worst_inputs import MANIFESTS

SECONDS = 10
MEMORY = 2 << 30
INPUTS = {**MANIFESTS, **FILES}
ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    *("check", "trace", "ports", "checklist", "check --format sarif", "check --format json"),
    *("trace --format svg", "check --diff --unsafe-fixes"),
)


def files_of(name: str, folder: Path) -> None:
    """Write an input."""
    for path, text in INPUTS[name]().items():
        (folder / path).write_text(text, encoding="utf-8")


def limited() -> None:
    """Ten seconds, and little memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Print a line for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only inputs that begin with one of these")
    parser.add_argument("--all", action="store_true", help="all commands and formats")
    given = parser.parse_args()
    for name in INPUTS:
        if given.words and not name.startswith(tuple(given.words)):
            continue
        with tempfile.TemporaryDirectory() as folder:
            files_of(name, Path(folder))
            for command in COMMANDS if given.all else COMMANDS[:1]:
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                words = [sys.executable, "-m", "kblint", *command.split(), "."]
                done = subprocess.run(  # noqa: S603 - ourselves
                    words,
                    cwd=folder,
                    env={"PYTHONPATH": str(ROOT)},
                    capture_output=True,
                    check=False,
                    preexec_fn=limited,
                )
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                mark = "" if done.returncode in (0, 1, 2) else "!"
                shown = f"{mark}{seconds:6.1f} s  {len(done.stdout) + len(done.stderr):>12,}  {name}  {command}"
                print(shown, flush=True)  # noqa: T201 - this is what a benchmark is for


if __name__ == "__main__":
    main()
