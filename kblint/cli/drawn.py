"""The ways in, for a report of `kblint check` that draws them."""

from __future__ import annotations

from collections.abc import Sequence

from kblint.engine.catalog import Catalog
from kblint.finding import Result
from kblint.helm_output import at_templates
from kblint.intake import Loaded
from kblint.overview import Overview, overview
from kblint.views.citations import citations
from kblint.views.trace import trace
from kblint.wire.topology import Topology


def with_ways(result: Result, texts: Loaded, topologies: Sequence[Topology], catalog: Catalog) -> Overview:
    """`result` with the ways in of `topologies`, which the same texts were wired to."""
    known = result.baseline.known if result.baseline else ()
    told = citations((*result.findings, *known, *(one.finding for one in result.suppressed)), catalog)
    made = trace(topologies, result.profile, detection=result.detection, told=told)
    return overview(result, at_templates(made, texts.sources, texts.templates))
