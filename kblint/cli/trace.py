"""`kblint trace`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from kblint.cli.inputs import loaded, require_readable
from kblint.cli.options import configured, display_options, input_options, render_options, write
from kblint.errors import ExitCode
from kblint.intake import Input, Loaded, read
from kblint.report.formats import format_names, format_renderer
from kblint.run import judge_objects, settle, wire_all
from kblint.trace import HopState, Start, Unread
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
@click.option(
    "--format", "-f", "format_name", type=click.Choice(format_names("trace")), default="text", show_default=True
)
@display_options
def trace(
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    target: str | None,
    from_node: bool,
    format_name: str,
    output: str | None,
    color: str,
) -> int:
    """Show every way in, hop by hop, and what people see at its end.

    PATH is a file or a folder, `-` is standard input. Without a path: `paths` of kblint.yaml, else this folder.

    Exit codes: 0 no way that is shown is broken, 1 one is, 2 kblint could not do its job.
    """
    config = configured(config_file, profile, (), paths)
    texts = loaded(paths, config)
    given = read(texts.sources, texts.named)
    config = settle(config, given)
    made = traced(
        wire_all(given, config, judge_objects(given, config)),
        config.environment.profile,
        target=target,
        start=Start.NODE if from_node else Start.INTERNET,
        unread=tuple(_unread(texts, given)),
        detection=config.detection,
    )
    write(format_renderer(format_name, "trace")(made, render_options(color, output)), output)
    require_readable(texts)
    return ExitCode.FINDINGS if made.count(HopState.BROKEN) else ExitCode.CLEAN


def _unread(texts: Loaded, given: Input) -> Iterator[Unread]:
    """What was left out, or could not be read as a whole or in part."""
    for failure in texts.unread:
        yield Unread(failure.path, f"cannot be read: {failure.reason}")
    for path in dict.fromkeys(fault.place.source.path for fault in given.faults if fault.code == "unreadable"):
        yield Unread(path, "cannot be parsed; `kblint check` says why")
    for skipped in (*texts.skipped, *given.skipped):
        yield Unread(skipped.path, skipped.reason)
