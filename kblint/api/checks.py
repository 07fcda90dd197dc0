"""What the rules say of a project."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from kblint.api.project import OpenedProject
from kblint.config import Config
from kblint.engine.catalog import Catalog
from kblint.finding import Result
from kblint.intake import Input
from kblint.run import check, check_and_wire, load_rules
from kblint.views.catalog_page import described as with_pages
from kblint.wire.topology import Topology


class CheckedInputs(Struct, frozen=True):
    """A project that was judged, by which rules, and what came of it; how it is wired is kept with the result."""

    project: OpenedProject
    catalog: Catalog
    result: Result
    given: Input
    topologies: Sequence[Topology]


def rules_of(config: Config) -> Catalog:
    """The built-in rules and those that are configured, checked and compiled.

    Raises:
        RuleError: a rule is broken.
    """
    return load_rules(config)


def judged(project: OpenedProject, catalog: Catalog) -> Result:
    """What the rules find."""
    return check(project.texts, project.config, catalog)


def checked(project: OpenedProject, catalog: Catalog) -> CheckedInputs:
    """What the rules find, and how all is wired."""
    return CheckedInputs(project, catalog, *check_and_wire(project.texts, project.config, catalog))


def described(result: Result, catalog: Catalog) -> Result:
    """A result that says what its rules are about."""
    return with_pages(result, catalog)
