"""The `kblint` command."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import traceback

import click

import kblint
from kblint.errors import ExitCode, KblintError
from kblint.report.printable import printable

_COMMANDS = {
    "check": "kblint.cli.check",
    "checklist": "kblint.cli.checklist",
    "explain": "kblint.cli.rules",
    "ports": "kblint.cli.ports",
    "rules": "kblint.cli.rules",
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


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(kblint.__version__, prog_name="kblint")
def cli() -> None:
    """Follow the packet before you deploy.

    kblint reads manifests, load balancers, firewalls and K3s configuration, wires them together as the cluster would,
    and says where a request would not arrive, with which symptom, and what to change.

    Exit codes: 0 nothing found, 1 findings, 2 kblint could not do its job.
    """


def main() -> None:
    """Run the command line; end the process with its exit code."""
    # all that a command makes stays until it ends: looking for garbage among it only costs time
    gc.disable()
    try:
        code = cli.main(prog_name="kblint", standalone_mode=False)
    except KblintError as error:
        _tell(error)
        sys.exit(ExitCode.FAILURE)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.FAILURE)
    except BrokenPipeError:
        # the reader of a pipe has seen enough; keep Python from complaining once more when it flushes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.FAILURE)
    except Exception:  # noqa: BLE001 - the last resort: it must never look like findings, nor like a pass
        traceback.print_exc()
        click.echo("kblint: this is a mistake in kblint itself; please report it with the lines above", err=True)
        sys.exit(ExitCode.FAILURE)
    sys.exit(code if isinstance(code, int) else ExitCode.CLEAN)


def _tell(error: KblintError) -> None:
    click.echo(f"kblint: {printable(str(error))}", err=True)
    if error.help:
        click.echo(f"  help: {printable(error.help)}", err=True)
