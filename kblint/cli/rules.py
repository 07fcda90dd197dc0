"""`kblint rules` and `kblint explain`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from kblint.cli.options import color_option, configured, render_options
from kblint.cli.streams import out
from kblint.cli.terminal import rendered_page, rendered_rules
from kblint.engine.catalog import Catalog
from kblint.engine.rule import Rule
from kblint.engine.vocabulary import vocabulary
from kblint.errors import UsageError
from kblint.run import load_rules
from kblint.source.spelling import did_you_mean
from kblint.views.catalog_page import catalogue, page, subjects_page


@click.command()
@click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Also list the rule files in this folder.")
@click.option("--format", "-f", "format_name", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("--subjects", is_flag=True, help="List what the expressions of a rule may name.")
@color_option
def rules(rule_folders: Sequence[str], format_name: str, subjects: bool, color: str) -> None:
    """List every rule."""
    if subjects:
        known = vocabulary()
        out(subjects_page(known.kinds, known.row_types, known.shared_types))
        return
    catalog = load_rules(configured(None, None, rule_folders), os.environ)
    options = render_options(color, None)
    if format_name == "text" and (options.color or sys.stdout.isatty()):
        rows = ((rule.id, rule.severity, rule.name, rule.summary) for rule in catalog.rules.values())
        out(rendered_rules(rows, options.width, color=options.color))
        return
    out(catalogue(catalog, format_name))


@click.command()
@click.argument("rules", metavar="RULE...", nargs=-1, required=True)
@click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Also look into this folder of rule files.")
@color_option
def explain(rules: Sequence[str], rule_folders: Sequence[str], color: str) -> None:
    """Explain rules: what each finds, why it matters, what to do.

    RULE is an id, such as LB002, or a name.
    """
    catalog = load_rules(configured(None, None, rule_folders), os.environ)
    width = _page_width(color)
    pages = map(page, {rule.id: rule for rule in (_named(word, catalog) for word in rules)}.values())
    out("\n".join(rendered_page(text, width) if width else text for text in pages))


def _named(rule: str, catalog: Catalog) -> Rule:
    """The rule of an id or a name, however that is written."""
    area = rule.rstrip("0123456789")
    number = rule[len(area) :]
    spelled = (area + (number.zfill(3) if number else "")).upper()  # LB9 is LB009
    word = next((one for one in (spelled, rule.lower()) if one in catalog.ids), rule)
    if word not in catalog.ids:
        raise UsageError(f"there is no rule `{rule}`", help=did_you_mean(rule, catalog.ids))
    return catalog.rules[catalog.ids[word]]


def _page_width(color: str) -> int | None:
    """How wide a terminal with colours is; None where the text stays plain, as whoever reads it next may not be one."""
    options = render_options(color, None)
    return options.width if options.color and options.unicode else None
