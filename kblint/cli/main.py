"""The `kblint` command."""

from __future__ import annotations

import os
import sys

import click

import kblint
from kblint.cli.check import check
from kblint.cli.checklist import checklist
from kblint.cli.ports import ports
from kblint.cli.rules import explain, rules
from kblint.cli.trace import trace
from kblint.errors import ExitCode, KblintError
from kblint.report.printable import printable


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(kblint.__version__, prog_name="kblint")
def cli() -> None:
    """Follow the packet before you deploy.

    kblint reads manifests, load balancers, firewalls and K3s configuration, wires them together as the cluster would,
    and says where a request would not arrive, what people would see, and what to change.

    Exit codes: 0 nothing found, 1 findings, 2 kblint could not do its job.
    """


cli.add_command(check)
cli.add_command(checklist)
cli.add_command(explain)
cli.add_command(ports)
cli.add_command(rules)
cli.add_command(trace)


def main() -> None:
    """Run the command line; end the process with its exit code."""
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
    sys.exit(code if isinstance(code, int) else ExitCode.CLEAN)


def _tell(error: KblintError) -> None:
    click.echo(f"kblint: {printable(str(error))}", err=True)
    if error.help:
        click.echo(f"  help: {printable(error.help)}", err=True)
