"""Everything that kblint says about an input: check, trace, ports and checklist, in all formats or those of goldens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kblint.config import Config, load_config
from kblint.config_search import find_config
from kblint.engine.catalog import Catalog
from kblint.intake import Loaded, load, read
from kblint.proof import mend
from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.report.patch import patch
from kblint.run import check, judge_objects, settle, wire_all
from kblint.tracing import Start
from kblint.views.checklist.build import checklist
from kblint.views.citations import citations
from kblint.views.not_read import not_read
from kblint.views.register import register
from kblint.views.trace import trace

COMMANDS = {"check": "text", "trace": "text", "ports": "table", "checklist": "text"}
"""Every command that reads an input, and the name of its format for people."""
_OPTIONS = RenderOptions(width=100)


def said(folder: Path, catalog: Catalog) -> dict[tuple[str, str], str]:
    """Each report as text and as JSON by command and format, as it is printed in `folder`."""
    config = load_config(find_config(folder), folder)
    formats = {command: (name, "json") for command, name in COMMANDS.items()}
    return reports(load((".",), config, folder), config, catalog, formats)


def said_in_all_formats(texts: Loaded, config: Config, catalog: Catalog) -> dict[tuple[str, str], str]:
    """Each report by command and format, and the patch that `check --diff` prints."""
    packages = {command: "" if command == "check" else command for command in COMMANDS}
    made = reports(texts, config, catalog, {command: format_names(package) for command, package in packages.items()})
    changes = mend(texts, config, catalog, unsafe=True).texts
    patches = [patch(path, before, after) for path, (before, after) in changes.items()]
    return {**made, ("check", "diff"): "".join(text for text in patches if isinstance(text, str))}


def reports(
    texts: Loaded, config: Config, catalog: Catalog, formats: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], str]:
    """Each report of each command in its `formats`; everything is read and wired once or twice.

    `calls` is what `trace --inside` prints, where there are any.
    """
    result = check(texts, config, catalog)
    given = read(texts.sources, texts.named)
    config = settle(config, given)
    topologies = wire_all(given, config, judge_objects(given, config))
    profile = config.environment.profile
    told = citations((*result.findings, *(one.finding for one in result.suppressed)), catalog)
    views: dict[str, object] = {
        "check": result,
        "trace": trace(
            topologies,
            profile,
            detection=config.detection,
            not_read=not_read(given.declarations, topologies[0].makers),
            told=told,
        ),
        "ports": register(topologies, profile),
        "checklist": checklist(topologies, result.findings, profile),
    }
    made = {
        (command, name): format_renderer(name, "" if command == "check" else command)(views[command], _OPTIONS)
        for command, names in formats.items()
        for name in names
    }
    if any(topology.calls for topology in topologies):
        inside = trace(topologies, profile, start=Start.INSIDE, detection=config.detection, told=told)
        made |= {("calls", name): format_renderer(name, "trace")(inside, _OPTIONS) for name in formats["trace"]}
    return made
