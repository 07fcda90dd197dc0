"""The register of ports for programs: a versioned contract, described by `ports.schema.json` beside this file."""

from __future__ import annotations

from kblint.register import Entry, Register
from kblint.report.document import Json, plain, report
from kblint.report.options import RenderOptions


def render(register: Register, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """The whole register as JSON; ends with a line end."""
    free = register.free
    return report(
        register.profile,
        {
            "variants": [
                {"name": variant.name, "ports": [_entry(entry) for entry in variant.entries]}
                for variant in register.variants
            ],
            "reserved": [_entry(entry) for entry in register.reserved],
            "free": {"hostPorts": list(free.host), "nodePorts": list(free.node)} if free else None,
        },
    )


def _entry(entry: Entry) -> Json:
    return {
        "kind": entry.kind.value,
        "port": entry.port,
        "protocol": entry.protocol,
        "address": entry.address,
        "where": entry.where,
        "holder": entry.holder,
        "use": entry.use,
        "location": plain(entry.place),
        "conflict": {"with": entry.conflict, "certain": entry.is_certain} if entry.conflict else None,
    }
