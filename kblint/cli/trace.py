"""`kblint trace`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kblint.api.checks import checked, rules_of
from kblint.api.options import Options, configured
from kblint.api.traces import traced
from kblint.cli.inputs import following, read, repeatable, require_no_input, require_readable
from kblint.cli.options import display_options, format_option, input_options, render_options, rule_options, show
from kblint.errors import ExitCode, UsageError
from kblint.tracing import HopState, Start


@click.command(short_help="Show every way in, hop by hop, and its outcome.")
@input_options
@rule_options
@click.option("--broken", is_flag=True, help="Only the ways that do not arrive; the others are counted.")
@click.option(
    "--to",
    "target",
    metavar="URL|SERVICE",
    help="Only the ways to `https://host/path` (host alone will do), `namespace/service` or `service`.",
)
@click.option(
    "--from-node", is_flag=True, help="What a test on a node sees, which passes no balancer and no cloud firewall."
)
@click.option("--inside", is_flag=True, help="What containers ask of each other, instead of the ways in.")
@click.option(
    "--from",
    "caller",
    metavar="APP",
    help="Only what the workload `namespace/name` or `name` asks inside the cluster; with `--to APP`, of which other.",
)
@format_option("trace")
@display_options
def trace(
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    isolated: bool,
    no_cache: bool,
    helm: bool,
    rule_folders: Sequence[str],
    broken: bool,
    target: str | None,
    from_node: bool,
    inside: bool,
    caller: str | None,
    format_name: str,
    output: str | None,
    color: str,
) -> int:
    """Show every way in, hop by hop, and its outcome; with --inside, every call between containers.

    In the text, ways by http and by https that go through the same hops are one: `http(s)://host/path`. What is broken
    names the rule that tells of it: `kblint explain RULE`.

    PATH is a file or a folder, `-` is standard input. Without a path: `paths` of kblint.yaml, else this folder.

    Exit codes: 0 no way that is shown is broken, 1 one is, 2 kblint could not do its job.
    """
    is_inside = inside or caller is not None
    if is_inside and from_node:
        raise UsageError("`--from-node` is about the ways in", help="leave it out, or `--inside` and `--from`")
    start = Start.INSIDE if is_inside else Start.NODE if from_node else Start.INTERNET
    settings = Options(config_file, profile, rule_folders, isolated=isolated, helm=helm, no_cache=no_cache)
    project = read(paths, configured(settings, paths))
    repeatable(paths, project)
    require_no_input(output, project)
    catalog = rules_of(project.config)
    with following(project):
        found = checked(project, catalog)
    made = traced(found, start=start, target=target, caller=caller, only_broken=broken)
    show(made, "trace", format_name, render_options(color, output), output)
    require_readable(project)
    return ExitCode.FINDINGS if made.count(HopState.BROKEN) else ExitCode.CLEAN
