"""`kblint rules` and `kblint explain`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from kblint.cli.options import color_option, configured, render_options
from kblint.cli.streams import out
from kblint.cli.terminal import rendered_page, rendered_rules
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
    width = _terminal_width(color) if format_name == "text" else None
    if width:
        rows = ((rule.id, rule.severity, rule.name, rule.summary) for rule in catalog.rules.values())
        out(rendered_rules(rows, width))
        return
    out(catalogue(catalog, format_name))


@click.command()
@click.argument("rule")
@click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Also look into this folder of rule files.")
@color_option
def explain(rule: str, rule_folders: Sequence[str], color: str) -> None:
    """Explain one rule: what it finds, why it matters, what to do."""
    catalog = load_rules(configured(None, None, rule_folders), os.environ)
    area = rule.rstrip("0123456789")
    number = rule[len(area) :]
    spelled = (area + (number.zfill(3) if number else "")).upper()  # LB9 is LB009
    word = spelled if spelled in catalog.ids else rule
    if word not in catalog.ids:
        raise UsageError(f"there is no rule `{rule}`", help=did_you_mean(rule, catalog.ids))
    text, width = page(catalog.rules[catalog.ids[word]]), _terminal_width(color)
    out(rendered_page(text, width) if width else text)


def _terminal_width(color: str) -> int | None:
    """How wide a terminal with colours is; None where the text stays plain, as whoever reads it next may not be one."""
    options = render_options(color, None)
    return options.width if options.color and options.unicode else None
