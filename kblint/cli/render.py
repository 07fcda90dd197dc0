"""`kblint render`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kblint.api.listings import rendered
from kblint.api.options import Options, configured
from kblint.cli.inputs import read, repeatable, require_no_input, require_readable, tell_unbuilt, tell_unread
from kblint.cli.options import input_options, output_option, render_options, write
from kblint.errors import ExitCode, UsageError
from kblint.report.formats import format_renderer


@click.command(short_help="Print the objects that kblint works on, as YAML.")
@input_options
@click.option(
    "--origins",
    is_flag=True,
    help="Say in comments (`# from FILE:LINE`) where each object is written, and each line that is in another file.",
)
@output_option
def render(
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    isolated: bool,
    no_cache: bool,
    helm: bool,
    origins: bool,
    output: str | None,
) -> int:
    """Print the Kubernetes objects that kblint works on, as YAML.

    Kustomizations are built, as `kubectl kustomize` builds them: each that no other one uses. Known charts make what
    their values decide; with --helm, charts in the files are rendered. Keys are sorted, as kubectl prints them; secrets
    are masked. `kblint files` says what is read besides, and what is not.

    PATH is a file or a folder, `-` is standard input. Without a path: `paths` of kblint.yaml, else this folder.

    Exit codes: 0 done, 1 a kustomization cannot be built, 2 kblint could not do its job.
    """
    settings = Options(config_file, profile, isolated=isolated, helm=helm, no_cache=no_cache)
    project = read(paths, configured(settings, paths))
    repeatable(paths, project)
    require_no_input(output, project)
    given = project.read()
    tell_unread(project, given)
    is_broken = tell_unbuilt(given)
    made = rendered(given, with_origins=origins)
    if not made.objects:
        raise UsageError("there is no object to render", help="`kblint files` says what each file is read as")
    write(format_renderer("yaml", "rendering")(made, render_options("never", output)), output)
    require_readable(project)
    return ExitCode.FINDINGS if is_broken else ExitCode.CLEAN
