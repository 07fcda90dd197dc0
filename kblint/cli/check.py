"""`kblint check`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from kblint.cli.apply_fixes import difference, require_all, tell, tell_base, tell_refused, tell_unsafe, write_texts
from kblint.cli.baseline import chosen_baseline, hold, without_known
from kblint.cli.drawn import with_ways
from kblint.cli.inputs import following, loaded, require_judged, require_no_input, require_readable
from kblint.cli.options import (
    color_option,
    configured,
    input_options,
    render_options,
    rule_options,
    severity_named,
    show,
    write,
)
from kblint.cli.reports import InOrder, wanted_reports
from kblint.cli.streams import is_piped
from kblint.config import Config
from kblint.errors import ExitCode, UsageError
from kblint.finding import Result
from kblint.proof import mend
from kblint.report.formats import format_names
from kblint.report.statistics import render as counted
from kblint.run import check as run_check
from kblint.run import check_and_wire, load_rules
from kblint.secrets.conceal import concealed
from kblint.suppressions.choice import Choice
from kblint.views.catalog_page import described
from kblint.wire.topology import Topology

_DESCRIBING = ("sarif", "html")
"""Formats that ship what rules are about."""
_LEVELS = click.Choice(["error", "warning", "info", "never"])


@click.command(cls=InOrder)
@rule_options
@input_options
@click.option(
    "--format",
    "-f",
    "formats",
    type=click.Choice(format_names()),
    multiple=True,
    help="May be said several times, each with the -o of its file: -f sarif -o kblint.sarif -f text. [default: text;"
    " under GitHub Actions with its annotations]",
)
@click.option("--output", "-o", "outputs", metavar="FILE", multiple=True, help="Write the report to a file.")
@color_option
@click.option(
    "--select", metavar="RULES", multiple=True, help="Only these rules: ids, names or areas, comma-separated."
)
@click.option("--ignore", metavar="RULES", multiple=True, help="All but these rules.")
@click.option("--severity", "levels", metavar="RULE=LEVEL", multiple=True, help="Give a rule this severity, always.")
@click.option(
    "--closed-world", is_flag=True, help="The input holds everything that exists: what is not in it is missing."
)
@click.option(
    "--baseline",
    metavar="FILE",
    help="Report only what is new: nothing that this file, of --write-baseline, holds. It beats that of kblint.yaml.",
)
@click.option("--write-baseline", metavar="FILE", help="Write what is found to FILE, as known, instead of a report.")
@click.option("--fail-on", type=_LEVELS, help="Exit with 1 from this severity on. [default: error]")
@click.option("--fix", is_flag=True, help="Apply the safe fixes to the files, as far as they prove to mend.")
@click.option(
    "--unsafe-fixes", is_flag=True, help="With --fix or --diff: also those that could move traffic that flows."
)
@click.option(
    "--diff",
    is_flag=True,
    help="Print what --fix would change, of standard input too, and change nothing; exits 1 if there is any.",
)
@click.option("--allow-empty", is_flag=True, help="Exit with 0 where there is nothing to check.")
@click.option("--statistics", is_flag=True, help="Print counts by rule and by way in, instead of findings.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings only.")
@click.option("--show-suppressed", is_flag=True, help="Also list what suppressions silenced, and why.")
@click.pass_context
def check(
    ctx: click.Context,
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    isolated: bool,
    helm: bool,
    rule_folders: Sequence[str],
    formats: Sequence[str],
    outputs: Sequence[str],
    color: str,
    select: Sequence[str],
    ignore: Sequence[str],
    levels: Sequence[str],
    closed_world: bool,
    baseline: str | None,
    write_baseline: str | None,
    fail_on: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    allow_empty: bool,
    statistics: bool,
    quiet: bool,
    show_suppressed: bool,
) -> int:
    """Find where a request would not arrive.

    PATH is a file or a folder, `-` is standard input. Without a path: `paths` of kblint.yaml, else this folder.
    """

    def configuration() -> Config:
        config = configured(config_file, profile, rule_folders, paths, isolated=isolated, helm=helm)
        config = replace(config, command=_choice(select, ignore, levels))
        config = replace(config, fail_on=severity_named(fail_on)) if fail_on else config
        return config.closed() if closed_world else config

    wanted = wanted_reports(ctx, formats, outputs)
    if (diff or statistics) and (formats or len(outputs) > 1):
        job = "--diff" if diff else "--statistics"
        raise UsageError(f"`{job}` has a form of its own", help="leave `--format` out")
    if unsafe_fixes and not (fix or diff):
        raise UsageError("`--unsafe-fixes` changes nothing by itself", help="say `--fix` or `--diff` with it")
    config = configuration()
    if fix and not diff and "-" in (paths or config.paths):
        raise UsageError("`--fix` cannot change standard input", help="name the files, or take the patch of `--diff`")
    if write_baseline and (fix or diff or formats or outputs or baseline or statistics):
        raise UsageError("`--write-baseline` writes a baseline and nothing else", help="leave the other option out")
    catalog = load_rules(config, os.environ)
    texts = loaded(paths, config)
    for output in outputs:
        require_no_input(output, texts, config, baseline, config.baseline)
    known = None if write_baseline else chosen_baseline(baseline, config_file, config, texts)
    left: Mapping[str, str] = {}
    drawn, topologies = texts, tuple[Topology, ...]()
    if not fix and not diff:
        with following(texts):
            result, _, topologies = check_and_wire(texts, config, catalog)
    else:
        with following(texts):
            mended = mend(texts, config, catalog, unsafe=unsafe_fixes)
        if diff:
            tell_refused(mended)
            tell_unsafe(mended, is_asked=unsafe_fixes)
            patches = difference(mended.texts, texts.named, Path.cwd())
            tell_base(patches)
            write(patches.patch, wanted[-1].output)
            require_all(patches.left, "not in the patch")
            require_judged(mended.result)
            return ExitCode.FINDINGS if mended.texts else ExitCode.CLEAN
        done = write_texts(mended.texts, texts.named, Path.cwd())
        tell(mended, done)
        result, left = mended.result, done.left
        if left:
            # the report is about what lies there now
            config = configuration()
            texts = loaded(paths, config)
            result = run_check(texts, config, catalog)
        if any(report.format_name == "html" for report in wanted):
            # only now the files hold what the report is about
            drawn = loaded(paths, config)
            with following(drawn):
                _, _, topologies = check_and_wire(drawn, config, catalog)
    if write_baseline:
        require_readable(texts)
        require_judged(result)
        _require_files(result, paths, allow_empty=allow_empty)
        hold(write_baseline, result, texts, config)
        return ExitCode.CLEAN
    result = without_known(result, known, texts, config, catalog)
    for report in wanted:
        shown = described(result, catalog) if report.format_name in _DESCRIBING else result
        if report.format_name == "html":
            shown = with_ways(shown, drawn, topologies, catalog)
        is_quiet = quiet or report.is_beside
        options = render_options(color, report.output, quiet=is_quiet, show_suppressed=show_suppressed)
        if not statistics:
            show(shown, "", report.format_name, options, report.output)
        elif not report.is_beside:
            write(counted(concealed(result), options), report.output)
    require_all(left, "left as it is")
    require_readable(texts)
    require_judged(result)
    _require_files(result, paths, allow_empty=allow_empty)
    return _exit_code(result, config)


def _require_files(result: Result, paths: Sequence[str], *, allow_empty: bool) -> None:
    if not result.summary.files and not allow_empty:
        help = "name what holds manifests, or say `--allow-empty` if that is right"
        if is_piped() and not paths:
            help = "standard input is read where `-` is named: kblint check -"
        raise UsageError("there is nothing to check", help=help)


def _choice(select: Sequence[str], ignore: Sequence[str], levels: Sequence[str]) -> Choice:
    severity: dict[str, str] = {}
    for level in levels:
        rule, equals, name = level.partition("=")
        if not equals or name not in ("error", "warning", "info"):
            raise UsageError(f"`--severity {level}` is not RULE=LEVEL", help="write `--severity SVC002=error`")
        severity.pop(rule, None)  # what is said last counts
        severity[rule] = name
    return Choice(_words(select), _words(ignore), severity)


def _words(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _exit_code(result: Result, config: Config) -> int:
    if config.fail_on is not None and any(finding.severity >= config.fail_on for finding in result.findings):
        return ExitCode.FINDINGS
    return ExitCode.CLEAN
