"""`kblint init` and `kblint schema`."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

import click

from kblint.api.checks import judged, rules_of
from kblint.api.listings import surveyed
from kblint.api.options import CONFIG_NAMES, unconfigured
from kblint.cli.files import replace_file
from kblint.cli.inputs import read
from kblint.cli.streams import out
from kblint.errors import ExitCode, UsageError
from kblint.finding import Summary
from kblint.report.starter import BASELINE_FILE, HOOK, SCHEMA_FILE, configuration, hooks, said
from kblint.report.wording import outcome

_HOOKS_FILE = ".pre-commit-config.yaml"
_SCHEMAS = {
    "baseline": "baseline.schema.json",
    "checklist": "report/checklist/checklist.schema.json",
    "config": "config.schema.json",
    "ports": "report/ports/ports.schema.json",
    "report": "report/report.schema.json",
    "rule": "engine/rule.schema.json",
    "trace": "report/trace/trace.schema.json",
}
"""What is described by a JSON Schema, and where that lies in the package."""


@click.command(short_help="Look at this folder, and set kblint up in it.")
def init() -> int:
    """Look at this folder, say what is in it, and set kblint up: kblint.yaml, its schema, a pre-commit hook.

    Files that are there already are left as they are. The configuration that is written changes nothing but which
    folders are checked.
    """
    root = Path.cwd()
    project = read((), unconfigured())
    found = surveyed(project)
    out(said(found))
    if not found.files:
        raise UsageError("there is nothing here that kblint reads", help="change into the folder that holds manifests")
    out("\n")
    old = next((name for name in CONFIG_NAMES if os.path.lexists(root / name)), None)
    if old:
        out(f"{old} is there already, and is left as it is\n")
    else:
        _write(root / CONFIG_NAMES[0], configuration(found))
        _write(root / SCHEMA_FILE, _schema("config"))
    if os.path.lexists(root / _HOOKS_FILE):
        out(f"{_HOOKS_FILE} is there already, and is left as it is; the hook is this entry of `repos`:\n\n{HOOK}")
    else:
        _write(root / _HOOKS_FILE, hooks())
    out(_next(judged(project, rules_of(project.config)).summary))
    return ExitCode.CLEAN


@click.command(short_help="Print the JSON Schema of a report or a configuration.")
@click.argument("name", type=click.Choice(sorted(_SCHEMAS)))
def schema(name: str) -> None:
    """Print the JSON Schema of a report (`report` is that of check), of kblint.yaml, of a baseline or of a rule."""
    out(_schema(name))


def _schema(name: str) -> str:
    return resources.files("kblint").joinpath(_SCHEMAS[name]).read_text(encoding="utf-8")


def _write(file: Path, text: str) -> None:
    if os.path.lexists(file):
        out(f"{file.name} is there already, and is left as it is\n")
        return
    try:
        replace_file(file, text.encode("utf-8"), file.name)
    except OSError as error:
        raise UsageError(f"`{file.name}` cannot be written: {error.strerror}") from error
    out(f"wrote {file.name}\n")


def _next(summary: Summary) -> str:
    """How things stand, and how to go on."""
    if not summary.errors + summary.warnings:
        return f"\nkblint check: {outcome(summary)}\n"
    return (
        f"\nkblint check: {outcome(summary)}\n"
        f"what cannot be mended today is made known by: kblint check --write-baseline {BASELINE_FILE}\n"
    )
