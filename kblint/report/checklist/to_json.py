"""The checklist for programs: a versioned contract, described by `checklist.schema.json` beside this file."""

from __future__ import annotations

from kblint.checklist import Checklist, LineState
from kblint.report.document import plain, report
from kblint.report.options import RenderOptions


def render(checklist: Checklist, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The whole checklist as JSON; ends with a line end."""
    summary = {state.value: checklist.count(state) for state in LineState}
    return report(checklist.profile, {"summary": summary, "variants": plain(checklist.variants)})
