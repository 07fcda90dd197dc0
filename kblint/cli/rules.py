"""`kblint rules` and `kblint explain`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from kblint.cli.options import configured
from kblint.engine.catalog_page import catalogue, page, subjects_page
from kblint.engine.vocabulary import vocabulary
from kblint.errors import UsageError
from kblint.run import load_rules
from kblint.source.spelling import did_you_mean


@click.command()
@click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Also list the rule files in this folder.")
@click.option("--format", "-f", "format_name", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("--subjects", is_flag=True, help="List what the expressions of a rule may name.")
def rules(rule_folders: Sequence[str], format_name: str, subjects: bool) -> None:
    """List every rule."""
    if subjects:
        known = vocabulary()
        click.echo(subjects_page(known.kinds, known.row_types, known.shared_types), nl=False)
        return
    catalog = load_rules(configured(None, None, rule_folders), os.environ)
    click.echo(catalogue(catalog, format_name), nl=False)


@click.command()
@click.argument("rule")
@click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Also look into this folder of rule files.")
def explain(rule: str, rule_folders: Sequence[str]) -> None:
    """Explain one rule: what it finds, why it matters, what to do."""
    catalog = load_rules(configured(None, None, rule_folders), os.environ)
    word = rule.upper() if rule.upper() in catalog.ids else rule
    if word not in catalog.ids:
        raise UsageError(f"there is no rule `{rule}`", help=did_you_mean(rule, catalog.ids))
    click.echo(page(catalog.rules[catalog.ids[word]]), nl=False)
