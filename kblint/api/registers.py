"""The ports of a project, and who holds them."""

from __future__ import annotations

from msgspec.structs import replace

from kblint.api.project import WiredInputs
from kblint.helm_output import at_templates
from kblint.register import Register
from kblint.views.free_ports import free_ports
from kblint.views.register import register


def registered(found: WiredInputs, free: int = 0) -> Register:
    """Every port in use, and reserved ones; with `free` host ports and as many node ports that nobody has, if asked."""
    texts = found.project.texts
    made = at_templates(register(found.topologies, found.profile), texts.sources, texts.templates)
    return replace(made, free=free_ports(made, found.topologies, free)) if free else made
