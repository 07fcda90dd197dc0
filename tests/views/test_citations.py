"""Every broken hop names the rule that tells of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import FIXTURES, run


@pytest.mark.parametrize(
    ("folder", "rules"),
    [
        ("keybuzz/1-504-overlay", {"POD002"}),
        ("keybuzz/2-503-balancer-port", {"LB002"}),
        ("next-apps/wrong", {"POD001", "SVC007", "PROC001"}),
    ],
)
def test_what_breaks_is_told_by_a_rule(folder: str, rules: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / folder)
    hops = [hop for journey in json.loads(run("trace", "-f", "json")[1])["journeys"] for hop in journey["hops"]]
    assert all(bool(hop["rules"]) == (hop["state"] == "broken") for hop in hops)
    assert {rule for hop in hops for rule in hop["rules"]} == rules
    _, text = run("trace")
    assert all(f"[{rule}]" in " ".join(text.split()) for rule in rules)


def test_a_silenced_finding_still_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "next-apps/wrong")
    config = tmp_path / "kblint.yaml"
    config.write_text("profile: hetzner-k3s\nignore: [{rules: [PROC001], paths: ['*']}]\n")
    code, output = run("trace", "--config", str(config), "-f", "json")
    assert code == 1
    assert '"PROC001"' in output
    assert "PROC001" not in run("check", "--config", str(config), "-f", "concise")[1]
