"""`kblint checklist`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kblint.api.checklists import ticked
from kblint.api.checks import checked, rules_of
from kblint.api.options import Options, configured
from kblint.checklist import LineState
from kblint.cli.inputs import (
    following,
    read,
    repeatable,
    require_judged,
    require_no_input,
    require_readable,
    tell_unread,
)
from kblint.cli.options import display_options, format_option, input_options, render_options, rule_options, show
from kblint.errors import ExitCode


@click.command(short_help="Tick the deployment checklist of every application.")
@input_options
@rule_options
@click.option("--open", "is_open", is_flag=True, help="Only the lines that are crossed or open.")
@format_option("checklist")
@display_options
def checklist(
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    isolated: bool,
    no_cache: bool,
    helm: bool,
    rule_folders: Sequence[str],
    is_open: bool,
    format_name: str,
    output: str | None,
    color: str,
) -> int:
    """Tick the deployment checklist of every application from the files.

    What the files prove is ticked, what they prove wrong is crossed. What they cannot tell stays open, with the
    commands to run: on a node first, then from the Internet.

    PATH is a file or a folder, `-` is standard input. Without a path: `paths` of kblint.yaml, else this folder.

    Exit codes: 0 no line is crossed, 1 one is, 2 kblint could not do its job.
    """
    settings = Options(config_file, profile, rule_folders, isolated=isolated, helm=helm, no_cache=no_cache)
    project = read(paths, configured(settings, paths))
    repeatable(paths, project)
    require_no_input(output, project)
    catalog = rules_of(project.config)
    with following(project):
        found = checked(project, catalog)
    made = ticked(found, is_open=is_open)
    tell_unread(project, found.given)
    show(made, "checklist", format_name, render_options(color, output), output)
    require_readable(project)
    require_judged(found.result)
    return ExitCode.FINDINGS if made.count(LineState.CROSSED) else ExitCode.CLEAN
