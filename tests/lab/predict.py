"""What kblint says about a folder, by its command line and the two documents it prints for programs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.errors import ExitCode


def predict(folder: Path) -> dict[str, str]:
    """The outcome of each journey, by its name."""
    return {one["name"]: one["outcome"] for one in _said("trace", "--format", "json", folder=folder)["journeys"]}


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
