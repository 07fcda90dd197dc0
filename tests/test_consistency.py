"""The four commands agree about every input: what `tests/agreement.py` calls a contradiction is found nowhere.

The reports are those of the golden files, which `tests/test_goldens.py` holds to what kblint says: after a change of
behaviour run it with `--update-goldens` first. Beside them wirings are drawn, from `--lab-seed` on. `REMAINING` are the
contradictions that still stand. It is exact: one that is mended has to be taken out of it, and none may be added
without a word why it is right that it stands.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import golden_files, whole_run
from tests.agreement import Said, contradictions
from tests.given.runs import catalog
from tests.lab import mutations

COMMANDS = ("check", "trace", "ports", "checklist", "calls")
GOLDENS = Path(__file__).parent / "goldens"
FILES = sorted(file.relative_to(GOLDENS).with_suffix("").as_posix() for file in GOLDENS.rglob("*.txt"))

REMAINING: Mapping[str, frozenset[str]] = {}
"""By input (the golden file, and the input in it where it holds several): relation, and the rule or the journey."""


def said(name: str) -> dict[str, Said]:
    """What stands in a golden file, by input."""
    return _by_input(name, (GOLDENS / f"{name}.txt").read_text(encoding="utf-8"))


def _by_input(name: str, golden: str) -> dict[str, Said]:
    reports = golden_files.read(golden)
    return {
        name if key == "all" else f"{name} | {key}": Said(
            # nothing asks for anything inside in most inputs
            *(json.loads(reports.get((key, command, "json"), "{}")) for command in COMMANDS)
        )
        for key in dict.fromkeys(key for key, _, _ in reports)
    }


@pytest.mark.parametrize("name", FILES)
def test_no_report_contradicts_another(name: str) -> None:
    for key, reports in said(name).items():
        found = contradictions(reports)
        remaining = REMAINING.get(key, frozenset())
        new = [one for one in found if f"{one.relation} {one.what}" not in remaining]
        mended = remaining - {f"{one.relation} {one.what}" for one in found}
        assert not new, f"{key}: new contradictions"
        assert not mended, f"{key}: take these out of REMAINING, they are mended"


def _changed(service: dict[str, Any], change: str) -> None:
    port = service["spec"]["ports"][0]
    if change in {"UDP", "SCTP"}:
        port["protocol"] = change
    elif change == "refused name":
        port["name"] = "Web_Port"
    elif change == "refused port":
        service["spec"]["ports"].append({"port": 9999})
    elif change == "no such target":
        port["targetPort"] = "webb"
    elif change == "no selector":
        service["spec"].pop("selector", None)


CHANGES = ("nothing", "UDP", "SCTP", "refused name", "refused port", "no such target", "no selector")
"""What is done to one Service of a drawn wiring, whatever its way in, beside the mistakes that the lab draws."""


@pytest.mark.parametrize("change", CHANGES)
def test_no_report_about_a_drawn_wiring_contradicts_another(
    change: str, lab_seed: int, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    for number in range(40 if pytestconfig.option.lab == "full" else 3):
        wiring = mutations.mutated(lab_seed + 700_000 + number)
        site = random.Random(number).choice(wiring.sites)
        _, service = wiring.find(site.file, "Service")
        _changed(service, change)
        folder = tmp_path / str(number)
        folder.mkdir()
        wiring.write(folder)
        reports = {("all", *report): text for report, text in whole_run.said(folder, catalog()).items()}
        (found,) = _by_input("drawn", golden_files.written(reports, with_reserved=False)).values()
        told = contradictions(found)
        assert not told, f"drawn from {lab_seed + 700_000 + number}, with {wiring.mutations}"


def test_all_that_remains_is_about_an_input() -> None:
    assert {key.partition(" | ")[0] for key in REMAINING} <= set(FILES)


def test_a_right_deployment_contradicts_nothing_and_has_ways_in() -> None:
    (right,) = said("mistakes/right").values()
    assert contradictions(right) == []
    assert [journey["state"] for journey in right.journeys] == ["ok", "ok"]


def _finding(rule: str, symptom: str, *journeys: str) -> dict[str, Any]:
    return {
        "rule": {"id": rule},
        "severity": "error",
        "message": "wrong",
        "symptom": symptom,
        "object": {"kind": "Service", "namespace": "shop", "name": "web"},
        "location": {"path": "web.yaml", "line": 28},
        "journeys": list(journeys),
    }


def _find(reports: Said, finding: dict[str, Any]) -> None:
    reports.check["findings"].append(finding)


def _break(reports: Said, number: int) -> None:
    journey: Any = reports.journeys[number]
    journey["state"] = journey["hops"][-1]["state"] = "broken"
    journey["hops"][-1]["reason"] = "for no reason"


def _cross(reports: Said, **line: Any) -> None:
    lines = reports.checklist["variants"][0]["applications"][0]["lines"]
    next(one for one in lines if one["id"] == "service").update({"state": "crossed", "rules": ["SVC001"], **line})


def _claim(reports: Said, **claim: Any) -> None:
    held: Any = next(one for one in reports.claims if one["kind"] == "node port")
    held.update(claim)


def _doubt(reports: Said) -> None:
    hop: Any = next(one for one in reports.journeys[0]["hops"] if one["stage"] == "service")
    hop.update({"state": "unknown", "reason": "nobody knows"})


def _warn(reports: Said) -> None:
    _find(reports, _finding("SVC001", "503") | {"severity": "warning"})
    _cross(reports)


def _forget(reports: Said) -> None:
    about = reports.checklist["variants"][0]["applications"][0]["object"]
    _find(reports, _finding("POD009", "503") | {"object": about})


def _open(reports: Said) -> None:
    _cross(reports, commands=[{"command": "sudo ufw allow 5432/tcp"}])


def _cross_in_vain(reports: Said) -> None:
    _find(reports, _finding("SVC001", "503"))
    _cross(reports)


def _lose_the_port(reports: Said) -> None:
    _find(reports, _finding("SVC007", "nothing"))
    _claim(reports, conflict={"with": "also claimed by Service a", "certain": True})


def _lower(reports: Said) -> None:
    _break(reports, 0)
    doubt = {"severity": "warning", "lowered": "something outside the input may open the port"}
    _find(reports, _finding("LB001", "503", "http://lb1:80") | doubt)


EVERY: Mapping[str, Callable[[Said], None]] = {
    "named SVC001": lambda reports: _find(reports, _finding("SVC001", "503", "http://lb1:80")),
    "named SVC002": lambda reports: _find(reports, _finding("SVC002", "503", "http://elsewhere")),
    "refused SVC011": lambda reports: _find(reports, _finding("SVC011", "rejected by the API")),
    "stopped SVC001": lambda reports: _find(reports, _finding("SVC001", "503")),
    "unexplained http://lb1:80": lambda reports: _break(reports, 0),
    "weighed http://lb1:80": _lower,
    "named LB001": lambda reports: _find(reports, _finding("LB001", "503", "http://lb1:80") | {"severity": "warning"}),
    "crossed SVC001": _cross_in_vain,
    "crossed SVC009": lambda reports: _cross(reports, rules=["SVC009"]),
    "ticked SVC001": lambda reports: _find(reports, _finding("SVC001", "503")),
    "agreed http://lb1:80": _doubt,
    "agreed SVC001": _warn,
    "uncrossed http://lb1:80": lambda reports: _break(reports, 0),
    "told POD009": _forget,
    "opened web": _open,
    "claimed node port 30080": lambda reports: _claim(reports, conflict={"with": "another", "certain": True}),
    "unclaimed SVC007": lambda reports: _find(reports, _finding("SVC007", "nothing")),
    "carried http://lb1:80": _lose_the_port,
    "carried https://lb1:443": lambda reports: _claim(reports, port=30081),
}


@pytest.mark.parametrize(("told", "spoil"), EVERY.items(), ids=EVERY)
def test_every_contradiction_is_noticed(told: str, spoil: Callable[[Said], None]) -> None:
    reports = copy.deepcopy(next(iter(said("mistakes/right").values())))
    reports.check.setdefault("findings", [])  # type: ignore[attr-defined]
    spoil(reports)
    assert told in {f"{one.relation} {one.what}" for one in contradictions(reports)}


def test_what_stops_nothing_is_no_contradiction() -> None:
    (reports,) = said("mistakes/right").values()
    dropped = "rejected by the API, or the field is dropped without a word"
    finding = _finding("DOC003", dropped) | {"location": {"path": "web.yaml", "line": 22}}
    reports = Said({**reports.check, "findings": [finding]}, reports.trace, reports.ports, reports.checklist, {})
    assert contradictions(reports) == []
