"""Try mutants of `kblint/wire/` and `kblint/engine/`: `scripts/mutation`, which sets up what this needs."""

from __future__ import annotations

import argparse
import compileall
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.mutants.measure import measure
from scripts.mutants.mutant import ROOMS, Mutant, drawn, made
from scripts.mutants.record import write
from scripts.mutants.relevant import Tests
from scripts.mutants.trial import prepare, survives

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / ".mutation"
"""Everything of a run: a copy of the files, what the tests run, which mutants were tried. It goes on from there."""

_FIRST = 30
"""Tests that are tried before all others: what they notice needs no more."""
_QUICK = 70
"""Tests that are tried after those with `--quick`, from all that are left."""


def main() -> None:
    """Draw, try what was not tried before, and write down what is known."""
    parser = argparse.ArgumentParser(prog="scripts/mutation", description=__doc__)
    parser.add_argument("rooms", nargs="*", default=ROOMS, help="folders or modules to mutate")
    parser.add_argument("--sample", type=int, default=300, help="how many mutants are tried, in all; 0 for every one")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--quick", action="store_true", help="ask at most 100 tests; then `--again` for the survivors")
    parser.add_argument("--again", action="store_true", help="try the survivors again, after tests were added")
    parser.add_argument("--measure", action="store_true", help="find out anew which tests run which lines")
    asked = parser.parse_args()
    tree = copied()
    if asked.measure or not (FOLDER / "seconds.json").exists():
        measure(tree, FOLDER)
    prepare()
    tests = Tests.load(FOLDER)
    if survives(tree, sorted(tests.seconds)[:: len(tests.seconds) // 100 or 1], 60) != "survived":
        raise SystemExit(f"without a mistake the tests do not pass: {FOLDER / 'last.txt'}")
    tried = FOLDER / f"tried-{asked.seed}.jsonl"
    known = {one["key"]: one for line in lines(tried) for one in [json.loads(line)]}
    places = kept_draw(tree, asked.rooms, asked.seed)
    found = (one for place in places if (one := made(tree, *place)))
    for number, mutant in enumerate(itertools.islice(found, asked.sample or None), 1):
        before = known.get(mutant.key)
        if before and not (asked.again and before["outcome"] == "survived"):
            continue
        started = time.monotonic()
        names = tests.of(mutant.path, (tree / mutant.path).read_text(encoding="utf-8"), mutant.line, mutant.end_line)
        # most are noticed by the first few
        first, rest = names[:_FIRST], names[_FIRST:]
        parts = [part for part in (first, rest[:: len(rest) // _QUICK + 1] if asked.quick else rest) if part]
        outcomes = (put(tree, mutant, part, tests) for part in parts)
        outcome = next((one for one in outcomes if one != "survived"), "survived")
        known[mutant.key] = told(mutant, outcome, len(names))
        with tried.open("a", encoding="utf-8") as file:
            file.write(json.dumps(known[mutant.key]) + "\n")
        taken = time.monotonic() - started
        sys.stderr.write(f"{number:5} {outcome:9} {taken:6.1f} s {len(names):5} tests  {mutant.key}\n")
    write(ROOT, asked.seed, len(places), list(known.values()))


def kept_draw(tree: Path, rooms: Sequence[str], seed: int) -> list[tuple[str, str, int]]:
    """What is drawn, kept as long as no file of the rooms changes: it takes half a minute."""
    state = hashlib.sha256(repr((rooms, seed)).encode())
    for room in rooms:
        for file in sorted((tree / room).rglob("*.py")):
            state.update(file.read_bytes())
    kept = FOLDER / f"drawn-{state.hexdigest()[:12]}.json"
    if not kept.exists():
        kept.write_text(json.dumps(drawn(tree, rooms, seed)), encoding="utf-8")
    return [(path, name, number) for path, name, number in json.loads(kept.read_text(encoding="utf-8"))]


def put(tree: Path, mutant: Mutant, names: list[str], tests: Tests) -> str:
    """What becomes of a mutant in the copy, which is then as it was."""
    file = tree / mutant.path
    before, stamp = file.read_text(encoding="utf-8"), file.stat()
    try:
        file.write_text(mutant.code, encoding="utf-8")
        os.utime(file, (stamp.st_atime, stamp.st_mtime + 1000))
        return survives(tree, names, sum(tests.seconds.get(name, 0) for name in names))
    finally:
        file.write_text(before, encoding="utf-8")
        os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def told(mutant: Mutant, outcome: str, tests: int) -> dict[str, object]:
    """One line of what was tried."""
    return {
        "key": mutant.key,
        "room": mutant.room,
        "path": mutant.path,
        "line": mutant.line,
        "operator": mutant.operator,
        "was": mutant.was,
        "becomes": mutant.becomes,
        "outcome": outcome,
        "tests": tests,
    }


def copied() -> Path:
    """A copy of all files that git knows or would know, to be mutated."""
    tree = FOLDER / "tree"
    if tree.exists():
        shutil.rmtree(tree)
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ours
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    (tree / ".git").mkdir()  # what this folder ignores is not ignored in there
    compileall.compile_dir(tree, quiet=1)
    return tree


def lines(file: Path) -> Iterator[str]:
    """The lines of a file that may not be there yet."""
    if file.exists():
        yield from file.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    main()
