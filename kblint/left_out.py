"""What is read and is not deployed as it stands: patches, and files that no kustomization lists."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from kblint.admission.patches import is_part
from kblint.finding import Skipped
from kblint.model.bundle import Declaration, Other, meta_of, path_of
from kblint.model.cluster import CHART_GROUP, K3sConfig
from kblint.model.firewall import CloudFirewall, HostFirewall
from kblint.model.kustomization import idle_components, is_kustomization, listed_by, patch_files, unlisted
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.stream import Stream, SyntaxFault
from kblint.source.templates import is_helm_template, is_terraform_template, is_ytt_template
from kblint.source.text import Source
from kblint.source.values import strings

_PATCH = "kustomize patch; render the overlay and check what comes out"
_LIKE_A_PATCH = "part of an object, like a kustomize patch, but no kustomization here names it"
_UNLISTED = "not deployed: the kustomization beside it lists other files, not this one"
_IDLE = "not deployed: a component, which no kustomization here takes in"
_TEMPLATE = "a template, as its name says; fill it in and check what comes out, or name it on the command line"
_NAMED_TEMPLATE = regex(r"(?:^|[/._-])(?:template|tmpl|tpl)\.[a-z]+\Z", re.IGNORECASE)

# each begins with its word, and looks back whether that is a whole one: so every text of a run is searched quickly
_APPLIES = (
    regex(r"kubectl\b(?<=\bkubectl)"),
    regex(r"file(?:(?<=\bfile)|(?<=\btemplatefile))(?:set|exists|base64)?\s*\("),
    regex(r"k8s(?<=\bk8s)\s*:"),
)
_DELIVER = frozenset({"argoproj.io", "kustomize.toolkit.fluxcd.io"})
_COMPONENTS = (("spec", "components"), ("spec", "source", "kustomize", "components"))
# a word, up to its last such end: begun nowhere else, so that a long word is read once
_FILE_NAME = regex(r"(?<![\w.-])[\w.-]+\.(?:ya?ml|json)\b", re.ASCII)
_LONGEST_NAME = 255
_YTT = "ytt template; render it and check what comes out"
TERRAFORM = "Terraform template; render it and check what comes out"


class LeftOut(Struct, frozen=True):
    """`whole` is what is deployed as it stands, `parts` are patches, `undeployed` is what nobody deploys."""

    whole: tuple[Declaration, ...]
    parts: tuple[Declaration, ...]
    undeployed: tuple[Declaration, ...]
    skipped: tuple[Skipped, ...]


def left_out(
    declarations: Sequence[Declaration],
    sources: Iterable[Source],
    named: Collection[str],
    built: frozenset[str] = frozenset(),
) -> LeftOut:
    """Tell what is deployed from what is not.

    `named` are the paths that the user named one by one, `built` those of files that kustomizations are built of.
    """
    placed = [(path_of(declaration), declaration) for declaration in declarations]
    by_path = grouped(placed)
    kustomizations = [one.meta for one in declarations if isinstance(one, Other) and is_kustomization(one.meta)]
    patches = patch_files(kustomizations) & by_path.keys()
    listers = listed_by(kustomizations, by_path.keys() | built)
    open_ = {path: held for path, held in by_path.items() if path not in named and path not in patches}
    parts = frozenset(path for path, held in open_.items() if path not in listers and _are_parts(held))
    resources = [path for path, held in open_.items() if path not in parts and _is_ours(held)]
    listing = {meta.path for meta in kustomizations}
    idle = idle_components(kustomizations, _component_folders(declarations)) & open_.keys() - built
    undeployed = unlisted([*resources, *(built - listing - patch_files(kustomizations))], listers)
    if undeployed:
        undeployed -= _applied_otherwise(sources)
    reasons = {**dict.fromkeys(patches, _PATCH), **dict.fromkeys(parts, _LIKE_A_PATCH)}
    templates = {path for path in resources if path not in listers and _NAMED_TEMPLATE.search(path)}
    reasons |= dict.fromkeys(undeployed, _UNLISTED) | dict.fromkeys(idle, _IDLE)
    reasons |= dict.fromkeys(templates, _TEMPLATE)

    def those(paths: Collection[str]) -> tuple[Declaration, ...]:
        return tuple(one for path, one in placed if path in paths)

    return LeftOut(
        those(by_path.keys() - reasons.keys()),
        those(patches | parts),
        those(undeployed | idle | templates),
        tuple(Skipped(path, reason) for path, reason in sorted(reasons.items())),
    )


def _component_folders(declarations: Iterable[Declaration]) -> frozenset[str]:
    """The folders that Flux and Argo CD are told to take in as components, however far up they begin."""
    metas = [meta for meta in map(meta_of, declarations) if meta and meta.group in _DELIVER]
    lists = (strings(meta.origin.get(*path)) for meta in metas for path in _COMPONENTS)
    return frozenset(posixpath.normpath(text).lstrip("./") for found in lists for text in found)


def _are_parts(held: Iterable[Declaration]) -> bool:
    metas = {id(meta.origin.node): meta for one in held if (meta := meta_of(one))}
    return bool(metas) and all(map(is_part, metas.values()))


def _is_ours(held: Sequence[Declaration]) -> bool:
    """Whether a file holds objects of the API and nothing else, and one that kblint looks into."""
    others = [one for one in held if isinstance(one, Other)]
    return len(others) < len(held) and all(map(_is_object, held))


def _is_object(declaration: Declaration) -> bool:
    meta = meta_of(declaration)
    is_own_format = isinstance(declaration, CloudFirewall | HostFirewall | K3sConfig)
    return not is_own_format and meta is not None and meta.group != CHART_GROUP and not is_kustomization(meta)


def _applied_otherwise(sources: Iterable[Source]) -> frozenset[str]:
    """The paths of files whose names stand in a script, playbook or Terraform file that applies some by itself."""
    sources = tuple(sources)
    applying = (one.text for one in sources if any(applies.search(one.text) for applies in _APPLIES))
    told = {name[-_LONGEST_NAME:] for text in applying for name in _FILE_NAME.findall(text)}
    return frozenset(one.path for one in sources if one.path.rpartition("/")[2] in told)


def not_a_manifest(source: Source, stream: Stream, words: re.Pattern[str], *, is_named: bool) -> str | None:
    """Why a text is passed over that does not parse, or means something else; None for a manifest with its mistakes."""
    if is_ytt_template(source) and (is_named or words.search(source.text)):
        return _YTT
    broken = [fault for fault in stream.faults if fault.code == "unreadable"]
    if not broken:
        return None
    in_chart = "/templates/" in f"/{source.path}"
    if is_helm_template(source, in_chart=in_chart) or any("{{" in _line(fault) for fault in broken):
        return "template; render it and check what comes out"
    if is_terraform_template(source):
        return TERRAFORM
    if not is_named and not words.search(source.text):
        return "cannot be parsed, and does not look like a manifest"
    return None


def _line(fault: SyntaxFault) -> str:
    return fault.place.source.line(fault.place.source.point(fault.place.span.start).line)
