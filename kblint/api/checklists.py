"""The deployment checklist of a project."""

from __future__ import annotations

from kblint.api.checks import CheckedInputs
from kblint.checklist import Checklist, open_only
from kblint.helm_output import at_templates
from kblint.views.checklist.build import checklist


def ticked(found: CheckedInputs, *, is_open: bool = False) -> Checklist:
    """Every line, ticked or crossed by what the files prove; where `is_open`, only those that are crossed or open."""
    texts, result = found.project.texts, found.result
    made = checklist(found.topologies, result.findings, result.profile, result.unjudged)
    return at_templates(open_only(made) if is_open else made, texts.sources, texts.templates)
