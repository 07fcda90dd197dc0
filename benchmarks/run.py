"""What a check of a whole repository costs, beside the C event scan of the same bytes and beside other linters.

    python -m benchmarks.run                       # three small files, 1,000 and 10,000 documents of every kind
    python -m benchmarks.run 100000 --kinds files --runs 1
    python -m benchmarks.run --folder ../manifests # a folder that is there

A line of a table in Markdown for each: seconds of CPU time of whole processes, the least of some runs that take turns,
and the most memory that kblint held. *imports* is what Python takes to import `yaml` and `click`; *scan* is libyaml's,
through PyYAML, a limit that nothing comes below. *cold* works everything out, behind it stands how many times the scan
that is; *warm* repeats a run over what has not changed, *changed* is one file later, *stdin* gets the same bytes in a
pipe. `kubeconform`, with the schemas that kblint has of the newest release, and `kube-linter` are asked where they are.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.repositories import IN_APP, KINDS, files, written

ROOT = Path(__file__).resolve().parents[1]
SCAN = """\
import sys, yaml
from pathlib import Path
for path in sorted(Path(sys.argv[1]).rglob("*.y*ml")):
    try:
        for _ in yaml.parse(path.read_bytes(), yaml.CSafeLoader):
            pass
    except yaml.YAMLError:
        pass
"""
TIMED = ("imports", "scan", "cold", "warm", "changed", "stdin", "kubeconform", "kube-linter")
COLUMNS = ("repository", "MB", *TIMED, "peak MB")


class Cost(NamedTuple):
    """Seconds of CPU time of a process, and the most memory that it held, in MB."""

    seconds: float
    peak: float


def cost(words: Sequence[str], environment: Mapping[str, str], text: bytes = b"") -> Cost:
    """What a process costs that is given a text on its standard input."""
    with tempfile.TemporaryFile() as given:
        given.write(text)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - ourselves, and the linters that are compared
            words, env=dict(environment), stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measured(folder: Path, runs: int, cache: str, schemas: Path) -> dict[str, Cost]:
    """The least that each program takes for a folder, by the program's name; one file of it is changed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed kblint is compiled
    paths = sorted(folder.rglob("*.yaml"))
    text, check = b"---\n".join(path.read_bytes() for path in paths), [sys.executable, "-m", "kblint", "check"]
    form = f"{schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
    programs = {
        "imports": ([sys.executable, "-c", "import yaml, click"], b""),
        "scan": ([sys.executable, "-c", SCAN, str(folder)], b""),
        # what is kept is used but for the answer: nothing else is called so
        "cold": ([*check, "--color", "never", str(folder)], b""),
        "warm": ([*check, str(folder)], b""),
        "changed": ([*check, str(folder)], b""),
        "stdin": ([*check, "-"], text),
        "kubeconform": (["kubeconform", "-ignore-missing-schemas", "-schema-location", form, str(folder)], b""),
        "kube-linter": (["kube-linter", "lint", str(folder)], b""),
    }
    there = {name: given for name, given in programs.items() if shutil.which(given[0][0])}
    found: dict[str, list[Cost]] = {}
    number = count()
    for _ in range(runs):
        for name, (words, given) in there.items():
            if name == "cold":
                for answer in Path(cache, "kblint").glob("answer-*"):
                    answer.unlink()
            elif name == "warm":
                cost(words, environment, given)
            elif name == "changed":
                paths[0].write_bytes(paths[0].read_bytes() + b"# %d\n" % next(number))
            found.setdefault(name, []).append(cost(words, environment, given))
    return {name: Cost(min(one.seconds for one in each), min(one.peak for one in each)) for name, each in found.items()}


def line(name: str, folder: Path, runs: int, cache: str, schemas: Path) -> str:
    """The line of a table about a folder."""
    size = sum(path.stat().st_size for path in folder.rglob("*.y*ml")) / 1e6
    with tempfile.TemporaryDirectory() as copy:
        there = Path(copy, "all")
        shutil.copytree(folder, there, symlinks=True)
        costs = measured(there, runs, cache, schemas)
    seconds = [f"{costs[one].seconds:.2f}" if one in costs else "-" for one in TIMED]
    cold = f"{costs['cold'].seconds:.2f} ({costs['cold'].seconds / costs['scan'].seconds:.1f})"
    cells = [name, f"{size:.2f}", *seconds[:2], cold, *seconds[3:], f"{costs['cold'].peak:.0f}"]
    return f"| {' | '.join(cells)} |"


def schemas_of(folder: Path) -> Path:
    """The schemas that kblint has of the newest release, as kubeconform looks for them: one file a kind."""
    packed = max((ROOT / "kblint" / "schemas").glob("1.*.json"))
    definitions = json.loads(packed.read_text(encoding="utf-8"))
    for name in definitions:
        group, _, rest = name.partition(".")
        version, _, kind = rest.partition(".")
        prefix = "" if group == "core" else f"-{group}"
        wanted = dict(_needed(name, definitions))
        text = json.dumps({"$ref": f"#/$defs/{name}", "$defs": wanted})
        (folder / f"{kind.lower()}{prefix}-{version}.json").write_text(text, encoding="utf-8")
    return folder


def _needed(name: str, definitions: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A definition, and those that it needs."""
    pending, seen = [name], {name}
    while pending:
        one = pending.pop()
        schema = definitions[one]
        yield one, schema
        found = {part.partition('"')[0] for part in json.dumps(schema).split('"#/$defs/')[1:]} - seen
        seen |= found
        pending += found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=int, nargs="*", default=[])
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS))
    parser.add_argument("--folder", type=Path, nargs="*", default=[])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |\n|---{'|---:' * (len(COLUMNS) - 1)}|")  # noqa: T201 - this is what a benchmark is for
    with (
        tempfile.TemporaryDirectory() as cache,
        tempfile.TemporaryDirectory() as made,
        tempfile.TemporaryDirectory() as own,
    ):
        schemas = schemas_of(Path(own))
        small = written(Path(made, "small"), files(3 * IN_APP))
        line("", small, 1, cache, schemas)  # fills the cache of compiled rules
        asked = [("small, three files", small)] if not given.documents and not given.folder else []
        asked += [(folder.name, folder.resolve()) for folder in given.folder]
        for name, folder in asked:
            print(line(name, folder, given.runs, cache, schemas), flush=True)  # noqa: T201 - as above
        for number in given.documents or ([] if given.folder else [1000, 10_000]):
            for kind in given.kinds:
                folder = written(Path(made, f"{kind}-{number}"), KINDS[kind](number))
                print(line(f"{kind}, {number:,}", folder, given.runs, cache, schemas), flush=True)  # noqa: T201 - as above
                shutil.rmtree(folder)


if __name__ == "__main__":
    main()
