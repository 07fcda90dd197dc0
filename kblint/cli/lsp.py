"""`kblint lsp`."""

from __future__ import annotations

import gc
import importlib

import click

from kblint.errors import ExitCode, UsageError

_NEEDED = ("pygls", "lsprotocol", "cattrs", "attrs")


@click.command(short_help="Serve an editor: findings while one types.")
def lsp() -> int:
    """Serve an editor over standard input and output, by the Language Server Protocol.

    Findings across all files while one types, their fixes, the rule under the cursor, and the other end of a link. The
    editor starts it; docs/editors.md says how.
    """
    try:
        made = importlib.import_module("kblint.lsp.server").server()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _NEEDED:
            raise
        help = "install it: pip install pygls, or kblint with its extra `lsp`"
        raise UsageError("the language server needs `pygls`, which is not installed", help=help) from error
    # unlike any other command, it stays
    gc.enable()
    made.start_io()
    return ExitCode.CLEAN
