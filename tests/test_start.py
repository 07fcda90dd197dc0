"""What a run does not need is not imported: most of a short run is importing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.given.manifests import ingress, service, stream, workload

ROOT = Path(__file__).parent.parent
IMPORTED = """\
import json, os, sys
from kblint.cli.start import run
run(sys.argv[1:], os.environ)
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
FOR_OTHERS = {
    "tree_sitter": "scripts and Terraform are read with it",
    "crossplane": "configurations of nginx are",
    "rich": "a terminal gets tables and pages of it",
    "jsonschema": "rules are checked with it before they are compiled",
    "multiprocessing": "nothing runs beside",
    "urllib.request": "nothing is fetched",
    "kblint.report.to_sarif": "reports of other formats",
}
"""Modules that take long to import, and what they are for."""


WORKED_OUT = ("click", "yaml", "jsonschema_rs", "kblint.cli.main", "kblint.config", "kblint.intake", "kblint.wire")
"""Modules that work something out, or have others do it."""


def imported(folder: Path, *words: str) -> frozenset[str]:
    """The modules that a command line imports, in a process of its own."""
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    program = [sys.executable, "-c", IMPORTED, *words]
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return frozenset(json.loads(done.stderr.splitlines()[-1]))


def test_plain_manifests_are_checked_without_what_other_inputs_need(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(stream(workload(), service(), ingress()))
    first, second = imported(tmp_path, "check", "web.yaml"), imported(tmp_path, "check", "./web.yaml")
    assert "jsonschema" in first, "the rules are compiled"
    assert [name for name in FOR_OTHERS if name in second] == []
    # the same once more is answered
    again = imported(tmp_path, "check", "web.yaml")
    assert [name for name in (*FOR_OTHERS, *WORKED_OUT) if name in again] == []
    assert set(WORKED_OUT) <= second
