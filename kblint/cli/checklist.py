"""`kblint checklist`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from kblint.checklist import LineState, open_only
from kblint.cli.inputs import following, loaded, require_judged, require_no_input, require_readable, tell_unread
from kblint.cli.options import (
    configured,
    display_options,
    format_option,
    input_options,
    render_options,
    rule_options,
    show,
)
from kblint.errors import ExitCode
from kblint.helm_output import at_templates
from kblint.run import check_and_wire, load_rules
from kblint.views.checklist.build import checklist as ticked


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
    config = configured(config_file, profile, rule_folders, paths, isolated=isolated, helm=helm)
    texts = loaded(paths, config)
    require_no_input(output, texts, config)
    with following(texts):
        result, given, topologies = check_and_wire(texts, config, load_rules(config, os.environ))
    made = ticked(topologies, result.findings, result.profile, result.unjudged)
    made = at_templates(open_only(made) if is_open else made, texts.sources, texts.templates)
    tell_unread(texts, given)
    show(made, "checklist", format_name, render_options(color, output), output)
    require_readable(texts)
    require_judged(result)
    return ExitCode.FINDINGS if made.count(LineState.CROSSED) else ExitCode.CLEAN
