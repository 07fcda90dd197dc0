"""`kblint ports`."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from kblint.api.options import Options, configured
from kblint.api.project import wired
from kblint.api.registers import registered
from kblint.cli.inputs import following, read, repeatable, require_no_input, require_readable, tell_unread
from kblint.cli.options import display_options, format_option, input_options, render_options, show, write
from kblint.errors import ExitCode, UsageError
from kblint.register import Register
from kblint.report.commands import without_commands
from kblint.report.ports.to_markdown import document, is_document
from kblint.report.printable import printable
from kblint.secrets.conceal import concealed
from kblint.secrets.found import Secrets
from kblint.source.reader import ReadFailure, read_source, repository
from kblint.source.text import Source


@click.command(short_help="List every port in use, and who holds it.")
@input_options
@format_option("ports", "table")
@display_options
@click.option(
    "--write",
    "written",
    metavar="FILE",
    help="Write the register into a Markdown file that changes only when a port does: without dates and line numbers.",
)
@click.option(
    "--verify",
    "verified",
    metavar="FILE",
    help="Exit with 1, and print the difference, unless --write would change it.",
)
@click.option(
    "--free",
    "number",
    type=click.IntRange(1, 100),
    metavar="N",
    help="Also suggest N free host ports (8080-9999 first) and N free node ports (30000-30085 first).",
)
def ports(
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    isolated: bool,
    no_cache: bool,
    helm: bool,
    format_name: str,
    output: str | None,
    color: str,
    written: str | None,
    verified: str | None,
    number: int | None,
) -> int:
    """List every port in use, and who holds it: of load balancers, of the cluster, of nodes, and reserved ones.

    PATH is a file or a folder, `-` is standard input. Without a path: `paths` of kblint.yaml, else this folder.

    Exit codes: 0 done, 1 the file to verify is out of date, 2 kblint could not do its job.
    """
    if sum(option is not None for option in (written, verified, number)) > 1:
        raise UsageError("`--write`, `--verify` and `--free` are three different jobs", help="ask for one of them")
    root = _root(written or verified)
    named = paths or (() if root == Path.cwd() else (".",))
    looked = tuple(path if path == "-" else str(Path.cwd() / path) for path in named)
    settings = Options(config_file, profile, isolated=isolated, helm=helm, no_cache=no_cache)
    config = configured(settings, looked, root)
    if config.path and not paths:
        named = () if config.paths else named
        # from `root` another configuration, or none, would be the nearest
        config_file = config_file or _own_config(root / config.path, root)
    paths = tuple(path if path == "-" else _relative(path, root) for path in named)
    project = read(paths, config, root)
    if written is None and verified is None:
        repeatable(paths, project)
    require_no_input(output, project, verified)
    with following(project):
        found = wired(project)
    made = registered(found, number or 0)
    tell_unread(project, found.given)
    require_readable(project)
    if written is not None:
        _write(made, _command(paths, profile, config_file, isolated, helm, written, root), Path(written))
        return ExitCode.CLEAN
    if verified is not None:
        command = _command(paths, profile, config_file, isolated, helm, verified, root)
        return _verify(made, command, Path(verified), output)
    show(made, "ports", format_name, render_options(color, output), output)
    return ExitCode.CLEAN


def _root(file: str | None) -> Path:
    """From where a document shows files: the repository that it is in, else the working directory."""
    here = Path.cwd()
    top = Path(repository(str((here / file).parent))) if file else here
    return top if os.path.lexists(top / ".git") else here


def _own_config(file: Path, root: Path) -> str | None:
    """A configuration that counts in the working directory, where a run from `root` would not find it by itself."""
    return None if root.is_relative_to(os.path.normpath(file.parent)) else str(file)


def _command(
    paths: Sequence[str],
    profile: str | None,
    config_file: str | None,
    isolated: bool,
    helm: bool,
    file: str,
    root: Path,
) -> str:
    """The command that writes `file` from `root`, the same however its paths are spelled, and wherever it is run."""
    words = ["kblint", "ports", *paths]
    words += ["--profile", profile] if profile else []
    words += ["--config", _relative(config_file, root)] if config_file else []
    words += ["--isolated"] if isolated else []
    words += ["--helm"] if helm else []
    return shlex.join([*words, "--write", _relative(file, root)])


def _relative(path: str, root: Path) -> str:
    """`path`, which starts at the working directory, from `root` where it lies below that, else as it is; with `/`."""
    full = os.path.normpath(Path.cwd() / path)
    near = os.path.relpath(full, root)
    if near.startswith(".."):
        near = path if root == Path.cwd() else full
    return near.replace(os.sep, "/")


def _write(made: Register, command: str, file: Path) -> None:
    there = _there(file)
    if there is not None and not is_document(there):
        raise UsageError(
            f"`{file}` was not written by kblint, and is left as it is", help="name another file, or remove it first"
        )
    write(document(concealed(made), command), str(file))


def _there(file: Path) -> str | None:
    """What stands in a file, with the line ends that kblint writes; None where there is none.

    Raises:
        UsageError: it cannot be read.
    """
    if not os.path.exists(file):  # noqa: PTH110 - also where the system says nothing of it
        return None
    source = read_source(str(file), str(file))
    if isinstance(source, ReadFailure):
        raise UsageError(f"`{file}` cannot be read: {source.reason}")
    return source.text.replace("\r\n", "\n")


def _verify(made: Register, command: str, file: Path, output: str | None) -> int:
    there = _there(file)
    if there is None:
        raise UsageError(f"`{file}` does not exist", help=f"write it with `{command}`")
    if not is_document(there):
        # a link may lead to anything, of which nothing is shown
        raise UsageError(f"`{file}` was not written by kblint", help=f"write it with `{command}`")
    wanted = document(concealed(made), command)
    if there == wanted:
        return ExitCode.CLEAN
    name = file.as_posix()
    shown = Secrets(Source(name, there)).masked.text
    difference = difflib.unified_diff(
        shown.splitlines(),
        wanted.splitlines(),
        name,
        f"{name} as it should be",
        lineterm="",
    )
    write(without_commands("".join(f"{printable(line)}\n" for line in difference)), output)
    return ExitCode.FINDINGS
