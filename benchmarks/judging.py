"""What a run costs, and each of its verbs: load, read, wire, judge; in one checkout or in several.

    python benchmarks/judging.py FOLDER                            # this checkout
    python benchmarks/judging.py FOLDER ../kblint-before . --runs 9

Each run is a process of its own, the checkouts take turns, and what is printed is the least CPU time of each, so that
a machine with other work favours none of them. `check` is all of `run.check`, from reading on; `process` is
`python -m kblint check FOLDER`, with starting, the rules and the report. Behind a time stands how many times it is
that of the first checkout. `start` is the same for three small files, and how many times importing `yaml` and `click`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")
VERBS = ("load", "read", "wire", "judge")
SMALL = {
    "web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27", ports: [{name: http, containerPort: 80}]}]}
""",
    "service.yaml": """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
""",
    "ingress.yaml": """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: traefik
  rules:
    - host: shop.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
""",
}
"""Three small files."""


def one_run(folder: str) -> dict[str, float]:
    """The seconds of CPU time of each verb in this process, on the kblint that it imports."""
    from kblint import run  # noqa: PLC0415 - which kblint that is, the parent process says
    from kblint.api.checks import rules_of  # noqa: PLC0415 - as above
    from kblint.api.options import unconfigured  # noqa: PLC0415 - as above
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
    config = unconfigured()
    catalog = rules_of(config)
    loaded = timed("load", load)((folder,), config, Path.cwd())
    timed("check", run.check)(loaded, config, catalog)
    return spent


def measured(checkout: Path, folder: Path, small: Path, cache: str) -> dict[str, float]:
    """One run of a checkout."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "XDG_CACHE_HOME": f"{cache}/{checkout.name}"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed kblint is compiled
    command = [sys.executable, str(Path(__file__).resolve()), str(folder), "--once"]
    done = subprocess.run(command, env=environment, cwd=checkout, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    found: dict[str, float] = json.loads(done.stdout)
    found["process"] = of_child(["-m", "kblint", "check", str(folder)], environment, checkout)
    found["start"] = of_child(["-m", "kblint", "check", str(small)], environment, checkout)
    return found


def of_child(words: list[str], environment: dict[str, str], folder: Path) -> float:
    """The seconds of CPU time of another Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], env=environment, cwd=folder, capture_output=True, check=False)  # noqa: S603 - as above
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as small:
        for name, text in SMALL.items():
            Path(small, name).write_text(text, encoding="utf-8")
        for checkout in checkouts:
            measured(checkout, given.folder.resolve(), Path(small), cache)  # fills the cache of compiled rules
        runs: list[list[dict[str, float]]] = []
        imports: list[float] = []
        for _ in range(given.runs):
            runs.append([measured(checkout, given.folder.resolve(), Path(small), cache) for checkout in checkouts])
            imports.append(of_child(["-c", "import yaml, click"], dict(os.environ), Path(small)))
    first: dict[str, float] = {}
    for number, checkout in enumerate(checkouts):
        least = {what: min(run[number][what] for run in runs) for what in (*VERBS, "check", "process", "start")}
        first = first or least
        cells = (f"{what} {seconds:.3f} s ({seconds / first[what]:.2f})" for what, seconds in least.items())
        start = f"{least['start'] / min(imports):.1f} times the import of yaml and click"
        print(f"{checkout}: {'  '.join(cells)}, {start}")  # noqa: T201 - this is what a benchmark is for


if __name__ == "__main__":
    main()
