"""The file that says what became of a sample: rates with their intervals, and why each survivor may live."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

FILE = Path("tests/mutation.yaml")
_HEAD = """\
# What became of a sample of mutants of kblint/wire/ and kblint/engine/, written by `scripts/mutation`.
#
# A survivor that no test notices has a verdict: `equivalent` (no input tells it from the code as it is), `speed` (the
# same answers, only later), `limit` (how much is looked at of what nobody writes), `either` (of several places that are
# all right another one is shown), or `work` (a test is missing). `note`, `verdict` and `why` are written by hand. Rates
# are of the sample: where it was drawn anew, the rate of all mutants lies between `from` and `to` with 95 % certainty
# (Wilson), which is wide where few were drawn.

"""


def write(root: Path, seed: int, total: int, tried: Sequence[Mapping[str, Any]]) -> None:
    """Write what is known; verdicts that stand in the file already are kept."""
    file = root / FILE
    before = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    verdicts = {one["key"]: (one["verdict"], one["why"]) for one in before.get("survivors", ())}
    survivors = []
    alive = (one for one in tried if one["outcome"] == "survived")
    for one in sorted(alive, key=lambda one: (one["path"], one["line"])):
        verdict, why = verdicts.get(one["key"], ("work", "not looked at yet"))
        survivors.append({"key": one["key"], "operator": one["operator"], "verdict": verdict, "why": why})
    open_keys = {one["key"] for one in survivors if one["verdict"] == "work"}
    rooms = sorted({one["room"] for one in tried})
    found = {
        "note": before.get("note", ""),
        "seed": seed,
        "places": total,
        "all": _rates(tried, open_keys),
        "rooms": {room: _rates([one for one in tried if one["room"] == room], open_keys) for room in rooms},
        "survivors": survivors,
    }
    file.write_text(_HEAD + yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=118), encoding="utf-8")


def _rates(tried: Sequence[Mapping[str, Any]], open_keys: set[str]) -> dict[str, Any]:
    count, alive = len(tried), sum(one["outcome"] == "survived" for one in tried)
    unexplained = sum(one["key"] in open_keys for one in tried)
    low, high = wilson(alive, count)
    return {
        "tried": count,
        "survived": alive,
        "unexplained": unexplained,
        "percent": round(100 * alive / count, 1),
        "from": round(100 * low, 1),
        "to": round(100 * high, 1),
    }


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The interval in which a rate lies with 95 % certainty.

    Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927).
    """
    z = 1.959964
    rate = hits / count
    middle = (rate + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)
