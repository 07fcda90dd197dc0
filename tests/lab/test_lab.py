"""The proof: what kblint predicts for a generated wiring is what clients meet when it is built on a real network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import mutations, predict
from tests.lab.cluster import Lab
from tests.lab.mutations import FEW, FULL, MUTATIONS
from tests.lab.observe import decide
from tests.lab.wirings import Wiring, lines_of

pytestmark = pytest.mark.xdist_group("lab")
"""One worker has the network."""

Table = Counter[tuple[str, str, str, str]]
"""How often: the stage at which a way ends as predicted, the outcome predicted and the one met, always or sometimes."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    count = FULL if metafunc.config.getoption("--lab") == "full" else FEW
    if "mistake" in metafunc.fixturenames:
        metafunc.parametrize("mistake", sorted(MUTATIONS))
        metafunc.parametrize("number", range(count["each"]))
    elif "right" in metafunc.fixturenames:
        metafunc.parametrize("right", range(count["right"]))
    elif "mixed" in metafunc.fixturenames:
        metafunc.parametrize("mixed", range(count["mixed"]))


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """Counts what was predicted and met; a full run prints it."""
    counted: Table = Counter()
    yield counted
    if request.config.getoption("--lab") == "full":
        plugins = request.config.pluginmanager
        reporter: Any = plugins.get_plugin("terminalreporter")
        capture: Any = plugins.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            for row, count in sorted(counted.items()):
                reporter.write_line(f"| {' | '.join(row)} | {count} |")


def compare(lab: Lab, wiring: Wiring, folder: Path, table: Table) -> dict[str, str]:
    """Put the wiring on the network, hold what is met against what was predicted; what is met and known, by URL."""
    predicted = predict.predict(folder)
    # whatever way in kblint prints is asked as well, beside those that the files were written for
    asked = {url: "" for url in predicted if not url.startswith("udp:")} | wiring.urls
    calls = {f"{caller} -> {address}": (caller, address) for caller, address in wiring.calls.items()}
    told = {url: predicted.get(url) or _without_a_journey(url) for url in asked}
    if calls:
        said = predict.predict(folder, inside=True)
        told |= {name: said.get(name) or _without_a_journey(name) for name in calls}
    # what kblint says it does not know is no prediction, and none of the ways that the files were written for
    sure = {url for url, one in told.items() if one.outcome != "unknown" or not _may_be_unknown(wiring, url)}
    met: dict[str, Counter[str]] = {}
    for _ in range(2):
        lab.deploy(folder)
        for url, name in asked.items():
            met[url] = met.get(url, Counter()) + lab.attempts(url, name)
        for name, call in calls.items():
            met[name] = met.get(name, Counter()) + lab.calls(*call)
        observed = {url: decide(outcomes) for url, outcomes in met.items() if outcomes}
        differing = {url for url in sure & observed.keys() if told[url].outcome != observed[url]}
        if not differing:
            break
        # a machine that stalls for a moment fails health checks: a surprise is looked at again, from scratch
    for url, outcome in observed.items():
        is_always = set(met[url]) == {outcome}
        table[told[url].stage, told[url].outcome, outcome, "always" if is_always else "sometimes"] += 1
    shown = {url: (told[url], dict(met[url])) for url in differing}
    assert not shown, (shown, wiring.seed, wiring.manners, wiring.mutations)
    return {url: observed[url] for url in sure & observed.keys()}


def _may_be_unknown(wiring: Wiring, url: str) -> bool:
    """Whether no file tells: the addresses that policies write, and firewalls before ports that nobody was to ask.

    Nor what a program makes of gRPC, or of a header.
    """
    is_open = any(name in ("backend-grpc", "forces-https") for name, _ in wiring.mutations)
    return is_open or url not in wiring.urls or "policies" in wiring.manners


def _without_a_journey(url: str) -> predict.Told:
    """What a way in is taken for that kblint does not know of: a node port that no file asks for is closed."""
    return predict.Told("connection refused" if "//<node>:" in url else "no journey", "node")


def places_shown(wiring: Wiring, folder: Path) -> list[str]:
    """The mistakes whose place is among the findings; the configuration of kblint itself is no place for one."""
    found = predict.findings(folder)
    return [
        name
        for name, place in wiring.mutations
        if any(path == place.file and line in lines_of(folder, place) for _, path, line in found)
        or (place.file == "kblint.yaml" and found)
    ]


def test_right_wiring_works_and_has_no_finding(
    lab: Lab, lab_seed: int, right: int, tmp_path: Path, table: Table
) -> None:
    wiring = mutations.right(lab_seed, right)
    wiring.write(tmp_path)

    observed = compare(lab, wiring, tmp_path, table)

    assert set(observed.values()) <= {"ok"}
    assert predict.findings(tmp_path) == []


def test_mistake_is_met_as_predicted_and_shown(
    lab: Lab, lab_seed: int, mistake: str, number: int, tmp_path: Path, table: Table
) -> None:
    wiring = mutations.with_mistake(lab_seed, mistake, number)
    wiring.write(tmp_path)

    observed = compare(lab, wiring, tmp_path, table)

    if set(observed.values()) - {"ok"}:
        assert places_shown(wiring, tmp_path) == [mistake]


def test_several_mistakes_are_met_as_predicted(
    lab: Lab, lab_seed: int, mixed: int, tmp_path: Path, table: Table
) -> None:
    wiring = mutations.with_several(lab_seed, mixed)
    wiring.write(tmp_path)

    observed = compare(lab, wiring, tmp_path, table)

    if set(observed.values()) - {"ok"}:
        assert places_shown(wiring, tmp_path)
