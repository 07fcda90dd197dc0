"""The `kblint` command."""

from __future__ import annotations

import importlib
import io
import traceback
from pathlib import Path

import click

import kblint
from kblint.cli.streams import say
from kblint.errors import ExitCode, KblintError, UsageError
from kblint.source.spelling import did_you_mean

_COMMANDS = {
    "check": "kblint.cli.check",
    "checklist": "kblint.cli.checklist",
    "explain": "kblint.cli.rules",
    "files": "kblint.cli.listing",
    "init": "kblint.cli.init",
    "lsp": "kblint.cli.lsp",
    "ports": "kblint.cli.ports",
    "render": "kblint.cli.render",
    "rules": "kblint.cli.rules",
    "schema": "kblint.cli.init",
    "trace": "kblint.cli.trace",
}
"""Where each command stands; it is imported only when it is asked for, as most of a short run is importing."""


class _Commands(click.Group):
    """The commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's too
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(importlib.import_module(module), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it; a word that is no command is told together with the one that was probably meant."""
        word = args[0]
        if word not in _COMMANDS and not word.startswith("-"):
            # what is there is meant to be checked
            help = f"kblint check {word}" if Path(word).exists() else did_you_mean(word, _COMMANDS)
            raise UsageError(f"there is no command `{word}`", help=help)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(kblint.__version__, prog_name="kblint")
def cli() -> None:
    """Follow the packet before you deploy.

    kblint reads manifests, load balancers, firewalls and K3s configuration, wires them together as the cluster would,
    and says where a request would not arrive, with which symptom, and what to change.

    Exit codes: 0 nothing that fails a run (`--fail-on`), 1 findings that do, 2 kblint could not do its job.
    """
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError("the working directory is gone", help="change into a folder that exists") from error


def run() -> int:
    """Run the command line; its exit code. Whatever went wrong has been told."""
    try:
        code = cli.main(prog_name="kblint", standalone_mode=False)
    except KblintError as error:
        _tell(error)
        return ExitCode.FAILURE
    except click.exceptions.Abort:
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        for line in shown.getvalue().splitlines():
            say(line)
        return ExitCode.FAILURE
    except SystemExit:
        return ExitCode.FAILURE  # click's end where the reader of a pipe has seen enough; its 1 would mean findings
    except Exception as error:  # noqa: BLE001 - the last resort: it must never look like findings, nor like a pass
        if isinstance(error, OSError) and error.filename is None:  # help that click prints
            say(f"kblint: standard output cannot be written: {error.strerror}")
            return ExitCode.FAILURE
        for line in traceback.format_exc().splitlines():
            say(line)
        say("kblint: this is a mistake in kblint itself; please report it with the lines above")
        return ExitCode.FAILURE
    return code if isinstance(code, int) else ExitCode.CLEAN


def _tell(error: KblintError) -> None:
    for line in importlib.import_module("kblint.cli.mistakes").told(error):
        say(line)
