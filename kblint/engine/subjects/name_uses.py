"""Rows of names that containers ask the cluster's DNS for."""

from __future__ import annotations

from kblint.engine.row import Row
from kblint.engine.subjects.fields import build, maybe_integer, row_type, text
from kblint.wire.clients.dns_names import NameUse

NAME_USE = row_type(
    "NameUse",
    "a name of the cluster's DNS that a container asks for",
    {
        "host": text("the name"),
        "port": maybe_integer("the port written behind it, null where none is"),
        "container": text("the container"),
        "evidence": text("where it says so"),
        "certainty": text("how sure it is that the name is asked for"),
    },
)


def name_use_row(use: NameUse) -> Row:
    """The row of a name, standing where it is written."""
    return build(
        NAME_USE,
        use.evidence.place,
        {
            "host": use.host,
            "port": use.port,
            "container": use.container.name,
            "evidence": use.evidence.label,
            "certainty": use.certainty.label,
        },
    )


TYPES = (NAME_USE,)
