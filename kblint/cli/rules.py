"""`kblint rules` and `kblint explain`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from kblint.api.catalogs import described_subjects, listed_rules, named_rules, rule_page
from kblint.api.checks import rules_of
from kblint.api.options import Options, configured
from kblint.cli.options import color_option, render_options
from kblint.cli.streams import out
from kblint.cli.terminal import rendered_page, rendered_rules


@click.command()
@click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Also list the rule files in this folder.")
@click.option("--format", "-f", "format_name", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("--subjects", is_flag=True, help="List what the expressions of a rule may name.")
@color_option
def rules(rule_folders: Sequence[str], format_name: str, subjects: bool, color: str) -> None:
    """List every rule."""
    if subjects:
        out(described_subjects())
        return
    catalog = rules_of(configured(Options(rules=rule_folders)))
    options = render_options(color, None)
    if format_name == "text" and (options.color or sys.stdout.isatty()):
        rows = ((rule.id, rule.severity, rule.name, rule.summary) for rule in catalog.rules.values())
        out(rendered_rules(rows, options.width, color=options.color))
        return
    out(listed_rules(catalog, format_name))


@click.command()
@click.argument("rules", metavar="RULE...", nargs=-1, required=True)
@click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Also look into this folder of rule files.")
@color_option
def explain(rules: Sequence[str], rule_folders: Sequence[str], color: str) -> None:
    """Explain rules: what each finds, why it matters, what to do.

    RULE is an id, such as LB002, or a name.
    """
    catalog = rules_of(configured(Options(rules=rule_folders)))
    width = _page_width(color)
    pages = map(rule_page, named_rules(rules, catalog))
    out("\n".join(rendered_page(text, width) if width else text for text in pages))


def _page_width(color: str) -> int | None:
    """How wide a terminal with colours is; None where the text stays plain, as whoever reads it next may not be one."""
    options = render_options(color, None)
    return options.width if options.color and options.unicode else None
