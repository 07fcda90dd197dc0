"""What kblint says about a folder, by its command line and the two documents it prints for programs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.errors import ExitCode


class Told(NamedTuple):
    """What kblint says of a way: its outcome, and the stage at which it ends, `process` where it arrives."""

    outcome: str
    stage: str


def predict(folder: Path, *, inside: bool = False) -> dict[str, Told]:
    """What is said of each journey, by its name; `inside`: of calls inside the cluster, instead of the ways in."""
    said = _said("trace", *(["--inside"] if inside else []), "--format", "json", folder=folder)
    return {one["name"]: Told(one["outcome"], _stage(one["hops"])) for one in said["journeys"]}


def _stage(hops: list[dict[str, Any]]) -> str:
    ends = [hop["stage"] for hop in hops if hop["outcome"]] or [hop["stage"] for hop in hops if hop["state"] != "ok"]
    return str([*ends, "process"][0])


def findings(folder: Path) -> list[tuple[str, str, int]]:
    """Rule, file and line of every place that a finding shows, its own and the related ones.

    Advice (infos) is left out: it is no mistake.
    """
    return [
        (one["rule"]["id"], place["path"], place["line"])
        for one in _said("check", "-f", "json", "--fail-on", "never", folder=folder)["findings"]
        if one["severity"] != "info"
        for place in (one["location"], *one["related"])
    ]


def _said(*words: str, folder: Path) -> Any:
    """The JSON that a command prints when it is run in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(cli, [*words, "."], catch_exceptions=False, standalone_mode=False)
    finally:
        os.chdir(before)
    assert result.return_value in (ExitCode.CLEAN, ExitCode.FINDINGS), result.output
    return json.loads(result.stdout)
