"""Everything that kblint says about one folder: check, trace, ports and checklist, each as text and as JSON."""

from __future__ import annotations

from pathlib import Path

from kblint.config import find_config, load_config
from kblint.engine.catalog import Catalog
from kblint.intake import load, read
from kblint.report.formats import format_renderer
from kblint.report.options import RenderOptions
from kblint.run import check, judge_objects, settle, wire_all
from kblint.views.checklist.build import checklist
from kblint.views.register import register
from kblint.views.trace import trace

COMMANDS = {"check": "text", "trace": "text", "ports": "table", "checklist": "text"}
"""Every command that reads an input, and the name of its format for people."""
_OPTIONS = RenderOptions(width=100)


def said(folder: Path, catalog: Catalog) -> dict[tuple[str, str], str]:
    """Each report by command and format, as it is printed in `folder`; everything is read and wired once or twice."""
    config = load_config(find_config(folder), folder)
    texts = load((".",), config, folder)
    result = check(texts, config, catalog)
    given = read(texts.sources, texts.named)
    config = settle(config, given)
    topologies = wire_all(given, config, judge_objects(given, config))
    profile = config.environment.profile
    views = {
        "trace": trace(topologies, profile, detection=config.detection),
        "ports": register(topologies, profile),
        "checklist": checklist(topologies, result.findings, profile),
    }
    reports = {("check", name): format_renderer(name)(result, _OPTIONS) for name in ("text", "json")}
    for command, view in views.items():
        for name in (COMMANDS[command], "json"):
            reports[command, name] = format_renderer(name, command)(view, _OPTIONS)
    return reports
