"""`kblint checklist`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from kblint.checklist import LineState
from kblint.cli.inputs import loaded, require_readable
from kblint.cli.options import configured, display_options, input_options, render_options, rule_options, write
from kblint.cli.unread import tell_unread
from kblint.errors import ExitCode
from kblint.intake import read
from kblint.report.formats import format_names, format_renderer
from kblint.run import check, judge_objects, load_rules, settle, wire_all
from kblint.views.checklist.build import checklist as ticked


@click.command()
@input_options
@rule_options
@click.option(
    "--format", "-f", "format_name", type=click.Choice(format_names("checklist")), default="text", show_default=True
)
@display_options
def checklist(
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    rule_folders: Sequence[str],
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
    config = configured(config_file, profile, rule_folders, paths)
    texts = loaded(paths, config)
    result = check(texts, config, load_rules(config, os.environ))
    given = read(texts.sources, texts.named)
    config = settle(config, given)
    made = ticked(wire_all(given, config, judge_objects(given, config)), result.findings, config.environment.profile)
    tell_unread(texts, given)
    write(format_renderer(format_name, "checklist")(made, render_options(color, output)), output)
    require_readable(texts)
    return ExitCode.FINDINGS if made.count(LineState.CROSSED) else ExitCode.CLEAN
