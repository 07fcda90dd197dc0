"""What rules may speak of: the subjects and row types that the modules of `subjects` define.

A new subject is one new module there with `SUBJECTS`, a new fact one line in its table.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

import kblint.engine.subjects
from kblint.engine.facts import Table
from kblint.engine.row import Row, RowType
from kblint.engine.subject import SubjectKind, Terms
from kblint.engine.subjects.shared import SHARED
from kblint.engine.wanted import Wanted
from kblint.wire.topology import Topology


class Vocabulary(Struct, frozen=True):
    """All kinds of subjects by name, and the tables of the variables that every rule sees."""

    kinds: Mapping[str, SubjectKind[Any]]
    shared: Mapping[str, Table[Topology]]

    @property
    def shared_types(self) -> dict[str, str]:
        """The row types of the variables that every rule sees."""
        return {variable: table.name for variable, table in self.shared.items()}

    @property
    def row_types(self) -> dict[str, RowType]:
        """Every row type by name."""
        found: dict[str, RowType] = {}
        for table in (*self.shared.values(), *(kind.table for kind in self.kinds.values())):
            found |= table.types()
        return found

    @property
    def terms(self) -> Terms:
        """What rules may name."""
        return Terms(self.kinds, self.row_types, self.shared_types)

    def only(self, names: Mapping[str, Wanted]) -> Vocabulary:
        """The kinds in `names`, with just the facts that are wanted of each."""
        of_all = frozenset[str]().union(*(wanted.told for wanted in names.values()))
        return Vocabulary(
            {name: kind.only(names[name]) for name, kind in self.kinds.items() if name in names},
            {variable: table.only(of_all) for variable, table in self.shared.items()},
        )

    def shared_rows(self, topology: Topology) -> dict[str, Row]:
        """The rows that every rule sees."""
        return {variable: table.row(topology) for variable, table in self.shared.items()}


@cache
def vocabulary() -> Vocabulary:
    """Every subject of the package, in the order of the module names."""
    package = kblint.engine.subjects
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]
    kinds = (kind for module in modules if hasattr(module, "SUBJECTS") for kind in module.SUBJECTS)
    return Vocabulary({kind.name: kind for kind in kinds}, SHARED)
