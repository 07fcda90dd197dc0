"""The verbs of a run in order: load, read, wire, judge. Nothing here prints."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kblint.admission.schema_folders import load_schemas
from kblint.admission.verdicts import Verdicts, verdicts
from kblint.build_findings import told_of_builds
from kblint.builtin import fault_finding, object_finding, problem_finding, unreadable_finding
from kblint.chart_findings import told_of_charts
from kblint.config import Config
from kblint.engine.catalog import GIVEN, Catalog, load_catalog
from kblint.engine.evaluate import Judge, Judgement
from kblint.engine.subject import Candidate, SubjectKind, reference
from kblint.engine.vocabulary import Vocabulary, vocabulary
from kblint.finding import Finding, Result, Severity, Summary
from kblint.helm_output import told_of_templates
from kblint.intake import Input, Loaded, collector_off, read
from kblint.itself import builtin_rules_folder
from kblint.model.bundle import Bundle, Declaration, meta_of, object_count, path_of
from kblint.model.scopes import scopes
from kblint.model.workload import Workload
from kblint.snapshots import with_commands
from kblint.source.comments import Comment, directives
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.text import Source
from kblint.suppressions.choice import Chosen, choose
from kblint.suppressions.directives import ANNOTATION, Waiver
from kblint.suppressions.suppress import suppress
from kblint.views.not_read import not_read
from kblint.wire.journeys.distinct import distinct
from kblint.wire.listening.container import Heard
from kblint.wire.nodes.signs import provider
from kblint.wire.not_followed import cuts
from kblint.wire.services.makers import outside
from kblint.wire.topology import Alike, Topology, wire


def load_rules(config: Config) -> Catalog:
    """The built-in rules and the user's own, checked and compiled; kept between runs where that is configured."""
    folders = {Path(os.path.realpath(one)): one for one in reversed((builtin_rules_folder(), *config.rules))}
    # one that is configured may be named on the command line too, or be part of another
    whole = [one for real, one in folders.items() if not any(_is_part(real, other) for other in folders)]
    return load_catalog(whole[::-1], vocabulary().terms, cache=config.cache)


def _is_part(folder: Path, whole: Path) -> bool:
    """Whether the rules of a folder are among those of another one."""
    parts = folder.relative_to(whole).parts if folder.is_relative_to(whole) else ()
    return bool(parts) and parts[0] != GIVEN and not any(part.startswith(".") for part in parts)


def check(loaded: Loaded, config: Config, catalog: Catalog) -> Result:
    """Lint what was loaded."""
    with collector_off():
        # all but the result is gone before the collector is back, which would go through it
        return _check(loaded, config, catalog)[0]


def check_and_wire(loaded: Loaded, config: Config, catalog: Catalog) -> tuple[Result, Input, tuple[Topology, ...]]:
    """Lint what was loaded; with the result what the texts hold, and how it is wired."""
    with collector_off():
        return _check(loaded, config, catalog)


def _check(loaded: Loaded, config: Config, catalog: Catalog) -> tuple[Result, Input, tuple[Topology, ...]]:
    chosen = choose(config.choice, config.command, catalog.rules, catalog.ids)
    given = read(loaded.sources, loaded.named, loaded.beside, loaded.charts)
    config = settle(config, given)
    objects = judge_objects(given, config)
    topologies = wire_all(given, config, objects)
    judgement, unasked = judge(topologies, catalog, chosen, sum(len(source.text) for source in loaded.sources))
    unweighed = [
        *(unreadable_finding(failure, catalog.rules) for failure in loaded.unread),
        *(fault_finding(fault, catalog.rules) for fault in (*given.faults, *objects.cuts, *cuts(topologies), *unasked)),
        *(problem_finding(problem, catalog.rules) for problem in given.problems),
        *object_findings(objects, topologies, catalog),
        *judgement.findings,
    ]
    of_charts = told_of_charts(chosen.told(unweighed), given.provenance)
    placed = tuple(told_of_builds(of_charts, given.builds, given.declarations))
    told = suppress(
        sorted(with_commands(placed, given.declarations), key=attrgetter("order")),
        () if config.is_isolated else _comments(loaded.sources),
        () if config.is_isolated else _waivers((*given.declarations, *given.parts)),
        config.ignore,
        catalog.ids,
        selected=chosen.selected,
        severity=chosen.severities.get("DOC005", catalog.rules["DOC005"].severity),
    )
    kept = told_of_templates(
        sorted((*told.kept, *chosen.told(told.unused)), key=attrgetter("order")), loaded.sources, loaded.templates
    )
    journeys = distinct(topology.journeys for topology in topologies)
    result = Result(
        profile=config.environment.profile,
        detection=config.detection,
        summary=Summary(
            files=given.files + len(loaded.unread),
            objects=object_count(given.declarations),
            journeys=len(journeys),
            errors=_count(kept, Severity.ERROR),
            warnings=_count(kept, Severity.WARNING),
            infos=_count(kept, Severity.INFO),
            suppressed=len(told.suppressed),
            unfollowed=tuple(sorted(Counter(one.lost_at for one in journeys if one.lost_at).items())),
            not_read=not_read(given.declarations, topologies[0].makers),
            unjudged=len(judgement.unjudged),
            silenced=chosen.silenced(unweighed, told.suppressed),
        ),
        findings=kept,
        suppressed=told.suppressed,
        skipped=tuple(sorted((*loaded.skipped, *given.skipped), key=lambda one: (one.reason, one.path))),
        unjudged=judgement.unjudged,
    )
    return result, given, topologies


def settle(config: Config, given: Input) -> Config:
    """The configuration with the profile that the input shows, unless the user named one."""
    return config.settled(provider((*given.declarations, *config.declarations)))


def judge_objects(given: Input, config: Config) -> Verdicts:
    """What the Kubernetes API says about every object on its own."""
    with collector_off():
        kept = load_schemas(config.schemas)
        return verdicts(given.declarations, config.kubernetes_version, given.parts, kept, config.cache)


def object_findings(objects: Verdicts, topologies: Sequence[Topology], catalog: Catalog) -> Iterator[Finding]:
    """What is said about objects that the API refuses, with the ways in that break there."""
    journeys: dict[int, dict[str, None]] = {}
    for topology in topologies:
        for meta, fault in topology.network.faults.refused:
            broken = topology.by_fault.of(fault.thing, fault.kind)
            names = (journey.name for journey in broken.journeys) if broken else ()
            journeys.setdefault(id(meta.origin.node), {}).update(dict.fromkeys(names))
    # what several overlays take from one base is wrong once, however many ways in it breaks
    found: dict[tuple[object, ...], Finding] = {}
    for objection in objects.objections():
        finding = object_finding(objection, catalog.rules)
        first = found.get(_same(finding), finding)
        broken_here = (*first.journeys, *journeys.get(id(objection.meta.origin.node), ()))
        found[_same(finding)] = replace(first, journeys=tuple(dict.fromkeys(broken_here)))
    yield from found.values()


def wire_all(given: Input, config: Config, objects: Verdicts) -> tuple[Topology, ...]:
    """Wire each scope on its own; `objects` is what the API says about what is `given`."""
    with collector_off():
        declarations = (*given.declarations, *config.declarations)
        refused = objects.refused(given.declarations, given.faults)
        bundles = scopes(declarations)
        # a Service of another variant, or of a file that may be applied by hand, is no reason to report; one that is
        # nowhere may be
        told, alike = outside((*declarations, *given.undeployed)), Alike(Heard(config.images))
        return tuple(wire(bundle, config.environment, told, refused, alike) for bundle in bundles)


MOST_SUBJECTS = 5000
"""Things of one kind, such as ports of Services, that are judged in any case."""
_LEAST_CHARACTERS = 150
"""Of an input for each further one: what is written by hand has more."""


def judge(
    topologies: Sequence[Topology], catalog: Catalog, chosen: Chosen, characters: int
) -> tuple[Judgement, tuple[SyntaxFault, ...]]:
    """What the rules that are asked for say about every scope, and where they stopped to look.

    A file may belong to several scopes. A finding stands only if every scope that holds all the files it points into
    agrees, so that what is there in one variant is not reported as missing from another. It is as grave as in the one
    where it is gravest. The input has so many `characters`: so many things are judged as it may well hold.
    """
    asked = catalog.seen(frozenset(chosen.asked), vocabulary())
    rules = Judge(catalog, chosen.asked, chosen.selected)
    most, cut = max(MOST_SUBJECTS, characters // _LEAST_CHARACTERS), dict[SyntaxFault, None]()
    found = [_judge_one(topology, rules, asked, most, cut) for topology in topologies]
    if len(found) == 1:
        return found[0], tuple(cut)
    unjudged = sorted({failure for one in found for failure in one.unjudged}, key=attrgetter("order"))
    return Judgement(_agreed(topologies, [one.findings for one in found]), tuple(unjudged)), tuple(cut)


def _agreed(topologies: Sequence[Topology], found: Sequence[Sequence[Finding]]) -> tuple[Finding, ...]:
    """The findings that stand, of those in each scope."""
    holders = [_paths(topology.bundle) for topology in topologies]
    votes: dict[tuple[object, ...], list[Finding]] = {}
    for findings in found:
        for finding in findings:
            votes.setdefault(_same(finding), []).append(finding)
    scopes_of = _scopes_by_path(holders)
    agreed = [
        max(same, key=attrgetter("severity"))
        for same in votes.values()
        if len(same) >= len(set.intersection(*(scopes_of.get(path, set()) for path in _evidence(same[0]))))
    ]
    return tuple(_told_of_bases(agreed, found, scopes_of))


def _told_of_bases(
    agreed: Sequence[Finding], found: Sequence[Sequence[Finding]], holders: Mapping[str, Collection[int]]
) -> Iterator[Finding]:
    """What is wrong in a base, once: each overlay may call it by another name."""
    first: dict[tuple[object, ...], set[tuple[object, ...]]] = {}
    for findings in found:
        here: dict[tuple[object, ...], set[tuple[object, ...]]] = {}
        for finding in findings:
            here.setdefault(_same(finding)[:2], set()).add(_same(finding))
        for place, same in here.items():
            first.setdefault(place, same)
    for finding in agreed:
        is_in_base = finding.location.place.source.path not in holders
        if not is_in_base or _same(finding) in first[_same(finding)[:2]]:
            yield finding


def _judge_one(
    topology: Topology, rules: Judge, asked: Vocabulary, most: int, cut: dict[SyntaxFault, None]
) -> Judgement:
    candidates = (one for kind in asked.kinds.values() for one in _first(kind, topology, most, cut))
    return rules.judgement(candidates, asked.shared_rows(topology))


def _first(kind: SubjectKind[Any], topology: Topology, most: int, cut: dict[SyntaxFault, None]) -> Iterator[Candidate]:
    """The things of a kind that are judged; with the first that is not, a limit was met."""
    found = kind.candidates(topology)
    yield from islice(found, most)
    left = next(found, None)
    if left is not None:
        message = f"so many of a kind ({kind.doc}) in so little are too many: from the {most + 1:,}th on none is judged"
        cut[not_followed(left.subject().row.place(), message)] = None


def _scopes_by_path(holders: Sequence[frozenset[str]]) -> dict[str, set[int]]:
    index: dict[str, set[int]] = {}
    for number, paths in enumerate(holders):
        for path in paths:
            index.setdefault(path, set()).add(number)
    return index


def _paths(bundle: Bundle) -> frozenset[str]:
    return frozenset(path_of(declaration) for declaration in bundle.declarations)


def _evidence(finding: Finding) -> frozenset[str]:
    places = (finding.location, *finding.related)
    return frozenset(location.place.source.path for location in places)


def _same(finding: Finding) -> tuple[object, ...]:
    return (finding.rule.id, finding.location.place, finding.message)


def _comments(sources: Sequence[Source]) -> Iterator[Comment]:
    for source in sources:
        if "kblint:" in source.text:
            yield from directives(source)


def _waivers(declarations: Sequence[Declaration]) -> Iterator[Waiver]:
    """The annotations that silence rules, of objects and of pod templates."""
    for declaration in declarations:
        meta = meta_of(declaration)
        if meta is None:
            continue
        text = meta.annotations.get(ANNOTATION)
        if isinstance(text, str):
            place = meta.origin.place("metadata", "annotations", ANNOTATION)
            yield Waiver(reference(meta), text, place, is_built=place.source is not meta.origin.source)
        if isinstance(declaration, Workload):
            text = declaration.pod.annotations.get(ANNOTATION)
            place = declaration.pod.meta_origin.place("annotations", ANNOTATION)
            if isinstance(text, str) and declaration.meta.kind != "Pod":
                yield Waiver(reference(meta), text, place, is_built=place.source is not meta.origin.source)


def _count(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(1 for finding in findings if finding.severity is severity)
