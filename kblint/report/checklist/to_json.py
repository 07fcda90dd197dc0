"""The checklist for programs: a versioned contract, described by `checklist.schema.json` beside this file."""

from __future__ import annotations

from typing import Final

from kblint import __version__
from kblint.checklist import Application, Checklist, Line, LineState
from kblint.report.document import Json, dumps
from kblint.report.options import RenderOptions
from kblint.source.text import Place

VERSION: Final = 1
"""Of the contract: raised when something that programs read is renamed, removed or changes its meaning."""


def render(checklist: Checklist, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The whole checklist as JSON; ends with a line end."""
    return dumps(
        {
            "version": VERSION,
            "tool": {"name": "kblint", "version": __version__},
            "profile": checklist.profile,
            "summary": {state.value: checklist.count(state) for state in LineState},
            "variants": [
                {
                    "name": variant.name,
                    "applications": [_application(application) for application in variant.applications],
                    "inside": list(variant.inside),
                }
                for variant in checklist.variants
            ],
        }
    )


def _application(application: Application) -> Json:
    return {
        "object": {"kind": application.kind, "namespace": application.namespace, "name": application.name},
        "lines": [_line(line) for line in application.lines],
    }


def _line(line: Line) -> Json:
    return {
        "id": line.id,
        "title": line.title,
        "state": line.state.value,
        "detail": line.detail,
        "help": line.help,
        "rules": list(line.rules),
        "evidence": [_location(place) for place in line.evidence],
        "commands": [{"command": command.text, "expect": command.expect} for command in line.commands],
    }


def _location(place: Place) -> Json:
    source, span = place
    point = source.point(span.start)
    return {"path": source.path, "line": point.line, "column": point.column}
