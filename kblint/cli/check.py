"""`kblint check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from kblint.api.baselines import ChosenBaseline, chosen_baseline, without_known
from kblint.api.checks import CheckedInputs, checked, described, judged, rules_of
from kblint.api.fixes import mended
from kblint.api.options import Options, configured
from kblint.api.project import OpenedProject
from kblint.api.traces import with_ways
from kblint.cli.apply_fixes import difference, require_all, tell, tell_base, tell_refused, tell_unsafe, write_texts
from kblint.cli.baseline import hold, tell_passed_over
from kblint.cli.inputs import following, read, repeatable, require_judged, require_no_input, require_readable
from kblint.cli.options import color_option, input_options, render_options, rule_options, show, write
from kblint.cli.reports import InOrder, wanted_reports
from kblint.cli.streams import is_piped
from kblint.errors import ExitCode, UsageError
from kblint.finding import Result
from kblint.report.formats import format_names
from kblint.report.statistics import render as counted
from kblint.secrets.conceal import concealed

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
    no_cache: bool,
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
    settings = Options(
        config_file,
        profile,
        rule_folders,
        isolated,
        helm,
        closed_world,
        _words(select),
        _words(ignore),
        _severities(levels),
        fail_on,
        no_cache,
    )
    wanted = wanted_reports(ctx, formats, outputs)
    if (diff or statistics) and (formats or len(outputs) > 1):
        job = "--diff" if diff else "--statistics"
        raise UsageError(f"`{job}` has a form of its own", help="leave `--format` out")
    if unsafe_fixes and not (fix or diff):
        raise UsageError("`--unsafe-fixes` changes nothing by itself", help="say `--fix` or `--diff` with it")
    config = configured(settings, paths)
    if fix and not diff and "-" in (paths or config.paths):
        raise UsageError("`--fix` cannot change standard input", help="name the files, or take the patch of `--diff`")
    if write_baseline and (fix or diff or formats or outputs or baseline or statistics):
        raise UsageError("`--write-baseline` writes a baseline and nothing else", help="leave the other option out")
    catalog = rules_of(config)
    project = read(paths, config)
    if not (fix or diff or baseline or write_baseline):
        repeatable(paths, project)
    for output in outputs:
        require_no_input(output, project, baseline, config.baseline)
    known = ChosenBaseline() if write_baseline else chosen_baseline(baseline, settings, project)
    tell_passed_over(known)
    left: Mapping[str, str] = {}
    found: CheckedInputs | None = None
    if not fix and not diff:
        with following(project):
            found = checked(project, catalog)
        result = found.result
    else:
        with following(project):
            tried = mended(project, catalog, unsafe=unsafe_fixes)
        if diff:
            tell_refused(tried)
            tell_unsafe(tried, is_asked=unsafe_fixes)
            patches = difference(tried.texts, project.texts.named, project.root)
            tell_base(patches)
            write(patches.patch, wanted[-1].output)
            require_all(patches.left, "not in the patch")
            require_judged(tried.result)
            return ExitCode.FINDINGS if tried.texts else ExitCode.CLEAN
        done = write_texts(tried.texts, project.texts.named, project.root)
        tell(tried, done)
        result, left = tried.result, done.left
        if left:
            # the report is about what lies there now
            project = read(paths, configured(settings, paths))
            result = judged(project, catalog)
    if write_baseline:
        require_readable(project)
        require_judged(result)
        _require_files(result, paths, allow_empty=allow_empty)
        hold(write_baseline, result, project)
        return ExitCode.CLEAN
    result = without_known(result, known, project, catalog)
    for report in wanted:
        shown = described(result, catalog) if report.format_name in _DESCRIBING else result
        if report.format_name == "html":
            if found is None:
                # only now the files hold what the report is about
                with following(project):
                    found = checked(read(paths, project.config), catalog)
            shown = with_ways(shown, found)
        is_quiet = quiet or report.is_beside
        options = render_options(color, report.output, quiet=is_quiet, show_suppressed=show_suppressed)
        if not statistics:
            show(shown, "", report.format_name, options, report.output)
        elif not report.is_beside:
            write(counted(concealed(result), options), report.output)
    require_all(left, "left as it is")
    require_readable(project)
    require_judged(result)
    _require_files(result, paths, allow_empty=allow_empty)
    return _exit_code(result, project)


def _require_files(result: Result, paths: Sequence[str], *, allow_empty: bool) -> None:
    if not result.summary.files and not allow_empty:
        help = "name what holds manifests, or say `--allow-empty` if that is right"
        if is_piped() and not paths:
            help = "standard input is read where `-` is named: kblint check -"
        raise UsageError("there is nothing to check", help=help)


def _severities(levels: Sequence[str]) -> dict[str, str]:
    severity: dict[str, str] = {}
    for level in levels:
        rule, equals, name = level.partition("=")
        if not equals or name not in ("error", "warning", "info"):
            raise UsageError(f"`--severity {level}` is not RULE=LEVEL", help="write `--severity SVC002=error`")
        severity.pop(rule, None)  # what is said last counts
        severity[rule] = name
    return severity


def _words(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def _exit_code(result: Result, project: OpenedProject) -> int:
    fail_on = project.config.fail_on
    if fail_on is not None and any(finding.severity >= fail_on for finding in result.findings):
        return ExitCode.FINDINGS
    return ExitCode.CLEAN
