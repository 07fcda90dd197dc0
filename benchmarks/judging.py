"""What the verbs of a run cost: load, read, wire, judge, as shares of one run, in one checkout or in several.

    python benchmarks/judging.py FOLDER                            # this checkout
    python benchmarks/judging.py FOLDER ../kblint-before . --runs 9

Each run is a process of its own, the checkouts take turns, and what is printed are the medians of the CPU time, so
that a machine with other work does not favour one of them. `run` is all of a process, with starting and the rules.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")
VERBS = ("load", "read", "wire", "judge")


def one_run(folder: str) -> dict[str, float]:
    """The seconds of CPU time of each verb in this process, on the kblint that it imports."""
    from kblint import run  # noqa: PLC0415 - which kblint that is, the parent process says
    from kblint.cli.options import configured  # noqa: PLC0415 - as above
    from kblint.intake import load  # noqa: PLC0415 - as above

    spent = {}

    def timed(verb: str, work: Callable[..., Made]) -> Callable[..., Made]:
        def wrapped(*given: object) -> Made:
            start = time.process_time()
            made = work(*given)
            spent[verb] = time.process_time() - start
            return made

        return wrapped

    # the verbs are called by `check`, whatever each of them takes in that checkout
    for verb, name in (("read", "read"), ("wire", "wire_all"), ("judge", "judge")):
        setattr(run, name, timed(verb, getattr(run, name)))
    config = configured(None, None, ())
    catalog = run.load_rules(config, os.environ)
    loaded = timed("load", load)((folder,), config, Path.cwd())
    run.check(loaded, config, catalog)
    spent["run"] = time.process_time()
    return spent


def measured(checkout: Path, folder: Path, cache: str) -> dict[str, float]:
    """One run of a checkout."""
    command = [sys.executable, str(Path(__file__).resolve()), str(folder), "--once"]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "XDG_CACHE_HOME": f"{cache}/{checkout.name}"}
    done = subprocess.run(command, env=environment, cwd=checkout, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print a line for each checkout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("checkouts", type=Path, nargs="*", default=[Path(__file__).resolve().parents[1]])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(one_run(str(given.folder))))  # noqa: T201 - the answer to the parent process
        return
    checkouts = [checkout.resolve() for checkout in given.checkouts]
    with tempfile.TemporaryDirectory() as cache:
        for checkout in checkouts:
            measured(checkout, given.folder.resolve(), cache)  # fills the cache of compiled rules
        runs = [
            [measured(checkout, given.folder.resolve(), cache) for checkout in checkouts] for _ in range(given.runs)
        ]
    for number, checkout in enumerate(checkouts):
        median = {verb: statistics.median(run[number][verb] for run in runs) for verb in (*VERBS, "run")}
        shares = "  ".join(f"{verb} {median[verb]:.3f} s ({median[verb] / median['run']:.0%})" for verb in VERBS)
        print(f"{checkout}: {shares}  run {median['run']:.3f} s")  # noqa: T201 - this is what a benchmark is for


if __name__ == "__main__":
    main()
