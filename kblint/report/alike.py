"""Findings that say the same of many things: one is told in full, the others in a line each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from kblint.finding import Finding
from kblint.source.grouping import grouped

_FOLDED = 3
"""How many others there are at least: fewer are told in full."""


def folded(findings: Iterable[Finding]) -> list[tuple[Finding, tuple[Finding, ...]]]:
    """Findings, each with those that are told along with it, in the order of the first of each."""
    groups = grouped((_kind(finding), finding) for finding in findings)
    told: list[tuple[Finding, tuple[Finding, ...]]] = []
    for first, *others in groups.values():
        if len(others) >= _FOLDED:
            told.append((first, tuple(others)))
        else:
            told += [(finding, ()) for finding in (first, *others)]
    return told


def _kind(finding: Finding) -> Hashable:
    """What findings share that differ in where they are, and in what they are about; a command is run for one alone."""
    command = finding.fix.command if finding.fix else None
    applicability = finding.fix.applicability if finding.fix else None
    said = (finding.symptom, finding.help, finding.lowered, command, applicability)
    return (finding.severity, finding.rule, finding.certainty, said)
