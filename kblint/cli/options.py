"""Options that several commands share."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from kblint.api.options import PROFILES
from kblint.cli.files import write_output
from kblint.cli.recording import RECORDING
from kblint.cli.streams import out, say
from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.secrets.conceal import concealed

Command = TypeVar("Command", bound=Callable[..., Any])


def input_options(command: Command) -> Command:
    """What to read and what to take for granted."""
    for option in (
        click.argument("paths", nargs=-1, metavar="[PATH]..."),
        click.option("--profile", type=click.Choice(PROFILES), help="What is taken as given about the cluster."),
        click.option(
            "--config", "config_file", metavar="FILE", help="Use this file instead of the nearest kblint.yaml."
        ),
        click.option(
            "--isolated",
            is_flag=True,
            help="Let nothing in the files say how they are judged: no kblint.yaml but that of --config, no ignore"
            " comments and annotations, no .gitignore.",
        ),
        click.option(
            "--no-cache", is_flag=True, help="Use nothing that an earlier run kept, and keep nothing for the next."
        ),
        click.option(
            "--helm", is_flag=True, help="Render the charts in the files: runs helm on them, without any network."
        ),
    ):
        command = option(command)
    return command


def rule_options(command: Command) -> Command:
    """Which rules there are."""
    return click.option(
        "--rules", "rule_folders", metavar="DIR", multiple=True, help="Also use the rule files in this folder."
    )(command)


def format_option(package: str, default: str = "text") -> Callable[[Command], Command]:
    """In which of the formats of a package of reports."""
    names = click.Choice(format_names(package))
    return click.option("--format", "-f", "format_name", type=names, default=default, show_default=True)


def display_options(command: Command) -> Command:
    """How to show it."""
    return color_option(output_option(command))


def output_option(command: Command) -> Command:
    """Where to write it."""
    return click.option("--output", "-o", metavar="FILE", help="Write the report to a file.")(command)


def color_option(command: Command) -> Command:
    """Whether to colour it."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour on a terminal, always, or never. NO_COLOR is respected.",
    )(command)


def render_options(
    color: str, output: str | None, *, quiet: bool = False, show_suppressed: bool = False
) -> RenderOptions:
    """How the terminal, or the file, wants its text."""
    stream = sys.stdout
    is_terminal = output is None and stream.isatty()
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    forced = bool(os.environ.get("FORCE_COLOR"))
    colored = color == "always" or (color == "auto" and not plain and (is_terminal or forced) and output is None)
    encoding = "utf-8" if output else (stream.encoding or "ascii")
    width = shutil.get_terminal_size((100, 24)).columns if is_terminal else 100
    return RenderOptions(
        color=colored,
        width=min(width, 120),
        unicode=_is_unicode(encoding),
        quiet=quiet,
        show_suppressed=show_suppressed,
    )


def show(made: object, package: str, format_name: str, options: RenderOptions, output: str | None) -> None:
    """Print what a command made, or write it into a file, in a format of a package of reports, without its secrets."""
    write(format_renderer(format_name, package)(concealed(made), options), output)


def _is_unicode(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "").startswith("utf")


def write(text: str, output: str | None) -> None:
    """Print a report, or write it into a file.

    Raises:
        UsageError: it cannot be written.
    """
    recording = RECORDING.get()
    if recording is not None:
        recording.reported(text, output)
    if output is None:
        out(text)
        return
    for line in write_output(output, text):
        say(line)
