"""`kblint trace`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kblint.cli.inputs import require_no_input, require_readable, unread, wired
from kblint.cli.options import display_options, format_option, input_options, render_options, show
from kblint.errors import ExitCode, UsageError
from kblint.trace import HopState, Start
from kblint.views.not_read import not_read
from kblint.views.trace import trace as traced


@click.command()
@input_options
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
    helm: bool,
    target: str | None,
    from_node: bool,
    inside: bool,
    caller: str | None,
    format_name: str,
    output: str | None,
    color: str,
) -> int:
    """Show every way in, hop by hop, and its outcome; with --inside, every call between containers.

    PATH is a file or a folder, `-` is standard input. Without a path: `paths` of kblint.yaml, else this folder.

    Exit codes: 0 no way that is shown is broken, 1 one is, 2 kblint could not do its job.
    """
    is_inside = inside or caller is not None
    if is_inside and from_node:
        raise UsageError("`--from-node` is about the ways in", help="leave it out, or `--inside` and `--from`")
    start = Start.INSIDE if is_inside else Start.NODE if from_node else Start.INTERNET
    inputs = wired(paths, profile, config_file, isolated=isolated, helm=helm)
    require_no_input(output, inputs.texts, inputs.config)
    made = traced(
        inputs.topologies,
        inputs.config.environment.profile,
        target=target,
        caller=caller,
        start=start,
        unread=tuple(unread(inputs.texts, inputs.given)),
        detection=inputs.config.detection,
        not_read=not_read(inputs.given.declarations, inputs.topologies[0].makers),
    )
    show(made, "trace", format_name, render_options(color, output), output)
    require_readable(inputs.texts)
    return ExitCode.FINDINGS if made.count(HopState.BROKEN) else ExitCode.CLEAN
