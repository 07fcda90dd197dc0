"""Options that several commands share."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from kblint.cli.files import write_output
from kblint.cli.streams import out, say
from kblint.config import NEVER, Config, load_config, profiles
from kblint.config_file import find_config, tree_of_config
from kblint.errors import UsageError
from kblint.finding import Severity
from kblint.kept import cache_folder
from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.secrets.conceal import concealed

Command = TypeVar("Command", bound=Callable[..., Any])


def input_options(command: Command) -> Command:
    """What to read and what to take for granted."""
    for option in (
        click.argument("paths", nargs=-1, metavar="[PATH]..."),
        click.option("--profile", type=click.Choice(profiles()), help="What is taken as given about the cluster."),
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


def configured(
    config_file: str | None,
    profile: str | None,
    rule_folders: Sequence[str],
    paths: Sequence[str] = (),
    *,
    isolated: bool = False,
    helm: bool = False,
    root: Path | None = None,
) -> Config:
    """The configuration of this run: the file that is nearest to `paths`, then what the command line says.

    Paths start at `root`, the working directory unless another is given. Where `isolated`, only a file that is named
    counts. Only the command line says that `helm` may be run.

    Raises:
        ConfigError: the file is wrong.
        UsageError: the named file does not exist.
    """
    root = root or Path.cwd()
    if config_file:
        if not os.path.lexists(config_file):
            raise UsageError(f"configuration file `{config_file}` does not exist")
        config = load_config(Path(config_file), root, profile)
    else:
        file = None if isolated else nearest_config(paths, root)
        named = (root / path for path in paths if path != "-")
        config = load_config(file, root, profile, tree_of_config(file, named) if file else None)
    folders = (*config.rules, *(Path(folder) for folder in rule_folders))
    cache = cache_folder(os.environ)
    return replace(config, rules=folders, is_isolated=isolated, renders_charts=helm, cache=cache)


def nearest_config(paths: Sequence[str], root: Path) -> Path | None:
    """The configuration file nearest to the checked paths, from each upward; else from `root`, the working directory.

    Where several paths have different ones, the one above all of them counts.
    """
    folders = [_folder(root / path) for path in paths if path != "-"] or [root]
    found = {find_config(folder) for folder in set(folders)}
    if len(found) > 1:
        found = {find_config(Path(os.path.commonpath(folders)))}
    return found.pop() or find_config(root)


def _folder(path: Path) -> Path:
    full = Path(os.path.normpath(path))
    return full if os.path.isdir(full) else full.parent  # noqa: PTH112 - also where the system says nothing


def severity_named(name: str) -> Severity | None:
    """The severity of an option's value; None for `never`."""
    return None if name == NEVER else Severity[name.upper()]


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
    if output is None:
        out(text)
        return
    for line in write_output(output, text):
        say(line)
