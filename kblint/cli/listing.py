"""`kblint files`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kblint.api.listings import listed
from kblint.api.options import Options, configured
from kblint.cli.inputs import read, repeatable, require_no_input, require_readable
from kblint.cli.options import display_options, format_option, input_options, render_options, show
from kblint.errors import ExitCode


@click.command(short_help="List what every file is read as, or why it is not.")
@input_options
@format_option("files")
@display_options
def files(
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    isolated: bool,
    no_cache: bool,
    helm: bool,
    format_name: str,
    output: str | None,
    color: str,
) -> int:
    """List every file: what it is read as, what it is part of, or why it is not read.

    A folder that is not looked into stands for all that is in it.

    PATH is a file or a folder, `-` is standard input. Without a path: `paths` of kblint.yaml, else this folder.

    Exit codes: 0 done, 2 kblint could not do its job.
    """
    settings = Options(config_file, profile, isolated=isolated, helm=helm, no_cache=no_cache)
    project = read(paths, configured(settings, paths))
    repeatable(paths, project)
    require_no_input(output, project)
    show(listed(project), "files", format_name, render_options(color, output), output)
    require_readable(project)
    return ExitCode.CLEAN
