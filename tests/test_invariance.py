"""How objects are spread over files changes no finding but its position."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from kblint.config import load_config
from kblint.finding import Finding
from kblint.intake import load
from kblint.source.text import Source
from tests.given.runs import checked

FIXTURES = Path(__file__).parent.parent / "fixtures"
FOLDERS = [
    "keybuzz/1-504-overlay",
    "keybuzz/2-503-balancer-port",
    "keybuzz/3-503-target-port",
    "keybuzz/4-200",
    "next-apps/right",
    "next-apps/wrong",
]
CONFIG = load_config(None, Path())


def documents(folder: str) -> list[str]:
    """The YAML documents of a fixture, each as a text of its own."""
    loaded = load((".",), CONFIG, FIXTURES / folder)
    texts = [source.text for source in loaded.sources if source.path.endswith(".yaml")]
    return [part.strip("\n") + "\n" for text in texts for part in f"\n{text}".split("\n---\n") if part.strip()]


def found(sources: list[Source]) -> Counter[tuple[object, ...]]:
    return Counter(essence(finding) for finding in checked(sources, CONFIG).findings)


def essence(finding: Finding) -> tuple[object, ...]:
    """A finding without its position."""
    return (
        finding.rule,
        finding.severity,
        finding.message,
        str(finding.object),
        finding.location.place.text,
        frozenset((location.label, location.place.text) for location in finding.related),
        finding.symptom,
        finding.help,
        finding.journeys,
    )


@pytest.fixture(params=FOLDERS)
def parts(request: pytest.FixtureRequest) -> list[str]:
    return documents(request.param)


def one_each(parts: list[str]) -> list[Source]:
    return [Source(f"{index:03}.yaml", text) for index, text in enumerate(parts)]


def test_joining_everything_into_one_file_changes_nothing(parts: list[str]) -> None:
    assert found([Source("all.yaml", "---\n".join(parts))]) == found(one_each(parts))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_and_names_of_files_change_nothing(parts: list[str], seed: int) -> None:
    shuffled = random.Random(seed).sample(parts, len(parts))
    assert found(one_each(shuffled)) == found(one_each(parts))


def test_folders_change_nothing_where_no_object_is_declared_twice(parts: list[str]) -> None:
    spread = [Source(f"{'abc'[index % 3]}/{index}.yaml", text) for index, text in enumerate(parts)]
    assert found(spread) == found(one_each(parts))


def test_variants_beside_each_other_are_each_judged_alone(parts: list[str]) -> None:
    copies = [Source(f"{variant}/{index}.yaml", text) for variant in "ab" for index, text in enumerate(parts)]
    once = found(one_each(parts))
    assert found(copies) == Counter({key: 2 * count for key, count in once.items()})
