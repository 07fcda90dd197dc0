"""The ways in, for a report of `kblint check` that draws them."""

from __future__ import annotations

from kblint.cli.inputs import following
from kblint.config import Config
from kblint.engine.catalog import Catalog
from kblint.finding import Result
from kblint.helm_output import at_templates
from kblint.intake import Loaded, read
from kblint.overview import Overview, overview
from kblint.run import judge_objects, settle, wire_all
from kblint.views.citations import citations
from kblint.views.trace import trace


def with_ways(result: Result, texts: Loaded, config: Config, catalog: Catalog) -> Overview:
    """`result` with the ways in of the same texts, which are wired once more for it."""
    with following(texts):
        given = read(texts.sources, texts.named, texts.beside, texts.charts)
        config = settle(config, given)
        topologies = wire_all(given, config, judge_objects(given, config))
    known = result.baseline.known if result.baseline else ()
    told = citations((*result.findings, *known, *(one.finding for one in result.suppressed)), catalog)
    made = trace(topologies, result.profile, detection=result.detection, told=told)
    return overview(result, at_templates(made, texts.sources, texts.templates))
