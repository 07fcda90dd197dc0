"""The catalogue of rules: the list, one rule's page, and what rules may name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kblint.engine.catalog import Catalog
from kblint.engine.rule import Rule
from kblint.engine.vocabulary import vocabulary
from kblint.errors import UsageError
from kblint.rule_trials import RuleTrial, failed, tried
from kblint.source.spelling import did_you_mean
from kblint.views.catalog_page import catalogue, page, subjects_page

__all__ = ["described_subjects", "failed", "listed_rules", "named_rules", "rule_page", "tried_rules"]


def listed_rules(catalog: Catalog, format_name: str) -> str:
    """All rules as `text`, `json` or `markdown`."""
    return catalogue(catalog, format_name)


def rule_page(rule: Rule) -> str:
    """What a rule finds, why it matters and what to do, as Markdown."""
    return page(rule)


def described_subjects() -> str:
    """What the expressions of a rule may name, as Markdown."""
    known = vocabulary()
    return subjects_page(known.kinds, known.row_types, known.shared_types)


def named_rules(words: Sequence[str], catalog: Catalog) -> Iterator[Rule]:
    """The rules of ids or names, however those are written; each once.

    Raises:
        UsageError: there is no such rule.
    """
    yield from {rule.id: rule for rule in (_named(word, catalog) for word in words)}.values()


def tried_rules(folder: str | Path, catalog: Catalog) -> Iterator[RuleTrial]:
    """Try the examples of the rules in a folder, which are some of a catalogue.

    Raises:
        UsageError: there is no rule in it.
    """
    within = Path(folder).resolve()
    rules = [rule for rule in catalog.rules.values() if Path(rule.path).resolve().is_relative_to(within)]
    if not rules:
        raise UsageError(f"there is no rule in `{folder}`", help="a rule is a file that ends in `.yaml`")
    yield from tried(rules, catalog)


def _named(word: str, catalog: Catalog) -> Rule:
    area = word.rstrip("0123456789")
    number = word[len(area) :]
    spelled = (area + (number.zfill(3) if number else "")).upper()  # LB9 is LB009
    id = next((one for one in (spelled, word.lower()) if one in catalog.ids), word)
    if id not in catalog.ids:
        raise UsageError(f"there is no rule `{word}`", help=did_you_mean(word, catalog.ids))
    return catalog.rules[catalog.ids[id]]
