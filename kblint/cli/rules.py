"""`kblint rules` and `kblint explain`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from kblint.api.catalogs import described_subjects, failed, listed_rules, named_rules, rule_page, tried_rules
from kblint.api.checks import rules_of
from kblint.api.options import Options, configured
from kblint.cli.options import color_option, render_options, show
from kblint.cli.streams import out
from kblint.cli.terminal import rendered_page, rendered_rules
from kblint.errors import ExitCode
from kblint.report.printable import printable
from kblint.report.wording import plural


@click.command()
@click.option("--rules", "rule_folders", metavar="DIR", multiple=True, help="Also list the rule files in this folder.")
@click.option("--format", "-f", "format_name", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("--subjects", is_flag=True, help="List what the expressions of a rule may name.")
@click.option("--test", "tested", metavar="DIR", help="Try the examples of the rule files in this folder.")
@color_option
def rules(rule_folders: Sequence[str], format_name: str, subjects: bool, tested: str | None, color: str) -> int:
    """List every rule; with --test, try the examples of some.

    Exit codes: 0 done, 1 an example shows what its rule does not do, 2 kblint could not do its job.
    """
    if tested is not None:
        return _try(tested, rule_folders, color)
    if subjects:
        out(described_subjects())
        return ExitCode.CLEAN
    catalog = rules_of(configured(Options(rules=rule_folders)))
    options = render_options(color, None)
    if format_name == "text" and (options.color or sys.stdout.isatty()):
        rows = ((rule.id, rule.severity, rule.name, rule.summary) for rule in catalog.rules.values())
        out(rendered_rules(rows, options.width, color=options.color))
        return ExitCode.CLEAN
    out(listed_rules(catalog, format_name))
    return ExitCode.CLEAN


def _try(folder: str, others: Sequence[str], color: str) -> int:
    """Try examples, and say what came of it as a test runner does."""
    catalog = rules_of(configured(Options(rules=(*others, folder))))
    options = render_options(color, None, quiet=True)
    trials = tuple(tried_rules(folder, catalog))
    for trial in trials:
        state = plural(len(trial.failures), "failure") if trial.failures else "ok"
        out(f"{printable(trial.rule.id)} {printable(trial.rule.name)}: {plural(trial.examples, 'example')}, {state}\n")
    failing = sum(bool(trial.failures) for trial in trials)
    if failing:
        out("\n")
        show(failed(trials), "", "text", options, None)
    said = f"{failing} of {plural(len(trials), 'rule')} failed" if failing else f"{plural(len(trials), 'rule')} passed"
    out(f"\n{said}\n")
    return ExitCode.FINDINGS if failing else ExitCode.CLEAN


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
