"""What became of the mutants of `scripts/mutation`: every survivor has a verdict, and few have none but `work`."""

from __future__ import annotations

from pathlib import Path

import yaml

FOUND = yaml.safe_load((Path(__file__).parent / "mutation.yaml").read_text(encoding="utf-8"))
MOST = 0.10
"""Of the mutants that were tried: those that survive, and of which nobody has said why they may."""


def test_every_survivor_has_a_verdict_and_a_reason() -> None:
    for one in FOUND["survivors"]:
        assert one["verdict"] in ("equivalent", "speed", "limit", "either", "work")
        assert len(one["why"]) > 10
        assert one["why"] != "not looked at yet"


def test_few_survive_without_an_explanation() -> None:
    unexplained = sum(one["verdict"] == "work" for one in FOUND["survivors"])
    assert FOUND["all"]["tried"] >= 300
    assert unexplained == FOUND["all"]["unexplained"]
    assert unexplained < MOST * FOUND["all"]["tried"]


def test_the_rooms_are_all_of_the_sample() -> None:
    for count in ("tried", "survived", "unexplained"):
        assert sum(room[count] for room in FOUND["rooms"].values()) == FOUND["all"][count]
    assert len(FOUND["survivors"]) == FOUND["all"]["survived"]
