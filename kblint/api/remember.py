"""Keeps what a run said, for the next one like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import to_builtins

from kblint.api.project import OpenedProject, named_paths
from kblint.api.recall import ANSWER, PLAN, KeptAnswer, Plan, RunOutput, name_of, state_beside, state_of
from kblint.errors import KblintError
from kblint.intake import wanted_by
from kblint.kept import save
from kblint.loading import Texts

_KEPT = 50
"""Answers, and plans: that many projects and command lines."""
_LARGEST = 4_000_000
"""Characters of all reports of a run."""


def keeper(asked: str, paths: Sequence[str], project: OpenedProject) -> Callable[[RunOutput], None] | None:
    """What keeps the answer that a run gives to a question about a project; None where it must not be repeated.

    That is so where standard input, other programs or a baseline have their part in it.
    """
    config, texts, root = project.config, project.texts, project.root
    named = named_paths(paths, config)
    if config.cache is None or config.renders_charts or config.baseline or "-" in named:
        return None
    folders = tuple(str(folder) for folder in (*config.rules, *config.schemas))
    text = config.written.text if config.written else None
    plan = Plan(wanted_by(named, config), config.search, folders, state_of(config.search, text, folders, root))
    seen = name_of(asked, Texts(texts.sources, texts.unread, texts.skipped, texts.named, texts.passed))

    def keep(answer: RunOutput) -> None:
        kept = KeptAnswer(answer, texts.beside.named, state_beside(texts.beside))
        if sum(len(report) for _, report in answer.reports) <= _LARGEST and _is_so(plan, text, root):
            save(config.cache, ANSWER, seen, to_builtins(kept), most=_KEPT)
            save(config.cache, PLAN, asked, to_builtins(plan), most=_KEPT)

    return keep


def _is_so(plan: Plan, text: str | None, root: Path) -> bool:
    """Whether what was looked at is still there at the end: in between it was used."""
    try:
        return plan.state == state_of(plan.search, text, plan.folders, root)
    except KblintError:
        return False
