"""How time grows with the input, for every shape of `tests/given/growth.py`: 1 is in step with it, 2 is quadratic.

    python -m benchmarks.growth                        # all shapes, from 100 things to 800
    python -m benchmarks.growth gateway ufw --size 400

For each command there is the exponent of its CPU time between half and all of the largest input, and the time of that.
Each size is run several times and the fastest counts, all in one process, so that the machine is the same to all.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from kblint.config import Config, load_config
from kblint.engine.catalog import Catalog
from kblint.finding import Result
from kblint.intake import Input, Loaded
from kblint.report.formats import Renderer, format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.run import check_and_wire, load_rules
from kblint.source.text import Source
from kblint.views.checklist.build import checklist
from kblint.views.register import register
from kblint.views.trace import trace
from kblint.wire.topology import Topology
from tests.given.growth import SHAPES
from tests.given.growth_parts import Files

PARTS = ("check", "reports", "trace", "ports", "checklist")
WORST = 1.2
"""The exponent that a shape must stay below."""
TOO_SHORT = 0.05
"""Seconds; a shorter run says little about growth."""


def spent(files: Files, config: Config, catalog: Catalog) -> Mapping[str, float]:
    """The seconds of CPU time of each part of a run."""
    loaded = Loaded(tuple(Source(path, text) for path, text in files.items()), (), ())
    found: dict[str, float] = {}

    def timed(part: str, work: Callable[[], object]) -> object:
        start = time.process_time()
        made = work()
        found[part] = time.process_time() - start
        return made

    wired: list[tuple[Result, Input, tuple[Topology, ...]]] = []
    timed("check", lambda: wired.append(check_and_wire(loaded, config, catalog)))
    ((result, _, topologies),) = wired
    profile, options = result.profile, RenderOptions()
    timed("reports", lambda: [render(result, options) for render in renderers("")])
    timed("trace", lambda: [render(trace(topologies, profile), options) for render in renderers("trace")])
    timed("ports", lambda: [render(register(topologies, profile), options) for render in renderers("ports")])
    timed(
        "checklist",
        lambda: [render(checklist(topologies, result.findings, profile), options) for render in renderers("checklist")],
    )
    return found


def renderers(package: str) -> list[Renderer]:
    """The renderer of every format in a package of reports."""
    return [format_renderer(name, package) for name in format_names(package)]


def main() -> None:
    """Print a line for each shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only shapes with one of these in their names")
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--runs", type=int, default=2)
    given = parser.parse_args()
    config = load_config(None, Path(), None)
    catalog = load_rules(config, {})
    print(f"{'':<38}{''.join(f'{part:>18}' for part in PARTS)}")  # noqa: T201 - this is what a benchmark is for
    for name, shape in SHAPES.items():
        if given.words and not any(word in name for word in given.words):
            continue
        sizes = [given.size * factor for factor in (1, 2, 4, 8)]
        best = [dict.fromkeys(PARTS, math.inf) for _ in sizes]
        for files, least in ((shape(size), least) for size, least in zip(sizes, best, strict=True)):
            for _ in range(given.runs):
                for part, seconds in spent(files, config, catalog).items():
                    least[part] = min(least[part], seconds)
        cells = "".join(f"{shown([least[part] for least in best]):>18}" for part in PARTS)
        print(f"{name:<38}{cells}", flush=True)  # noqa: T201 - as above


def shown(seconds: list[float]) -> str:
    """The exponent over the last doubling, and the time of the largest input; `!` marks one that is too steep."""
    if seconds[-1] < TOO_SHORT:
        return f"{seconds[-1]:.2f} s"
    exponent = math.log2(seconds[-1] / seconds[-2])
    return f"{'!' if exponent >= WORST else ''}{exponent:.2f} {seconds[-1]:6.2f} s"


if __name__ == "__main__":
    main()
