"""`kblint trace`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from kblint.cli.inputs import following, loaded, require_no_input, require_readable, unread
from kblint.cli.options import (
    configured,
    display_options,
    format_option,
    input_options,
    render_options,
    rule_options,
    show,
)
from kblint.errors import ExitCode, UsageError
from kblint.helm_output import at_templates
from kblint.run import check_and_wire, load_rules
from kblint.trace import HopState, Start
from kblint.views.citations import citations
from kblint.views.trace import trace as traced


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
    config = configured(config_file, profile, rule_folders, paths, isolated=isolated, helm=helm)
    texts = loaded(paths, config)
    require_no_input(output, texts, config)
    catalog = load_rules(config, os.environ)
    with following(texts):
        result, given, topologies = check_and_wire(texts, config, catalog)
    made = traced(
        topologies,
        result.profile,
        target=target,
        caller=caller,
        start=start,
        unread=tuple(unread(texts, given)),
        detection=result.detection,
        not_read=result.summary.not_read,
        told=citations((*result.findings, *(one.finding for one in result.suppressed)), catalog),
        only_broken=broken,
    )
    made = at_templates(made, texts.sources, texts.templates)
    show(made, "trace", format_name, render_options(color, output), output)
    require_readable(texts)
    return ExitCode.FINDINGS if made.count(HopState.BROKEN) else ExitCode.CLEAN
