"""How time grows with the input, for every shape of `tests/given/`: 1 is in step with it, 2 is quadratic.

    python -m benchmarks.growth                        # all shapes, from 100 things to 800
    python -m benchmarks.growth gateway ufw --size 400
    python -m benchmarks.growth --whole                # all at 900 kB, ten seconds a command

For each command there is the exponent of its CPU time between half and all of the largest input, and the time of that.
Each size is run several times and the fastest counts, all of a shape in one process, so that the machine is the same to
all. What takes longer than a minute (`--whole`: ten seconds) is stopped.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from kblint.config import Config, load_config
from kblint.engine.catalog import Catalog
from kblint.finding import Result
from kblint.intake import Input, Loaded
from kblint.proof import mend
from kblint.report.formats import Renderer, format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.run import check_and_wire, load_rules
from kblint.source.text import Source
from kblint.views.checklist.build import checklist
from kblint.views.register import register
from kblint.views.trace import trace
from kblint.wire.topology import Topology
from tests.given.growth import SHAPES as OTHERS
from tests.given.growth_hunted import MENDED, TRIED
from tests.given.growth_parts import Files

SHAPES = {**OTHERS, **MENDED, **TRIED}
PARTS = ("check", "reports", "trace", "ports", "checklist", "diff")
WORST = 1.2
"""The exponent that a shape must stay below."""
TOO_SHORT = 0.05
"""Seconds; a shorter run says little about growth."""
LONGEST = 60
PROMISED = 10
"""Seconds of CPU time that a command may take for an input of `WHOLE` characters."""
WHOLE = 900_000


class TooLongError(Exception):
    """A part of a run was stopped."""


def spent(files: Files, config: Config, catalog: Catalog, longest: float) -> Mapping[str, float]:
    """The seconds of CPU time of each part of a run; infinite for one that was stopped."""
    loaded = Loaded(tuple(Source(path, text) for path, text in files.items()), (), ())
    found: dict[str, float] = {}

    def timed(part: str, work: Callable[[], object]) -> None:
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, longest)
        try:
            work()
        except TooLongError:
            found[part] = math.inf
        else:
            found[part] = time.process_time() - start
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    wired: list[tuple[Result, Input, tuple[Topology, ...]]] = []
    timed("check", lambda: wired.append(check_and_wire(loaded, config, catalog)))
    if not wired:
        return dict.fromkeys(PARTS, math.inf)
    ((result, _, topologies),) = wired
    profile, options = result.profile, RenderOptions()
    timed("reports", lambda: [render(result, options) for render in renderers("")])
    timed("trace", lambda: [render(trace(topologies, profile), options) for render in renderers("trace")])
    timed("ports", lambda: [render(register(topologies, profile), options) for render in renderers("ports")])
    timed(
        "checklist",
        lambda: [render(checklist(topologies, result.findings, profile), options) for render in renderers("checklist")],
    )
    timed("diff", lambda: mend(loaded, config, catalog, unsafe=True))
    return found


def stop(_signal: int, _frame: object) -> None:
    """End the part of a run that takes too long."""
    raise TooLongError


def whole(shape: Callable[[int], Files]) -> Files:
    """The largest input of a shape that is not longer than `WHOLE`."""
    least, most = 1, WHOLE
    while least < most:
        middle = min((least + most + 1) // 2, 2 * least)
        if sum(map(len, shape(middle).values())) > WHOLE:
            most = middle - 1
        else:
            least = middle
    return shape(least)


def renderers(package: str) -> list[Renderer]:
    """The renderer of every format in a package of reports."""
    return [format_renderer(name, package) for name in format_names(package)]


def main() -> None:
    """Print a line for each shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only shapes with one of these in their names")
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--whole", action="store_true", help="the times at 900 kB instead")
    given = parser.parse_args()
    config = load_config(None, Path(), None)
    catalog = load_rules(config)
    signal.signal(signal.SIGPROF, stop)
    print(f"{'':<42}{''.join(f'{part:>18}' for part in PARTS)}")  # noqa: T201 - this is what a benchmark is for
    for name, shape in SHAPES.items():
        if given.words and not any(word in name for word in given.words):
            continue
        if os.fork():
            os.wait()  # so that nothing of one shape weighs on the next
            continue
        if given.whole:
            seconds = spent(whole(shape), config, catalog, PROMISED)
            cells = "".join(
                f"{'!' if seconds[part] > PROMISED else ''}{seconds[part]:6.2f} s".rjust(18) for part in PARTS
            )
        else:
            sizes = [given.size * factor for factor in (1, 2, 4, 8)]
            best = [dict.fromkeys(PARTS, math.inf) for _ in sizes]
            for files, least in ((shape(size), least) for size, least in zip(sizes, best, strict=True)):
                for _ in range(given.runs):
                    for part, seconds_of in spent(files, config, catalog, LONGEST).items():
                        least[part] = min(least[part], seconds_of)
            cells = "".join(f"{shown([least[part] for least in best]):>18}" for part in PARTS)
        print(f"{name:<42}{cells}", flush=True)  # noqa: T201 - as above
        os._exit(0)


def shown(seconds: list[float]) -> str:
    """The exponent over the last doubling, and the time of the largest input; `!` marks one that is too steep."""
    if seconds[-1] < TOO_SHORT:
        return f"{seconds[-1]:.2f} s"
    if math.isinf(seconds[-1]):
        return f"!over {LONGEST} s"
    exponent = math.log2(seconds[-1] / seconds[-2])
    return f"{'!' if exponent >= WORST else ''}{exponent:.2f} {seconds[-1]:6.2f} s"


if __name__ == "__main__":
    main()
