"""The subject K3sOption: an option of a K3s configuration."""

from __future__ import annotations

from kblint.engine.facts import Table, anything, text
from kblint.engine.subject import SubjectKind
from kblint.finding import ObjectRef
from kblint.wire.nodes.k3s import WiredOption, wired_options

# fmt: off
K3S_OPTION = Table[WiredOption]("K3sOption", "an option of a K3s configuration", lambda o: o.option.place, (
    text("name", "the option, without `--`", lambda o: o.option.name),
    anything("value", "its value; several joined by commas", lambda o: o.value),
))
SUBJECTS = (
    SubjectKind("option", "an option of K3s", K3S_OPTION, lambda topology: wired_options(topology.bundle),
        lambda o: ObjectRef("K3sConfig", None, o.config.name)),
)
