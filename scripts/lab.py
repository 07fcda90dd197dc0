"""Put drawn wirings on the network of the lab, and write what was predicted and met to docs/lab.md.

`python -m scripts.lab --wirings 1000`; it needs what the tests of the lab need, and some two seconds for each.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import random
import sys
import tempfile
from collections import Counter
from itertools import islice
from pathlib import Path

import click

from tests.lab import network, predict
from tests.lab.cluster import Lab
from tests.lab.mutations import many
from tests.lab.test_lab import Table, compare, places_shown
from tests.lab.wirings import Wiring

PAGE = Path(__file__).parent.parent / "docs" / "lab.md"
_TEXT = """# What the lab met

{sentence}

The lab is described in [tests/lab](../tests/lab/): its generator draws a right deployment in one of many manners, then
makes one mistake of {mistakes}, or several. A row is a place on the way at which kblint said that it ends, and what
people meet there; `process` is where it arrives. *Sometimes* is met in a part of the requests, as other nodes or pods
are asked. What kblint calls unknown is no prediction, and is shown with what was met.

| ends at | predicted | met | how often | ways |
| --- | --- | --- | --- | --- |
{rows}

Not proved: what the lab has only stand-ins of. The balancer is haproxy, the ingress controller an nginx with the
configuration that ingress-nginx's documentation tells, and the programs of images are nginx too, on the ports that
their documentation tells; Traefik, ServiceLB, gRPC clients, IPv6 and other CNIs are not in it.
"""


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wirings", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    given = parser.parse_args()
    reason = network.why_not()
    if reason:
        click.echo(reason)
        return 2
    table: Table = Counter()
    failed = number = 0
    with Lab() as lab, contextlib.suppress(KeyboardInterrupt):
        # who stops it gets the page of what was met so far
        for number, (label, wiring) in enumerate(islice(many(given.seed), given.wirings), 1):
            said = _wrong(lab, wiring, label, table)
            failed += bool(said)
            if said:
                click.echo(f"{label}, drawn from {wiring.seed}, {wiring.manners}: {said}")
            if number % 50 == 0:
                click.echo(f"{number} wirings, {failed} met otherwise")
    _write(table, given.seed, number, failed)
    return bool(failed)


def _wrong(lab: Lab, wiring: Wiring, label: str, table: Table) -> str:
    """What differs from the prediction, or from what shall be shown; empty where nothing does."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        wiring.write(folder)
        try:
            met = set(compare(lab, wiring, folder, table).values())
        except AssertionError as error:
            return str(error)
        shown = places_shown(wiring, folder)
        if label == "right":
            found = predict.findings(folder)
            return f"found {found}, met {met}" if found or met - {"ok"} else ""
        is_shown = bool(shown) if label == "mixed" else shown == [label]
        return "" if met <= {"ok"} or is_shown else f"shown {shown}"


def sentence(table: Table, seed: int, wirings: int, failed: int) -> str:
    """What was proved, in a sentence."""
    ways, unknown = table.total(), sum(count for (_, told, *_), count in table.items() if told == "unknown")
    same = sum(count for (_, told, met, _), count in table.items() if told == met)
    today = dt.datetime.now(dt.UTC).date()
    return (
        f"On {today} {wirings:,} wirings drawn from {seed} were built, and {ways:,} ways in and calls inside asked. "
        f"Of {ways - unknown:,} predictions {same:,} were met, and {failed} wirings differed; "
        f"of {unknown:,} ways kblint said that it does not know."
    )


def _write(table: Table, seed: int, wirings: int, failed: int) -> None:
    rows = "\n".join(f"| {' | '.join(row)} | {count:,} |" for row, count in sorted(table.items()))
    mistakes = len({label for label, _ in islice(many(seed), 200)}) - 2
    text = _TEXT.format(sentence=sentence(table, seed, wirings, failed), mistakes=mistakes, rows=rows)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
